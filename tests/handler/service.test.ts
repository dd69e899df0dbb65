import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { inspect } from 'node:util';
import { type Fault, ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import {
  CLIENT_SECRET,
  instanceBody,
  newKey,
  PASSWORD,
  storeLevelBody,
  subjectTag,
} from './instance-body.js';
import {
  type HandlerResponse,
  makeHandler,
  PAGE_HEADERS,
  pageRequest,
  respondWith,
  type ServedHandler,
  serve,
  startHandler,
} from './served-handler.js';

suite('When the service', { timeout: 600_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  const instance = { id: 5, token: 't', tags: [subjectTag('ann')] };

  /** The handler's responses to the three requests where the service fails like this. */
  const failWith = async (fault: Fault): Promise<HandlerResponse[]> => {
    handler.sandbox.onRequest = () => fault;
    const responses = [await handler.create(), await handler.find(`idempotency-key:${newKey()}`)];
    // An update first gets the instance; only its PUT fails.
    handler.sandbox.onRequest = ({ method }) =>
      method === 'GET' ? respondWith(200, instance) : fault;
    return [...responses, await handler.update(5)];
  };

  for (const [serviceStatus, status, message] of [
    [400, 404, 'There is no such instance.'],
    [401, 500, 'Cloud Elements did not accept our secrets.'],
    [403, 404, 'There is no such instance.'],
    [404, 404, 'There is no such instance.'],
    [408, 404, 'There is no such instance.'],
    [409, 404, 'There is no such instance.'],
    [429, 429, 'Cloud Elements got too many calls.'],
    [499, 404, 'There is no such instance.'],
    [500, 502, 'Cloud Elements failed.'],
    [502, 502, 'Cloud Elements failed.'],
    [504, 502, 'Cloud Elements failed.'],
    [302, 404, 'There is no such instance.'],
    [600, 404, 'There is no such instance.'],
  ] as const) {
    test(`answers ${serviceStatus} before an instance's owner is known, the page gets no details`, async () => {
      const details = { message: 'id 5 is of bob', requestId: 'r', providerMessage: 'p' };
      handler.sandbox.onRequest = () => respondWith(serviceStatus, details, { 'retry-after': '7' });
      const { body, headers, ...response } = await handler.update(5);
      assert.deepEqual([response.status, body.message], [status, message]);
      const { created: _, ...fields } = body;
      assert.deepEqual(Object.keys(fields).sort(), ['message', 'source']);
      assert.equal(body.source, status === 429 ? 'service' : 'handler');
      assert.equal(headers['retry-after'], status === 429 ? '7' : undefined);
      assert.equal(handler.reports[0]?.requestId, 'r', 'the host gets the details');
    });
  }

  test("fails before an instance's owner is known, the page gets only the status", async () => {
    for (const kind of ['drop', 'half'] as const) {
      handler.sandbox.instances.clear();
      handler.sandbox.onRequest = () => ({ kind });
      // Half a 404 still has its status.
      assert.equal((await handler.update(5)).status, kind === 'half' ? 404 : 502);
    }
    handler.options = { timeout: 50 };
    handler.sandbox.onRequest = () => ({ kind: 'hold' });
    assert.equal((await handler.update(5)).status, 504);
  });

  test('sends an endless response, the handler stops reading and closes the connection', async () => {
    let resolveClosed: () => void;
    const closed = new Promise<void>((resolve) => {
      resolveClosed = resolve;
    });
    const endless = await serve((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const write = () => {
        while (response.write(chunk));
      };
      response.on('drain', write).on('close', () => resolveClosed());
      write();
    });
    try {
      handler.options = { baseUrl: endless.origin };
      const { status } = await handler.create();
      assert.equal(status, 502);
      await closed;
    } finally {
      await endless.close();
    }
  });

  test('sends a response that is not UTF-8, the handler cancels it', async () => {
    let wasCancelled = false;
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(0xff)),
      cancel() {
        wasCancelled = true;
      },
    });
    handler.options = { fetch: async () => new Response(body) };
    const { status } = await handler.create();
    assert.equal(status, 502);
    assert.equal(wasCancelled, true);
  });

  for (const kind of ['drop', 'drop-after', 'half'] as const) {
    test(`closes the connection too early (${kind}), the page gets 502`, async () => {
      const [post, lookup] = await failWith({ kind });
      assert.equal(post?.status, 502);
      // The other half could show that a gateway sent the 404.
      assert.equal(lookup?.status, 502);
    });
  }

  for (const kind of ['hold', 'hold-after'] as const) {
    test(`does not answer (${kind}), the page gets 504 after the timeout`, async () => {
      handler.options = { timeout: 50 };
      for (const { status } of await failWith({ kind })) assert.equal(status, 504);
    });
  }

  test('never ends its response, the page gets 504 after the timeout', async () => {
    for (const status of [200, 400]) {
      const slow = await serve((_, response) => {
        response.writeHead(status).write('{');
      });
      try {
        handler.options = { baseUrl: slow.origin, timeout: 50 };
        const response = await handler.create();
        assert.equal(response.status, 504);
      } finally {
        await slow.close();
      }
    }
  });

  test('gets the two requests of an update, they share one timeout', async () => {
    const signals = new Set<unknown>();
    const handle = makeHandler({
      fetch: async (_: string, { signal }: RequestInit) => {
        signals.add(signal);
        return Response.json(instance);
      },
    });
    const body = JSON.stringify(instanceBody());
    const { status } = await handle(pageRequest('/instances/5', { method: 'PUT', body }));
    assert.equal(status, 200);
    assert.equal(signals.size, 1);
  });

  test('repeats secrets in an error, the page does not get them', async () => {
    const all = `${USER_SECRET} ${ORGANIZATION_SECRET} ${PASSWORD}${PASSWORD}`;
    const error = { message: `a ${all} z`, requestId: all, providerMessage: all };
    handler.sandbox.onRequest = () => respondWith(400, error);
    const { body } = await handler.create();
    const redacted = '[redacted] [redacted] [redacted][redacted]';
    assert.deepEqual(body, {
      message: `a ${redacted} z`,
      requestId: redacted,
      providerMessage: redacted,
      source: 'service',
      created: false,
    });
  });

  test("repeats a store-level account's secrets, the page does not get them", async () => {
    const ids = { 'client-id-of-15': false, 'client-id-of-16c': true };
    assert.deepEqual(
      Object.keys(ids).map(({ length }) => length),
      [15, 16],
    );
    for (const [clientId, isSecret] of Object.entries(ids)) {
      const error = { message: `${clientId} ${CLIENT_SECRET}`, requestId: btoa(CLIENT_SECRET) };
      handler.sandbox.onRequest = () => respondWith(400, error);
      const { body } = await handler.create(storeLevelBody({ 'oauth.api.key': clientId }));
      assert.equal(body.message, `${isSecret ? '[redacted]' : clientId} [redacted]`);
      assert.equal(body.requestId, undefined);
    }
  });

  test('sends long texts with invisible characters, the page gets one line within limits', async () => {
    const text = `no\u202e\0\r\n${'x'.repeat(300_000)}`;
    handler.sandbox.onRequest = () =>
      respondWith(400, { message: text, requestId: text, providerMessage: text });
    const { body } = await handler.create();
    assert.equal(body.message, `no ${'x'.repeat(497)}`);
    assert.equal(body.requestId, `no ${'x'.repeat(197)}`);
    assert.equal(body.providerMessage, body.message);
  });

  test('or the host fails, no secret is logged', async (t) => {
    const logged: string[] = [];
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
      t.mock.method(console, name, (...args: unknown[]) => logged.push(inspect(args)));
    }
    handler.options = { onError: undefined };
    for (const status of [401, 502]) {
      handler.sandbox.onRequest = () =>
        respondWith(status, { message: `${USER_SECRET} ${PASSWORD}` });
      await handler.create();
    }
    await failWith(respondWith(200, `no JSON ${USER_SECRET}`));
    await failWith({ kind: 'drop' });
    handler.sandbox.onRequest = undefined;
    for (const reason of [new Error(PASSWORD), USER_SECRET]) {
      for (const name of ['authorize', 'onInstance', 'fetch'] as const) {
        handler.options = { onError: undefined, [name]: () => Promise.reject(reason) };
        await handler.create();
      }
    }
    assert.ok(logged.length > 10, `${logged.length} lines`);
    for (const secret of [USER_SECRET, ORGANIZATION_SECRET, PASSWORD]) {
      assert.ok(!logged.join().includes(secret));
    }
  });

  test('is called for a page that has left, the host still gets the instance', async () => {
    let resolveId: (id: number) => void;
    const stored = new Promise<number>((resolve) => {
      resolveId = resolve;
    });
    handler.options = { onInstance: ({ id }) => resolveId(id) };
    const controller = new AbortController();
    handler.sandbox.onRequest = () => {
      controller.abort();
      return undefined;
    };
    const page = fetch(`${handler.origin}/api/cloud-elements/instances`, {
      method: 'POST',
      signal: controller.signal,
      headers: { ...PAGE_HEADERS, cookie: 'session=ann' },
      body: JSON.stringify(instanceBody()),
    });
    await assert.rejects(page, { name: 'AbortError' });
    assert.deepEqual([...handler.sandbox.instances.keys()], [await stored]);
  });
});
