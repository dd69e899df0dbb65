import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import en from 'authenticate-bigcommerce/languages/en';
import { tableOfTexts } from '../../scripts/texts.js';

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

const TAGS = readdirSync(new URL('../../dist/languages', import.meta.url))
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.replace('.js', ''));

const languages = new Map<string, Record<string, string>>();
for (const tag of TAGS) {
  languages.set(tag, (await import(`authenticate-bigcommerce/languages/${tag}`)).default);
}

const english: Record<string, string> = { ...en };

/** The codes of issues, as docs/errors.md lists them. */
const CODES = [...read('docs/errors.md').matchAll(/^\| `([a-z-]+)` \|/gm)]
  .map(([, code]) => code)
  .filter((code) => code !== 'code');

/** The placeholders of each line, and all of BigCommerce's own terms. */
function partsOf(text: string) {
  const placeholders = text.split('\n').map((line) => (line.match(/\{\w+\}/g) ?? []).sort());
  return { placeholders, terms: (text.match(/`[^`]+`/g) ?? []).sort() };
}

suite('The languages', () => {
  test('are those that the element loads, and English', () => {
    const loaded = [...read('js/languages/index.ts').matchAll(/import\('\.\/(.*)\.js'\)/g)];
    assert.deepEqual([...loaded.map(([, tag]) => tag), 'en'].sort(), TAGS.sort());
  });

  for (const [tag, texts] of languages) {
    test(`have all texts, with the same values and terms as in English: ${tag}`, () => {
      assert.equal(texts.lang, tag);
      for (const [name, text] of Object.entries(texts)) {
        assert.ok(text, `${name} has a text`);
        const [other] = [...languages.values()].filter(
          (others) => others !== texts && name in others,
        );
        const expected = english[name] ?? other?.[name] ?? text;
        assert.deepEqual(partsOf(text), partsOf(expected), name);
      }
      const missing = [...Object.keys(english), ...(tag === 'en' ? [] : CODES)].filter(
        (name) => !(String(name) in texts),
      );
      assert.deepEqual(missing, []);
      const [one] = [...languages].filter(([other]) => other !== 'en').map(([, texts]) => texts);
      if (tag !== 'en') assert.deepEqual(Object.keys(texts).sort(), Object.keys(one ?? {}).sort());
    });
  }

  test('are documented by their English texts', () => {
    const table = tableOfTexts();
    assert.ok(read('docs/element.md').includes(table), 'run npx tsx scripts/texts.ts');
  });
});
