import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { redact } from '../../js/handler/redact.js';
import { runs } from '../random.js';

// tests/vectors/redaction.json has what core and handler share.
suite("The handler's redaction", () => {
  test('leaves no part of a secret, wherever it is cut and whatever is removed', () => {
    const secret = 'secret-of-the-store"1';
    for (const form of [secret, JSON.stringify(secret).slice(1, -1)]) {
      for (const written of [form, form.split('').join('\u200b'.repeat(40))]) {
        for (const padding of ['\u200b', ' ']) {
          for (let at = 3000; at < 4100; at += 3) {
            const text = padding.repeat(at) + written + padding.repeat(5000);
            const redacted = redact(text, [secret], 9999) ?? '';
            assert.match(redacted, /^ *(\[[redact]*\]?)? *$/, `${form} at ${at}`);
          }
        }
      }
    }
  });

  test('leaves no secret in random texts, as it is and as JSON writes it', () => {
    const secret = fc.string({ unit: 'binary', minLength: 4, maxLength: 20 });
    const around = fc.oneof(fc.string(), fc.constant('<a>'));
    const write = fc.constantFrom(
      (text: string) => text,
      (text: string) => JSON.stringify(text).slice(1, -1),
    );
    fc.assert(
      fc.property(secret, write, around, (secret, write, around) => {
        const left = redact(around + write(secret) + around, [secret], 9999) ?? '';
        for (const piece of left.split('[redacted]')) {
          for (const form of [secret, write(secret)]) assert.ok(!piece.includes(form), left);
        }
      }),
      runs(2000),
    );
  });
});
