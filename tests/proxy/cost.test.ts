import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { measureMemory, measureTime } from './cost.js';

// The limits leave room for a machine that is busy with something else; `npm run bench` gives
// the figures.
suite('The handler', { timeout: 120_000 }, () => {
  test('adds little to a call', async (t) => {
    const { direct, through } = await measureTime(400);
    const added = through.median - direct.median;
    t.diagnostic(`${added.toFixed(2)} ms added at the median`);
    assert.ok(added < 10, `${added} ms`);
  });

  test('holds 500 calls at once without growing', async (t) => {
    const used = await measureMemory(6, 500);
    const megabytes = used.map((bytes) => Math.round(bytes / 1e5) / 10);
    t.diagnostic(`${megabytes.join(', ')} MB after each round`);
    const [settled = 0] = used.slice(2);
    const grown = (used.at(-1) ?? Number.NaN) - settled;
    assert.ok(grown < 5e6, `${megabytes.join(', ')} MB`);
  });
});
