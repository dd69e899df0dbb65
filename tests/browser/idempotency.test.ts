import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import type { Fault, RecordedRequest, Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { engines } from './engines.js';
import { SPEED, speedUpTimers } from './fast-timers.js';
import { inEveryEngine } from './in-every-engine.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

inEveryEngine('An idempotency key', { timeout: 1_200_000 }, (engine) => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  let config: Record<string, unknown>;
  let keys = 0;

  before(async () => {
    opened = await openSandboxedPage(engine);
    ({ page, sandbox } = opened);
    config = { ...opened.config, tags: ['Docs'] };
    await speedUpTimers(page.browser);
  });
  after(() => opened?.[Symbol.asyncDispose]());
  afterEach(() => {
    sandbox.onRequest = undefined;
    sandbox.ignoreTagFilter = false;
    sandbox.lookupLag = 0;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
  });

  const newKey = () => `key-${String(keys++).padStart(12, '0')}`;
  const connect = (changes: object) => page.connect({ ...config, ...changes });
  const sent = () =>
    sandbox.requests.map(({ method }) => method).filter((method) => method !== 'OPTIONS');
  const tagged = (key: string) =>
    [...sandbox.instances.values()].filter(({ tags }) => tags.includes(`idempotency-key:${key}`));

  /** Makes each fault happen to the next request of its method; `undefined` lets one pass. */
  function failWith(faults: Record<string, (Fault | undefined)[]>): void {
    sandbox.onRequest = ({ method }) => faults[method]?.shift();
  }
  const status = (status: number, headers = {}): Fault => ({
    kind: 'respond',
    status,
    headers,
    body: '{"message":"no"}',
  });

  test('is a tag of the instance, and not in the returned tags', async () => {
    const idempotencyKey = newKey();
    const instance = await connect({ idempotencyKey });
    const [created] = tagged(idempotencyKey);
    assert.equal(instance.id, created?.id);
    assert.deepEqual(created?.tags, [`idempotency-key:${idempotencyKey}`, 'Docs']);
    assert.deepEqual(instance.tags, ['Docs']);
  });

  test('finds the instance again and creates nothing', async () => {
    const idempotencyKey = newKey();
    const first = await connect({ idempotencyKey });
    const second = await connect({ idempotencyKey });
    assert.deepEqual(second, first);
    assert.deepEqual(sent(), ['GET', 'POST', 'GET']);
  });

  test('is ignored if there is an instanceId', async () => {
    const { id } = await connect({});
    const instance = await connect({ instanceId: id, idempotencyKey: newKey() });
    assert.equal(instance.id, id);
    assert.deepEqual(sent(), ['POST', 'PUT']);
    assert.deepEqual(sandbox.instances.get(Number(id))?.tags, ['Docs']);
  });

  test('never finds an instance without its tag, even if the service ignores the filter', async () => {
    sandbox.ignoreTagFilter = true;
    const { id } = await connect({ name: 'Somebody else' });
    const instance = await connect({ idempotencyKey: newKey() });
    assert.notEqual(instance.id, id);
  });

  test('connects if a lookup without a match is answered with an empty list', async () => {
    sandbox.emptyLookup = 'empty-list';
    const instance = await connect({ idempotencyKey: newKey() });
    sandbox.emptyLookup = 404;
    assert.ok(sandbox.instances.has(Number(instance.id)), 'it connects');
    assert.deepEqual(sent(), ['GET', 'POST']);
  });

  test("repeats a lookup that is answered with a web server's 404 page", async () => {
    const page: Fault = { kind: 'respond', status: 404, body: '<!doctype html><h1>Not Found</h1>' };
    failWith({ GET: [page, page] });
    await connect({ idempotencyKey: newKey() });
    assert.deepEqual(sent(), ['GET', 'GET', 'GET', 'POST']);
  });

  test('rejects with ERR_NOT_FOUND, the response to the POST, if baseUrl is wrong', async () => {
    const baseUrl = `${config.baseUrl}/nowhere`;
    const error = await connect({ idempotencyKey: newKey(), baseUrl });
    assert.equal(error.code, 'ERR_NOT_FOUND');
    assert.equal(error.mayHaveCreated, false);
    assert.deepEqual(sent(), ['GET', 'POST']);
  });

  for (const [what, fault] of Object.entries<Fault>({
    'the connection drops': { kind: 'drop-after' },
    'the response breaks off': { kind: 'half' },
    'a gateway answers 502': { kind: 'respond-after', status: 502, body: '<html>' },
    'a gateway answers 408': { kind: 'respond-after', status: 408 },
    'the response cannot be read': { kind: 'respond-after', status: 200, body: 'OK' },
  })) {
    test(`finds the created instance if ${what}`, async () => {
      const idempotencyKey = newKey();
      failWith({ POST: [fault] });
      const instance = await connect({ idempotencyKey });
      assert.deepEqual(sent(), ['GET', 'POST', 'GET']);
      assert.equal(instance.id, tagged(idempotencyKey)[0]?.id);
    });
  }

  test('repeats a POST only after a lookup that finds nothing, and at most twice', async () => {
    failWith({ POST: [{ kind: 'drop' }, { kind: 'drop' }, { kind: 'drop' }] });
    const error = await connect({ idempotencyKey: newKey() });
    assert.equal(error.code, 'ERR_NETWORK');
    assert.equal(error.mayHaveCreated, true);
    assert.deepEqual(sent(), ['GET', 'POST', 'GET', 'POST', 'GET', 'POST', 'GET']);
  });

  test('connects with the third POST', async () => {
    failWith({ POST: [{ kind: 'drop' }, status(503)] });
    const instance = await connect({ idempotencyKey: newKey() });
    assert.equal(sandbox.instances.size, 1);
    assert.ok(sandbox.instances.has(Number(instance.id)), 'the instance is the created one');
  });

  for (const code of [400, 404, 500]) {
    test(`does not repeat a POST that is answered ${code}`, async () => {
      failWith({ POST: [status(code)] });
      const error = await connect({ idempotencyKey: newKey() });
      assert.equal(error.status, code);
      assert.equal(error.mayHaveCreated, code >= 500);
      assert.deepEqual(sent(), ['GET', 'POST']);
    });
  }

  test('waits for the Retry-After of a 429 if it ends before the timeout', async () => {
    failWith({ POST: [status(429, { 'retry-after': '2' })] });
    const started = Date.now();
    const instance = await connect({ idempotencyKey: newKey() });
    assert.ok(Date.now() - started >= 2000 / SPEED, 'it waits');
    assert.ok(sandbox.instances.has(Number(instance.id)), 'and connects');
  });

  for (const [what, headers] of Object.entries({
    'a Retry-After beyond the timeout': { 'retry-after': '61' },
    'no Retry-After': {},
  })) {
    test(`rejects on a 429 with ${what}`, async () => {
      failWith({ POST: [status(429, headers)] });
      const error = await connect({ idempotencyKey: newKey() });
      assert.equal(error.code, 'ERR_RATE_LIMITED');
      assert.equal(error.mayHaveCreated, false);
      assert.deepEqual(sent(), ['GET', 'POST']);
    });
  }

  test('repeats a lookup until it is answered, and sends no POST before', async () => {
    const unreadable: Fault = { kind: 'respond', status: 200, body: '{' };
    failWith({ GET: [{ kind: 'drop' }, status(429), status(500), unreadable] });
    await connect({ idempotencyKey: newKey() });
    assert.deepEqual(sent(), ['GET', 'GET', 'GET', 'GET', 'GET', 'POST']);
  });

  test('pauses 0.5, 1, 2 and 4 seconds between lookups', async () => {
    const times: number[] = [];
    sandbox.onRequest = ({ method }) => {
      if (method === 'GET') times.push(Date.now());
      return times.length <= 4 ? status(503) : undefined;
    };
    await connect({ idempotencyKey: newKey() });
    const pauses = times.slice(1).map((time, at) => (time - (times[at] ?? 0)) * SPEED);
    for (const [at, least] of [500, 1000, 2000, 4000].entries()) {
      assert.ok((pauses[at] ?? 0) >= least - SPEED, `pause ${at}: ${pauses}`);
    }
  });

  test('rejects with ERR_TIMEOUT and sends no POST if lookups fail until the timeout', async () => {
    sandbox.onRequest = () => status(503);
    const error = await connect({ idempotencyKey: newKey(), timeout: 5000 });
    assert.equal(error.code, 'ERR_TIMEOUT');
    assert.equal(error.mayHaveCreated, false);
    assert.ok(!sent().includes('POST'), 'no POST');
  });

  for (const [what, fault, code] of [
    ['503', status(503), 'ERR_SERVER'],
    ['429', status(429), 'ERR_RATE_LIMITED'],
    ['408', status(408), 'ERR_REJECTED'],
    ['no response', { kind: 'drop' }, 'ERR_NETWORK'],
    ['an unreadable 200', { kind: 'respond', status: 200, body: '{' }, 'ERR_RESPONSE'],
  ] as [string, Fault, string][]) {
    test(`rejects after four retries of a lookup with ${what}`, async () => {
      sandbox.onRequest = () => fault;
      const idempotencyKey = newKey();
      const error = await connect({ idempotencyKey });
      assert.deepEqual([error.code, error.mayHaveCreated], [code, false]);
      // The last lookup of an earlier test can arrive late.
      const lookups = sandbox.requests.filter(
        ({ method, path }) => method === 'GET' && path.includes(idempotencyKey),
      );
      // Firefox itself repeats a GET whose connection drops.
      if (code !== 'ERR_NETWORK') assert.equal(lookups.length, 5);
      assert.ok(lookups.length >= 5, `${lookups.length}`);
      assert.ok(!sent().includes('POST'), 'no POST');
    });
  }

  test('rejects after four retries of a lookup if the POST got no response', async () => {
    sandbox.onRequest = ({ method }) =>
      sent().length === 1 && method === 'GET' ? undefined : { kind: 'drop' };
    const error = await connect({ idempotencyKey: newKey() });
    assert.deepEqual([error.code, error.mayHaveCreated], ['ERR_NETWORK', true]);
    assert.deepEqual(sent().slice(0, 7), ['GET', 'POST', 'GET', 'GET', 'GET', 'GET', 'GET']);
    assert.equal(sent().filter((method) => method === 'POST').length, 1);
  });

  for (const [what, fault] of [
    ['408', status(408)],
    ['502', status(502)],
    ['503', status(503)],
    ['504', status(504)],
    ['an unreadable 200', { kind: 'respond', status: 200, body: '{' }],
  ] as [string, Fault][]) {
    test(`repeats the lookup until the timeout if the POST was answered ${what}`, async () => {
      sandbox.onRequest = ({ method }) => {
        if (method === 'POST') return fault;
        return sent().length === 1 ? undefined : status(500);
      };
      const error = await connect({ idempotencyKey: newKey(), timeout: 25_000 });
      assert.deepEqual([error.code, error.mayHaveCreated], ['ERR_TIMEOUT', true]);
      assert.ok(sent().length > 7, `${sent().length} requests`);
    });
  }

  test('makes the last failure the cause of a timeout', async () => {
    sandbox.onRequest = () => status(503);
    const cause = await page.run(
      async (config) => {
        const call = api.authenticateBigCommerce(config as never);
        const { code, cause } = await call.catch((error) => error);
        const isOurs = cause instanceof api.BigCommerceAuthError;
        return { code, isOurs, of: cause.code, status: cause.status, text: cause.message };
      },
      { ...config, idempotencyKey: newKey(), timeout: 3000 },
    );
    assert.deepEqual(cause, {
      code: 'ERR_TIMEOUT',
      isOurs: true,
      of: 'ERR_SERVER',
      status: 503,
      text: 'Cloud Elements answered 503: no',
    });
  });

  test('rejects at once on a lookup with a Retry-After beyond the timeout', async () => {
    sandbox.onRequest = () => status(429, { 'retry-after': '61' });
    const error = await connect({ idempotencyKey: newKey() });
    assert.deepEqual([error.code, error.retryAfter], ['ERR_RATE_LIMITED', 61]);
    assert.deepEqual(sent(), ['GET']);
  });

  suite('of createIdempotencyKey', () => {
    const createKey = () => page.run(() => api.createIdempotencyKey());

    test('is random and valid', async () => {
      const keys = await page.run(() =>
        Array.from({ length: 1000 }, () => api.createIdempotencyKey()),
      );
      assert.equal(new Set(keys).size, 1000);
      for (const key of keys) assert.match(key, /^[\w.-]{16,64}$/);
    });

    test('needs one request for a first connection, and finds its instance later', async () => {
      const idempotencyKey = await createKey();
      const first = await connect({ idempotencyKey });
      assert.deepEqual(sent(), ['POST']);
      assert.deepEqual(await connect({ idempotencyKey }), first);
      assert.deepEqual(sent(), ['POST', 'GET']);
    });

    test('creates one instance even if the response is lost', async () => {
      const idempotencyKey = await createKey();
      failWith({ POST: [{ kind: 'drop-after' }] });
      const { id } = await connect({ idempotencyKey });
      assert.deepEqual([...sandbox.instances.keys()], [id]);
      assert.deepEqual(sent(), ['POST', 'GET']);
    });

    test('stays new until a request with it is sent', async () => {
      const idempotencyKey = await createKey();
      assert.equal((await connect({ idempotencyKey, name: '' })).code, 'ERR_CONFIG');
      const aborted = await page.run(
        async (config) => {
          const controller = new AbortController();
          const { signal } = controller;
          const call = outcome(api.authenticateBigCommerce({ ...config, signal } as never));
          controller.abort();
          return call;
        },
        { ...config, idempotencyKey },
      );
      assert.deepEqual([aborted.code, aborted.mayHaveCreated], ['ERR_ABORTED', false]);
      assert.deepEqual(sent(), []);
      await connect({ idempotencyKey });
      assert.deepEqual(sent(), ['POST']);
    });

    test('is looked up once a request with it was refused', async () => {
      const idempotencyKey = await createKey();
      failWith({ POST: [status(400)] });
      assert.equal((await connect({ idempotencyKey })).code, 'ERR_REJECTED');
      await connect({ idempotencyKey });
      assert.deepEqual(sent(), ['POST', 'GET', 'POST']);
    });
  });

  test('rejects with the error of a refused lookup', async () => {
    failWith({ GET: [status(403)] });
    const error = await connect({ idempotencyKey: newKey() });
    assert.equal(error.code, 'ERR_FORBIDDEN');
    assert.equal(error.mayHaveCreated, false);
    failWith({ GET: [undefined, status(409)], POST: [{ kind: 'drop' }] });
    const later = await connect({ idempotencyKey: newKey() });
    assert.equal(later.code, 'ERR_CONFLICT');
    assert.equal(later.mayHaveCreated, true, 'the result of the POST is unknown');
  });

  test('finds an instance that lookups show late', async () => {
    const idempotencyKey = newKey();
    sandbox.lookupLag = 300 / SPEED;
    failWith({ POST: [{ kind: 'drop-after' }] });
    await connect({ idempotencyKey });
    assert.equal(tagged(idempotencyKey).length, 1);
  });

  test('sends no second POST while the service may still process the first', async () => {
    const idempotencyKey = newKey();
    failWith({ POST: [{ kind: 'delay', ms: 1000 / SPEED }] });
    assert.equal((await connect({ idempotencyKey, timeout: 500 })).code, 'ERR_TIMEOUT');
    const instance = await connect({ idempotencyKey });
    assert.equal(tagged(idempotencyKey).length, 1);
    assert.equal(instance.id, tagged(idempotencyKey)[0]?.id);
    assert.equal(sent().filter((method) => method === 'POST').length, 1);
  });

  suite('in two calls at once', () => {
    test('sends one request for both if the values are equal', async () => {
      const [changed, other, original] = await page.run(
        async (config) => {
          const first = api.authenticateBigCommerce(config as never);
          const second = api.authenticateBigCommerce({ ...config, name: ' My shop ' } as never);
          const [one, other] = await Promise.all([first, second]);
          // Each has an instance of its own.
          const original = structuredClone(one);
          one.name = '';
          one.tags?.push('a');
          return [one, other, original];
        },
        { ...config, idempotencyKey: newKey() },
      );
      assert.deepEqual(other, original);
      assert.notDeepEqual(other, changed);
      assert.deepEqual(sent(), ['GET', 'POST']);
    });

    for (const change of ['password', 'name', 'userSecret'] as const) {
      test(`rejects the second if its ${change} differs`, async () => {
        const [first, second] = await page.run(
          (config, change) => {
            const other = { ...config, [change]: 'other', signal: AbortSignal.abort() };
            return Promise.all([
              outcome(api.authenticateBigCommerce(config as never)),
              outcome(api.authenticateBigCommerce(other as never)),
            ]);
          },
          { ...config, idempotencyKey: newKey() },
          change,
        );
        assert.equal(typeof first?.token, 'string');
        assert.equal(second?.code, 'ERR_CONFIG');
        assert.match(JSON.stringify(second?.issues), /"path":\["idempotencyKey"\]/);
      });
    }

    test('lets a signal or a timeout end its own call only', async () => {
      const held = new Promise<void>((resolve) => {
        sandbox.onRequest = ({ method }) => {
          if (method !== 'POST') return undefined;
          resolve();
          return { kind: 'delay', ms: 3000 };
        };
      });
      const outcomes = page.run(
        (config) => {
          const calls = [
            { signal: AbortSignal.timeout(1000) },
            { timeout: 20_000 },
            { timeout: 400_000 },
            { signal: AbortSignal.abort() },
          ];
          return Promise.all(
            calls.map((call) =>
              outcome(api.authenticateBigCommerce({ ...config, ...call } as never)),
            ),
          );
        },
        { ...config, idempotencyKey: newKey() },
      );
      await held;
      const [aborted, timedOut, waited, never] = await outcomes;
      assert.deepEqual(
        [aborted, timedOut, never].map((error) => [error?.code, error?.mayHaveCreated]),
        [
          ['ERR_ABORTED', true],
          ['ERR_TIMEOUT', true],
          ['ERR_ABORTED', false],
        ],
      );
      assert.equal(typeof waited?.token, 'string');
      assert.deepEqual(sent(), ['GET', 'POST']);
    });

    test('aborts the request once both calls are aborted, and can be used again', async () => {
      const idempotencyKey = newKey();
      failWith({ POST: [{ kind: 'hold-after' }] });
      const errors = await page.run(
        (config) =>
          Promise.all(
            [1, 2].map(() =>
              outcome(
                api.authenticateBigCommerce({
                  ...config,
                  signal: AbortSignal.timeout(300),
                } as never),
              ),
            ),
          ),
        { ...config, idempotencyKey },
      );
      assert.deepEqual(
        errors.map((error) => error.code),
        ['ERR_ABORTED', 'ERR_ABORTED'],
      );
      const instance = await connect({ idempotencyKey, name: 'Another' });
      assert.equal(instance.id, tagged(idempotencyKey)[0]?.id);
    });
  });

  test('belongs to one instance, whatever faults happen in 400 calls', async () => {
    const CALLS = 400;
    // Other faults in each engine.
    const random = seeded(20_261_123 + engines.indexOf(engine));
    const any = <T>(...choices: T[]) => choices[Math.floor(random() * choices.length)] as T;
    let faultCount = 0;
    sandbox.onRequest = ({ method }: RecordedRequest) => {
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
            status(500),
          );
    };
    const results = await page.run(
      async (config, calls) => {
        let next = 0;
        const results: { key: string; first: unknown; second: unknown; attempts: number }[] = [];
        const call = (idempotencyKey: string) =>
          api.authenticateBigCommerce({ ...config, idempotencyKey, timeout: 20_000 } as never);
        async function untilConnected(key: string) {
          for (let attempts = 1; ; attempts++) {
            const { id, token } = await call(key).catch(() => ({ id: undefined, token: '' }));
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
      config,
      CALLS,
    );
    assert.equal(results.length, CALLS);
    for (const { key, first, second } of results) {
      const instances = tagged(key);
      assert.equal(instances.length, 1, `${key} has one instance`);
      const { id, token } = instances[0] ?? assert.fail();
      assert.deepEqual(first, { id, token }, key);
      assert.deepEqual(second, first, key);
    }
    assert.equal(sandbox.instances.size, CALLS);
    assert.ok(faultCount > CALLS, `${faultCount} faults`);
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
