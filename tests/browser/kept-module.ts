declare global {
  /** The memory and the table of the page's module, once it is loaded. */
  var keptModule: { memory: WebAssembly.Memory; table: WebAssembly.Table } | undefined;
}

/** Runs in the page, before the module is loaded, and sets `keptModule` then. */
export function keepModule(): void {
  // In Firefox, the driver's scripts have their own WebAssembly.
  const { WebAssembly } = globalThis;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (async (...args: [BufferSource]) => {
    const result = await instantiate(...args);
    const exported = Object.values(result.instance.exports);
    globalThis.keptModule = {
      memory: exported.find((value) => value instanceof WebAssembly.Memory) as WebAssembly.Memory,
      table: exported.find((value) => value instanceof WebAssembly.Table) as WebAssembly.Table,
    };
    return result;
  }) as typeof instantiate;
}
