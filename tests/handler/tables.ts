// Reads the tables of tests/vectors/ that have rows of this form: a value and the results of core and
// handler for it, null where they refuse it; `says` is a part of the core's message then.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** A string; a long one is built from parts. */
export type Text = string | { repeat: string; times: number } | Text[];

export interface Row<Given = Text, Core = Text | null, Handler = Text | null, Says = string> {
  given: Given;
  core: Core;
  says?: Says;
  handler: Handler;
  why?: string;
}

export function readTable<Given = Text, Core = Text | null, Handler = Text | null, Says = string>(
  name: string,
): Row<Given, Core, Handler, Says>[] {
  const path = new URL(`../vectors/${name}.json`, import.meta.url);
  const rows: Row<Given, Core, Handler, Says>[] = JSON.parse(readFileSync(path, 'utf8'));
  assert.ok(rows.length > 0);
  return rows;
}

export function whole(text: Text): string {
  if (typeof text === 'string') return text;
  return Array.isArray(text) ? text.map(whole).join('') : text.repeat.repeat(text.times);
}
