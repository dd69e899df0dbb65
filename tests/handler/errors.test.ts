import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, afterEach, before, suite, test } from 'node:test';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { instanceBody, PASSWORD, subjectTag } from './instance-body.js';
import {
  creationRequest,
  makeHandler,
  pageRequest,
  respondWith,
  type ServedHandler,
  serve,
  startHandler,
} from './served-handler.js';

suite('An error', { timeout: 120_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  const post = (headers: Record<string, string | undefined> = {}) =>
    handler.create(instanceBody(), { headers });
  const throws = () => {
    throw new Error('the host fails');
  };

  for (const [request, send, status] of [
    ['another path', () => handler.send('POST', '/instance', { body: instanceBody() }), 404],
    ['another query', () => handler.send('GET', '/instances?a=b'), 404],
    ['another method', () => handler.send('DELETE', '/instances'), 405],
    ['a method that no Request can have', () => handler.send('TRACE', '/instances'), 405],
    ['a page of another site', () => post({ 'sec-fetch-site': 'cross-site' }), 403],
    ['a page where nobody is signed in', () => post({ cookie: undefined }), 401],
    ['another content type', () => post({ 'content-type': 'text/plain' }), 415],
    ['a body that is no instance', () => handler.create({}), 400],
    ['a body that is too long', () => handler.create(' '.repeat(65 * 1024)), 413],
  ] as const) {
    test(`for ${request} has the source "handler" and created: false`, async () => {
      const { body, ...response } = await send();
      assert.equal(response.status, status);
      assert.deepEqual(Object.keys(body).sort(), ['created', 'message', 'source']);
      assert.deepEqual([body.source, body.created], ['handler', false]);
    });
  }

  test('after the handler sent a request to the service has no created', async () => {
    const outcome = async () => {
      const { status, body } = await post();
      return [status, body.source, body.created];
    };
    handler.sandbox.onRequest = () => ({ kind: 'drop' });
    assert.deepEqual(await outcome(), [502, 'handler', undefined]);
    handler.sandbox.onRequest = undefined;
    handler.options = { onInstance: throws };
    assert.deepEqual(await outcome(), [500, 'handler', undefined]);
    handler.options = { timeout: 50 };
    handler.sandbox.onRequest = () => ({ kind: 'hold' });
    assert.deepEqual(await outcome(), [504, 'handler', undefined]);
  });

  test('is of the first check that fails: route, origin, secrets, authorize, body', async () => {
    let calls = 0;
    handler.options = {
      userSecret: '',
      authorize: () => {
        calls++;
        return null;
      },
    };
    const crossSite = { 'sec-fetch-site': 'cross-site' };
    const send = async (path: string, headers: object) =>
      (await handler.send('POST', path, { body: 'no JSON', headers: { ...headers } })).status;
    assert.equal(await send('/', crossSite), 404);
    assert.equal(await send('/instances', crossSite), 403);
    assert.equal(await send('/instances', {}), 500);
    assert.equal(calls, 0);
    handler.options = { authorize: () => null };
    assert.equal(await send('/instances', {}), 401);
    handler.options = {};
    assert.equal(await send('/instances', {}), 400);
  });

  suite('is reported to onError', () => {
    test("with the service's message, redacted, and its requestId", async () => {
      const error = { message: `no ${PASSWORD}`, requestId: 'r-1', providerMessage: 'p' };
      handler.sandbox.onRequest = () => respondWith(400, error);
      await post();
      const [{ request, ...report } = assert.fail('a report')] = handler.reports;
      assert.deepEqual(report, {
        status: 400,
        message: 'no [redacted]',
        source: 'service',
        requestId: 'r-1',
        subject: 'ann',
      });
      assert.equal(request.url, `${handler.origin}/api/cloud-elements/instances`);
      assert.equal(request.method, 'POST');
      assert.equal(request.headers.get('cookie'), 'session=ann');
      assert.equal(await request.text(), '');
    });

    test('with whatever authorize or onInstance threw as the cause', async () => {
      for (const reason of [new Error(PASSWORD), undefined, null, 'text']) {
        handler.reports.length = 0;
        handler.options = { authorize: () => Promise.reject(reason) };
        assert.equal((await post()).status, 500);
        handler.options = { onInstance: () => Promise.reject(reason) };
        assert.equal((await post()).status, 500);
        const [first, second] = handler.reports;
        assert.ok(first && 'cause' in first && first.cause === reason);
        assert.ok(second && 'cause' in second && second.cause === reason);
        assert.deepEqual([first.subject, second.subject], [undefined, 'ann']);
      }
    });

    test('with the reason why the service could not be reached, which the page does not get', async () => {
      const closed = await serve(() => undefined);
      await closed.close();
      handler.options = { baseUrl: closed.origin };
      const { status, body } = await post();
      assert.equal(status, 502);
      const message = 'Cloud Elements could not be reached.';
      assert.deepEqual(body, { message, source: 'handler' });
      const [report] = handler.reports;
      assert.match(report?.message ?? '', /^Cloud Elements could not be reached: .*ECONNREFUSED/);
      assert.ok(report?.cause instanceof Error);
      assert.equal((report.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    });

    test('with a new, redacted Error instead of the one that fetch threw', async () => {
      const thrown = Object.assign(new Error(`a\tb ${USER_SECRET} ${btoa(PASSWORD)}`), {
        name: `Error of ${PASSWORD}`,
        code: ORGANIZATION_SECRET,
        config: { headers: USER_SECRET },
      });
      handler.options = { fetch: () => Promise.reject(thrown) };
      await post();
      thrown.message = `${USER_SECRET}.`;
      await post();
      const [omitted, redacted] = handler.reports.map(
        ({ cause }) => cause as NodeJS.ErrnoException,
      );
      assert.ok(omitted instanceof Error && redacted instanceof Error);
      assert.notEqual(omitted, thrown);
      assert.deepEqual(
        [omitted.name, omitted.code, omitted.message],
        ['Error of [redacted]', '[redacted]', ''],
      );
      assert.equal(redacted.message, '[redacted].');
      assert.ok(!('config' in omitted));
    });

    for (const [what, thrown] of Object.entries<unknown>({
      'an Error': new Error(USER_SECRET),
      undefined: undefined,
      null: null,
      'a string': 'text',
      'an object with a status': { status: 200 },
      'an object whose message throws': Object.defineProperty({}, 'message', { get: throws }),
    })) {
      test(`as a 502 with an Error where fetch throws or rejects with ${what}`, async () => {
        const rejects = () => Promise.reject(thrown);
        const throwsIt = () => {
          throw thrown;
        };
        for (const fetch of [rejects, throwsIt]) {
          handler.options = { fetch };
          assert.equal((await post()).status, 502);
          assert.ok(handler.reports.at(-1)?.cause instanceof Error);
        }
      });
    }

    test('with both origins where they differ', async () => {
      await post({ 'sec-fetch-site': undefined, origin: 'https://other.example' });
      handler.options = { origin: 'https://shop.example' };
      await post({ origin: 'https://evil.example' });
      const [first, second] = handler.reports.map(({ message }) => message);
      assert.ok(first?.includes('https://other.example') && first.includes(handler.origin), first);
      assert.match(second ?? '', /https:\/\/evil\.example.*https:\/\/shop\.example/);
    });

    test('with the names of the secrets that are missing or unusable', async () => {
      handler.options = { userSecret: undefined };
      const { body, status } = await post();
      assert.equal(status, 500);
      assert.doesNotMatch(body.message ?? '', /Secret/);
      handler.options = { organizationSecret: '' };
      await post();
      handler.options = { userSecret: 'wrong secret', organizationSecret: 'x'.repeat(1025) };
      await post();
      const [missing, empty, unusable] = handler.reports.map(({ message }) => message);
      assert.match(missing ?? '', /userSecret is missing/);
      assert.match(empty ?? '', /organizationSecret is missing or empty/);
      assert.match(unusable ?? '', /userSecret must be .*organizationSecret must be /);
      assert.doesNotMatch(unusable ?? '', /wrong secret|xxx/);
      assert.deepEqual(handler.passedOn(), []);
    });

    test('with the method of the request, or GET for one that no Request can have', async () => {
      for (const method of ['PATCH', 'DELETE', 'OPTIONS', 'TRACE']) {
        await handler.send(method, '/instances');
      }
      const methods = handler.reports.map(({ request }) => request.method);
      assert.deepEqual(methods, ['PATCH', 'DELETE', 'OPTIONS', 'GET']);
    });

    test('before the page gets the response', async () => {
      const host = new EventEmitter();
      const isCalled = once(host, 'called');
      const handle = makeHandler({
        onError: () => {
          host.emit('called');
          return once(host, 'logged');
        },
      });
      const responses: number[] = [];
      const call = handle(pageRequest('/')).then(({ status }) => responses.push(status));
      await isCalled;
      await new Promise(setImmediate);
      assert.deepEqual(responses, []);
      host.emit('logged');
      await call;
      assert.deepEqual(responses, [404]);
    });

    test('and the page waits for that 5 seconds at most', { timeout: 60_000 }, async () => {
      const start = performance.now();
      let fail: (reason: Error) => void = () => undefined;
      const pending = new Promise((_, reject) => {
        fail = reject;
      });
      const { status } = await makeHandler({ onError: () => pending })(pageRequest('/'));
      const waited = performance.now() - start;
      assert.equal(status, 404);
      assert.ok(waited > 4900, `${waited} ms`);
      // An unhandled rejection would fail this test.
      fail(new Error('too late'));
      await new Promise(setImmediate);
    });

    for (const [what, onError] of Object.entries({
      throws,
      rejects: () => Promise.reject(new Error(USER_SECRET)),
      'rejects without a reason': () => Promise.reject(undefined),
      'changes its report': (report: { status: number; message: string }) => {
        report.status = 200;
        report.message = '';
      },
    })) {
      test(`and the response stays the same where onError ${what}`, async () => {
        handler.options = { onError };
        const { status, body } = await handler.send('GET', '/');
        assert.equal(status, 404);
        assert.deepEqual(body, {
          message: 'There is no such resource.',
          source: 'handler',
          created: false,
        });
      });
    }
  });

  suite('without an onError', () => {
    /** The lines that `work` logs. */
    async function logged(
      t: { mock: { method(of: Console, name: 'error', by: () => void): unknown } },
      work: () => Promise<unknown>,
    ): Promise<string[]> {
      const lines: string[] = [];
      t.mock.method(console, 'error', (...args: unknown[]) => lines.push(args.join(' ')));
      handler.options = { onError: undefined, ...handler.options };
      await work();
      return lines;
    }

    test('is logged in one line where the set-up is wrong or the service cannot be reached', async (t) => {
      const lines = await logged(t, async () => {
        await post({ 'sec-fetch-site': undefined, origin: 'https://other.example' });
        await handler.create({});
        handler.options.authorize = () => Promise.reject(new Error(PASSWORD));
        await post();
        handler.options.authorize = () => ({ subject: 'ann' });
        handler.options.userSecret = '';
        await post();
        handler.options.userSecret = 'wrong';
        await post();
        handler.options.userSecret = USER_SECRET;
        handler.sandbox.onRequest = () => ({ kind: 'drop' });
        await post();
        handler.sandbox.onRequest = () => respondWith(504, '<h1>');
        await post();
      });
      assert.equal(lines.length, 7, lines.join('\n'));
      for (const [at, status] of [403, 400, 500, 500, 500, 502, 504].entries()) {
        assert.match(lines[at] ?? '', new RegExp(`^createProxy: ${status} [^\\n]+$`));
      }
      assert.match(lines[3] ?? '', /userSecret/);
      for (const secret of [USER_SECRET, ORGANIZATION_SECRET, PASSWORD, 'session']) {
        assert.ok(!lines.join().includes(secret), `${secret} in ${lines.join('\n')}`);
      }
    });

    test('is not logged where the merchant can solve it', async (t) => {
      const lines = await logged(t, async () => {
        await post({ cookie: undefined });
        assert.equal((await handler.update(5)).status, 404);
        for (const status of [400, 403, 404, 408, 409, 429, 500, 503]) {
          handler.sandbox.onRequest = () => respondWith(status, { message: 'm' });
          assert.equal((await post()).status, status);
        }
      });
      assert.deepEqual(lines, []);
    });

    test('is still answered where console.error throws', async (t) => {
      t.mock.method(console, 'error', throws);
      const { status } = await makeHandler({ onError: undefined })(pageRequest('/'));
      assert.equal(status, 404);
    });
  });

  test('of an empty baseUrl is reported once, with the first request', async () => {
    const messages: string[] = [];
    const urls: string[] = [];
    const handle = makeHandler({
      baseUrl: '',
      onError: ({ message }: { message: string }) => messages.push(message),
      fetch: async (url: string) => {
        urls.push(url);
        return Response.json({ id: 5, token: 't', tags: [subjectTag('ann')] });
      },
    });
    for (let round = 0; round < 2; round++) {
      assert.equal((await handle(creationRequest())).status, 200);
    }
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? '', /baseUrl is empty.*US production/);
    assert.equal(urls[0], 'https://api.cloud-elements.com/elements/api-v2/instances');
  });
});
