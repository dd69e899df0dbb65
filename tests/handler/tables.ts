// The tables of tests/vectors/: each row says what the core makes of a value, and what the handler
// does. Null stands for a value that is refused, `says` for a part of the core's message. Answers have
// outcomes of their own: answers.test.ts runs both sides, because the core reads JavaScript's values.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

/** A text, of parts where it is a long one. */
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
