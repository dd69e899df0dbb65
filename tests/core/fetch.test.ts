// Calls whose page replaced fetch, or what fetch and its responses are made of.
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { afterEach, suite, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import {
  authenticateBigCommerce,
  BigCommerceAuthError,
  createIdempotencyKey,
  preload,
} from 'authenticate-bigcommerce';
import { Response } from '../platform.js';

const INSTANCE = { id: 1, token: 'token' };
const BODY = JSON.stringify(INSTANCE);

type Fetch = (url: string, init: RequestInit) => unknown;

const respond: Fetch = async (url, { method }) => {
  const tags = [decodeURIComponent(url).split('=')[1]];
  return new Response(method === 'GET' ? JSON.stringify([{ ...INSTANCE, tags }]) : BODY);
};
const never = () => new Promise<never>(() => {});
const raise = () => {
  throw 'no';
};
const withBody = (source: UnderlyingDefaultSource) => async () =>
  new Response(new ReadableStream(source));
const thenable = Object.fromEntries([
  ['then', (resolve: (response: Response) => void) => resolve(new Response(BODY))],
]);
const readBody = async () => {
  const response = new Response(BODY);
  await response.text();
  return response;
};
const reading = (chunk: unknown) => ({ getReader: () => ({ read: async () => chunk }) });
const object = (members: object) => async () => ({
  status: 200,
  headers: new Headers(),
  ...members,
});

suite('A page', { timeout: 120_000 }, () => {
  const replaced: (() => void)[] = [];
  const restore = () => {
    for (const undo of replaced.splice(0).reverse()) undo();
  };
  afterEach(restore);

  function replace(owner: object, name: string, member: PropertyDescriptor): void {
    const own = Object.getOwnPropertyDescriptor(owner, name) ?? assert.fail(name);
    Object.defineProperty(owner, name, { configurable: true, ...member });
    replaced.push(() => Object.defineProperty(owner, name, own));
  }

  async function connect(fetch: Fetch, changes: object = {}): Promise<unknown> {
    await preload();
    replace(globalThis, 'fetch', { value: fetch, writable: true });
    const config = { username: 'u', password: 'p', storeUrl: 's.example', name: 'n' };
    const baseUrl = 'https://handler.example';
    return authenticateBigCommerce({
      ...config,
      baseUrl,
      timeout: 2000,
      ...changes,
    } as never).catch((error: unknown) => error);
  }

  function assertError(error: unknown, code: string, mayHaveCreated = true): unknown {
    assert.ok(error instanceof BigCommerceAuthError, JSON.stringify(error));
    assert.deepEqual([error.code, error.mayHaveCreated], [code, mayHaveCreated]);
    return error.cause;
  }

  const realm = runInNewContext('({ TypeError, Promise })');

  for (const [what, fetch, cause] of [
    ['rejects with an error', () => Promise.reject(new Error('no')), /^Error: no/],
    ['rejects with an object', () => Promise.reject({ no: 1 }), /object/],
    ['rejects with null', () => Promise.reject(null), /null/],
    ['rejects with undefined', () => Promise.reject(), /undefined/],
    ["rejects with another realm's error", () => Promise.reject(new realm.TypeError('no')), /no/],
    ["rejects another realm's promise", () => realm.Promise.reject('no'), /no/],
    ['throws', raise, /no/],
    ['resolves to null', async () => null, /undefined/],
    ['has read the body', readBody, /locked|read|used/i],
    ['errors the body', withBody({ pull: (controller) => controller.error('no') }), /no/],
    ['reads undefined from the body', object({ body: reading(undefined) }), /undefined/],
    ['has a text() that throws', object({ text: raise }), /no/],
    ['has a text() that rejects', object({ text: () => Promise.reject('no') }), /no/],
    [
      'has a status that throws',
      async () => Object.defineProperty({}, 'status', { get: raise }),
      /no/,
    ],
  ] as [string, Fetch, RegExp][]) {
    test(`whose own fetch ${what} gets ERR_NETWORK`, async () => {
      assert.match(String(assertError(await connect(fetch), 'ERR_NETWORK')), cause);
    });
  }

  for (const [what, fetch] of [
    ["returns another realm's promise", () => realm.Promise.resolve(new Response(BODY))],
    ['returns a thenable', () => thenable],
    ['has a text() and no body', object({ text: async () => BODY })],
    ['has a body of Node', object({ body: Readable.from([BODY]), text: async () => BODY })],
    ['has headers of its own', object({ headers: { get: () => null }, text: () => BODY })],
    [
      'has empty chunks in its body',
      withBody({
        start(controller) {
          for (const part of ['', BODY.slice(0, 5), '', BODY.slice(5)])
            controller.enqueue(new TextEncoder().encode(part));
          controller.close();
        },
      }),
    ],
  ] as [string, Fetch][]) {
    test(`whose own fetch ${what} connects`, async () => {
      assert.deepEqual(await connect(fetch), INSTANCE);
    });
  }

  for (const [what, fetch] of [
    ['is no stream and too long', object({ text: async () => BODY.padEnd(2 ** 20 + 1) })],
    ['is no text', object({ text: async () => 5 })],
    [
      'is too long, and cannot be cancelled',
      withBody({
        start: (controller) => controller.enqueue(new Uint8Array(2 ** 20 + 1)),
        cancel: never,
      }),
    ],
  ] as [string, Fetch][]) {
    test(`whose own fetch has a body that ${what} gets ERR_RESPONSE`, async () => {
      assertError(await connect(fetch), 'ERR_RESPONSE');
    });
  }

  for (const [what, fetch] of [
    ['never settles', never],
    ['never ends its body', withBody({})],
    [
      'has empty chunks without end',
      withBody({ pull: (controller) => controller.enqueue(new Uint8Array()) }),
    ],
  ] as [string, Fetch][]) {
    test(`whose own fetch ${what} and ignores its signal gets ERR_TIMEOUT or ERR_ABORTED`, async () => {
      assertError(await connect(fetch, { timeout: 100 }), 'ERR_TIMEOUT');
      const signal = AbortSignal.timeout(100);
      assertError(await connect(fetch, { signal }), 'ERR_ABORTED');
    });
  }

  test('whose own fetch ignores its signal has nothing sent after an abort in the same task', async () => {
    const controller = new AbortController();
    let isSent = false;
    const call = connect(
      async () => {
        isSent = true;
        return new Response(BODY);
      },
      { signal: controller.signal },
    );
    await preload();
    controller.abort();
    assertError(await call, 'ERR_ABORTED', isSent);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(isSent, false);
  });

  for (const [member, code] of [
    ['aborted', 'ERR_CONFIG'],
    ['reason', 'ERR_ABORTED'],
    ['addEventListener', 'ERR_TIMEOUT'],
    ['removeEventListener', 'ERR_TIMEOUT'],
  ] as const) {
    test(`whose signal has a member ${member} that throws gets a result, and a later call works`, async () => {
      const isEnded = code !== 'ERR_TIMEOUT';
      const whole = { aborted: isEnded, addEventListener() {}, removeEventListener() {} };
      const get = (_: object, name: string) => {
        if (name !== member) return whole[name as never];
        return isEnded ? raise() : raise;
      };
      const signal = new Proxy(whole, { get });
      const idempotencyKey = `key-${createIdempotencyKey()}`;
      assertError(await connect(never, { signal, timeout: 50 }), code, !isEnded);
      const result = await connect(respond, { signal, idempotencyKey });
      if (isEnded) assertError(result, code, false);
      else assert.deepEqual(result, { ...INSTANCE, tags: [] });
      assert.deepEqual(await connect(respond, { idempotencyKey }), { ...INSTANCE, tags: [] });
    });
  }

  for (const [what, settle] of [
    ['never settles', () => new Promise(() => {})],
    ['throws', raise],
  ] as const) {
    test(`whose function for the session token aborts its signal and ${what} gets ERR_ABORTED`, async () => {
      const controller = new AbortController();
      const sessionToken = () => {
        controller.abort();
        return settle();
      };
      const call = connect(respond, { signal: controller.signal, sessionToken });
      assertError(await call, 'ERR_ABORTED', false);
    });
  }

  test("whose signal is aborted gets the signal's reason as the cause", async () => {
    const reasons = [
      '',
      null,
      0,
      1n,
      Symbol('stop'),
      Object.freeze({}),
      raise,
      new realm.TypeError(),
    ];
    for (const reason of [...reasons, undefined]) {
      for (const when of ['before', 'after', 'later']) {
        const controller = new AbortController();
        const { signal } = controller;
        if (when === 'before') controller.abort(reason);
        const call = connect(never, { signal });
        if (when === 'after') controller.abort(reason);
        if (when === 'later') setTimeout(() => controller.abort(reason), 5);
        const cause = assertError(await call, 'ERR_ABORTED', when === 'later');
        assert.ok(Object.is(cause, reason ?? signal.reason) || Object.is(cause, reason));
      }
    }
  });

  for (const [owner, name, code] of [
    [Headers.prototype, 'set', 'ERR_NETWORK'],
    [Headers.prototype, 'get'],
    [Response.prototype, 'status', 'ERR_NETWORK'],
    [Response.prototype, 'headers', 'ERR_NETWORK'],
    [Response.prototype, 'body', 'ERR_NETWORK'],
    [ReadableStream.prototype, 'getReader', 'ERR_NETWORK'],
    [ReadableStreamDefaultReader.prototype, 'read', 'ERR_NETWORK'],
    [JSON, 'parse', 'ERR_RESPONSE'],
    [AbortController.prototype, 'abort'],
    [AbortController.prototype, 'signal', 'ERR_LOAD'],
  ] as [object, string, string?][]) {
    test(`that replaced ${name} of ${owner.constructor.name} by what throws gets a result, as do later calls`, async () => {
      await preload();
      const { get } = Object.getOwnPropertyDescriptor(owner, name) ?? {};
      replace(owner, name, get ? { get: raise } : { value: raise });
      const result = await connect(respond);
      const idempotencyKey = `key-${createIdempotencyKey()}`;
      await connect(respond, { idempotencyKey, timeout: 300 });
      const aborted = await connect(never, { timeout: 50 });
      restore();
      assert.deepEqual(await connect(respond, { idempotencyKey }), { ...INSTANCE, tags: [] });
      assert.ok(aborted instanceof BigCommerceAuthError, JSON.stringify(aborted));
      if (code) assertError(result, code);
      else assert.deepEqual(result, INSTANCE);
    });
  }
});
