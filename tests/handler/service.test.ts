// tests/handler/meaning.test.ts has what each response means.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { inspect } from 'node:util';
import { serve } from '../server.js';
import {
  CLIENT_SECRET,
  instanceBody,
  newKey,
  PASSWORD,
  storeLevelBody,
  subjectTag,
} from './instance-body.js';
import {
  creationRequest,
  makeHandler,
  PAGE_HEADERS,
  pageRequest,
  respondWith,
  useHandler,
} from './served-handler.js';

const INSTANCE = { id: 5, token: 't', tags: [subjectTag('ann')] };

/** A body of these chunks, again and again. */
function endless(chunk: Uint8Array): { body: ReadableStream; wasCancelled(): boolean } {
  let wasCancelled = false;
  const body = new ReadableStream({
    pull: (controller) => controller.enqueue(chunk),
    cancel() {
      wasCancelled = true;
    },
  });
  return { body, wasCancelled: () => wasCancelled };
}

suite('When the service', { timeout: 120_000 }, () => {
  const handler = useHandler();

  /** The statuses of the three requests; an update first gets the instance, and only its PUT fails. */
  const statuses = async () => {
    const { onRequest } = handler.sandbox;
    const responses = [await handler.create(), await handler.find(`idempotency-key:${newKey()}`)];
    handler.sandbox.onRequest = (request) =>
      request.method === 'GET' ? respondWith(200, INSTANCE) : onRequest?.(request);
    return [...responses, await handler.update(5)].map(({ status }) => status);
  };

  test('closes the connection too early, the page gets 502', async () => {
    for (const kind of ['drop', 'drop-after', 'half'] as const) {
      handler.sandbox.onRequest = () => ({ kind });
      // The sandbox has no instance 5: any server could have sent half of a 404.
      assert.deepEqual(await statuses(), [502, 502, kind === 'half' ? 500 : 502]);
    }
  });

  test('does not answer, or never ends its response, the page gets 504 after the timeout', async () => {
    handler.options = { timeout: 50 };
    for (const kind of ['hold', 'hold-after'] as const) {
      handler.sandbox.onRequest = () => ({ kind });
      assert.deepEqual(await statuses(), [504, 504, 504]);
    }
    for (const status of [200, 400]) {
      const body = new ReadableStream({ start: (stream) => stream.enqueue(Buffer.from('{')) });
      handler.options = { timeout: 50, fetch: async () => new Response(body, { status }) };
      assert.equal((await handler.create()).status, 504);
    }
  });

  test('sends an endless response, the handler stops reading and closes the connection', async () => {
    let resolveClosed: () => void;
    const closed = new Promise<void>((resolve) => {
      resolveClosed = resolve;
    });
    await using server = await serve((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const write = () => {
        while (response.write(chunk));
      };
      response.on('drain', write).on('close', () => resolveClosed());
      write();
    });
    handler.options = { baseUrl: server.origin };
    assert.equal((await handler.create()).status, 502);
    await closed;
  });

  test('sends a response that is not UTF-8, the handler cancels it', async () => {
    const { body, wasCancelled } = endless(new Uint8Array(64 * 1024).fill(0xff));
    handler.options = { fetch: async () => new Response(body) };
    assert.equal((await handler.create()).status, 502);
    assert.equal(wasCancelled(), true);
  });

  test('sends empty chunks without end, the page gets 504 after the timeout', async () => {
    const { body, wasCancelled } = endless(new Uint8Array(0));
    handler.options = { timeout: 50, fetch: async () => new Response(body) };
    assert.equal((await handler.create()).status, 504);
    assert.equal(wasCancelled(), true);
  });

  suite('is called by a fetch of another kind', () => {
    /** A response of node-fetch, whose body is a stream of Node, or of whatwg-fetch, which has none. */
    const polyfilled = (text: () => Promise<string>, body?: object) => ({
      fetch: async () => ({ status: 200, headers: new Headers(), body, text }),
    });
    const instance = JSON.stringify(INSTANCE);
    const statusOf = async (options: object) =>
      (await makeHandler(options)(creationRequest())).status;

    test('its response is read with text()', async () => {
      for (const body of [undefined, { pipe: () => undefined }]) {
        assert.equal(await statusOf(polyfilled(async () => instance, body)), 200);
      }
    });

    test('its redirect without a status is one', async () => {
      // Platforms that follow the Fetch standard strictly hide the status.
      assert.equal(await statusOf({ fetch: async () => Response.error() }), 500);
    });

    test('its response has the same limits', async () => {
      const long = instance.padEnd(1024 * 1024 + 1);
      assert.equal(await statusOf(polyfilled(async () => long)), 502);
      const never = () => new Promise<string>(() => undefined);
      assert.equal(await statusOf({ ...polyfilled(never), timeout: 50 }), 504);
      assert.equal(await statusOf({ fetch: never, timeout: 50 }), 504);
    });
  });

  test('gets the two requests of an update, they share one timeout; those of a disconnection have one each', async () => {
    for (const [init, timeouts] of [
      [{ method: 'PUT', body: JSON.stringify(instanceBody()) }, 1],
      [{ method: 'DELETE' }, 2],
    ] as const) {
      const signals = new Set<unknown>();
      const handle = makeHandler({
        allowDisconnect: true,
        fetch: async (_: string, { signal }: RequestInit) => {
          signals.add(signal);
          return Response.json(INSTANCE);
        },
      });
      const { ok } = await handle(pageRequest('/instances/5', init));
      assert.deepEqual([ok, signals.size], [true, timeouts], init.method);
    }
  });

  test('repeats secrets in an error, the page does not get them', async () => {
    const { userSecret, organizationSecret } = handler.sandbox;
    const token = 'token-0123456789';
    const all = `${userSecret} ${organizationSecret} ${PASSWORD}${PASSWORD} ${token}`;
    const error = { message: `a ${all} z`, requestId: all, providerMessage: all, token };
    handler.sandbox.onRequest = () => respondWith(400, error);
    const { body } = await handler.create();
    const redacted = '[redacted] [redacted] [redacted][redacted] [redacted]';
    assert.deepEqual(body, {
      message: 'The service answered 400.',
      serviceMessage: `a ${redacted} z`,
      requestId: redacted,
      providerMessage: redacted,
      source: 'service',
      created: false,
    });
  });

  test("repeats a store-level account's secrets, the page does not get them", async () => {
    for (const [clientId, expected] of [
      ['client-id-of-15', 'client-id-of-15'],
      ['client-id-of-16c', '[redacted]'],
    ]) {
      const message = `${clientId} ${CLIENT_SECRET}`;
      handler.sandbox.onRequest = () => respondWith(400, { message, requestId: 'r' });
      const { body } = await handler.create(storeLevelBody({ 'oauth.api.key': clientId }));
      assert.equal(body.serviceMessage, `${expected} [redacted]`);
    }
  });

  test('sends long texts with invisible characters, the page gets one line within limits', async () => {
    const text = `no\u202e\0\r\n${'x'.repeat(300_000)}`;
    handler.sandbox.onRequest = () =>
      respondWith(400, { message: text, requestId: text, providerMessage: text });
    const { body } = await handler.create();
    assert.equal(body.serviceMessage, `no ${'x'.repeat(497)}`);
    assert.equal(body.requestId, `no ${'x'.repeat(197)}`);
    assert.equal(body.providerMessage, body.serviceMessage);
  });

  test('or the host fails, no secret is logged', async (t) => {
    const logged: string[] = [];
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
      t.mock.method(console, name, (...args: unknown[]) => logged.push(inspect(args)));
    }
    const { userSecret, organizationSecret } = handler.sandbox;
    handler.options = { onError: undefined };
    for (const status of [200, 401, 404, 502]) {
      handler.sandbox.onRequest = ({ headers, body }) => {
        const message = `${headers.authorization} ${body}`;
        return respondWith(status, { message, requestId: message });
      };
      await statuses();
    }
    handler.sandbox.onRequest = undefined;
    for (const reason of [new Error(PASSWORD), userSecret]) {
      for (const name of ['authorize', 'onInstance', 'fetch'] as const) {
        handler.options = { onError: undefined, [name]: () => Promise.reject(reason) };
        await handler.create();
      }
    }
    assert.ok(logged.length > 10, `${logged.length} lines`);
    for (const secret of [userSecret, organizationSecret, PASSWORD]) {
      assert.ok(!logged.join().includes(secret), `a secret in ${logged.join('\n')}`);
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
