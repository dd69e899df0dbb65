import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { suite, type TestContext, test } from 'node:test';
import type { ErrorContext, ErrorReport } from 'authenticate-bigcommerce/proxy';
import { serve } from '../server.js';
import {
  instanceBody,
  KEY,
  ORGANIZATION_SECRET,
  PASSWORD,
  subjectTag,
  USER_SECRET,
} from './instance-body.js';
import {
  creationRequest,
  makeHandler,
  pageRequest,
  respondWith,
  useHandler,
} from './served-handler.js';

suite('An error of the handler', { timeout: 120_000 }, () => {
  const handler = useHandler();

  const post = (headers: Record<string, string | undefined> = {}) =>
    handler.create(instanceBody(), { headers });
  const throws = () => {
    throw new Error('the host fails');
  };

  test('before anything is sent to the service has the source "handler" and created: false', async () => {
    for (const [status, send] of [
      [404, () => handler.send('POST', '/instance', { body: instanceBody() })],
      [404, () => handler.send('GET', '/instances?a=b')],
      [405, () => handler.send('DELETE', '/instances')],
      [405, () => handler.send('TRACE', '/instances')],
      [403, () => post({ 'sec-fetch-site': 'cross-site' })],
      [401, () => post({ cookie: undefined })],
      [415, () => post({ 'content-type': 'text/plain' })],
      [400, () => handler.create({})],
      [413, () => handler.create(' '.repeat(65 * 1024))],
    ] as const) {
      const { body, ...response } = await send();
      assert.equal(response.status, status);
      assert.deepEqual(Object.keys(body).sort(), ['created', 'message', 'source']);
      assert.deepEqual([body.source, body.created], ['handler', false]);
    }
  });

  test('after a request was sent to the service has no created', async () => {
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

  test('where the request could not be sent has created: false, by the code of fetch', async () => {
    const cause = (code: string) => Object.assign(new Error('m'), { code });
    for (const [error, created] of [
      [cause('ECONNREFUSED'), false],
      [new TypeError('fetch failed', { cause: cause('ENOTFOUND') }), false],
      [new TypeError('fetch failed', { cause: cause('EAI_AGAIN') }), false],
      [new TypeError('fetch failed', { cause: cause('UND_ERR_CONNECT_TIMEOUT') }), false],
      [new TypeError('fetch failed', { cause: cause('CERT_HAS_EXPIRED') }), false],
      [new TypeError('fetch failed', { cause: cause('ECONNRESET') }), undefined],
      [new TypeError('fetch failed', { cause: cause('UND_ERR_SOCKET') }), undefined],
      [new TypeError('fetch failed'), undefined],
    ] as const) {
      handler.options = { fetch: () => Promise.reject(error) };
      const { status, body } = await post();
      assert.deepEqual([status, body.created], [502, created], String(error.cause));
    }
  });

  suite('is reported to onError', () => {
    test("with the service's message, redacted, its requestId and the request without credentials", async () => {
      const error = { message: `no ${PASSWORD}`, requestId: 'r-1', providerMessage: 'p' };
      handler.sandbox.onRequest = () => respondWith(400, error);
      await post({ authorization: 'Bearer abc', 'x-trace': '1' });
      const [{ request, ...report } = assert.fail('a report')] = handler.reports;
      assert.deepEqual(report, {
        status: 400,
        message: 'The service answered 400: no [redacted]',
        source: 'service',
        requestId: 'r-1',
        subject: 'ann',
      });
      assert.equal(request.url, `${handler.origin}/api/cloud-elements/instances`);
      assert.equal(request.method, 'POST');
      assert.equal(request.headers.get('x-trace'), '1');
      assert.equal(request.headers.get('cookie'), null);
      assert.equal(request.headers.get('authorization'), null);
      assert.equal(await request.text(), '');
    });

    test('without the credentials of its URL, with which no Request can be created', async () => {
      for (const method of ['GET', 'POST']) {
        const reports: ErrorContext[] = [];
        const handle = makeHandler({
          onError: (_: ErrorReport, context: ErrorContext) => reports.push(context),
        });
        const url = `https://ann:${PASSWORD}@shop.example/instances`;
        const { status, headers } = await handle(
          Object.defineProperty(pageRequest('/instances', { method }), 'url', { value: url }),
        );
        assert.deepEqual([status, headers.get('content-type')], [400, 'application/json']);
        const [{ request } = assert.fail('a report')] = reports;
        assert.equal(request.url, 'https://shop.example/instances');
      }
    });

    test('with whatever authorize, onInstance or onDisconnect threw as the cause', async () => {
      const { id } = (await post()).body;
      for (const reason of [new Error(PASSWORD), undefined, null, 'text']) {
        handler.reports.length = 0;
        handler.options = { authorize: () => Promise.reject(reason) };
        assert.equal((await post()).status, 500);
        handler.options = { onInstance: () => Promise.reject(reason) };
        assert.equal((await post()).status, 500);
        const onDisconnect = () => Promise.reject(reason);
        handler.options = { allowDisconnect: true, onDisconnect };
        assert.equal((await handler.delete(id)).status, 500);
        for (const report of handler.reports) {
          assert.ok('cause' in report && report.cause === reason, `${reason}: ${report.cause}`);
        }
        const subjects = handler.reports.map(({ subject }) => subject);
        assert.deepEqual(subjects, [undefined, 'ann', 'ann']);
      }
    });

    test('with the reason why the service could not be reached, which the page does not get', async () => {
      const closed = await serve(() => undefined);
      await closed[Symbol.asyncDispose]();
      handler.options = { baseUrl: closed.origin };
      const { status, body } = await post();
      const message = 'The service could not be reached.';
      assert.deepEqual([status, body], [502, { message, source: 'handler', created: false }]);
      const [report] = handler.reports;
      assert.match(report?.message ?? '', /^The service could not be reached: .*ECONNREFUSED/);
      assert.equal(Object(report?.cause).code, 'ECONNREFUSED');
    });

    test('with a new, redacted Error instead of the one that fetch threw', async () => {
      const thrown = Object.assign(new Error(`a\tb ${USER_SECRET}`), {
        name: `Error of ${PASSWORD}`,
        code: ORGANIZATION_SECRET,
        config: { headers: USER_SECRET },
      });
      handler.options = {
        userSecret: USER_SECRET,
        organizationSecret: ORGANIZATION_SECRET,
        fetch: () => Promise.reject(thrown),
      };
      await post();
      const cause = handler.reports[0]?.cause as NodeJS.ErrnoException;
      assert.ok(cause instanceof Error && cause !== thrown, 'a new Error');
      assert.ok(!('config' in cause), 'without the members of the one that was thrown');
      assert.deepEqual(
        [cause.name, cause.code, cause.message],
        ['Error of [redacted]', '[redacted]', 'a b [redacted]'],
      );
    });

    test('as a 502 with an Error, whatever fetch throws or rejects with', async () => {
      for (const thrown of [
        ...[new Error(USER_SECRET), undefined, null, 'text', { status: 200 }],
        Object.defineProperty({}, 'message', { get: throws }),
      ]) {
        const rejects = () => Promise.reject(thrown);
        const throwsIt = () => {
          throw thrown;
        };
        for (const fetch of [rejects, throwsIt]) {
          handler.options = { userSecret: USER_SECRET, fetch };
          assert.equal((await post()).status, 502);
          const { cause } = handler.reports.at(-1) ?? {};
          assert.ok(cause instanceof Error, `${thrown}: ${cause}`);
        }
      }
    });

    test('with the names of the secrets that are missing or unusable', async () => {
      for (const [options, expected] of [
        [{ userSecret: undefined }, /^userSecret is missing/],
        [{ organizationSecret: '' }, /^organizationSecret is missing or empty\.$/],
        [{ userSecret: '"abc"' }, /^userSecret is in quotation marks/],
        [{ organizationSecret: '“abc”' }, /^organizationSecret is in quotation marks/],
        [{ userSecret: 'User Secret: abc' }, /^userSecret begins with a label/],
        [{ userSecret: 'ORG:abc' }, /^userSecret begins with a label/],
        [{ userSecret: 'a\u200bc' }, /^userSecret contains a character that cannot be seen/],
        [{ organizationSecret: 'abc\n' }, /^organizationSecret contains .* a line break/],
        [
          { userSecret: 'wrong secret', organizationSecret: 'x'.repeat(1025) },
          /^userSecret must be .*organizationSecret must be /,
        ],
      ] as const) {
        handler.options = options;
        const { status, body } = await post();
        assert.deepEqual([status, body.message], [500, 'The handler is not set up.']);
        const { message = '' } = handler.reports.at(-1) ?? {};
        assert.match(message, expected);
        assert.doesNotMatch(message, /wrong secret|xxx|abc/);
      }
      assert.deepEqual(handler.passedOn(), []);
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

    test('and the page waits for that 5 seconds at most', async (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      let fail: (reason: Error) => void = () => undefined;
      const pending = new Promise((_, reject) => {
        fail = reject;
      });
      const responses: number[] = [];
      const handle = makeHandler({ onError: () => pending });
      const call = handle(pageRequest('/')).then(({ status }) => responses.push(status));
      await new Promise(setImmediate);
      t.mock.timers.tick(4999);
      await new Promise(setImmediate);
      assert.deepEqual(responses, []);
      t.mock.timers.tick(1);
      await call;
      assert.deepEqual(responses, [404]);
      // An unhandled rejection would fail this test.
      fail(new Error('too late'));
      await new Promise(setImmediate);
    });

    test('and the response stays the same, whatever onError does', async () => {
      for (const onError of [
        throws,
        () => Promise.reject(undefined),
        (report: object) => void Object.assign(report, { status: 200, message: '' }),
      ]) {
        handler.options = { onError };
        const { status, body } = await handler.send('GET', '/');
        assert.equal(status, 404);
        assert.equal(body.message, 'There is no such resource.');
      }
    });
  });

  suite('without an onError', () => {
    function mockLog(t: TestContext): string[] {
      const lines: string[] = [];
      t.mock.method(console, 'error', (...args: unknown[]) => lines.push(args.join(' ')));
      handler.options = { onError: undefined };
      return lines;
    }

    test('is logged in one line where the set-up is wrong or the service cannot be reached', async (t) => {
      const lines = mockLog(t);
      await post({ 'sec-fetch-site': undefined, origin: 'https://other.example' });
      await handler.create({});
      for (const options of [
        { authorize: () => Promise.reject(new Error(PASSWORD)) },
        { userSecret: '' },
        { userSecret: USER_SECRET },
      ]) {
        handler.options = { onError: undefined, ...options };
        await post();
      }
      handler.options = { onError: undefined };
      for (const fault of [{ kind: 'drop' } as const, respondWith(403, '<h1>')]) {
        handler.sandbox.onRequest = () => fault;
        await post();
      }
      assert.equal(lines.length, 7, lines.join('\n'));
      for (const [at, status] of [403, 400, 500, 500, 500, 502, 500].entries()) {
        assert.match(lines[at] ?? '', new RegExp(`^createProxy: ${status} [^\\n]+$`));
      }
      assert.match(lines[3] ?? '', /userSecret/);
      assert.match(lines[6] ?? '', /answered 403 with a web page: is it a firewall or a proxy\?$/);
      const { userSecret, organizationSecret } = handler.sandbox;
      for (const secret of [userSecret, organizationSecret, USER_SECRET, PASSWORD, 'session']) {
        assert.ok(!lines.join().includes(secret), `${secret} in ${lines.join('\n')}`);
      }
    });

    test('is not logged where the merchant can solve it', async (t) => {
      const lines = mockLog(t);
      handler.options.allowDisconnect = true;
      await post({ cookie: undefined });
      assert.equal((await handler.update(5)).status, 404);
      assert.equal((await handler.delete(5)).status, 404);
      for (const status of [400, 403, 408, 409, 429, 500, 503]) {
        handler.sandbox.onRequest = () => respondWith(status, { message: 'm', requestId: 'r' });
        assert.equal((await post()).status, status);
      }
      assert.deepEqual(lines, []);
    });

    test('is logged once a minute for each reason where the subject is unknown', async (t) => {
      const lines = mockLog(t);
      t.mock.timers.enable({ apis: ['Date'] });
      const handle = makeHandler({ onError: undefined });
      const refused = async (at: number) => {
        const headers = { 'sec-fetch-site': 'cross-site', origin: `https://${at}.example` };
        await handle(pageRequest(`/${at}`));
        await handle(pageRequest(`/instances?tags[]=${KEY}`, { headers }));
      };
      for (let at = 0; at < 99; at++) await refused(at);
      assert.equal(lines.length, 2, lines.join('\n'));
      t.mock.timers.tick(60_000);
      await refused(99);
      assert.deepEqual(
        lines.slice(2).map((line) => / And 98 more since the last such line\.$/.test(line)),
        [true, true],
      );
    });

    test('is still answered where console.error throws', async (t) => {
      t.mock.method(console, 'error', throws);
      const { status } = await makeHandler({ onError: undefined })(pageRequest('/'));
      assert.equal(status, 404);
    });
  });

  test('of an empty baseUrl is reported once, with the first request', async () => {
    for (const baseUrl of ['', ' ']) {
      const seen: string[] = [];
      const handle = makeHandler({
        baseUrl,
        origin: '',
        onError: ({ message }: { message: string }) => seen.push(message),
        fetch: async (url: string) => {
          seen.push(url);
          return Response.json({ id: 5, token: 't', tags: [subjectTag('ann')] });
        },
      });
      for (let round = 0; round < 2; round++) await handle(creationRequest());
      const url = 'https://api.cloud-elements.com/elements/api-v2/instances';
      assert.deepEqual(seen, ['baseUrl is empty: requests go to US production.', url, url]);
    }
  });
});
