import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
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

  for (const [theirs, ours] of [
    [400, 400],
    [401, 500],
    [402, 402],
    [403, 403],
    [405, 405],
    [408, 408],
    [409, 409],
    [418, 418],
    [429, 429],
    [499, 499],
    [500, 500],
    [502, 502],
    [503, 503],
    [504, 504],
    [599, 599],
    [300, 502],
    [301, 502],
    [304, 502],
    [307, 502],
    [600, 502],
    [999, 502],
  ] as const) {
    test(`answers ${theirs}, the page gets ${ours}`, async () => {
      const said = { message: 'm', requestId: 'r', providerMessage: 'p', password: PASSWORD };
      const location = { location: `${front.sandbox.url}/instances/5` };
      for (const { status, body } of await strike(answer(theirs, said, location))) {
        assert.equal(status, ours);
        const { source, created: _, ...said } = body;
        assert.equal(source, theirs === ours ? 'service' : 'handler');
        if (theirs === ours) {
          assert.deepEqual(said, { message: 'm', requestId: 'r', providerMessage: 'p' });
        } else {
          assert.deepEqual(Object.keys(said), ['message']);
        }
      }
      assert.equal(front.sandbox.requests.length, 4, 'redirects are not followed');
    });
  }

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

  test('answers a lookup with 404, the page gets an empty list, unless that is HTML', async () => {
    const lookup = async (body: string) => {
      front.sandbox.onRequest = () => answer(404, body);
      return front.send('GET', `/instances?tags[]=idempotency-key:${newKey()}`);
    };
    for (const body of ['{"message":"No element instances found"}', '', 'Not Found']) {
      const { status, list } = await lookup(body);
      assert.deepEqual([status, list], [200, []], body);
    }
    for (const body of ['<html>', ' \n<!doctype html>']) {
      assert.equal((await lookup(body)).status, 502, body);
    }
  });

  test('answers 404, a creation says so and an update knows no instance', async () => {
    const said = { message: 'm', requestId: 'r' };
    const [post] = await strike(answer(404, said));
    assert.deepEqual(post?.body, { ...said, source: 'service', created: false });
    assert.equal(post?.status, 404);
    front.sandbox.onRequest = undefined;
    const put = await update();
    const message = 'There is no such instance.';
    assert.deepEqual(put.body, { message, source: 'handler', created: false });
    assert.equal(put.status, 404);
  });

  for (const [what, body] of Object.entries<unknown>({
    HTML: '<h1>Bad Gateway</h1>',
    nothing: '',
    'half of its JSON': '{"message":"m',
    null: null,
    'a text': '"m"',
    'a list': [{ message: 'm' }],
    'a message that is no text': { message: { a: 1 }, requestId: 5, providerMessage: ['p'] },
    'over 1 MiB': { message: 'm'.repeat(1024 * 1024) },
  })) {
    test(`says ${what} with an error, the status alone is kept`, async () => {
      for (const { status, body: said } of await strike(answer(503, body))) {
        assert.equal(status, 503);
        assert.deepEqual(said, { message: 'Cloud Elements answered 503.', source: 'service' });
      }
    });
  }

  for (const [what, body] of Object.entries<unknown>({
    HTML: '<h1>Welcome</h1>',
    nothing: '',
    'half of its JSON': JSON.stringify(instance).slice(0, 20),
    null: null,
    'a text': '"m"',
    'an instance without a token': { ...instance, token: undefined },
    'over 1 MiB': { ...instance, user: 'x'.repeat(1024 * 1024) },
  })) {
    test(`says ${what} with a success, the page gets 502`, async () => {
      front.sandbox.onRequest = ({ method }) =>
        answer(200, method === 'GET' ? instance : (body as object));
      const create = await front.send('POST', '/instances', { body: instanceBody() });
      assert.equal(create.status, 502);
      const update = await front.send('PUT', '/instances/5', { body: instanceBody() });
      assert.equal(update.status, 502);
      assert.equal(front.sentOn().at(-1), 'PUT /elements/api-v2/instances/5');
    });
  }

  test('says with a lookup anything but a list, the page gets 502', async () => {
    for (const body of ['', '<h1>', {}, null, instance, '"text"', 5]) {
      front.sandbox.onRequest = () => answer(200, body);
      const { status } = await front.send('GET', `/instances?tags[]=idempotency-key:${newKey()}`);
      assert.equal(status, 502, JSON.stringify(body));
    }
  });

  test('says just 1 MiB, that is read', async () => {
    const bare = JSON.stringify({ ...instance, user: '' });
    const user = 'x'.repeat(1024 * 1024 - bare.length);
    front.sandbox.onRequest = () => answer(200, { ...instance, user });
    const { status } = await front.send('POST', '/instances', { body: instanceBody() });
    assert.equal(status, 200);
    front.sandbox.onRequest = () => answer(200, { ...instance, user: `${user}x` });
    const { status: more } = await front.send('POST', '/instances', { body: instanceBody() });
    assert.equal(more, 502);
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
      pull: (controller) => controller.enqueue(Uint8Array.of(0xff)),
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

  for (const [what, rest] of Object.entries<(response: ServerResponse) => void>({
    'breaks off within an error': (response) => response.destroy(),
    'says with an error what is no UTF-8': (response) => response.end(Uint8Array.of(0xff)),
  })) {
    test(`${what}, the status alone is kept`, async () => {
      const broken = await serve((_, response) => {
        response.writeHead(409);
        response.write('{"message":"', () => rest(response));
      });
      try {
        front.options = { baseUrl: broken.origin };
        const { status, body } = await front.send('POST', '/instances', { body: instanceBody() });
        assert.equal(status, 409);
        const message = 'Cloud Elements answered 409.';
        assert.deepEqual(body, { message, source: 'service', created: false });
      } finally {
        await broken.close();
      }
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

  for (const [header, isPassed] of [
    ['2', true],
    ['0', true],
    ['Sun, 06 Nov 1994 08:49:37 GMT', true],
    ['Sunday, 06-Nov-94 08:49:37 GMT', true],
    ['Sun Nov  6 08:49:37 1994', true],
    ['-1', false],
    ['soon', false],
    ['', false],
    [USER_SECRET, false],
    [`2, ${ORGANIZATION_SECRET}`, false],
  ] as const) {
    test(`asks to retry after "${header}", the page is ${isPassed ? '' : 'not '}told`, async () => {
      for (const status of [429, 503, 400]) {
        const answers = await strike(answer(status, { message: 'm' }, { 'retry-after': header }));
        for (const { headers } of answers) {
          assert.equal(headers['retry-after'], isPassed ? header : undefined);
        }
      }
    });
  }

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

  test('repeats what is secret in another way, the page gets the status alone', async () => {
    for (const text of [encodeURIComponent(USER_SECRET), btoa(`${USER_SECRET}:${PASSWORD}`)]) {
      const said = { message: text, requestId: `r ${text}`, providerMessage: `p ${text}` };
      front.sandbox.onRequest = () => answer(400, said);
      const { message, requestId, providerMessage } = (
        await front.send('POST', '/instances', { body: instanceBody() })
      ).body;
      assert.equal(message, 'Cloud Elements answered 400.');
      assert.deepEqual([requestId, providerMessage], [undefined, undefined]);
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

  test('refuses the secrets, the page learns nothing of that', async () => {
    front.options = { userSecret: 'wrong' };
    const { status, body } = await front.send('POST', '/instances', { body: instanceBody() });
    assert.equal(status, 500);
    const message = 'Cloud Elements did not accept our secrets.';
    assert.deepEqual(body, { message, source: 'handler', created: false });
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
