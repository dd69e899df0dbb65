import { readdirSync } from 'node:fs';

/** Imports the tests of these folders, which then run in this process, one after the other. */
export async function importTests(...folders: string[]): Promise<void> {
  for (const folder of folders) {
    for (const file of readdirSync(new URL(folder, import.meta.url))) {
      if (file.endsWith('.test.ts')) await import(`./${folder}/${file}`);
    }
  }
}
