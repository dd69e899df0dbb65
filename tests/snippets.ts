// The JavaScript that README.md and docs/ show, for the tests that run it.
import { readFileSync } from 'node:fs';

const PROJECT = new URL('..', import.meta.url);

/** The text of a document, named by its path in the project. */
export function readDocument(path: string): string {
  return readFileSync(new URL(path, PROJECT), 'utf8');
}

/** A document's files, by their names: the snippets whose fence gives one. */
export function filesIn(path: string): Map<string, string> {
  return new Map(
    [...readDocument(path).matchAll(/^```(?:js|html) (\S+)\n(.*?)^```$/gms)].map(
      ([, name = '', code = '']) => [name, code],
    ),
  );
}

/** A document's other snippets, in the order of their appearance. */
export function examplesIn(path: string): string[] {
  return [...readDocument(path).matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code);
}
