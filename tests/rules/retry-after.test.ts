import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readRetryAfter } from '../../src/retry-after.js';

suite('A Retry-After header', () => {
  // Somewhere else than in Greenwich.
  process.env.TZ = 'America/New_York';

  const NOW = Date.parse('Sun, 06 Nov 1994 08:49:35 GMT');
  const read = (header: string | null) => readRetryAfter(header);

  test('is read as seconds', () => {
    assert.equal(read('0'), 0);
    assert.equal(read('120'), 120);
    assert.equal(read(' 120 '), 120);
  });

  test('is a finite number however many digits it has', () => {
    assert.equal(read('9'.repeat(400)), Number.MAX_VALUE);
  });

  test("is read as a date in each of HTTP's three forms, in GMT", (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: NOW });
    assert.equal(read('Sun, 06 Nov 1994 08:49:37 GMT'), 2);
    assert.equal(read('Sunday, 06-Nov-94 08:49:37 GMT'), 2);
    assert.equal(read('Sun Nov  6 08:49:37 1994'), 2);
  });

  test('is never below 0', (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: NOW });
    assert.equal(read('Sun, 06 Nov 1994 08:49:33 GMT'), 0);
  });

  test('is undefined in any other form', () => {
    for (const header of [
      ...[null, '', ' ', '-5', '+5', '1.5', '1e3', '0x10', 'soon', 'soon 1', '٣'],
      ...['1994-11-06T08:49:37Z', 'Sun, 99 Nov 1994 08:49:37 GMT', 'Sun, now 08:49:37 GMT'],
    ]) {
      assert.equal(read(header), undefined, String(header));
    }
  });
});
