// The licences of what is compiled or bundled into the package, for redistribution.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Library, linkedCrates, standardLibrary } from './crates.js';
import { bundledPackages } from './packages.js';

const RULE = '-'.repeat(80);

export function makeNotices(): string {
  const std = `Its Unicode tables are under the licence of those of unicode-ident.\n\n${mit('The Rust Project Developers')}`;
  return [
    "The package's WebAssembly module and its JavaScript contain parts of these. Each is used under the licence that follows it.",
    ...[...linkedCrates(), ...bundledPackages()].map((library) =>
      entry(library.name, library.version, licenceOf(library)),
    ),
    entry("Rust's standard library", standardLibrary(), std),
  ].join(`\n\n${RULE}\n`);
}

function entry(name: string, version: string, licence: string): string {
  return `${name} ${version}\n${RULE}\n\n${licence.trim()}`;
}

/**
 * Returns the text of a library's licence. If it offers both MIT and Apache-2.0, only that of MIT.
 */
function licenceOf({ name, license, folder }: Library): string {
  const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file));
  const chosen = files.filter((file) => !/apache/i.test(file));
  if (chosen.length > 0) {
    return chosen.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  }
  if (!/\bMIT\b/.test(license)) throw new Error(`${name} has no text of its licence, ${license}.`);
  return mit(`the authors of ${name}`);
}

/** Returns the package's licence with another copyright holder. */
function mit(holder: string): string {
  return readFileSync('LICENSE', 'utf8').replace(/^Copyright .*$/m, `Copyright (c) ${holder}`);
}
