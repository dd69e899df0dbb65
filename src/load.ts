// @ts-expect-error wasm-bindgen's glue comes without types.
import { imports, Requests as RequestsGlue, start } from '../target/wasm-bindgen/glue.js';
import { BigCommerceAuthError } from './error.js';

/** What the wasm module exports. */
export type RequestsClass = new (
  config: unknown,
  origin: string | undefined,
  isOpen: boolean,
) => Requests;

/** What one attempt sends, one request after the other: `src/lib.rs`. */
export interface Requests {
  /** Whether the next request, or the one under way, is a `POST`. */
  readonly creates: boolean;
  /** Whether the service would get the same of `other`. */
  isSameAs(other: Requests): boolean;
  /** Sends the next request. */
  send(signal: AbortSignal): Promise<Response>;
  /**
   * The milliseconds to wait before the next request, now that one was answered with `status`: none
   * where the answer was lost or cannot be read, 2xx where a lookup found nothing. Undefined where
   * nothing more is to be sent.
   */
  next(
    status: number | undefined,
    retryAfter: number | undefined,
    remaining: number,
  ): number | undefined;
  /** Gives back the memory. */
  free(): void;
}

/** What is wrong with a config: where, and what. */
export type Problem = [path: (string | number)[], message: string];

/** Where the module comes from: an address, an answer, its bytes, or compiled already. */
export type ModuleSource =
  | string
  | URL
  | Response
  | PromiseLike<Response>
  | BufferSource
  | WebAssembly.Module;

let hostedAt: string | URL | undefined;
let loading: Promise<RequestsClass> | undefined;
let loaded = false;
// Where an attempt came to nothing, the next would get the same answer from the browser's cache,
// or wait there for the answer that never came (20 s in Chromium).
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

/** The module, loaded once however many ask for it. */
export function load(source?: ModuleSource): Promise<RequestsClass> {
  // What it comes to is nobody's business where it is ignored.
  Promise.resolve(source).catch(() => {});
  if (loaded) return Promise.resolve(RequestsGlue);
  if (isAddress(source)) hostedAt = source;
  if (!loading) {
    const attempt = instantiate(source ?? hostedAt).catch((cause) => {
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
export function forget(attempt: Promise<RequestsClass>): void {
  if (loading !== attempt) return;
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

async function instantiate(source: ModuleSource | undefined): Promise<RequestsClass> {
  // Here, where a throw rejects: in a script without a usable address of its own (a blob: URL, or
  // bundled as CommonJS) there is no default one.
  const module = await bytesOrModule(source ?? defaultAddress());
  const result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource =
    await WebAssembly.instantiate(module as BufferSource, imports);
  // An attempt that was given up can still come in second: the glue serves one instance only.
  if (!loaded) {
    start(('instance' in result ? result.instance : result).exports);
    loaded = true;
  }
  return RequestsGlue;
}

async function bytesOrModule(source: ModuleSource): Promise<BufferSource | WebAssembly.Module> {
  if (isAddress(source)) return download(source);
  const settled = await source;
  return 'arrayBuffer' in settled ? bytesOf(settled) : settled;
}

async function download(address: string | URL): Promise<BufferSource> {
  // Node's fetch takes no file: URLs. https://github.com/nodejs/undici/issues/2751
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (id: string) => { readFile(url: URL): Promise<BufferSource> } };
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
