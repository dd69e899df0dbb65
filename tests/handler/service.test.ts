import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { inspect } from 'node:util';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { type Fault, ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import {
  type Answer,
  CLIENT_SECRET,
  type Front,
  instanceBody,
  newKey,
  PASSWORD,
  serve,
  startFront,
  storeLevelBody,
  subjectTag,
} from './front.js';

suite('When the service', { timeout: 600_000 }, () => {
  let front: Front;

  before(async () => {
    front = await startFront();
  });
  after(() => front?.[Symbol.asyncDispose]());
  afterEach(() => front.reset());

  const answer = (status: number, body: unknown, headers = {}): Fault => ({
    kind: 'answer',
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const instance = { id: 5, token: 't', tags: [subjectTag('ann')] };

  const update = () => front.send('PUT', '/instances/5', { body: instanceBody() });

  /** What each of the routes comes to when this befalls what it is for. */
  const strike = async (fault: Fault): Promise<Answer[]> => {
    front.sandbox.onRequest = () => fault;
    const body = instanceBody();
    const answers = [
      await front.send('POST', '/instances', { body }),
      await front.send('GET', `/instances?tags[]=idempotency-key:${newKey()}`),
    ];
    front.sandbox.onRequest = ({ method }) => (method === 'GET' ? answer(200, instance) : fault);
    return [...answers, await update()];
  };

  for (const [theirs, ours, message] of [
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
    test(`answers ${theirs} before it is known whose an instance is, nothing is said of it`, async () => {
      const said = { message: 'id 5 is of bob', requestId: 'r', providerMessage: 'p' };
      front.sandbox.onRequest = () => answer(theirs, said, { 'retry-after': '7' });
      const { status, body, headers } = await update();
      assert.deepEqual([status, body.message], [ours, message]);
      assert.deepEqual(
        Object.keys(body)
          .filter((name) => name !== 'created')
          .sort(),
        ['message', 'source'],
      );
      assert.equal(body.source, ours === 429 ? 'service' : 'handler');
      assert.equal(headers['retry-after'], ours === 429 ? '7' : undefined);
      assert.equal(front.reports[0]?.requestId, 'r', 'the host hears more');
    });
  }

  test('fails before it is known whose an instance is, nothing is said of it', async () => {
    for (const kind of ['drop', 'half'] as const) {
      front.sandbox.instances.clear();
      front.sandbox.onRequest = () => ({ kind });
      // Half an answer that there is no such instance is answer enough.
      assert.equal((await update()).status, kind === 'half' ? 404 : 502);
    }
    front.options = { timeout: 50 };
    front.sandbox.onRequest = () => ({ kind: 'hold' });
    assert.equal((await update()).status, 504);
  });

  test('goes on and on, its answer is not read to the end', async () => {
    let hasLeft: () => void;
    const left = new Promise<void>((resolve) => {
      hasLeft = resolve;
    });
    const endless = await serve((_, response) => {
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const write = () => {
        while (response.write(chunk));
      };
      response.on('drain', write).on('close', () => hasLeft());
      write();
    });
    try {
      front.options = { baseUrl: endless.origin };
      const { status } = await front.send('POST', '/instances', { body: instanceBody() });
      assert.equal(status, 502);
      await left;
    } finally {
      await endless.close();
    }
  });

  test('says what is no UTF-8, its connection is let go', async () => {
    let cancelled = false;
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024).fill(0xff)),
      cancel() {
        cancelled = true;
      },
    });
    front.options = { fetch: async () => new Response(body) };
    const { status } = await front.send('POST', '/instances', { body: instanceBody() });
    assert.equal(status, 502);
    assert.equal(cancelled, true);
  });

  for (const kind of ['drop', 'drop-after', 'half'] as const) {
    test(`breaks off (${kind}), the page gets 502`, async () => {
      const [post, lookup] = await strike({ kind });
      assert.equal(post?.status, 502);
      // Half of the 404 of a lookup could be HTML.
      assert.equal(lookup?.status, 502);
    });
  }

  test('cannot be reached, the page gets 502', async () => {
    const gone = await serve(() => undefined);
    await gone.close();
    front.options = { baseUrl: gone.origin };
    const { status, body } = await front.send('POST', '/instances', { body: instanceBody() });
    assert.equal(status, 502);
    const message = 'Cloud Elements could not be reached.';
    assert.deepEqual(body, { message, source: 'handler' });
  });

  test('makes fetch throw whatever, the page gets 502', async () => {
    for (const reason of [new Error(USER_SECRET), undefined, null, 'text', { status: 200 }]) {
      front.options = { fetch: () => Promise.reject(reason) };
      const { status } = await front.send('POST', '/instances', { body: instanceBody() });
      assert.equal(status, 502);
      front.options = {
        fetch: () => {
          throw reason;
        },
      };
      const thrown = await front.send('POST', '/instances', { body: instanceBody() });
      assert.equal(thrown.status, 502);
    }
  });

  for (const kind of ['hold', 'hold-after'] as const) {
    test(`does not answer (${kind}), the page gets 504 after the timeout`, async () => {
      front.options = { timeout: 50 };
      for (const { status } of await strike({ kind })) assert.equal(status, 504);
    });
  }

  test('does not end its answer, the page gets 504 after the timeout', async () => {
    for (const status of [200, 400]) {
      const slow = await serve((_, response) => {
        response.writeHead(status).write('{');
      });
      try {
        front.options = { baseUrl: slow.origin, timeout: 50 };
        const answer = await front.send('POST', '/instances', { body: instanceBody() });
        assert.equal(answer.status, 504);
      } finally {
        await slow.close();
      }
    }
  });

  test('takes its time twice for an update, the timeout counts both', async () => {
    const deadlines = new Set<unknown>();
    const proxy = createProxy({
      userSecret: USER_SECRET,
      organizationSecret: ORGANIZATION_SECRET,
      authorize: () => ({ subject: 'ann' }),
      fetch: async (_, init) => {
        deadlines.add(init?.signal);
        return Response.json(instance);
      },
    });
    const request = new Request('https://shop.example/instances/5', {
      method: 'PUT',
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
      body: JSON.stringify(instanceBody()),
    });
    assert.equal((await proxy(request)).status, 200);
    assert.equal(deadlines.size, 1);
  });

  test('repeats what is secret, the page does not see it', async () => {
    const all = `${USER_SECRET} ${ORGANIZATION_SECRET} ${PASSWORD}${PASSWORD}`;
    const said = { message: `a ${all} z`, requestId: all, providerMessage: all };
    front.sandbox.onRequest = () => answer(400, said);
    const { body } = await front.send('POST', '/instances', { body: instanceBody() });
    const redacted = '[redacted] [redacted] [redacted][redacted]';
    assert.deepEqual(body, {
      message: `a ${redacted} z`,
      requestId: redacted,
      providerMessage: redacted,
      source: 'service',
      created: false,
    });
  });

  test("repeats a store-level account's secrets, the page does not see them", async () => {
    const ids = { 'client-id-of-15': false, 'client-id-of-16c': true };
    assert.deepEqual(
      Object.keys(ids).map(({ length }) => length),
      [15, 16],
    );
    for (const [clientId, isSecret] of Object.entries(ids)) {
      const said = { message: `${clientId} ${CLIENT_SECRET}`, requestId: btoa(CLIENT_SECRET) };
      front.sandbox.onRequest = () => answer(400, said);
      const sent = storeLevelBody({ 'oauth.api.key': clientId });
      const { body } = await front.send('POST', '/instances', { body: sent });
      assert.equal(body.message, `${isSecret ? '[redacted]' : clientId} [redacted]`);
      assert.equal(body.requestId, undefined);
    }
  });

  test('says much, or what cannot be seen, the page gets one line within limits', async () => {
    const text = `no\u202e\0\r\n${'x'.repeat(300_000)}`;
    front.sandbox.onRequest = () =>
      answer(400, { message: text, requestId: text, providerMessage: text });
    const { body } = await front.send('POST', '/instances', { body: instanceBody() });
    assert.equal(body.message, `no ${'x'.repeat(497)}`);
    assert.equal(body.requestId, `no ${'x'.repeat(197)}`);
    assert.equal(body.providerMessage, body.message);
  });

  test('fails in whatever way, no secret is logged', async (t) => {
    const logged: string[] = [];
    for (const name of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
      t.mock.method(console, name, (...args: unknown[]) => logged.push(inspect(args)));
    }
    front.options = { onError: undefined };
    for (const status of [401, 502]) {
      front.sandbox.onRequest = () => answer(status, { message: `${USER_SECRET} ${PASSWORD}` });
      await front.send('POST', '/instances', { body: instanceBody() });
    }
    await strike(answer(200, `no JSON ${USER_SECRET}`));
    await strike({ kind: 'drop' });
    front.sandbox.onRequest = undefined;
    for (const reason of [new Error(PASSWORD), USER_SECRET]) {
      for (const name of ['authorize', 'onInstance', 'fetch'] as const) {
        front.options = { onError: undefined, [name]: () => Promise.reject(reason) };
        await front.send('POST', '/instances', { body: instanceBody() });
      }
    }
    assert.ok(logged.length > 10, `${logged.length} lines`);
    for (const secret of [USER_SECRET, ORGANIZATION_SECRET, PASSWORD]) {
      assert.ok(!logged.join().includes(secret));
    }
  });

  test('sees a page leave, it still finishes and the host still gets the instance', async () => {
    let hasInstance: (id: number) => void;
    const stored = new Promise<number>((resolve) => {
      hasInstance = resolve;
    });
    front.options = { onInstance: ({ id }) => hasInstance(id) };
    const leave = new AbortController();
    front.sandbox.onRequest = () => {
      leave.abort();
      return undefined;
    };
    const page = fetch(`${front.origin}/api/cloud-elements/instances`, {
      method: 'POST',
      signal: leave.signal,
      headers: {
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/json',
        cookie: 'session=ann',
      },
      body: JSON.stringify(instanceBody()),
    });
    await assert.rejects(page, { name: 'AbortError' });
    assert.deepEqual([...front.sandbox.instances.keys()], [await stored]);
  });
});
