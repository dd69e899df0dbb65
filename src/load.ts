// @ts-expect-error wasm-bindgen's glue comes without types; Core is what is used of it.
import * as glue from '../target/wasm-bindgen/authenticate_bigcommerce_bg.js';
import type { Call } from './call.js';
import { BigCommerceAuthError } from './error.js';
import type { ElementInstance } from './types.js';

/** What the wasm module exports. */
export interface Core {
  authenticateBigCommerce(config: unknown, call: Call): Promise<ElementInstance>;
}

/** Where the module comes from: an address, an answer, its bytes, or compiled already. */
export type ModuleSource =
  | string
  | URL
  | Response
  | PromiseLike<Response>
  | BufferSource
  | WebAssembly.Module;

let hostedAt: string | URL | undefined;
let loading: Promise<Core> | undefined;
let loaded = false;

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

/** The module, loaded once however many ask for it. */
export function load(source?: ModuleSource): Promise<Core> {
  if (typeof source === 'string' || source instanceof URL) hostedAt = source;
  if (!loading) {
    const attempt = instantiate(source ?? hostedAt ?? defaultAddress()).catch((cause) => {
      forget(attempt);
      throw new BigCommerceAuthError({
        code: 'ERR_LOAD',
        message:
          "The WebAssembly module could not be loaded: is the file served, and does the page's Content-Security-Policy allow 'wasm-unsafe-eval'?",
        cause,
        mayHaveCreated: false,
      });
    });
    loading = attempt;
  }
  return loading;
}

/** Lets the next call try again, because this attempt failed or takes too long. */
export function forget(attempt: Promise<Core>): void {
  if (loading === attempt && !loaded) loading = undefined;
}

// The only place that names the file, for bundlers would emit it once for each.
function defaultAddress(): URL {
  return new URL('./authenticate_bigcommerce.wasm', import.meta.url);
}

async function instantiate(source: ModuleSource): Promise<Core> {
  const module = await bytesOrModule(source);
  const result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource =
    await WebAssembly.instantiate(module as BufferSource, {
      './authenticate_bigcommerce_bg.js': glue,
    });
  // An attempt that was given up can still come in second: the glue serves one instance only.
  if (!loaded) {
    const { exports } = 'instance' in result ? result.instance : result;
    glue.__wbg_set_wasm(exports);
    (exports.__wbindgen_start as () => void)();
    loaded = true;
  }
  return glue;
}

async function bytesOrModule(source: ModuleSource): Promise<BufferSource | WebAssembly.Module> {
  if (typeof source === 'string' || source instanceof URL) return download(source);
  const settled = await source;
  return 'arrayBuffer' in settled ? bytesOf(settled) : settled;
}

async function download(address: string | URL): Promise<BufferSource> {
  // Node's fetch takes no file: URLs. https://github.com/nodejs/undici/issues/2751
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (id: string) => { readFile(url: URL): Promise<BufferSource> } };
  };
  if (address instanceof URL && address.protocol === 'file:' && process?.getBuiltinModule) {
    return process.getBuiltinModule('node:fs/promises').readFile(address);
  }
  return bytesOf(await fetch(address));
}

// Not instantiateStreaming: it demands a MIME type that many servers do not send, and gains
// nothing on a file this small.
async function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.arrayBuffer();
}
