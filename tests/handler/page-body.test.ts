import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { suite, test } from 'node:test';
import { instanceBody } from './instance-body.js';
import { creationRequest, MOUNT, makeHandler, useHandler } from './served-handler.js';

const BODY = JSON.stringify(instanceBody());

const withLength = (length?: string) =>
  length === undefined ? undefined : { 'content-length': length };

/** A body of `chunks` times this many spaces, one after the other. */
function stream(size: number, chunks: number, delay?: number) {
  const seen = { bytes: 0, wasCancelled: false };
  const body = new ReadableStream(
    {
      async pull(controller) {
        if (delay !== undefined) await new Promise((resolve) => setTimeout(resolve, delay));
        seen.bytes += size;
        controller.enqueue(new Uint8Array(size).fill(0x20));
        if (seen.bytes >= chunks * size) controller.close();
      },
      cancel() {
        seen.wasCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { body, seen };
}

suite("A page's body", { timeout: 120_000 }, () => {
  const handler = useHandler();

  /** Sends a body without its last byte, and returns the response. */
  async function sendUnfinished(method = 'POST', path = '/instances'): Promise<string> {
    const socket = connect(Number(new URL(handler.origin).port), '127.0.0.1');
    const head = [
      `${method} ${MOUNT}${path} HTTP/1.1`,
      ...['host: a.example', 'connection: close', 'cookie: session=ann'],
      ...['sec-fetch-site: same-origin', 'content-type: application/json'],
      `content-length: ${BODY.length}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${BODY.slice(0, -1)}`);
    return text(socket);
  }

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
  test('has 10 seconds to arrive, though the service has more', { timeout: 45_000 }, async (t) => {
    const { timeout } = AbortSignal;
    const limits: number[] = [];
    t.mock.method(AbortSignal, 'timeout', (ms: number) => {
      limits.push(ms);
      return timeout.call(AbortSignal, ms === 10_000 ? 50 : ms);
    });
    assert.match(await sendUnfinished(), /^HTTP\/1.1 408 /);
    assert.deepEqual(limits, [10_000]);
  });

  test('that arrives byte by byte, or in empty chunks, has no longer than the timeout', async () => {
    for (const size of [1, 0]) {
      const { body, seen } = stream(size, Number.POSITIVE_INFINITY, size && 5);
      const { status } = await makeHandler({ timeout: 100 })(creationRequest(body));
      assert.deepEqual([status, seen.wasCancelled], [408, true]);
    }
  });

  for (const length of ['5', '0', 'x', '-1', undefined]) {
    test(`with the content-length ${length} is not read beyond 64 KiB`, async () => {
      const { body, seen } = stream(1024, 1024);
      const { status } = await makeHandler({})(creationRequest(body, withLength(length)));
      assert.deepEqual([status, seen.wasCancelled], [413, true]);
      assert.ok(seen.bytes <= 68 * 1024, `${seen.bytes} bytes`);
    });
  }

  test('with a content-length that is too long is not read at all', async () => {
    const { body, seen } = stream(1024, 1024);
    const { status } = await makeHandler({})(creationRequest(body, withLength('65537')));
    assert.deepEqual([status, seen.bytes], [413, 0]);
  });

  // setup-mistakes.test.ts has a body that a parser has read.
  test('that is used, locked, missing or broken gets a message about that', async () => {
    const parserMessage = /put the handler before body parsers/;
    const used = creationRequest(BODY);
    await used.text();
    const locked = creationRequest(BODY);
    locked.body?.getReader();
    const missing = ['', null].map((body) => creationRequest(body, withLength('500')));
    const broken = new ReadableStream({ start: (stream) => stream.error(new Error('gone')) });
    for (const [request, message] of [
      ...[used, locked, ...missing].map((request) => [request, parserMessage] as const),
      [creationRequest(broken), /^The body cannot be read\.$/] as const,
    ]) {
      const response = await makeHandler({ fetch: () => assert.fail('fetch') })(request);
      assert.equal(response.status, 400);
      assert.match((await response.json()).message, message);
    }
  });
});
