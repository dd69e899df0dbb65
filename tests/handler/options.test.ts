import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { instanceBody, subjectTag } from './instance-body.js';
import { creationRequest, makeHandler, OPTIONS } from './served-handler.js';

/** A `fetch` that answers as the service does, and records its calls. */
function fakeService() {
  const sent: [url: string, init: RequestInit][] = [];
  return {
    sent,
    async fetch(url: unknown, init: unknown) {
      sent.push([String(url), init as RequestInit]);
      return Response.json({ id: 5, token: 't', tags: [subjectTag('ann')] });
    },
  };
}

suite('The options', { timeout: 30_000 }, () => {
  for (const [what, options, name] of [
    ['an unknown option', { allowEvent: true }, 'allowEvent'],
    ['an option in another case', { baseURL: 'https://api.example' }, 'baseURL'],
    ['an inherited, unknown option', Object.create({ allowevents: true }), 'allowevents'],
    ['no authorize', { authorize: undefined }, 'authorize'],
    ['an authorize that is no function', { authorize: { subject: 'ann' } }, 'authorize'],
    ['a user secret that is no string', { userSecret: 5 }, 'userSecret'],
    ['an organization secret that is null', { organizationSecret: null }, 'organizationSecret'],
    ['an onInstance that is no function', { onInstance: 1 }, 'onInstance'],
    ['an onError that is no function', { onError: console }, 'onError'],
    ['an allowEvents that is no boolean', { allowEvents: 'false' }, 'allowEvents'],
    ['a fetch that is no function', { fetch: 'fetch' }, 'fetch'],
    ['a base URL that is no string', { baseUrl: new URL('https://api.example') }, 'baseUrl'],
    ['a base URL that is null', { baseUrl: null }, 'baseUrl'],
    // tests/vectors/base-url.json has the others.
    ['a base URL without TLS', { baseUrl: 'http://api.example/elements' }, 'baseUrl'],
    ['an origin that is no string', { origin: 5 }, 'origin'],
    ['an origin with a slash', { origin: 'https://shop.example/' }, 'origin'],
    ['an origin without a scheme', { origin: 'shop.example' }, 'origin'],
    ['an origin in upper case', { origin: 'https://Shop.example' }, 'origin'],
    ['a timeout of 0', { timeout: 0 }, 'timeout'],
    ['a timeout that is no integer', { timeout: 1.5 }, 'timeout'],
    ['a timeout that is too long for timers', { timeout: 2 ** 31 }, 'timeout'],
    ['NaN as timeout', { timeout: Number.NaN }, 'timeout'],
    ['a timeout that is a string', { timeout: '5' }, 'timeout'],
  ] as const) {
    test(`with ${what} throw a TypeError that names it`, () => {
      const all =
        Object.getPrototypeOf(options) === Object.prototype
          ? { ...OPTIONS, ...options }
          : Object.assign(Object.create(Object.getPrototypeOf(options)), OPTIONS);
      assert.throws(
        () => createProxy(all as never),
        (error) =>
          error instanceof TypeError &&
          error.message.split(/\W/).includes(name) &&
          !error.message.includes(USER_SECRET),
      );
    });
  }

  for (const options of [undefined, null, 5, 'options', () => OPTIONS]) {
    test(`that are no object but ${typeof options} throw a TypeError`, () => {
      assert.throws(() => createProxy(options as never), {
        name: 'TypeError',
        message: 'createProxy takes an object of options.',
      });
    });
  }

  for (const value of [undefined, '', 'with space', 'a,b', 'abcd\n', 'é', 'x'.repeat(1025)]) {
    test(`with the secret ${JSON.stringify(value)?.slice(0, 9)} make a handler that answers 500`, async () => {
      const { sent, fetch } = fakeService();
      for (const name of ['userSecret', 'organizationSecret']) {
        const handle = makeHandler({ fetch, [name]: value });
        assert.equal((await handle(creationRequest())).status, 500);
      }
      assert.deepEqual(sent, []);
    });
  }

  test('without a secret make a handler that answers 500', async () => {
    const { sent, fetch } = fakeService();
    const { userSecret: _, ...others } = OPTIONS;
    const handle = createProxy({ ...others, fetch, onError: () => undefined } as never);
    assert.equal((await handle(creationRequest())).status, 500);
    assert.deepEqual(sent, []);
  });

  test('can have secrets of up to 1,024 printable characters', async () => {
    const { sent, fetch } = fakeService();
    const userSecret = `!#$%&'()*+-./:;<=>?@[\\]^_{|}~"${'x'.repeat(1024)}`.slice(0, 1024);
    const handle = makeHandler({ fetch, userSecret });
    assert.equal((await handle(creationRequest())).status, 200);
    assert.equal(sent.length, 1);
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
        return 'https://api.example/';
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
    assert.deepEqual(
      sent.map(([url]) => url),
      ['https://api.example/instances', 'https://api.example/instances'],
    );
  });

  test('that are empty strings have their default', async () => {
    const { sent, fetch } = fakeService();
    const handle = makeHandler({ fetch, baseUrl: '', origin: '' });
    assert.equal((await handle(creationRequest())).status, 200);
    assert.equal(sent[0]?.[0], 'https://api.cloud-elements.com/elements/api-v2/instances');
  });
});

suite('A polluted Object.prototype', { timeout: 30_000 }, () => {
  /** All names that the handler reads, but for those that Node's own Request and fetch read. */
  const pollution: Record<string, unknown> = {
    baseUrl: 'https://evil.example',
    origin: 'https://evil.example',
    userSecret: 'evil',
    organizationSecret: 'evil',
    allowEvents: true,
    onInstance: () => {
      throw new Error('called');
    },
    onError: () => {
      throw new Error('called');
    },
    fetch: () => {
      throw new Error('called');
    },
    timeout: 1,
    subject: 'bob',
    id: 6,
    token: 'stolen',
    tags: ['subject:x'],
    name: 'evil',
    valid: false,
    message: 'evil',
    requestId: 'evil',
    providerMessage: 'evil',
    created: false,
    source: 'service',
    method: 'DELETE',
    headers: { 'x-evil': '1' },
    status: 201,
    redirect: 'follow',
    ignoreBOM: true,
    element: { key: 'evil' },
    configuration: { username: 'evil' },
    password: 'evil',
  };
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
    /** What is sent and received; `run` runs the handler's own code. */
    const outcome = async (makeResponse: () => Response, run: typeof polluted) => {
      // Made outside of `run`: the platform's Request and Response read the prototype.
      const request = creationRequest();
      const upstream = makeResponse();
      const sent: unknown[] = [];
      const handle = await run(async () => {
        const all = Object.assign(Object.create(null), OPTIONS, {
          onError: () => undefined,
          fetch: (url: string, init: Record<string, unknown>) => {
            const names = [];
            for (const name in init) names.push(name);
            sent.push(
              url,
              Object.getPrototypeOf(init),
              names,
              init.method,
              init.body,
              init.redirect,
            );
            sent.push(Object.entries(init.headers as object), Object.getPrototypeOf(init.headers));
            return Promise.resolve(upstream);
          },
        });
        return createProxy(Object.setPrototypeOf(all, Object.prototype));
      });
      const response = await run(() => handle(request));
      return [response.status, [...response.headers], await response.text(), sent];
    };
    for (const makeResponse of [
      () => Response.json({ id: 5, token: 't' }),
      () => Response.json({}),
      () => Response.json([]),
      () => Response.json(null),
      () => Response.json({}, { status: 400 }),
      () => new Response('', { status: 404 }),
      () => new Response('\ufeff{}', { status: 503 }),
    ]) {
      const result = await outcome(makeResponse, polluted);
      assert.ok(!JSON.stringify(result).includes('evil'), JSON.stringify(result));
      const [, , , sent] = result as [number, unknown, string, unknown[]];
      assert.equal(sent[0], 'https://api.cloud-elements.com/elements/api-v2/instances');
      assert.deepEqual([sent[1], sent[7]], [null, null]);
      assert.deepEqual(result, await outcome(makeResponse, (work) => work()));
    }
  });

  test('adds no subject to the result of authorize, and no fields to a body', async () => {
    for (const authorized of [{}, [], Object.create({}), () => 'ann']) {
      const request = creationRequest();
      const { sent, fetch } = fakeService();
      const handle = makeHandler({ fetch, authorize: () => authorized });
      assert.equal((await polluted(() => handle(request))).status, 500);
      assert.deepEqual(sent, []);
    }
    const { element: _, ...body } = instanceBody();
    const request = creationRequest(JSON.stringify(body));
    const { sent, fetch } = fakeService();
    const handle = makeHandler({ fetch });
    assert.equal((await polluted(() => handle(request))).status, 400);
    assert.deepEqual(sent, []);
  });
});
