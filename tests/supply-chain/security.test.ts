import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';

const PROJECT = new URL('../..', import.meta.url);

const read = (path: string) => readFileSync(new URL(path, PROJECT), 'utf8');

const SECURITY = read('SECURITY.md');

/** A pattern with fewer letters would match almost any name. */
const MIN_LETTERS = 10;

/** Patterns for the names of a file's tests; a placeholder matches any text. */
function namesIn(file: string): RegExp[] {
  const literal = /\btest\(\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|`([^`]*)`)|^ *fn (\w+)\(/gm;
  return [...read(file).matchAll(literal)].flatMap(([, single, double, template, rust]) => {
    const name = single?.replaceAll('\\', '') ?? double ?? template ?? rust ?? '';
    const parts = template === undefined ? [name] : name.split(/\$\{[^}]*\}/);
    if (parts.join('').length < MIN_LETTERS) return [];
    return new RegExp(`^${parts.map((part) => part.replace(/[^\w\s]/g, '\\$&')).join('.*')}$`);
  });
}

suite('SECURITY.md', () => {
  const claims = [...SECURITY.matchAll(/`(tests\/\S+) › ([^`]+)`/g)];

  test('names only tests that exist', () => {
    assert.ok(claims.length > 20, `${claims.length} tests`);
    for (const [, file = '', name = ''] of claims) {
      assert.ok(
        namesIn(file).some((pattern) => pattern.test(name)),
        `${file} has no test “${name}”`,
      );
    }
  });

  test('names a test for each promise', () => {
    const promises = SECURITY.split(/^## /m)
      .filter((section) => /^What the \w+ promises\n/.test(section))
      .flatMap((section) => section.split(/^- /m).slice(1));
    assert.ok(promises.length > 30, `${promises.length} promises`);
    for (const promise of promises) assert.match(promise, /^ {2}- `tests\/\S+ › /m, promise);
  });
});
