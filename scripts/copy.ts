// A copy of the project that can be built.
import { cpSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** What is made or fetched; all else is what a checkout has. */
const MADE = new Set(['.git', 'dist', 'node_modules', 'target', 'corpus', 'artifacts']);

/** Puts the sources into `folder`, and the tools that build them. */
export function copyProject(folder: string): void {
  cpSync(PROJECT, folder, { recursive: true, filter: (path) => !MADE.has(basename(path)) });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  const wasmBindgen = 'target/debug/wasm-bindgen';
  cpSync(join(PROJECT, wasmBindgen), join(folder, wasmBindgen));
}
