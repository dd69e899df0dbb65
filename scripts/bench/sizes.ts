// Measures what a page downloads to connect a store, with this package and with other clients.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'esbuild';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

const CLIENTS = ['fetch', 'ofetch', 'nango', 'ky', 'axios', 'package'] as const;

interface Size {
  javascript: number;
  wasm: number;
}

/** Bundles a client for a page; `dist` is the package's folder. */
export async function bundle(client: string, dist = DIST): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`clients/${client}.js`, import.meta.url))],
    alias: {
      'authenticate-bigcommerce/connect': resolve(dist, 'connect.js'),
      'authenticate-bigcommerce': resolve(dist, 'index.js'),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    write: false,
  });
  const [file] = outputFiles;
  if (!file) throw new Error(`esbuild has no output for ${client}.`);
  return file.contents;
}

export function readWasm(dist = DIST): Buffer {
  return readFileSync(join(dist, 'authenticate_bigcommerce.wasm'));
}

/** Returns the size of each client, compressed with brotli, in bytes. */
export async function measureSizes(): Promise<Map<string, Size>> {
  const sizes = new Map<string, Size>();
  for (const client of CLIENTS) {
    sizes.set(client, {
      javascript: brotliCompressSync(await bundle(client)).length,
      wasm: client === 'package' ? brotliCompressSync(readWasm()).length : 0,
    });
  }
  return sizes;
}
