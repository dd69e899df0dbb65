// Calls with an idempotency key, over HTTP. tests/rust/plan.rs has each step of the plan.
import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import {
  authenticateBigCommerce,
  BigCommerceAuthError,
  createIdempotencyKey,
} from 'authenticate-bigcommerce';
import { type Fault, type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { SPEED, speedUp } from '../browser/fast-timers.js';
import { Response } from '../platform.js';

const drop: Fault = { kind: 'drop' };
const status = (status: number, headers = {}): Fault => ({
  kind: 'respond',
  status,
  headers,
  body: '{"message":"no","requestId":"r"}',
});
const gateway = (status: number) => ({ kind: 'respond' as const, status, body: '{' });

suite('An idempotency key', { timeout: 120_000 }, () => {
  const { setTimeout, fetch } = globalThis;
  const { now } = performance;
  let sandbox: Sandbox;
  let keys = 0;

  before(async () => {
    speedUp(SPEED);
    sandbox = await startSandbox();
  });
  after(async () => {
    globalThis.setTimeout = setTimeout;
    performance.now = now;
    await sandbox?.close();
  });
  afterEach(() => {
    globalThis.fetch = fetch;
    sandbox.onRequest = undefined;
    sandbox.ignoreTagFilter = false;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
  });

  const newKey = () => `key-${String(keys++).padStart(12, '0')}`;
  const connect = (changes: object) =>
    authenticateBigCommerce({
      username: 'shop',
      password: '0123456789abcdef',
      storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
      name: 'My shop',
      tags: ['Docs'],
      userSecret: sandbox.userSecret,
      organizationSecret: sandbox.organizationSecret,
      baseUrl: sandbox.url,
      ...changes,
    });
  async function fail(changes: object): Promise<BigCommerceAuthError> {
    const error = await connect(changes).catch((error: unknown) => error);
    assert.ok(error instanceof BigCommerceAuthError, JSON.stringify(error));
    return error;
  }
  const sent = () => sandbox.requests.map(({ method }) => method).join(' ');
  const created = () => [...sandbox.instances.keys()];

  /** Makes each fault happen to the next request of its method; `undefined` lets one pass. */
  function failWith(faults: Record<string, (Fault | undefined)[]>): void {
    sandbox.onRequest = ({ method }) => faults[method]?.shift();
  }

  test('is a tag of the instance, not in the returned tags, and finds it again', async () => {
    const idempotencyKey = newKey();
    const first = await connect({ idempotencyKey });
    assert.deepEqual(created(), [first.id]);
    assert.deepEqual(sandbox.instances.get(first.id)?.tags, [
      `idempotency-key:${idempotencyKey}`,
      'Docs',
    ]);
    assert.deepEqual(first.tags, ['Docs']);
    assert.deepEqual(await connect({ idempotencyKey }), first);
    assert.equal(sent(), 'GET POST GET');
  });

  test('never finds an instance without its tag, even if the service ignores the filter', async () => {
    sandbox.ignoreTagFilter = true;
    const { id } = await connect({ name: 'Somebody else' });
    assert.notEqual((await connect({ idempotencyKey: newKey() })).id, id);
  });

  /** A name, the faults of each method's first requests, the requests (`4`: four lookups), the error. */
  const TABLE = `
    a POST whose response is lost | POST drop-after | GET POST GET
    a POST whose response breaks off | POST half | GET POST GET
    a POST that creates though a gateway answers 502 | POST after502 | GET POST GET
    a POST that creates though its response is unreadable | POST after200 | GET POST GET
    a POST that drops three times | POST drop drop drop | GET POST 4 POST 4 POST 4 | NETWORK +
    a POST that drops and one that a gateway answers | POST drop cut503 | GET POST 4 POST 4 POST
    a POST that the service answers 400 | POST 400 | GET POST | REJECTED
    a POST that the service answers 500 | POST 500 | GET POST | SERVER +
    a POST that is redirected | POST 307 | GET POST | RESPONSE +
    a POST that is answered 429 | POST 429 | GET POST | RATE_LIMITED
    a POST that is answered 429 with a Retry-After | POST 429,2 | GET POST GET POST
    a POST that is answered 429 with one beyond the timeout | POST 429,61 | GET POST | RATE_LIMITED
    lookups that fail four times | GET drop 429 500 cut200 | GET 4 POST
    lookups that fail five times | GET drop drop drop drop 503 | GET 4 | SERVER
    a lookup that is refused | GET 403 | GET | FORBIDDEN
    a lookup with a Retry-After beyond the timeout | GET 429,61 | GET | RATE_LIMITED
    a lookup that is refused after a POST that drops | POST drop GET pass 409 | GET POST GET | CONFLICT +
    lookups that fail five times after a POST that drops | POST drop GET pass drop drop drop drop drop | GET POST GET 4 | NETWORK +
  `;
  for (const row of TABLE.trim().split('\n')) {
    const [what, faults = '', requests = '', error] = row.trim().split(' | ');
    test(`sends the right requests after ${what}`, async () => {
      const lists: Record<string, (Fault | undefined)[]> = {};
      let list: (Fault | undefined)[] = [];
      for (const word of faults.split(' ')) {
        const [number = '', retryAfter] = word.replace(/^[a-z]+/, '').split(',');
        if (word === 'GET' || word === 'POST') list = lists[word] = [];
        else if (word === 'pass') list.push(undefined);
        else if (/^[a-z-]+$/.test(word))
          list.push({ kind: word as 'drop' | 'drop-after' | 'half' });
        else if (word.startsWith('after'))
          list.push({ ...gateway(+number), kind: 'respond-after' });
        else if (word.startsWith('cut')) list.push(gateway(+number));
        else list.push(status(+number, retryAfter ? { 'retry-after': retryAfter } : {}));
      }
      failWith(lists);
      const idempotencyKey = newKey();
      if (error) {
        const { code, mayHaveCreated } = await fail({ idempotencyKey });
        assert.equal(`${code.slice(4)}${mayHaveCreated ? ' +' : ''}`, error);
      } else {
        const { id } = await connect({ idempotencyKey });
        assert.deepEqual(created(), [id]);
      }
      assert.equal(sent(), requests.replaceAll('4', 'GET GET GET GET'));
    });
  }

  test('pauses 0.5, 1, 2 and 4 seconds between lookups, and waits for a Retry-After', async () => {
    for (const [faults, first] of [
      [{ GET: Array(4).fill(status(503)) }, 0],
      [{ POST: [drop] }, 1],
    ] as const) {
      const times: number[] = [];
      sandbox.onRequest = ({ method }) => {
        times.push(performance.now());
        return (faults as Record<string, Fault[]>)[method]?.shift();
      };
      await connect({ idempotencyKey: newKey() });
      for (const [at, least] of [500, 1000, 2000, 4000].entries()) {
        const pause = (times[first + at + 1] ?? 0) - (times[first + at] ?? 0);
        assert.ok(pause >= least - SPEED, `pause ${at}: ${pause}`);
      }
    }
    failWith({ POST: [status(429, { 'retry-after': '7' })] });
    const start = performance.now();
    await connect({ idempotencyKey: newKey() });
    const pause = performance.now() - start;
    assert.ok(pause >= 7000 - SPEED, `pause: ${pause}`);
  });

  test('makes the last failure the cause of a timeout', async () => {
    sandbox.onRequest = () => status(503);
    const { code, cause, mayHaveCreated } = await fail({ idempotencyKey: newKey(), timeout: 3000 });
    assert.deepEqual([code, mayHaveCreated], ['ERR_TIMEOUT', false]);
    assert.ok(cause instanceof BigCommerceAuthError && cause.code === 'ERR_SERVER', `${cause}`);
    assert.equal(cause.message, 'The service answered 503: no');
    assert.doesNotMatch(sent(), /POST/);
  });

  test('repeats lookups until the timeout where an instance is likely', async () => {
    let hasPosted = false;
    sandbox.onRequest = ({ method }) => {
      hasPosted ||= method === 'POST';
      return method === 'POST' ? gateway(504) : hasPosted ? drop : undefined;
    };
    const { code, mayHaveCreated } = await fail({ idempotencyKey: newKey(), timeout: 25_000 });
    assert.deepEqual([code, mayHaveCreated], ['ERR_TIMEOUT', true]);
    assert.match(sent(), /^GET POST( GET){6,}$/);
  });

  test('leaves one instance where connections break while creations of 1, 2 and 5 s go on', async () => {
    // The service goes on when the page has got an error.
    globalThis.fetch = (url, init) => {
      const response = fetch(url, { ...init, signal: null });
      if (init?.method !== 'POST') return response;
      response.catch(() => {});
      return new Promise((_, reject) => setTimeout(reject, 5, new TypeError('broken')));
    };
    const calls = Array.from({ length: 60 }, async (_, at) => {
      const idempotencyKey = at % 2 ? newKey() : createIdempotencyKey();
      const { id } = await connect({
        idempotencyKey,
        name: `${[1, 2, 5][at % 3]}`,
        timeout: 1_000_000,
      });
      const tag = `idempotency-key:${idempotencyKey}`;
      const ids = [...sandbox.instances.values()].filter(({ tags }) => tags.includes(tag));
      assert.deepEqual(
        ids.map(({ id }) => id),
        [id],
      );
    });
    sandbox.onRequest = ({ method, body }) =>
      method === 'POST' ? { kind: 'delay', ms: (JSON.parse(body).name * 1000) / SPEED } : undefined;
    await Promise.all(calls);
    assert.equal(created().length, 60);
  });

  suite('of createIdempotencyKey', () => {
    test('is random and valid', () => {
      const keys = Array.from({ length: 1000 }, () => createIdempotencyKey());
      assert.equal(new Set(keys).size, 1000);
      for (const key of keys) assert.match(key, /^[\w.-]{16,64}$/);
    });

    test('is looked up once a request with it was sent, and not before', async () => {
      const idempotencyKey = createIdempotencyKey();
      assert.equal((await fail({ idempotencyKey, name: '' })).code, 'ERR_CONFIG');
      const { code } = await fail({ idempotencyKey, signal: AbortSignal.abort() });
      assert.equal(code, 'ERR_ABORTED');
      const controller = new AbortController();
      const call = fail({ idempotencyKey, signal: controller.signal });
      controller.abort();
      assert.deepEqual([(await call).code, (await call).mayHaveCreated], ['ERR_ABORTED', false]);
      assert.equal(sent(), '');
      failWith({ POST: [status(400)] });
      assert.equal((await fail({ idempotencyKey })).code, 'ERR_REJECTED');
      assert.equal(sent(), 'POST');
      await connect({ idempotencyKey });
      assert.equal(sent(), 'POST GET POST');
    });
  });

  suite('in flight', () => {
    test('is refused to a second call, whatever its values, and free when the first has ended', async () => {
      const idempotencyKey = newKey();
      const first = connect({ idempotencyKey });
      for (const changes of [{}, { name: 'Other' }, { signal: AbortSignal.abort() }]) {
        const error = await fail({ idempotencyKey, ...changes });
        assert.ok(error.code === 'ERR_CONFIG', error.code);
        assert.equal(error.mayHaveCreated, true);
        const [{ message, ...issue } = {}, ...more] = error.issues;
        assert.deepEqual([issue, more], [{ path: ['idempotencyKey'], code: 'in-use' }, []]);
        assert.match(message ?? '', /in use by a call in flight/);
      }
      const instance = await first;
      assert.deepEqual(await connect({ idempotencyKey }), instance);
    });

    test('is refused to one of two calls, if reading the signal of one starts the other', async () => {
      const idempotencyKey = newKey();
      const { signal } = new AbortController();
      const calls: Promise<unknown>[] = [];
      let reads = 0;
      Object.defineProperty(signal, 'aborted', {
        get: () => {
          reads++;
          if (reads === 2) calls.push(connect({ idempotencyKey }));
          return false;
        },
      });
      calls.push(connect({ idempotencyKey, signal }));
      const results = await Promise.allSettled(calls);
      assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    });

    test('is free at the moment of an abort or a timeout, even if fetch ignores its signal', async () => {
      for (const isAborted of [true, false]) {
        const idempotencyKey = newKey();
        globalThis.fetch = () => new Promise(() => {});
        const controller = new AbortController();
        const call = fail({ idempotencyKey, signal: controller.signal, timeout: 1000 });
        await new Promise((resolve) => setTimeout(resolve, 5));
        globalThis.fetch = fetch;
        if (isAborted) controller.abort();
        else await call;
        const { id } = await connect({ idempotencyKey });
        assert.deepEqual(created().at(-1), id);
        assert.equal((await call).code, isAborted ? 'ERR_ABORTED' : 'ERR_TIMEOUT');
      }
    });

    test('is looked up at once and four more times after a call that was aborted in its POST', async () => {
      const idempotencyKey = newKey();
      const controller = new AbortController();
      const posted = new Promise<void>((resolve) => {
        sandbox.onRequest = ({ method }) => {
          if (method === 'POST') resolve();
          return method === 'POST' ? { kind: 'hold' } : undefined;
        };
      });
      const call = fail({ idempotencyKey, signal: controller.signal });
      await posted;
      controller.abort();
      assert.equal((await call).mayHaveCreated, true);
      sandbox.requests.length = 0;
      failWith({ POST: [status(400)] });
      assert.equal((await fail({ idempotencyKey })).mayHaveCreated, false);
      assert.equal(sent(), 'GET GET GET GET GET POST');
      // After a refusal, no outcome is open.
      sandbox.requests.length = 0;
      await connect({ idempotencyKey });
      assert.equal(sent(), 'GET POST');
    });

    test('sends nothing more after an abort in a lookup, even if fetch ignores its signal', async () => {
      const controller = new AbortController();
      const requests: unknown[] = [];
      globalThis.fetch = async (_, init) => {
        requests.push(init?.method);
        controller.abort();
        return Response.json([]);
      };
      await fail({ idempotencyKey: newKey(), signal: controller.signal });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.deepEqual(requests, ['GET']);
    });
  });
});
