// Writes the table of all texts into docs/element.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import en from '../js/languages/en.js';

const DOCUMENT = new URL('../docs/element.md', import.meta.url);

/** Returns a table of the texts by name, in Markdown. */
export function tableOfTexts(): string {
  const rows = Object.entries(en)
    .filter(([name]) => name !== 'lang' && name !== 'dir')
    .map(([name, text]) => `| \`${name}\` | ${text.replaceAll('\n', '<br>')} |`);
  return ['| name | English |', '| --- | --- |', ...rows].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = readFileSync(DOCUMENT, 'utf8');
  writeFileSync(
    DOCUMENT,
    document.replace(/\| name \| English \|\n(\|.*\n)*/, `${tableOfTexts()}\n`),
  );
}
