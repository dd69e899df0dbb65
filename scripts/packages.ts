// The npm packages of which parts are bundled into the commands.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import type { Library } from './crates.js';

const INPUTS = 'target/bundled.json';

/** Saves the names of the files that esbuild has bundled. */
export function saveInputs({ inputs }: Metafile): void {
  writeFileSync(INPUTS, JSON.stringify(Object.keys(inputs)));
}

/** Returns the packages of the last build. */
export function bundledPackages(): Library[] {
  const inputs: string[] = JSON.parse(readFileSync(INPUTS, 'utf8'));
  const folders = inputs.flatMap(
    (path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? [],
  );
  return [...new Set(folders)].sort().map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(folder, 'package.json'), 'utf8'),
    );
    return { name, version, license, folder };
  });
}
