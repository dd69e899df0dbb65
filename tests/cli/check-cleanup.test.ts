// `check` deletes what it has created, however it ends; otherwise it names what is left.
import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { suite, test } from 'node:test';
import {
  type Fault,
  type RecordedRequest,
  type Sandbox,
  startSandbox,
} from '../../js/sandbox/sandbox.js';
import { serve } from '../server.js';
import { type Command, environmentOf } from './command.js';
import { assertFindings, checkStore, FILES, type Outcome } from './run-check.js';

type Child = Command['child'];

type OnRequest = (request: RecordedRequest, at: number, child: Child) => Fault | undefined;

/** A run against a sandbox; `onRequest` gets the number of each request, from 0. */
async function run(onRequest: OnRequest): Promise<Outcome & { sandbox: Sandbox }> {
  await using sandbox = await startSandbox();
  let child: Child;
  let at = 0;
  sandbox.onRequest = (request) => onRequest(request, at++, child);
  const outcome = await checkStore(FILES['store-level'], environmentOf(sandbox), (started) => {
    child = started;
  });
  return { ...outcome, sandbox };
}

const { sandbox } = await run(() => undefined);
/** The requests of a run without faults. */
const REQUESTS = sandbox.requests.map(
  ({ method, path }) => `${method} ${path.replace(/=.*/, '=…')}`,
);

const FIRST_POST = REQUESTS.findIndex((request) => request.startsWith('POST'));

// Most of the time, a run waits.
suite('check', { timeout: 600_000, concurrency: 4 }, () => {
  suite('leaves nothing', () => {
    for (const [number, request] of REQUESTS.entries()) {
      const signal = number % 2 === 0 ? 'SIGINT' : 'SIGTERM';
      test(`after ${signal} at request ${number}, ${request}`, async () => {
        const { sandbox, ...outcome } = await run((_, at, child) => {
          if (at !== number) return undefined;
          child.kill(signal);
          // So that the sandbox performs it after the process has aborted it.
          return { kind: 'delay', ms: 200 };
        });
        assert.equal(outcome.status, 1);
        assert.match(outcome.stderr, /^Interrupted/);
        assert.equal(sandbox.instances.size, 0);
        if (number >= FIRST_POST) assertFindings(outcome, 'removal | ok');
      });

      test(`after a lost response to request ${number}, ${request}`, async () => {
        const { sandbox, ...outcome } = await run((_, at) =>
          at === number ? { kind: 'drop-after' } : undefined,
        );
        assert.equal(sandbox.instances.size, 0);
        if (number >= FIRST_POST) assertFindings(outcome, 'removal | ok');
      });
    }

    for (const last of ['POST', 'DELETE']) {
      test(`after its output is closed at the ${last}, and ends without a stack trace`, async () => {
        const { sandbox, stderr } = await run(({ method }, _, child) => {
          if (method === last) child.stdout.destroy();
          return undefined;
        });
        assert.equal(sandbox.instances.size, 0);
        assert.doesNotMatch(stderr, /EPIPE/);
      });
    }

    test('after an endless response to POST, of which it reads the beginning', async () => {
      await using sandbox = await startSandbox();
      let isReadToEnd: Promise<boolean> | undefined;
      // Passes requests on to the sandbox.
      await using site = await serve(async (request, response) => {
        const { method = '', url = '', headers } = request;
        const { authorization = '' } = headers;
        const answer = await fetch(new URL(url, sandbox.url), {
          method,
          headers: { authorization, 'content-type': 'application/json' },
          body: method === 'GET' ? null : await text(request),
        });
        response.statusCode = answer.status;
        if (method !== 'POST') return void response.end(await answer.text());
        // It ends, so that a client that reads all of it does too.
        const chunks = Array(64).fill(Buffer.alloc(1024 * 1024, ' '));
        const isRead = pipeline(chunks, response);
        isReadToEnd = isRead.then(() => true).catch(() => false);
      });
      const { pathname } = new URL(sandbox.url);
      const address = { CLOUD_ELEMENTS_BASE_URL: site.origin + pathname };
      const environment = { ...environmentOf(sandbox), ...address };
      const outcome = await checkStore(FILES['store-level'], environment);
      assert.equal(await isReadToEnd, false);
      assertFindings(outcome, 'masks | ok | out in GET, PUT.\nremoval | ok');
      assert.equal(sandbox.instances.size, 0);
    });
  });

  suite('names what is left', () => {
    const serverError: Fault = { kind: 'respond', status: 500, body: '{"requestId":"1"}' };
    const page = (status: number): Fault => ({
      kind: 'respond',
      status,
      body: '<title>No</title>',
    });

    for (const [name, fault, says] of [
      ['fails', serverError, 'The service answered 500.'],
      ['is answered 404 with a web page', page(404), 'answered 404 with a web page'],
      ['is answered 200 with a web page', page(200), 'A web page answered 200'],
    ] as const) {
      test(`where DELETE ${name}`, async () => {
        const { sandbox, ...outcome } = await run(({ method }) =>
          method === 'DELETE' ? fault : undefined,
        );
        const [id] = sandbox.instances.keys();
        assertFindings(outcome, `removal | problem | Still there: ${id}. | ${says}`);
        assert.equal(outcome.status, 1);
      });
    }

    test('where a POST has no response, and lookups have none', async () => {
      const { sandbox, ...outcome } = await run(({ method }, at, child) => {
        if (method === 'POST') {
          child.kill('SIGINT');
          return { kind: 'hold-after' };
        }
        return at > FIRST_POST && method === 'GET' ? serverError : undefined;
      });
      const [instance] = sandbox.instances.values();
      assertFindings(outcome, `removal | problem | Not known | "${instance?.name}"`);
    });
  });
});
