import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import * as connect from 'authenticate-bigcommerce/connect';

const PROJECT = new URL('../..', import.meta.url);

const read = (file: string) => readFileSync(new URL(file, PROJECT), 'utf8');

interface Named {
  name: string;
  type: { text: string };
  description: string;
}

const PACKAGE = JSON.parse(read('package.json'));
const MANIFEST = JSON.parse(read(PACKAGE.customElements));
const [MODULE] = MANIFEST.modules;
const [ELEMENT] = MODULE.declarations;

const SOURCE = read('js/element/connect.ts') + read('js/element/form.ts');
const TYPES = read('dist/connect.d.ts');

/** The names, sorted. */
const names = (items: Named[]) => items.map(({ name }) => name).sort();

/** The matches of the pattern's group in the source, without duplicates, sorted. */
const found = (pattern: RegExp) =>
  [...new Set([...SOURCE.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();

suite('The Custom Elements Manifest', () => {
  test('has a version that editors support, and describes the module with the element', () => {
    assert.equal(MANIFEST.schemaVersion, '1.0.0');
    assert.ok(existsSync(new URL(MODULE.path, PROJECT)));
    assert.equal(`./${MODULE.path}`, PACKAGE.exports['./connect'].default);
    assert.ok(SOURCE.includes(`NAME = '${ELEMENT.tagName}';`));
    assert.deepEqual([ELEMENT.name], Object.keys(connect));
    for (const { declaration } of MODULE.exports) {
      assert.deepEqual(declaration, { name: ELEMENT.name, module: MODULE.path });
    }
  });

  test('has the attributes that the element reads', () => {
    const [defer = ''] = found(/DEFER_HYDRATION = '(.*)';/g);
    const [others = ''] = found(/ATTRIBUTES = \{(.*)\}/g);
    const read = [...others.matchAll(/'([^']*)'/g)].map(([, name]) => name);
    assert.deepEqual(names(ELEMENT.attributes), [...read, defer].sort());
  });

  test('has the properties of the element, and their types', () => {
    const accessors = Object.entries(
      Object.getOwnPropertyDescriptors(connect.BigCommerceConnect.prototype),
    )
      .filter(([, { get, set }]) => get && set)
      .map(([name]) => name);
    assert.deepEqual(names(ELEMENT.members), accessors.sort());
    for (const { name, type } of [...ELEMENT.members, ...ELEMENT.events] as Named[]) {
      assert.ok(TYPES.includes(`    ${name}: ${type.text};`), name);
    }
  });

  test('has the events of the element', () => {
    assert.deepEqual(names(ELEMENT.events), found(/^ {2}(\w+): CustomEvent<\w+>;/gm));
  });

  test('has a description of each attribute, property and event', () => {
    for (const { name, description } of [
      ...ELEMENT.attributes,
      ...ELEMENT.members,
      ...ELEMENT.events,
    ] as Named[]) {
      assert.match(description, /\.$/, name);
    }
  });
});
