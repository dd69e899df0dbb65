// The crates that are compiled into the module.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from './wasm.js';

/** A crate or an npm package. */
export interface Library {
  name: string;
  version: string;
  /** An SPDX expression. */
  license: string;
  /** The folder of its sources. */
  folder: string;
}

/** Returns all but the package's own, and without macros, which run only during the build. */
export function linkedCrates(): Library[] {
  const tree = run(
    'cargo',
    ...['tree', '--locked', '--target', 'wasm32-unknown-unknown'],
    ...['--edges', 'normal,no-proc-macro', '--prefix', 'none', '--no-dedupe'],
    ...['--format', '{p}\t{l}'],
  );
  const [, ...lines] = tree.trim().split('\n');
  return [...new Set(lines)].sort().map((line) => {
    const [, name = '', version = '', license = ''] = /^(\S+) v(\S+)\t(.+)$/.exec(line) ?? [];
    // Cargo also allows a slash, which SPDX does not.
    const spdx = license.replace(/ ?\/ ?/g, ' OR ');
    return { name, version, license: spdx, folder: folderOf(`${name}-${version}`) };
  });
}

/** Finds the sources of a crate. Each registry has a folder. */
function folderOf(crate: string): string {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
  const folders = readdirSync(sources).map((registry) => join(sources, registry, crate));
  const folder = folders.find(existsSync);
  if (!folder) throw new Error(`The sources of ${crate} are not in ${sources}.`);
  return folder;
}

/** Returns the version of Rust's standard library, which comes with the compiler. */
export function standardLibrary(): string {
  const [, version = ''] = run('rustc', '--version').split(' ');
  return version;
}
