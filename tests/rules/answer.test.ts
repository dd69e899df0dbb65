import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readFailure, readInstance, readTagged, redact, withoutMarks } from '../../src/answer.js';

suite('An answer', () => {
  const USABLE = { id: 12345, token: 'ABC/D' };

  test('is an instance where it has a positive safe integer and a token', () => {
    assert.deepEqual(readInstance(USABLE), USABLE);
    const largest = { ...USABLE, id: Number.MAX_SAFE_INTEGER };
    assert.deepEqual(readInstance(largest), largest);
    for (const change of [
      ...[0, -1, 1.5, Number.MAX_SAFE_INTEGER + 1, Infinity, NaN, '1', null].map((id) => ({ id })),
      ...['', null, 5, ['t'], {}].map((token) => ({ token })),
    ]) {
      assert.equal(readInstance({ ...USABLE, ...change }), undefined, JSON.stringify(change));
    }
    for (const body of [undefined, null, 5, 'text', true, [], [USABLE], {}]) {
      assert.equal(readInstance(body), undefined, JSON.stringify(body));
    }
  });

  test('is passed on with its name, tags and validity, and without anything else', () => {
    const more = { name: 'My shop', tags: ['Docs'], valid: false };
    const body = { ...USABLE, ...more, configuration: { password: 'secret' }, user: {} };
    assert.deepEqual(readInstance(body), { ...USABLE, ...more });
    for (const wrong of [
      ...[5, null, ['a']].map((name) => ({ name })),
      ...['a', [1], ['a', null], {}].map((tags) => ({ tags })),
      ...['true', 1, null].map((valid) => ({ valid })),
    ]) {
      assert.deepEqual(readInstance({ ...USABLE, ...wrong }), USABLE, JSON.stringify(wrong));
    }
  });

  test('to a lookup is the newest instance that itself carries the tag', () => {
    const TAG = 'idempotency-key:0123456789abcdef';
    const entry = (id: number, ...tags: unknown[]) => ({ ...USABLE, id, tags });
    const others = [
      entry(99, 'Docs'),
      entry(98, `${TAG}0`),
      entry(97),
      USABLE,
      null,
      5,
      { tags: TAG },
    ];
    assert.equal(readTagged(others, TAG), null);
    assert.equal(readTagged([], TAG), null);
    const list = [...others, entry(2, TAG), entry(11, 'Docs', TAG), entry(10, TAG)];
    assert.deepEqual(readTagged(list, TAG), entry(11, 'Docs', TAG));
    assert.deepEqual(readTagged([entry(3, 5, TAG)], TAG), { ...USABLE, id: 3 });
  });

  test('to a lookup finds nothing out without a list, or where no entry with the tag is usable', () => {
    const entry = { ...USABLE, tags: ['a'] };
    for (const answer of [undefined, null, 'text', entry, [{ ...entry, token: '' }]]) {
      assert.equal(readTagged(answer, 'a'), undefined, JSON.stringify(answer));
    }
    assert.deepEqual(readTagged([{ ...entry, id: 0 }, entry], 'a'), entry, 'another one is');
  });

  test("is passed on without the package's own tags", () => {
    const tags = ['Docs', 'subject:me', 'Idempotency-Key:1234567890123456'];
    assert.deepEqual(withoutMarks({ ...USABLE, tags }), { ...USABLE, tags: ['Docs'] });
    assert.deepEqual(withoutMarks(USABLE), USABLE);
  });

  test('of an error has the code of its status', () => {
    for (const [status, code] of [
      ...([400, 402, 405, 408, 422, 499] as const).map((s) => [s, 'ERR_REJECTED'] as const),
      ...([500, 501, 503, 599] as const).map((s) => [s, 'ERR_SERVER'] as const),
      ...([0, 101, 200, 204, 299, 304, 600, NaN] as const).map((s) => [s, 'ERR_RESPONSE'] as const),
      [401, 'ERR_UNAUTHORIZED'],
      [403, 'ERR_FORBIDDEN'],
      [404, 'ERR_NOT_FOUND'],
      [409, 'ERR_CONFLICT'],
      [429, 'ERR_RATE_LIMITED'],
    ] as const) {
      const failure = readFailure(status, USABLE, 3, []) as unknown as Record<string, unknown>;
      assert.deepEqual([failure.code, failure.status], [code, status]);
      const isPostponed = code === 'ERR_RATE_LIMITED' || code === 'ERR_SERVER';
      assert.equal(failure.retryAfter, isPostponed ? 3 : undefined, String(status));
      assert.match(
        String(failure.message),
        new RegExp(`^Cloud Elements answered ${status}\\b.*\\.$`),
      );
    }
  });

  test('of an error tells what the service says, where that is text', () => {
    const said = { message: 'Bad token', requestId: 'r-1', providerMessage: 'No' };
    assert.deepEqual(readFailure(400, said, undefined, []), {
      ...said,
      code: 'ERR_REJECTED',
      message: 'Cloud Elements answered 400: Bad token',
      status: 400,
    });
    for (const body of [
      undefined,
      null,
      [],
      'text',
      { message: 5, requestId: {}, providerMessage: null },
    ]) {
      assert.deepEqual(readFailure(400, body, undefined, []), {
        code: 'ERR_REJECTED',
        message: 'Cloud Elements answered 400.',
        status: 400,
      });
    }
  });

  test('of an error is cut, and has no secret in any of its texts', () => {
    const long = {
      message: 'm'.repeat(600),
      requestId: 'r'.repeat(300),
      providerMessage: 's3cret'.repeat(99),
    };
    const failure = readFailure(500, long, undefined, ['s3cret']) as never as Record<
      string,
      string
    >;
    assert.equal(failure.message?.length, 500);
    assert.equal(failure.requestId?.length, 200);
    assert.equal(failure.providerMessage, '[redacted]'.repeat(50));
  });
});

suite('A secret', () => {
  test('is replaced wherever it stands', () => {
    const text = 's3cret, again s3cret and s3cre';
    assert.equal(redact(text, ['s3cret']), '[redacted], again [redacted] and s3cre');
  });

  test('of three characters is left alone, and so is what is no text', () => {
    assert.equal(redact('abc abcd 5 undefined', ['abc', '', undefined, 5]), 'abc abcd 5 undefined');
    assert.equal(redact('abc abcd', ['abcd']), 'abc [redacted]');
  });

  test('is taken as it is, and not as a pattern', () => {
    assert.equal(redact('a.*b axxb $& a.*b', ['a.*b']), '[redacted] axxb $& [redacted]');
  });

  test('is found where a request is quoted, too', () => {
    const secret = 'p"s\\w rd&ü';
    const quoted = JSON.stringify({ password: secret });
    assert.equal(redact(quoted, [secret]), '{"password":"[redacted]"}');
  });

  test('that is longer than another goes as one', () => {
    assert.equal(redact('token-long', ['token', 'token-long']), '[redacted]');
  });

  test('that overlaps another leaves nothing of either', () => {
    assert.equal(redact('-AAAABBBBCCCC-', ['AAAABBBB', 'BBBBCCCC']), '-[redacted]-');
  });

  test('is out before the text is cut, which is never done through a character', () => {
    assert.equal(redact('12s3cret', ['s3cret'], 7), '12[reda');
    assert.equal(redact('aé😀b', [], 3), 'aé');
    assert.equal(redact('aé😀b', [], 4), 'aé😀');
    assert.equal(redact('aé😀b', [], 5), 'aé😀b');
  });
});
