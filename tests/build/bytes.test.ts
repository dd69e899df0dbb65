import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { replace, VARIANTS } from '../../scripts/bytes/variants.js';

suite('npm run bytes', () => {
  for (const [name, takeOut] of Object.entries(VARIANTS)) {
    test(`finds the lines to remove from the sources for: ${name}`, () => {
      takeOut((path, from, to) => {
        const file = new URL(`../../${path}`, import.meta.url);
        replace(path, readFileSync(file, 'utf8'), from, to);
      });
    });
  }
});
