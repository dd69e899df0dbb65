import { readdirSync } from 'node:fs';
import { before, test } from 'node:test';

/** Imports the tests of these folders, which then run in this process, one after the other. */
export async function importTests(...folders: string[]): Promise<void> {
  // Otherwise Node would run suites, and the hooks of all, before the others are imported.
  let start = () => {};
  before(() => new Promise<void>((resolve) => (start = resolve)));
  for (const folder of folders) {
    for (const file of readdirSync(new URL(folder, import.meta.url))) {
      if (!file.endsWith('.test.ts')) continue;
      const path = `./${folder}/${file}`;
      await import(path).catch((error: unknown) => test(path, () => Promise.reject(error)));
    }
  }
  start();
}
