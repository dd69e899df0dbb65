import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage, Outcome } from './blank-page.js';
import { HELD, holdTimeouts } from './held-timeouts.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

declare global {
  /** A call in flight, in the page. */
  var unfinished: Promise<Outcome>;
}

suite('An attempt', { timeout: 600_000 }, () => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  let config: Record<string, unknown>;

  before(async () => {
    opened = await openSandboxedPage();
    ({ page, sandbox, config } = opened);
  });
  after(() => opened?.[Symbol.asyncDispose]());
  beforeEach(async () => {
    sandbox.requests.length = 0;
    sandbox.instances.clear();
    sandbox.onRequest = undefined;
    await page.open();
    await page.run(() => api.preload());
  });
  afterEach(async () => assert.deepEqual(await page.takeErrors(), []));

  const sent = () =>
    sandbox.requests.map(({ method }) => method).filter((method) => method !== 'OPTIONS');

  test('does not start for a call that is aborted in the same task', async () => {
    const outcomes = await page.run((config) => {
      const calls = Array.from({ length: 20 }, () => {
        const controller = new AbortController();
        const { signal } = controller;
        const call = outcome(api.authenticateBigCommerce({ ...config, signal } as never));
        controller.abort();
        return call;
      });
      return Promise.all(calls);
    }, config);
    for (const { code, mayHaveCreated } of outcomes) {
      assert.deepEqual([code, mayHaveCreated], ['ERR_ABORTED', false]);
    }
    // A request of those calls would arrive before this one.
    await page.connect(config);
    assert.deepEqual(
      sandbox.requests.map(({ method }) => method),
      ['OPTIONS', 'POST'],
    );
  });

  test('sends no POST after its only call is aborted, even if fetch ignores its signal', async () => {
    const log = await page.run(
      async (config) => {
        const log: string[] = [];
        const controller = new AbortController();
        globalThis.fetch = async (_, init) => {
          log.push(String(init?.method));
          controller.abort();
          return Response.json([]);
        };
        const { signal } = controller;
        const { code } = await outcome(api.authenticateBigCommerce({ ...config, signal } as never));
        // Longer than any of the tasks that could send something.
        await new Promise((resolve) => setTimeout(resolve, 50));
        return [...log, code];
      },
      { ...config, idempotencyKey: randomUUID() },
    );
    assert.deepEqual(log, ['GET', 'ERR_ABORTED']);
  });

  test('is not joined by a call after its only call is aborted, even if fetch ignores its signal', async () => {
    const instance = await page.run(
      async (config) => {
        const { fetch } = globalThis;
        const controller = new AbortController();
        const isSent = new Promise<void>((resolve) => {
          globalThis.fetch = () => {
            resolve();
            return new Promise(() => {});
          };
        });
        const { signal } = controller;
        const first = outcome(api.authenticateBigCommerce({ ...config, signal } as never));
        await isSent;
        controller.abort();
        await first;
        globalThis.fetch = fetch;
        return outcome(api.authenticateBigCommerce(config as never));
      },
      { ...config, idempotencyKey: randomUUID(), timeout: 30_000 },
    );
    assert.equal(instance.code, undefined, JSON.stringify(instance));
  });

  test('does not abort the signal of a request that was answered', async () => {
    const isAborted = await page.run(async (config) => {
      const { fetch } = globalThis;
      let signal: AbortSignal | null | undefined;
      globalThis.fetch = (url, init) => {
        signal = init?.signal;
        return fetch(url, init);
      };
      await api.authenticateBigCommerce(config as never);
      return signal?.aborted;
    }, config);
    assert.equal(isAborted, false);
  });

  test('rejects at once if the module throws, and the next call works', async () => {
    const [broken, next] = await page.run(async (config) => {
      const { set } = Uint8Array.prototype;
      Uint8Array.prototype.set = () => {
        throw new Error('broken');
      };
      const late = new Promise<never>((_, reject) => setTimeout(reject, 20_000));
      const call = outcome(api.authenticateBigCommerce(config as never));
      const broken = await Promise.race([call, late]);
      Uint8Array.prototype.set = set;
      return [broken, await outcome(api.authenticateBigCommerce(config as never))] as const;
    }, config);
    assert.deepEqual([broken.code, broken.mayHaveCreated], ['ERR_LOAD', true]);
    assert.match(String(broken.message), /broke down/);
    assert.equal(typeof next.token, 'string', JSON.stringify(next));
  });

  test("rejects with ERR_NETWORK if the response of the page's own fetch throws", async () => {
    const error = await page.run(async (config) => {
      const { fetch } = globalThis;
      globalThis.fetch = async () =>
        ({
          get status() {
            throw new Error('broken');
          },
        }) as unknown as Response;
      const error = await outcome(api.authenticateBigCommerce(config as never));
      globalThis.fetch = fetch;
      return error;
    }, config);
    assert.deepEqual([error.code, error.mayHaveCreated], ['ERR_NETWORK', true]);
  });

  test('does not wait for the rest of a body that is too long', async () => {
    const error = await page.run(
      (config) => {
        const chunk = new Uint8Array(1024 * 1024 + 1);
        globalThis.fetch = async () =>
          new Response(
            new ReadableStream({
              start: (controller) => controller.enqueue(chunk),
              cancel: () => new Promise(() => {}),
            }),
            { status: 400 },
          );
        return outcome(api.authenticateBigCommerce(config as never));
      },
      { ...config, timeout: 30_000 },
    );
    assert.deepEqual([error.code, error.status], ['ERR_REJECTED', 400]);
  });

  /** Makes a call with each config, concurrently. */
  const connectBoth = (...configs: object[]) =>
    page.run(
      (configs) =>
        Promise.all(configs.map((config) => outcome(api.authenticateBigCommerce(config as never)))),
      configs,
    );

  const EVENTS = { callbackUrl: 'https://shop.example/events', signatureKey: 'abcd' };

  for (const [what, change] of [
    ['a slash at the end of baseUrl', ({ baseUrl }: typeof config) => ({ baseUrl: `${baseUrl}/` })],
    ['the spelling of storeUrl', () => ({ storeUrl: 'STORE-wuxeae6.mybigcommerce.com' })],
    ['defaults', () => ({ events: { refreshInterval: 15, ...EVENTS }, tags: ['a', 'a'] })],
    ['the timeout', () => ({ timeout: 30_000 })],
  ] as const) {
    test(`is shared by calls that differ only in ${what}, which the service does not see`, async () => {
      const given = { ...config, idempotencyKey: randomUUID(), tags: ['a'], events: EVENTS };
      const [first, second] = await connectBoth(given, { ...given, ...change(config) });
      assert.equal(first?.code, undefined, JSON.stringify(first));
      assert.deepEqual(first, second);
      assert.deepEqual(sent(), ['GET', 'POST']);
    });
  }

  test('is not shared by calls whose requests differ, if only in a space', async () => {
    const given = { ...config, idempotencyKey: randomUUID(), events: EVENTS };
    const events = { ...EVENTS, signatureKey: 'abcd ' };
    const [first, second] = await connectBoth(given, { ...given, events });
    assert.equal(first?.code, undefined);
    assert.match(JSON.stringify(second?.issues), /"path":\["idempotencyKey"\]/);
  });

  test('lasts as long as the longest timeout of its calls', async () => {
    let hasFailed = false;
    sandbox.onRequest = ({ method }) => {
      if (method !== 'POST' || hasFailed) return undefined;
      hasFailed = true;
      return { kind: 'respond', status: 429, headers: { 'retry-after': '1' } };
    };
    const given = { ...config, idempotencyKey: randomUUID() };
    const [short, long] = await connectBoth(
      { ...given, timeout: 800 },
      { ...given, timeout: 60_000 },
    );
    assert.equal(short?.code, 'ERR_TIMEOUT');
    assert.equal(long?.code, undefined, JSON.stringify(long));
  });

  test('repeats its lookups after a POST with an unknown result, until another POST has a known one', async () => {
    const given = { ...config, idempotencyKey: randomUUID() };
    const failPosts = (status: number) => {
      sandbox.requests.length = 0;
      sandbox.onRequest = ({ method }) =>
        method === 'POST' ? { kind: 'respond', status } : undefined;
    };
    failPosts(500);
    assert.equal((await page.connect(given)).mayHaveCreated, true);
    assert.deepEqual(sent(), ['GET', 'POST']);
    failPosts(400);
    assert.equal((await page.connect(given)).mayHaveCreated, false);
    assert.deepEqual(sent(), ['GET', 'GET', 'GET', 'GET', 'POST']);
    failPosts(400);
    await page.connect(given);
    assert.deepEqual(sent(), ['GET', 'POST']);
  });

  test('does not repeat its lookups once the instance of an earlier POST is found', async () => {
    const given = { ...config, idempotencyKey: randomUUID() };
    const posted = new Promise<void>((resolve) => {
      sandbox.onRequest = ({ method }) => {
        if (method !== 'POST') return undefined;
        resolve();
        return { kind: 'hold-after' };
      };
    });
    await page.run(holdTimeouts, HELD);
    await page.run(
      (config) => {
        globalThis.unfinished = outcome(api.authenticateBigCommerce(config as never));
      },
      { ...given, timeout: HELD },
    );
    await posted;
    const { mayHaveCreated } = await page.run(() => {
      expire();
      return unfinished;
    });
    assert.equal(mayHaveCreated, true);
    const [id] = sandbox.instances.keys();
    sandbox.onRequest = undefined;
    assert.equal((await page.connect(given)).id, id);
    sandbox.instances.clear();
    sandbox.requests.length = 0;
    await page.connect(given);
    assert.deepEqual(sent(), ['GET', 'POST']);
  });

  test('sends inherited fields, those of events too', async () => {
    const instance = await page.run((config) => {
      class Form {
        get events() {
          return new (class {
            get callbackUrl() {
              return 'https://shop.example/events';
            }
          })();
        }
      }
      const form = Object.assign(new Form(), config);
      return outcome(api.authenticateBigCommerce(form as never));
    }, config);
    assert.equal(instance.code, undefined, JSON.stringify(instance));
    const [creation] = sandbox.requests.filter(({ method }) => method === 'POST');
    assert.match(
      creation?.body ?? '',
      /"event.notification.callback.url":"https:\/\/shop.example\/events"/,
    );
  });
});
