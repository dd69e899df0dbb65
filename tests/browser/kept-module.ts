declare global {
  /** What the page's module takes, since it is loaded. */
  var taken: { memory: WebAssembly.Memory; table: WebAssembly.Table } | undefined;
}

/** Runs in the page, before the module is loaded, and keeps what it takes in `taken`. */
export function keepModule(): void {
  // In Firefox, a script of the driver's has a WebAssembly of its own.
  const { WebAssembly } = globalThis;
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = (async (...args: [BufferSource]) => {
    const result = await instantiate(...args);
    const exported = Object.values(result.instance.exports);
    globalThis.taken = {
      memory: exported.find((value) => value instanceof WebAssembly.Memory) as WebAssembly.Memory,
      table: exported.find((value) => value instanceof WebAssembly.Table) as WebAssembly.Table,
    };
    return result;
  }) as typeof instantiate;
}
