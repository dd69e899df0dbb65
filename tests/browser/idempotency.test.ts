import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../js/sandbox/sandbox.js';
import { setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';
import { speedUpTimers } from './fast-timers.js';
import { SandboxedPage } from './sandboxed-page.js';

/** Engines end and repeat connections in their own ways; tests/core/idempotency.test.ts has all else. */
inEveryEngine('An idempotency key', (engine) => {
  const page = setUp(new SandboxedPage(engine));

  test('belongs to one instance, whatever faults happen in 200 calls', async () => {
    const CALLS = 200;
    const { config, sandbox } = page;
    await speedUpTimers(page.browser);
    const any = <T>(...choices: T[]) => choices[Math.floor(Math.random() * choices.length)] as T;
    const status = (status: number, headers = {}): Fault => ({ kind: 'respond', status, headers });
    let faultCount = 0;
    sandbox.onRequest = ({ method }) => {
      if (Math.random() > 0.3) return undefined;
      faultCount++;
      // Seldom held: browsers open six connections to a host, and a held one lasts until the timeout.
      if (faultCount % 50 === 25) return { kind: any('hold', 'hold-after') };
      return method === 'GET'
        ? any<Fault>({ kind: 'drop' }, { kind: 'half' }, status(429), status(500))
        : any<Fault>(
            { kind: 'drop' },
            { kind: 'drop-after' },
            { kind: 'half' },
            { kind: 'respond-after', status: 502, body: '<html>' },
            { kind: 'respond-after', status: 200, body: '{"id":' },
            status(429, { 'retry-after': '0' }),
            status(503),
          );
    };
    const results = await page.run(
      async (config, calls) => {
        let next = 0;
        const results: { key: string; first: unknown; second: unknown; attempts: number }[] = [];
        async function untilConnected(idempotencyKey: string) {
          for (let attempts = 1; ; attempts++) {
            const call = api.authenticateBigCommerce({ ...config, idempotencyKey } as never);
            const { id, token } = await call.catch(() => ({ id: undefined, token: '' }));
            if (id !== undefined) return { instance: { id, token }, attempts };
          }
        }
        async function work() {
          while (next < calls) {
            const key = `load-${String(next++).padStart(11, '0')}`;
            const { instance: first, attempts } = await untilConnected(key);
            const { instance: second } = await untilConnected(key);
            results.push({ key, first, second, attempts });
          }
        }
        await Promise.all(Array.from({ length: 6 }, work));
        return results;
      },
      // On a busy machine, a POST that is aborted sooner can arrive after all lookups.
      { ...config, timeout: 100_000 },
      CALLS,
    );
    assert.equal(results.length, CALLS);
    for (const { key, first, second } of results) {
      const tag = `idempotency-key:${key}`;
      const instances = [...sandbox.instances.values()].filter(({ tags }) => tags.includes(tag));
      const ids = instances.map(({ id, token }) => ({ id, token }));
      assert.deepEqual([ids, second], [[first], first], key);
    }
    assert.equal(sandbox.instances.size, CALLS);
    assert.ok(faultCount > CALLS / 2, `${faultCount} faults`);
    assert.ok(
      results.some(({ attempts }) => attempts > 1),
      'some needed more than one call',
    );
  });
});
