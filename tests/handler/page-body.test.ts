import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { instanceBody } from './instance-body.js';
import {
  creationRequest,
  MOUNT,
  makeHandler,
  PAGE_HEADERS,
  type ServedHandler,
  serve,
  startHandler,
} from './served-handler.js';

const BODY = JSON.stringify(instanceBody());

const withLength = (length?: string) =>
  length === undefined ? undefined : { 'content-length': length };

const PARSER_MESSAGE = /put the handler before body parsers/;

suite("A page's body", { timeout: 120_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  /** Sends a body without its last byte. */
  const sendUnfinished = (method = 'POST', path = '/instances') =>
    handler.sendRaw(
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

  test('that does not arrive within the timeout is answered with 408', async () => {
    handler.options = { timeout: 50 };
    for (const response of [await sendUnfinished(), await sendUnfinished('PUT', '/instances/5')]) {
      assert.match(response, /^HTTP\/1.1 408 /);
      assert.match(response, /"source":"handler","created":false/);
    }
    assert.deepEqual(handler.passedOn(), []);
    const reports = handler.reports.map(({ status, source }) => `${status} ${source}`);
    assert.deepEqual(reports, ['408 handler', '408 handler']);
  });

  // The test's own limit is below the 50 seconds for the service.
  test('has 10 seconds to arrive, though the service has more', { timeout: 45_000 }, async () => {
    const start = performance.now();
    assert.match(await sendUnfinished(), /^HTTP\/1.1 408 /);
    const waited = performance.now() - start;
    assert.ok(waited > 9900, `${waited} ms`);
  });

  test('that arrives byte by byte has no longer than the timeout', async () => {
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
    const { status } = await makeHandler({ timeout: 100 })(creationRequest(body));
    assert.equal(status, 408);
    assert.equal(wasCancelled, true);
  });

  for (const length of ['5', '0', 'x', '-1', undefined]) {
    test(`with the content-length ${length} is not read beyond 64 KiB`, async () => {
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
      const { status } = await makeHandler({})(creationRequest(body, withLength(length)));
      assert.equal(status, 413);
      assert.ok(pulled <= 68 * 1024, `${pulled} bytes`);
      assert.equal(wasCancelled, true);
    });
  }

  test('with a content-length that is too long is not read at all', async () => {
    let wasRead = false;
    const body = new ReadableStream(
      {
        pull() {
          wasRead = true;
        },
      },
      { highWaterMark: 0 },
    );
    const { status } = await makeHandler({})(creationRequest(body, withLength('65537')));
    assert.equal(status, 413);
    assert.equal(wasRead, false);
  });

  test('that a body parser has read gets a message about body parsers', async () => {
    const listener = getRequestListener(makeHandler({}));
    const server = await serve(async (incoming, outgoing) => {
      await text(incoming);
      listener(incoming, outgoing);
    });
    try {
      const start = performance.now();
      const response = await fetch(`${server.origin}/instances`, {
        method: 'POST',
        headers: PAGE_HEADERS,
        body: BODY,
      });
      const { message, source } = await response.json();
      assert.equal(response.status, 400);
      assert.equal(source, 'handler');
      assert.match(message, PARSER_MESSAGE);
      assert.ok(performance.now() - start < 5000, 'at once');
    } finally {
      await server.close();
    }
  });

  test('that is used, locked or missing gets the same message', async () => {
    const used = creationRequest(BODY);
    await used.text();
    const locked = creationRequest(BODY);
    locked.body?.getReader();
    const missing = ['', null].map((body) => creationRequest(body, withLength('500')));
    for (const request of [used, locked, ...missing]) {
      const response = await makeHandler({ fetch: () => assert.fail('fetch') })(request);
      assert.equal(response.status, 400);
      assert.match((await response.json()).message, PARSER_MESSAGE);
    }
  });

  test('that fails while it is read gets another message', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(new Error('gone')),
    });
    const response = await makeHandler({})(creationRequest(body));
    assert.equal(response.status, 400);
    assert.equal((await response.json()).message, 'The body cannot be read.');
  });
});
