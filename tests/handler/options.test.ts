import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { createProxy, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { instanceBody, subjectTag } from './front.js';

const OPTIONS = {
  userSecret: USER_SECRET,
  organizationSecret: ORGANIZATION_SECRET,
  authorize: () => ({ subject: 'ann' }),
};

const make = (options: object) => createProxy(options as ProxyOptions);

const creation = () =>
  new Request('https://shop.example/instances', {
    method: 'POST',
    body: JSON.stringify(instanceBody()),
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
  });

/** Answers as the service does, and keeps what was sent. */
function service() {
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
    ['an unknown one', { allowEvent: true }, 'allowEvent'],
    ['one of another case', { baseURL: 'https://api.example' }, 'baseURL'],
    ['one that is inherited and unknown', Object.create({ allowevents: true }), 'allowevents'],
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
    ['a base URL without TLS', { baseUrl: 'http://api.example/elements' }, 'baseUrl'],
    ['a base URL that is a path', { baseUrl: '/elements' }, 'baseUrl'],
    ['a user in the base URL', { baseUrl: 'https://a:b@api.example' }, 'baseUrl'],
    ['a query in the base URL', { baseUrl: 'https://api.example/?a=b' }, 'baseUrl'],
    ['an empty query in the base URL', { baseUrl: 'https://api.example/?' }, 'baseUrl'],
    ['a fragment in the base URL', { baseUrl: 'https://api.example/#a' }, 'baseUrl'],
    ['a line end in the base URL', { baseUrl: 'https://api.exam\nple/' }, 'baseUrl'],
    ['a base URL that only begins as loopback', { baseUrl: 'http://127.0.0.1.example' }, 'baseUrl'],
    ['an origin that is no string', { origin: 5 }, 'origin'],
    ['an origin with a slash', { origin: 'https://shop.example/' }, 'origin'],
    ['an origin that is none', { origin: 'shop.example' }, 'origin'],
    ['an origin of another case', { origin: 'https://Shop.example' }, 'origin'],
    ['a timeout of 0', { timeout: 0 }, 'timeout'],
    ['a timeout between milliseconds', { timeout: 1.5 }, 'timeout'],
    ['a timeout longer than timers are', { timeout: 2 ** 31 }, 'timeout'],
    ['a timeout that is none', { timeout: Number.NaN }, 'timeout'],
    ['a timeout in a string', { timeout: '5' }, 'timeout'],
  ] as const) {
    test(`are refused with ${what}, by name`, () => {
      const all =
        Object.getPrototypeOf(options) === Object.prototype
          ? { ...OPTIONS, ...options }
          : Object.assign(Object.create(Object.getPrototypeOf(options)), OPTIONS);
      assert.throws(
        () => make(all),
        (error) =>
          error instanceof TypeError &&
          error.message.split(/\W/).includes(name) &&
          !error.message.includes(USER_SECRET),
      );
    });
  }

  for (const options of [undefined, null, 5, 'options', () => OPTIONS]) {
    test(`are refused where they are no object: ${typeof options}`, () => {
      assert.throws(() => createProxy(options as never), {
        name: 'TypeError',
        message: 'createProxy takes an object of options.',
      });
    });
  }

  for (const value of [undefined, '', 'with space', 'a,b', 'abcd\n', 'é', 'x'.repeat(1025)]) {
    test(`may come without a usable secret, for a build has none: ${String(value).slice(0, 9)}`, async () => {
      const { sent, fetch } = service();
      for (const name of ['userSecret', 'organizationSecret']) {
        const handle = make({ ...OPTIONS, fetch, [name]: value, onError: () => undefined });
        assert.equal((await handle(creation())).status, 500);
      }
      const { userSecret: _, ...without } = OPTIONS;
      const handle = make({ ...without, fetch, onError: () => undefined });
      assert.equal((await handle(creation())).status, 500);
      assert.deepEqual(sent, []);
    });
  }

  test('may hold secrets of up to 1,024 printable characters', async () => {
    const { sent, fetch } = service();
    const userSecret = `!#$%&'()*+-./:;<=>?@[\\]^_{|}~"${'x'.repeat(1024)}`.slice(0, 1024);
    const handle = make({ ...OPTIONS, fetch, userSecret });
    assert.equal((await handle(creation())).status, 200);
    assert.equal(sent.length, 1);
  });

  test('may be undefined, or come from a class, and are read once', async () => {
    const { sent, fetch } = service();
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
    const handle = make(new Options());
    await handle(creation());
    await handle(creation());
    assert.deepEqual(reads.sort(), ['baseUrl', 'fetch']);
    assert.deepEqual(
      sent.map(([url]) => url),
      ['https://api.example/instances', 'https://api.example/instances'],
    );
  });

  test('that are empty count as not given', async () => {
    const { sent, fetch } = service();
    const handle = make({ ...OPTIONS, fetch, baseUrl: '', origin: '', onError: () => undefined });
    assert.equal((await handle(creation())).status, 200);
    assert.equal(sent[0]?.[0], 'https://api.cloud-elements.com/elements/api-v2/instances');
  });
});

suite('A polluted Object.prototype', { timeout: 30_000 }, () => {
  /** Without what Node's own Request and fetch take from there. */
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
  const clean = () => {
    for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name);
  };
  after(clean);

  /** What `work` gives while the prototype is polluted. */
  async function polluted<T>(work: () => Promise<T>): Promise<T> {
    Object.assign(Object.prototype, pollution);
    try {
      return await work();
    } finally {
      clean();
    }
  }

  test('changes nothing of what is sent or answered', async () => {
    const outcome = async (answer: () => Response, options: object = {}) => {
      // As they are outside: what is tested is not the platform's Request and Response.
      const request = creation();
      const answered = answer();
      const sent: unknown[] = [];
      const handle = await polluted(async () => {
        const all = Object.assign(Object.create(null), OPTIONS, {
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
            return Promise.resolve(answered);
          },
          ...options,
        });
        return createProxy(Object.setPrototypeOf(all, Object.prototype));
      });
      const response = await polluted(() => handle(request));
      return [response.status, [...response.headers], await response.text(), sent];
    };
    for (const answer of [
      () => Response.json({ id: 5, token: 't' }),
      () => Response.json({}),
      () => Response.json([]),
      () => Response.json(null),
      () => Response.json({}, { status: 400 }),
      () => new Response('', { status: 404 }),
      () => new Response('\ufeff{}', { status: 503 }),
    ]) {
      const result = await outcome(answer, { onError: () => undefined });
      assert.ok(!JSON.stringify(result).includes('evil'), JSON.stringify(result));
      const [, , , sent] = result as [number, unknown, string, unknown[]];
      assert.equal(sent[0], 'https://api.cloud-elements.com/elements/api-v2/instances');
      assert.deepEqual([sent[1], sent[7]], [null, null]);
      assert.deepEqual(result, await unpolluted(answer));
    }

    async function unpolluted(answer: () => Response) {
      const plain = Object.assign({}, pollution);
      for (const name of Object.keys(pollution)) delete pollution[name];
      try {
        return await outcome(answer, { onError: () => undefined });
      } finally {
        Object.assign(pollution, plain);
      }
    }
  });

  test('gives nobody a subject, and pages no instance', async () => {
    for (const authorized of [{}, [], Object.create({}), () => 'ann']) {
      const request = creation();
      const { sent, fetch } = service();
      const handle = make({ ...OPTIONS, fetch, authorize: () => authorized, onError: () => 0 });
      assert.equal((await polluted(() => handle(request))).status, 500);
      assert.deepEqual(sent, []);
    }
    const { element: _, ...body } = instanceBody();
    const { url, method, headers } = creation();
    const request = new Request(url, { method, headers, body: JSON.stringify(body) });
    const { sent, fetch } = service();
    const handle = make({ ...OPTIONS, fetch, onError: () => 0 });
    assert.equal((await polluted(() => handle(request))).status, 400);
    assert.deepEqual(sent, []);
  });
});
