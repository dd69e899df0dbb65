import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { redact } from '../../js/handler/redact.js';
import { runs } from '../random.js';

const SECRET = 'p&ss/w"rd+1<ü€>😀\\ end';

const percent = (text: string) =>
  [...new TextEncoder().encode(text)]
    .map((byte) => `%${byte.toString(16).padStart(2, '0')}`)
    .join('');
const bytes = (text: string) => Buffer.from(text);

/** Encodings that hide a text from a plain search. */
const ENCODINGS: Record<string, (text: string) => string> = {
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case, each byte': percent,
  'as a form encodes it': (text) => new URLSearchParams([['', text]]).toString().slice(1),
  'with a slash that JSON escapes': (text) =>
    JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'with an escape of JSON for each unit': (text) =>
    text
      .split('')
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  'with named entities': (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
  'with decimal entities': (text) =>
    [...text].map((character) => `&#${character.codePointAt(0)};`).join(''),
  'with hexadecimal entities': (text) =>
    [...text].map((character) => `&#x${character.codePointAt(0)?.toString(16)};`).join(''),
  'with an entity for each unit': (text) =>
    text
      .split('')
      .map((unit) => `&#X0${unit.charCodeAt(0).toString(16)};`)
      .join(''),
  'in base64': (text) => bytes(text).toString('base64'),
  'in base64 after one byte': (text) => bytes(`:${text}`).toString('base64'),
  'in base64 after two bytes, and before others': (text) =>
    bytes(`a:${text}:more`).toString('base64'),
  'in base64url': (text) => bytes(`<<???>>${text}`).toString('base64url'),
};

suite('Redaction', () => {
  test('leaves no part of a secret, wherever it is cut and whatever is removed', () => {
    const secret = 'secret-of-the-store/1';
    const forms = [secret, ...Object.values(ENCODINGS).map((encode) => encode(secret))];
    for (const form of forms) {
      for (const written of [form, form.split('').join('\u200b'.repeat(40))]) {
        for (const padding of ['\u200b', ' ']) {
          for (let at = 3600; at < 4100; at += 3) {
            const text = padding.repeat(at) + written + padding.repeat(5000);
            const redacted = redact(text, [secret], 9999) ?? '';
            assert.match(redacted, /^ *(\[redacted\])? *$/, `${form} at ${at}`);
          }
        }
      }
    }
  });

  for (const [how, encode] of Object.entries(ENCODINGS)) {
    test(`omits a text with a secret ${how}`, () => {
      for (const secret of [
        SECRET,
        `${SECRET}1`,
        `${SECRET}12`,
        'abc/d+f"gh',
        '</&>\'"&amp;%41+\\n',
      ]) {
        const encoded = encode(secret);
        for (const text of [encoded, `a ${encoded} z`, `(${encoded})`]) {
          // An encoding can leave a secret as it is: then only the secret is replaced.
          const expected = text.includes(secret) ? text.replace(secret, '[redacted]') : undefined;
          assert.equal(redact(text, ['other secret', secret], 999), expected, text);
        }
      }
    });
  }

  test('keeps a text whose encoded part is no secret', () => {
    for (const encode of Object.values(ENCODINGS)) {
      const text = encode('nothing that is secret: ü€😀"/+');
      assert.equal(redact(text, [SECRET, 'nothing else'], 9999), text);
    }
  });

  const secret = fc
    .string({ unit: 'binary', minLength: 4, maxLength: 20 })
    .filter((text) => !/\p{Cs}/u.test(text));

  test('leaves no secret in random texts, in any encoding', () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom((text: string) => text, ...Object.values(ENCODINGS)),
        fc.string(),
        (secret, encode, around) => {
          const text = redact(around + encode(secret) + around, [secret], 9999);
          // Secrets with fewer than 4 visible characters are not looked for.
          const visible = redact(secret, [], 9999) ?? '';
          if (visible.length < 4 || text === undefined) return;
          for (const piece of text.split('[redacted]')) assert.ok(!piece.includes(visible));
        },
      ),
      runs(2000),
    );
  });

  test('takes at most ten times as long for a hostile text as for a harmless one', () => {
    const SIZE = 1024 * 1024;
    const secrets = [`${'a'.repeat(254)}b`, 'a'.repeat(255), '%61'.repeat(80), '\\'.repeat(255)];
    const account = [`${'a'.repeat(1023)}b`, 'a'.repeat(1024)];
    const time = (text: string, secrets: string[]) => {
      const times = Array.from({ length: 5 }, () => {
        const start = performance.now();
        redact(text, secrets, 500);
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    const fill = (part: string, size: number) =>
      part.repeat(Math.ceil(size / part.length)).slice(0, size);
    const harmless = 'The store said no. ';
    const hostile = [
      'a',
      'ab',
      `${'a'.repeat(1023)}c`,
      '%61',
      '%',
      '&#',
      '&#1',
      '\\',
      '\\u006',
      '\u200b',
      '\t',
      'YWFh',
      `${'a'.repeat(255)} `,
    ];
    for (const [size, all] of [
      [4096, secrets],
      [4096, account],
      [SIZE, secrets],
    ] as const) {
      const usual = time(fill(harmless, size), [...all]);
      for (const part of hostile) {
        const taken = time(fill(part, size), [...all]);
        assert.ok(
          taken < Math.max(10 * usual, 20),
          `${part.slice(0, 9)}: ${taken} ms, not ${usual}`,
        );
      }
    }
  });
});
