import { authenticateBigCommerce, imports, start } from '../target/wasm-bindgen/glue.js';
import { BigCommerceAuthError } from './error.js';
import type { ElementInstance } from './types.js';

/** The module's function. Call it only once the module is loaded. */
export const connect: (config: unknown, keys: Map<string, string>) => Promise<ElementInstance> =
  authenticateBigCommerce;

/** `BufferSource`, for compilers without the DOM's types. */
type Bytes = ArrayBuffer | ArrayBufferView;

/** `WebAssembly.Module`; `never` for compilers without the DOM's types. */
type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Type } } }
  ? Type
  : never;

/** The source of the module: its URL, a response, its bytes, or the compiled module. */
export type ModuleSource = string | URL | Response | PromiseLike<Response> | Bytes | Module;

/** The `integrity` of this release's file. The build defines it. */
declare const INTEGRITY: string;

let hostedAt: string | URL | undefined;
let loading: Promise<void> | undefined;
let loaded = false;
// After a failed download, the next one would get the same response from the browser's cache, or
// wait for the pending one (20 s in Chromium).
let cache: RequestCache = 'default';

/**
 * Downloads and compiles the module now, so that calls need not wait for it.
 *
 * @param source - the URL of the file, or a module that was fetched by other means. Later attempts
 * use the URL, too. Ignored if the module is loaded or being loaded.
 * @throws {@link BigCommerceAuthError} with `ERR_LOAD`. The next call or `preload` tries again.
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
  if (isUrl(source)) hostedAt = source;
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
 * Makes the next call download again, because this download failed, or a call stopped waiting for
 * it. It may still finish.
 */
export function forget(started: Promise<void>): void {
  if (loading !== started) return;
  loading = undefined;
  cache = 'reload';
}

function isUrl(source: unknown): source is string | URL {
  return typeof source === 'string' || tagOf(source) === '[object URL]';
}

function isModule(source: unknown): source is Module {
  return tagOf(source) === '[object WebAssembly.Module]';
}

/** Returns the name of an object's class, in any realm. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value);
}

// The only reference to the file, because bundlers emit it once for each.
function defaultUrl(): URL {
  return new URL('./authenticate_bigcommerce.wasm', import.meta.url);
}

async function instantiate(source: ModuleSource | undefined): Promise<void> {
  // Called here, so that its exception rejects the promise: a script without a usable URL of its
  // own (a blob: URL, or bundled as CommonJS) has no default URL.
  const module = await bytesOrModule(source ?? defaultUrl());
  const result: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource =
    await WebAssembly.instantiate(module as BufferSource, imports);
  // An abandoned download may finish later, but the glue supports only one instance.
  if (!loaded) {
    start(('instance' in result ? result.instance : result).exports);
    loaded = true;
  }
}

async function bytesOrModule(source: ModuleSource): Promise<Bytes | Module> {
  const settled = isUrl(source) ? await download(source) : await source;
  if (isModule(settled)) return settled;
  const bytes = 'arrayBuffer' in settled ? await bytesOf(settled) : settled;
  // Undefined in insecure contexts, where `fetch` verifies downloads.
  if (crypto.subtle) await verify(bytes);
  return bytes;
}

async function verify(bytes: Bytes): Promise<void> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource));
  if (INTEGRITY !== `sha256-${btoa(String.fromCharCode(...digest))}`) {
    throw new Error(
      'This is not the file of this release: is it that of another, or compressed without its Content-Encoding header?',
    );
  }
}

async function download(url: string | URL): Promise<Bytes | Response> {
  // Node's `fetch` does not support file: URLs. https://github.com/nodejs/undici/issues/2751
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (id: string) => { readFile(url: URL): Promise<Bytes> } };
  };
  if (typeof url !== 'string' && url.protocol === 'file:' && process?.getBuiltinModule) {
    return process.getBuiltinModule('node:fs/promises').readFile(url);
  }
  // Without a prototype, so that `fetch` reads no settings that scripts added to it.
  const init: RequestInit = Object.assign(Object.create(null), { cache });
  if (!crypto.subtle) init.integrity = INTEGRITY;
  return fetch(url, init);
}

// Not `instantiateStreaming`: it requires a MIME type that many servers do not send, and is no
// faster for a small file.
async function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.arrayBuffer();
}
