// How a config is read, and what is sent of it. The rules for single values are tested with
// tests/vectors/rules.json.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { authenticateBigCommerce, BigCommerceAuthError } from 'authenticate-bigcommerce';
import { CONFIG_FIELDS, EVENTS_FIELDS } from '../../js/types.js';
import { Response } from '../platform.js';

type Config = Record<string, unknown>;

const VALID = {
  username: 'shop',
  password: '0123456789abcdef',
  storeUrl: 'https://store-abc123.mybigcommerce.com/api/v2',
  name: 'My shop',
  baseUrl: 'https://handler.example',
};
const ELEMENT = { key: 'bigcommerce' };
const STORE = { 'store.url': VALID.storeUrl };
const LEGACY = { username: 'shop', password: '0123456789abcdef', ...STORE };
const ABSENT = { username: undefined, password: undefined };
const STORE_LEVEL = { ...ABSENT, clientId: 'id', accessToken: 'secret' };
const callbackUrl = 'https://shop.example/events';
const DATES = {
  updatedDateField: 'changed',
  updatedDateFormat: 'yyyy-MM-dd',
  updatedDateTimezone: 'GMT',
  createdDateField: 'made',
  createdDateFormat: 'yyyy-MM-dd',
  createdDateTimezone: 'GMT',
};
const COUPONS = { url: '/hubs/ecommerce/coupons', idField: 'id', datesConfiguration: DATES };

const raise = () => {
  throw new Error('canary');
};
const events = (more: object) => ({ events: { callbackUrl, ...more } });
const resources = (resources: unknown) => events({ resources });

suite('A config', { timeout: 120_000 }, () => {
  const { fetch } = globalThis;
  /** Of all requests, lookups too. */
  let authorizations: unknown[] = [];
  let sent: { method: unknown; url: string; authorization: unknown; body: Config }[] = [];

  before(() => {
    globalThis.fetch = async (url, init) => {
      const { method } = init ?? {};
      const { authorization } = Object.fromEntries(new Headers(init?.headers));
      authorizations.push(authorization);
      if (method === 'GET') return Response.json([]);
      sent.push({ method, url: String(url), authorization, body: JSON.parse(String(init?.body)) });
      return Response.json({ id: 1, token: 'token' });
    };
  });
  after(() => {
    globalThis.fetch = fetch;
  });

  const connect = (config: unknown) => {
    sent = [];
    authorizations = [];
    return authenticateBigCommerce(config as never);
  };

  /** The request for a config, which is accepted. */
  async function accepted(config: unknown): Promise<(typeof sent)[number]> {
    assert.equal((await connect(config)).id, 1);
    return sent[0] ?? assert.fail('one request');
  }

  async function failure(config: unknown) {
    const error = await connect(config).catch((error: unknown) => error);
    assert.ok(error instanceof BigCommerceAuthError && error.code === 'ERR_CONFIG', String(error));
    assert.deepEqual([error.mayHaveCreated, sent], [false, []]);
    assert.doesNotMatch(JSON.stringify([error, String(error.stack)]), /canary/i);
    return error;
  }

  /** The paths and codes of the issues with a config, which is refused: `name empty, tags.1 type`. */
  async function refused(config: unknown): Promise<string> {
    const { issues } = await failure(config);
    for (const { message } of issues) assert.match(message, /^[A-Z].*\.$/);
    return issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ');
  }

  test('is sent as the service documents it', async () => {
    const keys = { 'oauth.api.key': 'id', 'oauth.api.secret': 'secret' };
    const custom = { 'authentication.type': 'custom', ...keys, ...STORE };
    const storeLevelUrl = 'https://api.bigcommerce.com/stores/abc123/v3/';
    for (const [given, configuration] of [
      [{ username: ' shop\n', clientId: '', clientSecret: ' ' }, LEGACY],
      [{ ...ABSENT, clientId: ' id\n', clientSecret: '\tsecret ' }, custom],
      [{ username: ' ', password: '\u200b', clientId: 'id', accessToken: 'secret\ufeff' }, custom],
      [{ ...STORE_LEVEL, clientSecret: 'other' }, custom],
      [{ ...ABSENT, clientId: 'id', accessToken: ' ', clientSecret: 'secret' }, custom],
      [{ ...STORE_LEVEL, storeUrl: storeLevelUrl }, custom],
      [{ storeUrl: 'STORE-abc123.mybigcommerce.com/' }, LEGACY],
    ]) {
      const { url, body, authorization } = await accepted({ ...VALID, ...given });
      assert.equal(url, 'https://handler.example/instances');
      assert.equal(authorization, undefined);
      assert.deepEqual(body, { element: ELEMENT, configuration, name: 'My shop' });
    }
    const { baseUrl, ...direct } = VALID;
    const secrets = { userSecret: 'user+/=', organizationSecret: '!"#~' };
    const { method, url, authorization } = await accepted({ ...direct, ...secrets });
    assert.equal(method, 'POST');
    assert.equal(url, 'https://api.cloud-elements.com/elements/api-v2/instances');
    assert.equal(authorization, 'User user+/=, Organization !"#~');
    const instanceId = Number.MAX_SAFE_INTEGER;
    const idempotencyKey = '0123456789abcdef';
    const { body, ...update } = await accepted({ ...VALID, instanceId, idempotencyKey });
    assert.equal(update.method, 'PUT');
    assert.equal(update.url, `https://handler.example/instances/${instanceId}`);
    assert.deepEqual(body, { element: ELEMENT, configuration: LEGACY, name: 'My shop' });
  });

  test('has its session token sent with each request, and a function asked once', async () => {
    let asked = 0;
    for (const more of [{}, { instanceId: 5 }, { idempotencyKey: '0123456789abcdef' }]) {
      const requests = 'idempotencyKey' in more ? 2 : 1;
      for (const given of ['a.b,~', undefined]) {
        const functions = [() => given, async () => given].map((give) => () => {
          asked++;
          return give();
        });
        for (const sessionToken of [given, ...functions]) {
          await accepted({ ...VALID, ...more, sessionToken });
          const expected = given && `Bearer ${given}`;
          assert.deepEqual(authorizations, Array(requests).fill(expected));
        }
      }
    }
    assert.equal(asked, 12);
  });

  test('whose function for the session token throws or rejects is refused, with the cause', async () => {
    const cause = new Error('canary');
    for (const sessionToken of [raise, () => Promise.reject(cause), async () => raise()]) {
      const error = await failure({ ...VALID, sessionToken });
      const message = "The page's function threw.";
      assert.deepEqual(error.issues, [{ path: ['sessionToken'], code: 'unreadable', message }]);
      assert.deepEqual(error.cause, cause);
    }
  });

  test('has its tags sent, each once, after that of its key', async () => {
    for (const [tags, expected] of [
      [undefined, undefined],
      [[], []],
      [Object.freeze([' a', 'b', 'a']), ['a', 'b']],
    ]) {
      assert.deepEqual((await accepted({ ...VALID, tags })).body.tags, expected);
      const { body } = await accepted({ ...VALID, tags, idempotencyKey: '0123456789abcdef' });
      // In front: a service that keeps only so many tags drops the last.
      assert.deepEqual(body.tags, ['idempotency-key:0123456789abcdef', ...(expected ?? [])]);
    }
  });

  test('has its events sent in the settings of the service', async () => {
    const settings = async (events: object) => {
      const { configuration } = (await accepted({ ...VALID, events })).body;
      return Object(configuration);
    };
    const own = { trim: COUPONS, toJSON: COUPONS, constructor: COUPONS };
    const given = { callbackUrl, refreshInterval: 1440, signatureKey: ' k,1 ', resources: own };
    assert.deepEqual(await settings(given), {
      ...LEGACY,
      'event.notification.enabled': true,
      'event.vendor.type': 'polling',
      'event.notification.callback.url': callbackUrl,
      'event.poller.refresh_interval': '1440',
      'event.notification.signature.key': ' k,1 ',
      'event.poller.configuration': own,
    });
    const { 'event.poller.configuration': all, ...rest } = await settings({ callbackUrl });
    assert.deepEqual(Object.keys(all), ['orders', 'products', 'customers']);
    assert.equal(rest['event.poller.refresh_interval'], '15');
    const chosen = await settings({ callbackUrl, resources: ['orders', 'orders'] });
    assert.deepEqual(Object.keys(chosen['event.poller.configuration']), ['orders']);
  });

  test('is refused with all its issues, each with its path and code', async () => {
    const long = 'a'.repeat(256);
    const half = { aborted: false, addEventListener() {} };
    const text = Object.assign(new EventTarget(), { aborted: 'no' });
    const noSignals = [null, true, {}, new AbortController(), new EventTarget(), half, text, raise];
    const noTimeouts = [0.5, -1, Number.NaN, 2 ** 31, '5', null, 5n, Object(5), { valueOf: raise }];
    const words = new Set<string>();
    const noResource = { url: '', datesConfiguration: { ...DATES, createdDateField: 5, x: '' } };
    for (const [given, issues] of [
      [ABSENT, 'username missing, password missing'],
      [{ username: ' ', password: '', clientId: '\n' }, 'username missing, password missing'],
      [{ ...ABSENT, clientId: '', accessToken: ' ' }, 'clientId missing, accessToken missing'],
      [{ ...ABSENT, clientSecret: 'secret' }, 'clientId missing'],
      [{ ...ABSENT, clientId: 'id', accessToken: '\u200b' }, 'accessToken missing'],
      [{ ...STORE_LEVEL, accessToken: '0f'.repeat(32) }, 'accessToken client-secret'],
      [
        { username: '"shop"', password: `API Token: a`, storeUrl: 'https://api.bigcommerce.com' },
        'username quoted, password label, storeUrl host',
      ],
      [
        { ...STORE_LEVEL, accessToken: 'a\u200bb', clientSecret: "'a'", clientId: 'CLIENT ID: a' },
        'clientId label, accessToken invisible, clientSecret quoted',
      ],
      [{ storeUrl: 'https://api.bigcommerce.com/stores/a/v3/' }, 'storeUrl store-level'],
      [{ clientId: 'id' }, 'clientId both-kinds'],
      [{ username: undefined, accessToken: 'secret' }, 'clientId both-kinds'],
      [{ username: 5, clientId: null }, 'clientId both-kinds'],
      [{ username: 5n, password: ['a'] }, 'username type, password type'],
      [{ storeUrl: undefined, name: undefined }, 'storeUrl missing, name missing'],
      [{ storeUrl: ' \t\ufeff', name: '' }, 'storeUrl empty, name empty'],
      [{ storeUrl: 'x.example:1', name: long }, 'storeUrl port, name too-long'],
      [{ username: long, password: long }, 'username too-long, password too-long'],
      [{ ...ABSENT, clientId: long, clientSecret: 5 }, 'clientId too-long, clientSecret type'],
      [{ name: 'a\ud800', tags: ['\udc00'] }, 'name surrogate, tags.0 surrogate'],
      [{ baseUrl: 'http://x', timeout: 0 }, 'baseUrl scheme, timeout range'],
      [{ baseUrl: '/api' }, 'baseUrl origin'],
      [{ baseUrl: undefined }, 'userSecret missing, organizationSecret missing'],
      [{ userSecret: 'secret' }, 'organizationSecret missing'],
      [{ organizationSecret: ' a' }, 'userSecret missing, organizationSecret characters'],
      [{ userSecret: 'a', organizationSecret: 'b', sessionToken: 't' }, 'sessionToken both-kinds'],
      [{ baseUrl: undefined, sessionToken: 't' }, 'userSecret missing, organizationSecret missing'],
      ...['a b', () => '', async () => 'ä'].map((sessionToken) => [
        { sessionToken },
        'sessionToken characters',
      ]),
      ...[5, null, async () => null, () => raise].map((sessionToken) => [
        { sessionToken },
        'sessionToken type',
      ]),
      [
        { sessionToken: () => 5, timeout: 0, name: '' },
        'name empty, sessionToken type, timeout range',
      ],
      [{ tags: new Set(['a']) }, 'tags type'],
      [{ tags: Object.assign([], { 0: 'a', 2: '' }) }, 'tags.1 type, tags.2 empty'],
      [{ tags: ['subject:me', 'a<b'] }, 'tags.0 reserved, tags.1 characters'],
      [{ tags: Array(100).fill('a') }, 'tags too-many'],
      [{ idempotencyKey: 'short' }, 'idempotencyKey characters'],
      ...[0, -1, 1.5, 2 ** 53, '12', null].map((id) => [{ instanceId: id }, 'instanceId range']),
      ...noTimeouts.map((timeout) => [{ timeout }, 'timeout range']),
      ...noSignals.map((signal) => [{ signal }, 'signal type']),
      [
        { Username: 1, '': null, constructor: 1 },
        'Username unknown,  unknown, constructor unknown',
      ],
      [{ events: null }, 'events type'],
      [{ events: [] }, 'events type'],
      [{ events: {} }, 'events.callbackUrl missing'],
      [events({ callbackUrl: 'http://shop.example' }), 'events.callbackUrl scheme'],
      [events({ callbackUrl: callbackUrl.padEnd(2049, 'a') }), 'events.callbackUrl too-long'],
      ...[0, 1441, 1.5, '15'].map((refreshInterval) => [
        events({ refreshInterval }),
        'events.refreshInterval range',
      ]),
      [events({ signatureKey: '', x: 1 }), 'events.signatureKey empty, events.x unknown'],
      [resources('orders'), 'events.resources type'],
      [resources(['carts', 1]), 'events.resources.0 unknown, events.resources.1 type'],
      [resources({ c: 1 }), 'events.resources.c type'],
      [
        resources({ c: noResource }),
        `events.resources.c.url empty, events.resources.c.idField missing,
        events.resources.c.datesConfiguration.createdDateField type,
        events.resources.c.datesConfiguration.x unknown`.replaceAll(/\n */g, ' '),
      ],
      [
        resources({ c: { ...COUPONS, datesConfiguration: undefined } }),
        'events.resources.c.datesConfiguration missing',
      ],
      [resources(JSON.parse('{"__proto__":{}}')), 'events.resources.__proto__ reserved'],
      [resources(Array(51).fill('orders')), 'events.resources too-many'],
      [resources({ ...Array(51).fill(COUPONS) }), 'events.resources too-many'],
    ] as [object, string][]) {
      assert.equal(await refused({ ...VALID, ...given }), issues);
      for (const word of issues.split(/\W+/)) words.add(word);
    }
    const fields = Object.keys({ ...CONFIG_FIELDS, ...EVENTS_FIELDS });
    assert.deepEqual(
      fields.filter((field) => !words.has(field)),
      [],
      'each field is refused in a row',
    );
    const others = [undefined, null, '', 'shop', 5, 5n, Symbol('s'), raise, class {}, []];
    for (const value of [...others, new Proxy(raise, { get: raise })]) {
      assert.equal(await refused(value), ' type');
    }
  });

  test('has all its issues in the message, and their limits as params', async () => {
    const error = await failure({
      ...VALID,
      username: 'access token: canary',
      password: 5,
      name: ' ',
      timeout: 0,
      tags: ['a', ''],
    });
    assert.equal(
      error.message,
      'The config is not usable: username: Must be the value alone, without the label before it; password: Must be a string; name: Must not be empty; tags[1]: Must not be empty; timeout: Must be a number of milliseconds from 1 to 2147483647.',
    );
    assert.equal(error.issues[0]?.params, undefined);
    assert.deepEqual(error.issues.at(-1), {
      path: ['timeout'],
      code: 'range',
      params: { min: 1, max: 2147483647 },
      message: 'Must be a number of milliseconds from 1 to 2147483647.',
    });
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, at) => [`unknown${at}`, at]));
    const long = await failure({ ...VALID, ...many });
    assert.deepEqual([long.issues.length, long.message.length], [90, 500]);
  });

  test('with a million tags or resources is refused without reading all of them', async () => {
    let reads = 0;
    const many = new Proxy(Array(1_000_000).fill('orders'), {
      get: (list, name) => {
        reads++;
        return Reflect.get(list, name);
      },
    });
    const issues = 'tags too-many, events.resources too-many';
    assert.equal(await refused({ ...VALID, tags: many, ...resources(many) }), issues);
    const endless = new Proxy([], {
      get: (_, name) => {
        reads++;
        return name === 'length' ? 2 ** 32 - 1 : undefined;
      },
    });
    assert.equal(await refused({ ...VALID, tags: endless }), 'tags too-many');
    assert.ok(reads > 0 && reads < 1000, `${reads} reads`);
  });

  test('may be frozen, inherit its fields, or be a proxy', async () => {
    class Settings {
      #name = 'Mine';
      get name() {
        return this.#name;
      }
    }
    const { name, ...rest } = VALID;
    const reactive = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(target, name, receiver) {
          const value = Reflect.get(target, name, receiver);
          const isPlain = Array.isArray(value) || value?.constructor === Object;
          return isPlain ? reactive(value) : value;
        },
      });
    const { signal } = new AbortController();
    for (const config of [
      Object.freeze({ ...VALID, name: 'Mine', tags: undefined, unknown: undefined }),
      Object.create({ ...VALID, name: 'Mine' }),
      Object.assign(Object.create(null), VALID, { name: 'Mine' }),
      Object.defineProperty({ ...VALID }, 'name', { value: 'Mine', enumerable: false }),
      Object.assign(new Settings(), rest, { events: Object.create({ callbackUrl }) }),
      { ...VALID, name: 'Mine', tags: runInNewContext('["a"]') },
      reactive({ ...VALID, name: 'Mine', tags: ['a', 'b'], signal, timeout: 2147483647 }),
    ]) {
      const { body } = await accepted(config);
      assert.equal(body.name, 'Mine');
      if (config instanceof Settings) assert.match(JSON.stringify(body), /shop.example\/events/);
    }
  });

  test('has each field read once, and no method of its tags called', async () => {
    const counts: Record<string, number> = {};
    const counted = <T extends object>(target: T, prefix: string): T =>
      new Proxy(target, {
        get(target, name, receiver) {
          const path = prefix + String(name);
          counts[path] = (counts[path] ?? 0) + 1;
          const value = Reflect.get(target, name, receiver);
          return Array.isArray(value) ? counted(value, `${path}.`) : value;
        },
      });
    const tags = Object.assign(['a', 'b'], { slice: raise, [Symbol.iterator]: raise });
    const { signal } = new AbortController();
    const config = { ...VALID, tags, signal, timeout: 1000, instanceId: 1 };
    await accepted(counted(config, ''));
    for (const name of Object.keys({ ...config, 'tags.0': 1 })) assert.equal(counts[name], 1, name);
  });

  test('is refused if reading it throws', async () => {
    const { proxy: revoked, revoke } = Proxy.revocable([], {});
    revoke();
    const getter = { enumerable: true, get: raise };
    for (const config of [
      Object.defineProperty({ ...VALID }, 'password', getter),
      Object.defineProperty({ ...VALID }, 'unknown', getter),
      new Proxy(VALID, { ownKeys: raise }),
      { ...VALID, tags: revoked },
      { ...VALID, tags: new Proxy([], { get: raise }) },
      { ...VALID, tags: Object.defineProperty(['a'], 1, getter) },
      { ...VALID, events: Object.defineProperty({}, 'callbackUrl', getter) },
    ]) {
      assert.equal(await refused(config), ' unreadable');
    }
  });

  test('is never quoted, whatever is wrong with it', async () => {
    const canary = 'CANARY-7f3a9';
    for (const field of [...Object.keys(CONFIG_FIELDS), 'unknown']) {
      for (const wrong of [
        ...[canary, `${canary} `.repeat(40), `\0${canary}`, `http://${canary}@x:1/?a#b`, null],
        ...[[canary, 5, `subject:${canary}`, ''], { callbackUrl: canary, [field]: canary }],
      ]) {
        const given = { username: canary, storeUrl: `${canary}:1`, name: '', userSecret: canary };
        await refused({ ...given, [field]: wrong });
      }
    }
  });

  test('is copied when the call is made', async () => {
    const given = { ...VALID, tags: ['a', 'b'], events: { callbackUrl, resources: ['orders'] } };
    const expected = structuredClone(given);
    const call = connect(given);
    Object.assign(given, { username: 'changed', name: 5, unknown: 1, timeout: 0, password: '' });
    given.tags.splice(0, 2, 'changed');
    given.events.resources.push('products');
    Object.assign(given.events, { callbackUrl: 'https://changed.example' });
    await call;
    const first = sent[0];
    assert.deepEqual(await accepted(expected), first);
  });
});
