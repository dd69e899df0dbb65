import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import type { Fault, Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { engines } from './engines.js';
import { speedUpTimers } from './fast-timers.js';
import { inEveryEngine } from './in-every-engine.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

/** What engines do differently: how they end connections, and how many they open. */
inEveryEngine('An idempotency key', { timeout: 1_200_000 }, (engine) => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;

  before(async () => {
    opened = await openSandboxedPage(engine);
    ({ page, sandbox } = opened);
    await speedUpTimers(page.browser);
  });
  after(() => opened?.[Symbol.asyncDispose]());
  afterEach(() => {
    sandbox.onRequest = undefined;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
  });

  const connect = (idempotencyKey: string) => page.connect({ ...opened.config, idempotencyKey });
  const sent = () =>
    sandbox.requests.map(({ method }) => method).filter((method) => method !== 'OPTIONS');

  test('finds the created instance if the response is lost', async () => {
    for (const fault of [{ kind: 'drop-after' }, { kind: 'half' }] as Fault[]) {
      sandbox.instances.clear();
      sandbox.requests.length = 0;
      const faults = [fault];
      sandbox.onRequest = ({ method }) => (method === 'POST' ? faults.shift() : undefined);
      const { id } = await connect(await page.run(() => api.createIdempotencyKey()));
      assert.deepEqual([...sandbox.instances.keys()], [id]);
      assert.deepEqual(sent(), ['POST', 'GET']);
    }
  });

  test('repeats a POST after four lookups that find nothing', async () => {
    const faults: Fault[] = [{ kind: 'drop' }];
    sandbox.onRequest = ({ method }) => (method === 'POST' ? faults.shift() : undefined);
    const { id } = await connect('the-key-of-a-drop');
    assert.deepEqual([...sandbox.instances.keys()], [id]);
    assert.deepEqual(sent(), ['GET', 'POST', 'GET', 'GET', 'GET', 'GET', 'POST']);
  });

  test('belongs to one instance, whatever faults happen in 200 calls', async () => {
    const CALLS = 200;
    // Other faults in each engine.
    const random = seeded(20_261_123 + engines.indexOf(engine));
    const any = <T>(...choices: T[]) => choices[Math.floor(random() * choices.length)] as T;
    const status = (status: number, headers = {}): Fault => ({ kind: 'respond', status, headers });
    let faultCount = 0;
    sandbox.onRequest = ({ method }) => {
      if (random() > 0.3) return undefined;
      faultCount++;
      // Seldom held: browsers open six connections to a host, and a held one lasts until the timeout.
      if (random() < 0.05) return { kind: any('hold', 'hold-after') };
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
        await Promise.all(Array.from({ length: 25 }, work));
        return results;
      },
      { ...opened.config, timeout: 20_000 },
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

/** The mulberry32 generator: the same numbers from 0 to 1 for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
