import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { BigCommerceConnectForm } from 'authenticate-bigcommerce/form';

const PROJECT = new URL('../..', import.meta.url);

const read = (file: string) => readFileSync(new URL(file, PROJECT), 'utf8');

const readAll = (folder: string) =>
  readdirSync(new URL(folder, PROJECT))
    .map((file) => read(`${folder}/${file}`))
    .join('\n');

interface Named {
  name: string;
  type: { text: string };
  description: string;
}

const PACKAGE = JSON.parse(read('package.json'));
const MANIFEST = JSON.parse(read(PACKAGE.customElements));

/** The names, sorted. */
const names = (items: Named[]) => items.map(({ name }) => name).sort();

for (const [at, entry, element, source, others] of [
  [0, 'connect', BigCommerceConnect, readAll('js/element'), ['base-url', 'instance-id', 'timeout']],
  // Read where they are used.
  [1, 'form', BigCommerceConnectForm, readAll('js/form'), ['lang', 'theme']],
] as const) {
  const module = MANIFEST.modules[at];
  const [declared] = module.declarations;
  const types = read(`dist/${entry}.d.ts`);

  /** The matches of the pattern's group in the source, without duplicates, sorted. */
  const found = (pattern: RegExp) =>
    [...new Set([...source.matchAll(pattern)].map(([, name]) => name ?? ''))].sort();

  suite(`The Custom Elements Manifest of ${entry}`, () => {
    test('has a version that editors support, and describes the module with the element', () => {
      assert.equal(MANIFEST.schemaVersion, '1.0.0');
      assert.equal(`./${module.path}`, PACKAGE.exports[`./${entry}`].default);
      assert.ok(source.includes(`const NAME = '${declared.tagName}';`), declared.tagName);
      for (const { declaration } of module.exports) {
        assert.deepEqual(declaration, { name: declared.name, module: module.path });
      }
    });

    test('has the attributes that the element reads', () => {
      const { observedAttributes } = element as unknown as { observedAttributes: string[] };
      assert.deepEqual(names(declared.attributes), [...observedAttributes, ...others].sort());
      for (const name of others) assert.ok(source.includes(name), `the source reads ${name}`);
    });

    test('has the members of the element, and their types', () => {
      const own = Object.entries(Object.getOwnPropertyDescriptors(element.prototype))
        .filter(([name, { get, set }]) => (get && set) || name === 'reload')
        .map(([name]) => name);
      assert.deepEqual(names(declared.members), own.sort());
      for (const { name, type } of [...declared.members, ...declared.events] as Named[]) {
        if (type) assert.ok(types.includes(`    ${name}: ${type.text};`), `the type of ${name}`);
      }
    });

    test('has the events, custom properties and parts of the element', () => {
      assert.deepEqual(names(declared.events), found(/^ {2}(\w+): CustomEvent<.*>;$/gm));
      const properties = declared.cssProperties ?? [];
      assert.deepEqual(names(properties), found(/var\((--bigcommerce-[\w-]+)/g));
      const parts = found(/part: '([\w ]+)'/g).flatMap((names) => names.split(' '));
      assert.deepEqual(names(declared.cssParts ?? []), [...new Set(parts)].sort());
    });

    test('has a description of everything', () => {
      const { attributes, members, events, cssProperties = [], cssParts = [] } = declared;
      for (const { name, description } of [
        ...attributes,
        ...members,
        ...events,
        ...cssProperties,
        ...cssParts,
      ] as Named[]) {
        assert.match(description, /\.$/, name);
      }
    });
  });
}
