// Measures what a page downloads for the function.
import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { transform } from 'esbuild';

export interface Size {
  wasm: number;
  javascript: number;
  total: number;
}

/**
 * Returns the size of the package in the folder `dist`: minified, compressed with brotli, in bytes.
 */
export async function sizeOf(dist: URL): Promise<Size> {
  const read = (name: string) => readFileSync(new URL(name, dist));
  const { code } = await transform(read('index.js'), { minify: true, format: 'esm' });
  const wasm = brotliCompressSync(read('authenticate_bigcommerce.wasm')).length;
  const javascript = brotliCompressSync(code).length;
  return { wasm, javascript, total: wasm + javascript };
}
