import { authenticateBigCommerce, imports, start } from '../target/wasm-bindgen/glue.js';
import { BigCommerceAuthError } from './error.js';
import type { ElementInstance } from './types.js';

/** The module's own function; to be called once it is loaded. */
export const connect: (config: unknown, keys: Map<string, string>) => Promise<ElementInstance> =
  authenticateBigCommerce;

/** `BufferSource`, which only pages and workers have. */
type Bytes = ArrayBuffer | ArrayBufferView;

/** `WebAssembly.Module`, which is no type without theirs. */
type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Type } } }
  ? Type
  : never;

/** Where the module comes from: an address, a response, its bytes, or compiled already. */
export type ModuleSource = string | URL | Response | PromiseLike<Response> | Bytes | Module;

let hostedAt: string | URL | undefined;
let loading: Promise<void> | undefined;
let loaded = false;
// After a failed download the next would get the same response from the browser's cache, or wait
// there for the one that never came (20 s in Chromium).
let cache: RequestCache = 'default';

/**
 * Starts to download and compile the module now, so that calls need not wait for it.
 *
 * @param source - where the file is hosted, or what was fetched by other means. An address is
 * remembered for later tries. Ignored once the module is loaded or on its way.
 * @throws {@link BigCommerceAuthError} `ERR_LOAD`; the next call or `preload` tries again.
 */
export async function preload(source?: ModuleSource): Promise<void> {
  await load(source);
}

export function isLoaded(): boolean {
  return loaded;
}

/** Loads the module, once for all concurrent callers. */
export function load(source?: ModuleSource): Promise<void> {
  // Avoids an unhandled rejection if the source is ignored.
  Promise.resolve(source).catch(() => {});
  if (loaded) return Promise.resolve();
  if (isAddress(source)) hostedAt = source;
  if (!loading) {
    const started = instantiate(source ?? hostedAt).catch((cause) => {
      forget(started);
      throw new BigCommerceAuthError({
        code: 'ERR_LOAD',
        message:
          "The WebAssembly module could not be loaded: is the file served, and does the page's Content-Security-Policy allow 'wasm-unsafe-eval'?",
        cause,
        mayHaveCreated: false,
      });
    });
    loading = started;
  }
  return loading;
}

/**
 * Lets the next call download again, because this download failed, or a call stopped waiting for it;
 * it can still finish.
 */
export function forget(started: Promise<void>): void {
  if (loading !== started) return;
  loading = undefined;
  cache = 'reload';
}

/** By its tag, because instanceof would know only this realm's URL. */
function isAddress(source: unknown): source is string | URL {
  return typeof source === 'string' || Object.prototype.toString.call(source) === '[object URL]';
}

// The only place that names the file, for bundlers would emit it once for each.
function defaultAddress(): URL {
  return new URL('./authenticate_bigcommerce.wasm', import.meta.url);
}

async function instantiate(source: ModuleSource | undefined): Promise<void> {
  // Here, where a throw rejects: in a script without a usable address of its own (a blob: URL, or
  // bundled as CommonJS) there is no default one.
  const module = await bytesOrModule(source ?? defaultAddress());
  const result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource =
    await WebAssembly.instantiate(module as BufferSource, imports);
  // A download that was given up can still end later: the glue serves one instance only.
  if (!loaded) {
    start(('instance' in result ? result.instance : result).exports);
    loaded = true;
  }
}

async function bytesOrModule(source: ModuleSource): Promise<Bytes | WebAssembly.Module> {
  if (isAddress(source)) return download(source);
  const settled = await source;
  return 'arrayBuffer' in settled ? bytesOf(settled) : settled;
}

async function download(address: string | URL): Promise<Bytes> {
  // Node's fetch takes no file: URLs. https://github.com/nodejs/undici/issues/2751
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (id: string) => { readFile(url: URL): Promise<Bytes> } };
  };
  if (typeof address !== 'string' && address.protocol === 'file:' && process?.getBuiltinModule) {
    return process.getBuiltinModule('node:fs/promises').readFile(address);
  }
  return bytesOf(await fetch(address, { cache }));
}

// Not instantiateStreaming: it demands a MIME type that many servers do not send, and gains
// nothing on a file this small.
async function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.arrayBuffer();
}
