import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { createProxy, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { type Front, instanceBody, MOUNT, serve, startFront } from './front.js';

const BODY = JSON.stringify(instanceBody());

const MEANT_FOR_PARSERS = /put the handler before body parsers/;

suite("A page's body", { timeout: 120_000 }, () => {
  let front: Front;

  before(async () => {
    front = await startFront();
  });
  after(() => front?.[Symbol.asyncDispose]());
  afterEach(() => front.reset());

  /** A request whose body does not end. */
  const unfinished = (method = 'POST', path = '/instances') =>
    front.sendRaw(
      `${[
        `${method} ${MOUNT}${path} HTTP/1.1`,
        'host: a.example',
        'connection: close',
        'cookie: session=ann',
        'sec-fetch-site: same-origin',
        'content-type: application/json',
        `content-length: ${BODY.length}`,
      ].join('\r\n')}\r\n\r\n${BODY.slice(0, -1)}`,
    );

  test('that does not come in time is answered 408', async () => {
    front.options = { timeout: 50 };
    for (const answer of [await unfinished(), await unfinished('PUT', '/instances/5')]) {
      assert.match(answer, /^HTTP\/1.1 408 /);
      assert.match(answer, /"source":"handler","created":false/);
    }
    assert.deepEqual(front.sentOn(), []);
    assert.deepEqual(
      front.reports.map(({ status, source }) => [status, source]),
      [
        [408, 'handler'],
        [408, 'handler'],
      ],
    );
  });

  // The limit is below the service's 50 seconds.
  test('has 10 seconds, though the service has more', { timeout: 45_000 }, async () => {
    const begin = performance.now();
    assert.match(await unfinished(), /^HTTP\/1.1 408 /);
    const waited = performance.now() - begin;
    assert.ok(waited > 9900, `${waited} ms`);
  });

  test('that comes a little at a time is not waited for any longer', async () => {
    let wasCancelled = false;
    const body = new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        controller.enqueue(new TextEncoder().encode(' '));
      },
      cancel() {
        wasCancelled = true;
      },
    });
    const { status } = await proxyWith({ timeout: 100 })(pageRequest(body));
    assert.equal(status, 408);
    assert.equal(wasCancelled, true);
  });

  for (const length of ['5', '0', 'x', '-1', undefined]) {
    test(`is not read beyond 64 KiB, whatever length it announces: ${length}`, async () => {
      let pulled = 0;
      let wasCancelled = false;
      const body = new ReadableStream({
        pull(controller) {
          pulled += 1024;
          controller.enqueue(new Uint8Array(1024).fill(0x20));
          if (pulled > 1024 * 1024) controller.close();
        },
        cancel() {
          wasCancelled = true;
        },
      });
      const { status } = await proxyWith({})(pageRequest(body, length));
      assert.equal(status, 413);
      assert.ok(pulled <= 68 * 1024, `${pulled} bytes`);
      assert.equal(wasCancelled, true);
    });
  }

  test('that is said to be too long is not read at all', async () => {
    let wasRead = false;
    const body = new ReadableStream(
      {
        pull() {
          wasRead = true;
        },
      },
      { highWaterMark: 0 },
    );
    const { status } = await proxyWith({})(pageRequest(body, '65537'));
    assert.equal(status, 413);
    assert.equal(wasRead, false);
  });

  test('that a body parser has read says to put the handler before it', async () => {
    const listener = getRequestListener(proxyWith({ onError: () => undefined }));
    const server = await serve(async (incoming, outgoing) => {
      await text(incoming);
      listener(incoming, outgoing);
    });
    try {
      const begin = performance.now();
      const response = await fetch(`${server.origin}/instances`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: BODY,
      });
      const { message, source } = await response.json();
      assert.equal(response.status, 400);
      assert.equal(source, 'handler');
      assert.match(message, MEANT_FOR_PARSERS);
      assert.ok(performance.now() - begin < 5000, 'at once');
    } finally {
      await server.close();
    }
  });

  test('that is used, locked or not there says so too', async () => {
    const used = pageRequest(BODY);
    await used.text();
    const locked = pageRequest(BODY);
    locked.body?.getReader();
    for (const request of [used, locked, pageRequest('', '500'), pageRequest(null, '500')]) {
      const response = await proxyWith({})(request);
      assert.equal(response.status, 400);
      assert.match((await response.json()).message, MEANT_FOR_PARSERS);
    }
    assert.deepEqual(front.sentOn(), []);
  });

  test('that breaks off is told from one that was read', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(new Error('gone')),
    });
    const response = await proxyWith({})(pageRequest(body));
    assert.equal(response.status, 400);
    assert.equal((await response.json()).message, 'The body cannot be read.');
  });

  /** The handler itself, for what HTTP clients do not send. */
  function proxyWith(options: Partial<ProxyOptions>) {
    return createProxy({
      userSecret: USER_SECRET,
      organizationSecret: ORGANIZATION_SECRET,
      baseUrl: front.sandbox.url,
      authorize: () => ({ subject: 'ann' }),
      onError: () => undefined,
      ...options,
    });
  }

  function pageRequest(body: BodyInit | null, length?: string): Request {
    const init = { method: 'POST', body, duplex: 'half' };
    const headers = {
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/json',
      ...(length !== undefined && { 'content-length': length }),
    };
    return new Request('https://shop.example/instances', { ...init, headers });
  }
});
