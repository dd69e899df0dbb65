import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, afterEach, before, suite, test } from 'node:test';
import { createProxy, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { type Fault, ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { type Front, instanceBody, PASSWORD, serve, startFront, subjectTag } from './front.js';

suite('An error', { timeout: 120_000 }, () => {
  let front: Front;

  before(async () => {
    front = await startFront();
  });
  after(() => front?.[Symbol.asyncDispose]());
  afterEach(() => front.reset());

  const answer = (status: number, body: unknown = { message: 'm' }, headers = {}): Fault => ({
    kind: 'answer',
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const post = (headers: Record<string, string | undefined> = {}) =>
    front.send('POST', '/instances', { body: instanceBody(), headers });
  const throwing = () => {
    throw new Error('the host fails');
  };

  for (const [what, send, status] of [
    ['another path', () => front.send('POST', '/instance', { body: instanceBody() }), 404],
    ['another query', () => front.send('GET', '/instances?a=b'), 404],
    ['another method', () => front.send('DELETE', '/instances'), 405],
    ['a method that no Request can have', () => front.send('TRACE', '/instances'), 405],
    ['a page of another site', () => post({ 'sec-fetch-site': 'cross-site' }), 403],
    ['nobody', () => post({ cookie: undefined }), 401],
    ['another content type', () => post({ 'content-type': 'text/plain' }), 415],
    ['no instance', () => front.send('POST', '/instances', { body: {} }), 400],
    ['too much', () => front.send('POST', '/instances', { body: ' '.repeat(65 * 1024) }), 413],
  ] as const) {
    test(`for ${what} is the handler's own, and says that nothing was created`, async () => {
      const { body, ...answer } = await send();
      assert.equal(answer.status, status);
      assert.deepEqual(Object.keys(body).sort(), ['created', 'message', 'source']);
      assert.deepEqual([body.source, body.created], ['handler', false]);
    });
  }

  test('of a service that fails after the handler sent something on leaves open what was created', async () => {
    const outcome = async () => {
      const { status, body } = await post();
      return [status, body.source, body.created];
    };
    front.sandbox.onRequest = () => ({ kind: 'drop' });
    assert.deepEqual(await outcome(), [502, 'handler', undefined]);
    front.sandbox.onRequest = undefined;
    front.options = { onInstance: throwing };
    assert.deepEqual(await outcome(), [500, 'handler', undefined]);
    front.options = { timeout: 50 };
    front.sandbox.onRequest = () => ({ kind: 'hold' });
    assert.deepEqual(await outcome(), [504, 'handler', undefined]);
  });

  test('is of the first thing wrong: route, origin, secrets, who is asking, body', async () => {
    let asked = 0;
    front.options = {
      userSecret: '',
      authorize: () => {
        asked++;
        return null;
      },
    };
    const site = { 'sec-fetch-site': 'cross-site' };
    const send = async (path: string, headers: object) =>
      (await front.send('POST', path, { body: 'no JSON', headers: { ...headers } })).status;
    assert.equal(await send('/', site), 404);
    assert.equal(await send('/instances', site), 403);
    assert.equal(await send('/instances', {}), 500);
    assert.equal(asked, 0);
    front.options = { authorize: () => null };
    assert.equal(await send('/instances', {}), 401);
    front.options = {};
    assert.equal(await send('/instances', {}), 400);
  });

  suite('is told to onError', () => {
    test('with what the service said, redacted, and its requestId', async () => {
      const said = { message: `no ${PASSWORD}`, requestId: 'r-1', providerMessage: 'p' };
      front.sandbox.onRequest = () => answer(400, said);
      await post();
      const [{ request, ...report } = assert.fail('a report')] = front.reports;
      assert.deepEqual(report, {
        status: 400,
        message: 'no [redacted]',
        source: 'service',
        requestId: 'r-1',
        subject: 'ann',
      });
      assert.equal(request.url, `${front.origin}/api/cloud-elements/instances`);
      assert.equal(request.method, 'POST');
      assert.equal(request.headers.get('cookie'), 'session=ann');
      assert.equal(await request.text(), '');
    });

    test('with what authorize and onInstance threw, as it is', async () => {
      for (const reason of [new Error(PASSWORD), undefined, null, 'text']) {
        front.reports.length = 0;
        front.options = { authorize: () => Promise.reject(reason) };
        assert.equal((await post()).status, 500);
        front.options = { onInstance: () => Promise.reject(reason) };
        assert.equal((await post()).status, 500);
        const [first, second] = front.reports;
        assert.ok(first && 'cause' in first && first.cause === reason);
        assert.ok(second && 'cause' in second && second.cause === reason);
        assert.deepEqual([first.subject, second.subject], [undefined, 'ann']);
      }
    });

    test('with why the service could not be reached', async () => {
      const gone = await serve(() => undefined);
      await gone.close();
      front.options = { baseUrl: gone.origin };
      assert.equal((await post()).body.message, 'Cloud Elements could not be reached.');
      const [report] = front.reports;
      assert.match(report?.message ?? '', /^Cloud Elements could not be reached: .*ECONNREFUSED/);
      assert.ok(report?.cause instanceof Error);
      assert.equal((report.cause as NodeJS.ErrnoException).code, 'ECONNREFUSED');
    });

    test('with a new Error in place of what fetch threw, redacted', async () => {
      const thrown = Object.assign(new Error(`a\tb ${USER_SECRET} ${btoa(PASSWORD)}`), {
        name: `Error of ${PASSWORD}`,
        code: ORGANIZATION_SECRET,
        config: { headers: USER_SECRET },
      });
      front.options = { fetch: () => Promise.reject(thrown) };
      await post();
      thrown.message = `${USER_SECRET}.`;
      await post();
      const [left, redacted] = front.reports.map(({ cause }) => cause as NodeJS.ErrnoException);
      assert.ok(left instanceof Error && redacted instanceof Error);
      assert.notEqual(left, thrown);
      assert.deepEqual(
        [left.name, left.code, left.message],
        ['Error of [redacted]', '[redacted]', ''],
      );
      assert.equal(redacted.message, '[redacted].');
      assert.ok(!('config' in left));
    });

    for (const thrown of [
      undefined,
      'text',
      Object.defineProperty({}, 'message', { get: throwing }),
    ]) {
      test(`whatever fetch throws: ${typeof thrown}`, async () => {
        front.options = { fetch: () => Promise.reject(thrown) };
        assert.equal((await post()).status, 502);
        assert.ok(front.reports[0]?.cause instanceof Error);
      });
    }

    test('with both origins where they differ', async () => {
      await post({ 'sec-fetch-site': undefined, origin: 'https://other.example' });
      front.options = { origin: 'https://shop.example' };
      await post({ origin: 'https://evil.example' });
      const [first, second] = front.reports.map(({ message }) => message);
      assert.ok(first?.includes('https://other.example') && first.includes(front.origin), first);
      assert.match(second ?? '', /https:\/\/evil\.example.*https:\/\/shop\.example/);
    });

    test('with the name of what is wrong with the secrets', async () => {
      front.options = { userSecret: undefined };
      const { body, status } = await post();
      assert.equal(status, 500);
      assert.doesNotMatch(body.message ?? '', /Secret/);
      front.options = { organizationSecret: '' };
      await post();
      front.options = { userSecret: 'wrong secret', organizationSecret: 'x'.repeat(1025) };
      await post();
      const [missing, empty, unusable] = front.reports.map(({ message }) => message);
      assert.match(missing ?? '', /userSecret is missing/);
      assert.match(empty ?? '', /organizationSecret is missing or empty/);
      assert.match(unusable ?? '', /userSecret must be .*organizationSecret must be /);
      assert.doesNotMatch(unusable ?? '', /wrong secret|xxx/);
      assert.deepEqual(front.sentOn(), []);
    });

    test('before the page is answered', async () => {
      const host = new EventEmitter();
      const told = once(host, 'told');
      const handle = proxyWith({
        onError: () => {
          host.emit('told');
          return once(host, 'logged');
        },
      });
      const answered: number[] = [];
      const call = handle(pageRequest('/')).then(({ status }) => answered.push(status));
      await told;
      await new Promise(setImmediate);
      assert.deepEqual(answered, []);
      host.emit('logged');
      await call;
      assert.deepEqual(answered, [404]);
    });

    test('without the page waiting for more than 5 seconds', { timeout: 60_000 }, async () => {
      const begin = performance.now();
      let fail: (reason: Error) => void = () => undefined;
      const never = new Promise((_, reject) => {
        fail = reject;
      });
      const { status } = await proxyWith({ onError: () => never })(pageRequest('/'));
      const waited = performance.now() - begin;
      assert.equal(status, 404);
      assert.ok(waited > 4900, `${waited} ms`);
      // Nobody would catch it.
      fail(new Error('too late'));
      await new Promise(setImmediate);
    });

    for (const [how, onError] of Object.entries({
      throws: throwing,
      rejects: () => Promise.reject(new Error(USER_SECRET)),
      'rejects without a reason': () => Promise.reject(undefined),
      'changes what it is told': (report: { status: number; message: string }) => {
        report.status = 200;
        report.message = '';
      },
    })) {
      test(`and the answer stays as it is where that ${how}`, async () => {
        front.options = { onError };
        const { status, body } = await front.send('GET', '/');
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
      front.options = { onError: undefined, ...front.options };
      await work();
      return lines;
    }

    test('is one line of the log where the set-up is wrong or the service out of reach', async (t) => {
      const lines = await logged(t, async () => {
        await post({ 'sec-fetch-site': undefined, origin: 'https://other.example' });
        await front.send('POST', '/instances', { body: {} });
        front.options.authorize = () => Promise.reject(new Error(PASSWORD));
        await post();
        front.options.authorize = () => ({ subject: 'ann' });
        front.options.userSecret = '';
        await post();
        front.options.userSecret = 'wrong';
        await post();
        front.options.userSecret = USER_SECRET;
        front.sandbox.onRequest = () => ({ kind: 'drop' });
        await post();
        front.sandbox.onRequest = () => answer(504, '<h1>');
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

    test('is not logged where it is the merchant who can do something about it', async (t) => {
      const lines = await logged(t, async () => {
        await post({ cookie: undefined });
        assert.equal(
          (await front.send('PUT', '/instances/5', { body: instanceBody() })).status,
          404,
        );
        for (const status of [400, 403, 404, 408, 409, 429, 500, 503]) {
          front.sandbox.onRequest = () => answer(status);
          assert.equal((await post()).status, status);
        }
      });
      assert.deepEqual(lines, []);
    });

    test('is no more where console.error throws', async (t) => {
      t.mock.method(console, 'error', throwing);
      const { status } = await proxyWith({})(pageRequest('/'));
      assert.equal(status, 404);
    });
  });

  test('of an empty baseUrl is told once, with the first request', async () => {
    const messages: string[] = [];
    const sent: string[] = [];
    const handle = proxyWith({
      baseUrl: '',
      onError: ({ message }) => messages.push(message),
      fetch: async (url) => {
        sent.push(String(url));
        return Response.json({ id: 5, token: 't', tags: [subjectTag('ann')] });
      },
    });
    const body = JSON.stringify(instanceBody());
    for (let round = 0; round < 2; round++) {
      const { status } = await handle(pageRequest('/instances', { method: 'POST', body }));
      assert.equal(status, 200);
    }
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? '', /baseUrl is empty.*US production/);
    assert.equal(sent[0], 'https://api.cloud-elements.com/elements/api-v2/instances');
  });

  /** The handler itself. */
  function proxyWith(options: Partial<ProxyOptions>) {
    return createProxy({
      userSecret: USER_SECRET,
      organizationSecret: ORGANIZATION_SECRET,
      authorize: () => ({ subject: 'ann' }),
      ...options,
    });
  }

  function pageRequest(path: string, init: object = {}): Request {
    return new Request(`https://shop.example${path}`, {
      ...init,
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    });
  }
});
