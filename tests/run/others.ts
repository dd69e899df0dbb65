// The tests of all folders but those that have a process of their own.
import { readdirSync } from 'node:fs';
import { importTests } from '../import-tests.js';

const OWN = ['browser', 'consumers'];

const entries = readdirSync(new URL('..', import.meta.url), { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
await importTests(...folders.filter((folder) => !OWN.includes(folder)));
