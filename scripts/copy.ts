// Copies the project to a folder in which it can be built.
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** Names that a fresh clone does not have, or that the copy does not need. */
const EXCLUDED = new Set(['.git', 'dist', 'node_modules', 'target', 'corpus', 'artifacts']);

/** Copies the sources to `folder`, and gives it the tools that build them. */
export function copyProject(folder: string): void {
  cpSync(PROJECT, folder, { recursive: true, filter: (path) => !EXCLUDED.has(basename(path)) });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  // Dependencies are compiled from cargo's own folder: building them again would show nothing more.
  for (const path of ['debug/wasm-bindgen', 'release', 'wasm32-unknown-unknown/release']) {
    const from = join(PROJECT, 'target', path);
    if (existsSync(from)) {
      cpSync(from, join(folder, 'target', path), { recursive: true, preserveTimestamps: true });
    }
  }
}
