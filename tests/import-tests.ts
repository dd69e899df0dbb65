import { readdirSync } from 'node:fs';
import { before, test } from 'node:test';

/** Imports the tests of these folders, which then run in this process, one after the other. */
export async function importTests(...folders: string[]): Promise<void> {
  // Without this hook, Node runs suites, and then the `after` hooks of the process, while other
  // files are still imported.
  let start = () => {};
  before(() => new Promise<void>((resolve) => (start = resolve)));
  for (const folder of folders) {
    for (const file of readdirSync(new URL(folder, import.meta.url))) {
      if (!file.endsWith('.test.ts')) continue;
      const path = `./${folder}/${file}`;
      try {
        await import(path);
      } catch (error) {
        // Not awaited: it runs once all files are imported.
        test(path, () => Promise.reject(error));
      }
    }
  }
  start();
}
