import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { measureMemory, measureTime } from '../../scripts/bench/handler.js';

// `npm run bench` prints the figures.
suite('The handler', { timeout: 600_000 }, () => {
  test('takes less than 20 times as long as a direct call', async (t) => {
    const { direct, through } = await measureTime(400);
    // On a busy machine, most calls wait for a core, and those with more hops more often.
    const ratio = through.from / direct.from;
    t.diagnostic(`a call takes ${ratio.toFixed(2)} times as long, without the slowest 95 %`);
    assert.ok(ratio < 20, `a call takes ${ratio} times as long`);
  });

  test('uses no more memory after several rounds of 500 calls at once', async (t) => {
    const used = await measureMemory(6, 500);
    const megabytes = used.map((bytes) => Math.round(bytes / 1e5) / 10);
    t.diagnostic(`${megabytes.join(', ')} MB after each round`);
    const [settled = 0] = used.slice(2);
    const grown = (used.at(-1) ?? Number.NaN) - settled;
    assert.ok(grown < 5e6, `${megabytes.join(', ')} MB`);
  });
});
