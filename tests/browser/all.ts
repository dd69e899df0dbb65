// All tests of this folder in one process, which starts each browser only once.
import { readdirSync } from 'node:fs';

for (const file of readdirSync(import.meta.dirname)) {
  if (file.endsWith('.test.ts')) await import(`./${file}`);
}
