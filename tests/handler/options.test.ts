import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { Response } from '../platform.js';
import { instanceBody, ORGANIZATION_SECRET, subjectTag, USER_SECRET } from './instance-body.js';
import { creationRequest, makeHandler, OPTIONS, pageRequest } from './served-handler.js';

/** A `fetch` that answers as the service does, and records the addresses of its calls. */
function fakeService() {
  const sent: string[] = [];
  return {
    sent,
    async fetch(url: unknown) {
      sent.push(String(url));
      return Response.json({ id: 5, token: 't', tags: [subjectTag('ann')] });
    },
  };
}

suite('The options of createProxy', { timeout: 30_000 }, () => {
  test('that are unknown or of the wrong type throw a TypeError that names them', () => {
    for (const [name, value] of [
      ...[['allowEvent', true] as const, ['baseURL', 'https://api.example'] as const],
      ...[undefined, { subject: 'ann' }].map((value) => ['authorize', value] as const),
      ...[5, null].map((value) => ['userSecret', value] as const),
      ...[['organizationSecret', null] as const, ['allowEvents', 'false'] as const],
      ...[['onInstance', 1] as const, ['onError', console] as const, ['fetch', 'fetch'] as const],
      // tests/vectors/rules.json has the others.
      ...[new URL('https://api.example'), null, 'http://api.example/elements'].map(
        (value) => ['baseUrl', value] as const,
      ),
      ...[5, 'https://shop.example/', 'shop.example', 'https://Shop.example'].map(
        (value) => ['origin', value] as const,
      ),
      ...['https://app.example', [''], ['*'], ['https://app.example/'], [5], {}].map(
        (value) => ['allowedOrigins', value] as const,
      ),
      ...[['allowDisconnect', 1] as const, ['onDisconnect', {}] as const],
      ...[0, 1.5, 2 ** 31, Number.NaN, '5'].map((value) => ['timeout', value] as const),
    ]) {
      const options = { ...OPTIONS, [name]: value };
      const inherited = Object.assign(Object.create({ [name]: value }), OPTIONS);
      for (const all of name in OPTIONS ? [options] : [options, inherited]) {
        assert.throws(
          () => createProxy(all as never),
          (error) =>
            error instanceof TypeError &&
            error.message.split(/\W/).includes(name) &&
            !error.message.includes(USER_SECRET),
          `${name} ${value}`,
        );
      }
    }
  });

  test('that are origins of apps and extensions throw a TypeError that says so', () => {
    for (const origin of ['capacitor://localhost', 'chrome-extension://abc', 'ftp://app.example']) {
      for (const options of [{ origin }, { allowedOrigins: [origin] }]) {
        assert.throws(
          () => createProxy({ ...OPTIONS, ...options }),
          /other schemes than http: and https: are not supported/,
        );
      }
    }
  });

  test('that are no object throw a TypeError', () => {
    for (const options of [undefined, null, 5, 'options', () => OPTIONS]) {
      assert.throws(() => createProxy(options as never), {
        name: 'TypeError',
        message: 'createProxy takes an object of options.',
      });
    }
  });

  test('can be undefined or getters of a class, and are read once', async () => {
    const { sent, fetch } = fakeService();
    const reads: string[] = [];
    class Options {
      userSecret = USER_SECRET;
      organizationSecret = ORGANIZATION_SECRET;
      unknown = undefined;
      #subject = 'ann';
      authorize() {
        return { subject: this.#subject };
      }
      get baseUrl() {
        reads.push('baseUrl');
        return ' https://api.example/\n';
      }
      get fetch() {
        reads.push('fetch');
        return fetch;
      }
    }
    const handle = createProxy(new Options() as never);
    await handle(creationRequest());
    await handle(creationRequest());
    assert.deepEqual(reads.sort(), ['baseUrl', 'fetch']);
    assert.deepEqual(sent, ['https://api.example/instances', 'https://api.example/instances']);
  });
});

suite('A polluted Object.prototype', { timeout: 30_000 }, () => {
  /** All names that the handler reads, but for those that Node's own Request and fetch read. */
  const pollution: Record<string, unknown> = {
    ...{ baseUrl: 'https://evil.example', origin: 'https://evil.example', timeout: 1 },
    ...{ userSecret: 'evil', organizationSecret: 'evil', allowEvents: true, subject: 'bob' },
    ...{ id: 6, token: 'stolen', tags: ['subject:x'], name: 'evil', valid: false },
    ...{ message: 'evil', requestId: 'evil', providerMessage: 'evil', serviceMessage: 'evil' },
    ...{ reported: 'evil', reportedId: 'evil', cause: 'evil', created: false, source: 'service' },
    ...{ method: 'DELETE', headers: { 'x-evil': '1' }, status: 201, redirect: 'follow' },
    ...{ ignoreBOM: true, element: { key: 'evil' }, configuration: { username: 'evil' } },
    ...{ password: 'evil', at: 0, more: 9, disabled: true, createdDate: '2020-01-01T00:00:00Z' },
    ...{ 'store.url': 'https://evil.example/api/v2', outcome: 'evil', storeUrl: 'evil' },
    ...{ allowedOrigins: ['https://evil.example'], allowDisconnect: true, vary: 'evil' },
  };
  for (const name of ['onInstance', 'onDisconnect', 'onError', 'fetch']) {
    pollution[name] = () => {
      throw new Error('called');
    };
  }
  const removePollution = () => {
    for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name);
  };
  after(removePollution);

  /** Runs `work` while the prototype is polluted. */
  async function polluted<T>(work: () => Promise<T>): Promise<T> {
    Object.assign(Object.prototype, pollution);
    try {
      return await work();
    } finally {
      removePollution();
    }
  }

  test('changes neither requests nor responses', async () => {
    /** What is sent, received and reported; `run` runs the handler's own code. */
    const outcome = async (makeResponse: () => Response, run: typeof polluted, path?: string) => {
      // Made outside of `run`: the platform's Request and Response read the prototype.
      const request = path ? pageRequest(path) : creationRequest();
      const upstream = makeResponse();
      const seen: unknown[] = [];
      const handle = await run(async () => {
        const all = Object.assign(Object.create(null), OPTIONS, {
          onError: (report: object) => seen.push(Object.entries(report)),
          fetch: (url: string, init: Record<string, unknown>) => {
            const names = [];
            for (const name in init) names.push(name);
            seen.push(url, names, init.method, init.body, init.redirect);
            seen.push(Object.entries(init.headers as object));
            return Promise.resolve(upstream);
          },
        });
        return createProxy(Object.setPrototypeOf(all, Object.prototype));
      });
      const response = await run(() => handle(request));
      return [response.status, [...response.headers], await response.text(), seen];
    };
    for (const makeResponse of [
      () => Response.json({ id: 5, token: 't' }),
      () => Response.json([]),
      () => Response.json(null),
      () => Response.json({}, { status: 400 }),
      () => Response.json({ requestId: 'r' }, { status: 400 }),
      () => new Response('', { status: 404 }),
      () => new Response('\ufeff{}', { status: 503 }),
    ]) {
      const result = await outcome(makeResponse, polluted);
      assert.ok(!JSON.stringify(result).includes('evil'), JSON.stringify(result));
      assert.deepEqual(result, await outcome(makeResponse, (work) => work()));
    }
    const list = [{ id: 5, tags: [subjectTag('ann')], configuration: {} }];
    const listed = await outcome(() => Response.json(list), polluted, '/connections');
    assert.equal(listed[2], '{"connections":[{"id":5,"tags":[]}],"canDisconnect":false}');
  });

  test('adds no subject to the result of authorize, and no fields to a body', async () => {
    const { sent, fetch } = fakeService();
    for (const authorized of [{}, [], Object.create({}), () => 'ann']) {
      const request = creationRequest();
      const handle = makeHandler({ fetch, authorize: () => authorized });
      assert.equal((await polluted(() => handle(request))).status, 500);
    }
    const { element: _, ...body } = instanceBody();
    const request = creationRequest(JSON.stringify(body));
    assert.equal((await polluted(() => makeHandler({ fetch })(request))).status, 400);
    assert.deepEqual(sent, []);
  });
});
