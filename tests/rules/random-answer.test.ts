import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import {
  MAX_MESSAGE,
  parse,
  readFailure,
  readInstance,
  readTagged,
  redact,
  withoutMarks,
} from '../../src/answer.js';
import { readRetryAfter } from '../../src/retry-after.js';
import { runs } from '../random.js';

const OWN = ['id', 'token', 'name', 'tags', 'valid'] as const;
const TAG = 'idempotency-key:0123456789abcdef';

/** What must not be passed on, for nothing asks for it. */
const CANARY = 'canary-in-another-field';

const text = fc.string({ unit: 'binary' });

const HALF = /\p{Cs}/u;

/** Any JSON, the names of the fields that are read among the others. */
const json = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(
    fc.constantFrom(...OWN, 'message', 'requestId', 'providerMessage', '__proto__', 'length'),
    fc.oneof(
      fc.jsonValue(),
      fc.maxSafeInteger(),
      fc.array(fc.oneof(text, fc.constantFrom(TAG, 'subject:ann'), fc.jsonValue())),
    ),
  ),
);

/** An answer with an instance in it, but for `changes` to what is read. */
const instance = fc.record(
  {
    id: fc.oneof(fc.nat(9), fc.maxSafeInteger(), fc.jsonValue()),
    token: fc.oneof(fc.constantFrom('t', ''), fc.jsonValue()),
    name: fc.jsonValue(),
    tags: fc.oneof(fc.array(fc.constantFrom(TAG, `${TAG}0`, 'Docs')), fc.jsonValue()),
    valid: fc.oneof(fc.boolean(), fc.jsonValue()),
    configuration: fc.constant({ password: CANARY }),
  },
  { requiredKeys: [] },
);

suite('Of any answer', () => {
  test('the JSON is read, or none is found', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.json()), (body) => {
        const read = parse(body);
        if (read !== undefined) assert.deepEqual(read, JSON.parse(body));
        else assert.throws(() => JSON.parse(body));
      }),
      runs(500),
    );
  });

  test('an instance has its five fields at most, as they stand there', () => {
    fc.assert(
      fc.property(fc.oneof(json, instance), (body) => {
        const read = readInstance(body);
        if (read === undefined) return;
        const given = body as Record<string, unknown>;
        assert.ok(Number.isSafeInteger(read.id) && read.id > 0 && read.token !== '');
        for (const [name, value] of Object.entries(read)) {
          assert.ok((OWN as readonly string[]).includes(name), name);
          assert.deepEqual(value, given[name]);
        }
        for (const tag of read.tags ?? []) assert.equal(typeof tag, 'string');
        assert.doesNotMatch(JSON.stringify(withoutMarks(read)), /"(subject|idempotency-key):/i);
      }),
      runs(1000),
    );
  });

  test('to a lookup, the newest that carries the tag is taken', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(instance, json)), (list) => {
        const tagged = list.filter((entry) => {
          const { tags } = Object(entry);
          return Array.isArray(tags) && tags.some((tag) => tag === TAG);
        });
        const ids = tagged.flatMap((entry) => readInstance(entry)?.id ?? []);
        const found = readTagged(list, TAG);
        if (tagged.length === 0) assert.equal(found, null);
        else assert.equal(found?.id, ids.length > 0 ? Math.max(...ids) : undefined);
      }),
      runs(500),
    );
  });

  test('a failure has its code and texts at most, none of them too long or with a secret', () => {
    const secret = 'p\u{1f511}ss-word';
    const said = fc
      .array(fc.oneof(fc.constantFrom(secret, '😀'.repeat(99)), text))
      .map((parts) => parts.join(''));
    const named = fc.record(
      { message: said, requestId: said, providerMessage: said, other: fc.constant(CANARY) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 400, max: 599 }), fc.integer()),
        fc.oneof(json, named),
        fc.option(fc.nat(), { nil: undefined }),
        (status, body, seconds) => {
          const failure = readFailure(status, body, seconds, [secret, 'abc', undefined]);
          const { code, message, requestId, providerMessage, retryAfter, ...rest } =
            failure as unknown as Record<string, string | number | undefined>;
          assert.match(String(code), /^ERR_[A-Z_]+$/);
          assert.deepEqual(rest, { status });
          assert.ok(retryAfter === undefined || retryAfter === seconds);
          for (const [said, max] of [
            [message, MAX_MESSAGE],
            [requestId, 200],
            [providerMessage, MAX_MESSAGE],
          ] as const) {
            if (said === undefined) continue;
            assert.ok(typeof said === 'string' && said.length <= max);
            assert.ok(!said.includes(secret) && !said.includes(CANARY));
          }
        },
      ),
      runs(1000),
    );
  });

  test('Retry-After is a number of seconds from 0, or nothing', (t) => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.stringMatching(/^[A-Z][a-z]{2,8},? [\w: -]{0,30}$/),
          fc.bigInt({ min: 0n }).map(String),
        ),
        (header) => {
          const seconds = readRetryAfter(header);
          assert.ok(seconds === undefined || (Number.isFinite(seconds) && seconds >= 0), header);
        },
      ),
      runs(1000),
    );
    t.mock.timers.enable({ apis: ['Date'], now: Date.now() });
    const year = 365 * 24 * 3600;
    fc.assert(
      fc.property(fc.integer({ min: -year, max: year }), (later) => {
        const seconds = readRetryAfter(new Date(Date.now() + later * 1000).toUTCString());
        // Dates are of whole seconds.
        assert.ok(Math.abs((seconds ?? Number.NaN) - Math.max(later, 0)) <= 1);
      }),
      runs(200),
    );
  });
});

suite('Of any text', () => {
  // Of few letters, so that they overlap, repeat and hold each other; none is one of [redacted].
  const letters = fc.constantFrom('x', 'y', '\ud83d', '\ude00');
  const word = fc.array(letters, { maxLength: 6 }).map((units) => units.join(''));
  const secrets = fc.array(word, { maxLength: 4 });

  /** Where secrets stand, overlapping ones as one. */
  function covered(text: string, secrets: string[]): [from: number, to: number][] {
    const places = secrets
      .filter(({ length }) => length >= 4)
      .flatMap((secret) =>
        Array.from({ length: text.length }, (_, at): [number, number] => [
          at,
          at + secret.length,
        ]).filter(([from, to]) => text.slice(from, to) === secret),
      )
      .sort(([a], [b]) => a - b);
    const merged: [number, number][] = [];
    for (const [from, to] of places) {
      const last = merged.at(-1);
      if (last && from < last[1]) last[1] = Math.max(last[1], to);
      else merged.push([from, to]);
    }
    return merged;
  }

  test('nothing but the secrets is replaced, and no secret is left', () => {
    fc.assert(
      fc.property(fc.array(word), secrets, (words, secrets) => {
        const text = words.join('');
        let expected = '';
        let end = 0;
        for (const [from, to] of covered(text, secrets)) {
          expected += `${text.slice(end, from)}[redacted]`;
          end = to;
        }
        expected += text.slice(end);
        const redacted = redact(text, secrets);
        assert.equal(redacted, expected);
        for (const rest of redacted.split('[redacted]')) {
          for (const secret of secrets) assert.ok(secret.length < 4 || !rest.includes(secret));
        }
      }),
      runs(2000),
    );
  });

  test('the beginning is kept, as far as whole characters fit', () => {
    fc.assert(
      fc.property(fc.array(word), secrets, fc.nat(40), (words, secrets, max) => {
        const text = words.join('');
        const whole = redact(text, secrets);
        const cut = redact(text, secrets, max);
        assert.ok(whole.startsWith(cut) && cut.length <= max);
        assert.ok(cut.length >= Math.min(whole.length, max) - 1);
        assert.ok(HALF.test(whole) || !HALF.test(cut));
      }),
      runs(1000),
    );
  });
});
