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

/** Ways to write a text that hide it from a plain search. */
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

suite('What the service says', () => {
  test('keeps no half of a secret, wherever it stands and however much is taken out', () => {
    const secret = 'secret-of-the-store/1';
    const forms = [secret, ...Object.values(ENCODINGS).map((encode) => encode(secret))];
    for (const form of forms) {
      for (const written of [form, form.split('').join('\u200b'.repeat(40))]) {
        for (const filling of ['\u200b', ' ']) {
          for (let at = 3600; at < 4100; at += 3) {
            const text = filling.repeat(at) + written + filling.repeat(5000);
            const left = redact(text, [secret], 9999) ?? '';
            assert.match(left, /^ *(\[redacted\])? *$/, `${form} at ${at}`);
          }
        }
      }
    }
  });

  for (const [how, encode] of Object.entries(ENCODINGS)) {
    test(`is left out where a secret shows in it ${how}`, () => {
      for (const secret of [
        SECRET,
        `${SECRET}1`,
        `${SECRET}12`,
        'abc/d+f"gh',
        '</&>\'"&amp;%41+\\n',
      ]) {
        const encoded = encode(secret);
        for (const text of [encoded, `a ${encoded} z`, `(${encoded})`]) {
          // Where nothing had to be encoded, the secret itself is found.
          const expected = text.includes(secret) ? text.replace(secret, '[redacted]') : undefined;
          assert.equal(redact(text, ['other secret', secret], 999), expected, text);
        }
      }
    });
  }

  test('is kept where what is encoded is no secret', () => {
    for (const encode of Object.values(ENCODINGS)) {
      const text = encode('nothing that is secret: ü€😀"/+');
      assert.equal(redact(text, [SECRET, 'nothing else'], 9999), text);
    }
  });

  const secret = fc
    .string({ unit: 'binary', minLength: 4, maxLength: 20 })
    .filter((text) => !/\p{Cs}/u.test(text));

  test('holds no secret, whatever it is and however it is written', () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom((text: string) => text, ...Object.values(ENCODINGS)),
        fc.string(),
        (secret, encode, around) => {
          const text = redact(around + encode(secret) + around, [secret], 9999);
          // Of an invisible or short one, nothing is looked for.
          const visible = redact(secret, [], 9999) ?? '';
          if (visible.length < 4 || text === undefined) return;
          for (const piece of text.split('[redacted]')) assert.ok(!piece.includes(visible));
        },
      ),
      runs(2000),
    );
  });

  test('takes no longer to read where it is made to', () => {
    const SIZE = 1024 * 1024;
    const secrets = [`${'a'.repeat(254)}b`, 'a'.repeat(255), '%61'.repeat(80), '\\'.repeat(255)];
    const account = [`${'a'.repeat(1023)}b`, 'a'.repeat(1024)];
    const time = (text: string, secrets: string[]) => {
      const times = Array.from({ length: 5 }, () => {
        const begin = performance.now();
        redact(text, secrets, 500);
        return performance.now() - begin;
      });
      return Math.min(...times);
    };
    const filled = (part: string, size: number) =>
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
      const usual = time(filled(harmless, size), [...all]);
      for (const part of hostile) {
        const taken = time(filled(part, size), [...all]);
        assert.ok(
          taken < Math.max(10 * usual, 20),
          `${part.slice(0, 9)}: ${taken} ms, not ${usual}`,
        );
      }
    }
  });
});
