import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, afterEach, before, suite, test } from 'node:test';
import type { ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import {
  answerWith,
  creationRequest,
  EVENTS,
  instanceBody,
  keyTag,
  MOUNT,
  makeHandler,
  newKey,
  PASSWORD,
  pageRequest,
  type ServedHandler,
  SIGNATURE_KEY,
  startHandler,
  storeLevelBody,
  subjectTag,
} from './served-handler.js';

const KEY = 'idempotency-key:0123456789abcdef';

/** The reserved tags of Ann's instance with the key. */
const RESERVED = [subjectTag('ann'), keyTag('ann', KEY)];

const withSettings = (settings: object) =>
  instanceBody({ configuration: { ...(instanceBody().configuration as object), ...settings } });

suite('The handler', { timeout: 600_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  /** Sends a request that must be refused, and checks that nothing is passed on. */
  async function refused(status: number, ...request: Parameters<ServedHandler['send']>) {
    handler.sandbox.requests.length = 0;
    const response = await handler.send(...request);
    assert.equal(response.status, status, `${JSON.stringify(request)}: ${response.body.message}`);
    assert.deepEqual(handler.passedOn(), [], 'nothing is passed on');
    return response.body.message ?? '';
  }

  /** Does so for a creation and an update. */
  async function bothRefused(status: number, request: Parameters<ServedHandler['send']>[2]) {
    await refused(status, 'POST', '/instances', request);
    return refused(status, 'PUT', '/instances/5', request);
  }

  suite('passes on', () => {
    test("a creation with the account's secrets and the subject's tags, but no other header", async () => {
      const { status, body } = await handler.create(instanceBody({ tags: [KEY, 'Docs'] }), {
        headers: { authorization: 'Basic abc', 'x-forwarded-for': '10.0.0.1', accept: 'text/html' },
      });
      const [instance] = handler.sandbox.instances.values();
      assert.equal(status, 200);
      assert.deepEqual(body, {
        id: instance?.id,
        token: instance?.token,
        name: 'My shop',
        tags: [KEY, 'Docs'],
        valid: true,
      });
      const [request, ...others] = handler.sandbox.requests;
      assert.deepEqual(others, []);
      assert.equal(`${request?.method} ${request?.path}`, 'POST /elements/api-v2/instances');
      assert.deepEqual(
        JSON.parse(request?.body ?? ''),
        instanceBody({ tags: [...RESERVED, 'Docs'] }),
      );
      const { authorization, cookie, ...headers } = request?.headers ?? {};
      assert.equal(authorization, `User ${USER_SECRET}, Organization ${ORGANIZATION_SECRET}`);
      assert.equal(cookie, undefined);
      for (const name of ['x-forwarded-for', 'sec-fetch-site', 'origin', 'referer']) {
        assert.equal(headers[name], undefined, name);
      }
      assert.notEqual(headers.accept, 'text/html');
    });

    test("a creation without tags with the subject's tag alone", async () => {
      const { body } = await handler.create();
      assert.deepEqual(body.tags, []);
      const [instance] = handler.sandbox.instances.values();
      assert.deepEqual(instance?.tags, [subjectTag('ann')]);
    });

    for (const [how, query] of Object.entries({
      unencoded: `tags[]=${KEY}`,
      'with the brackets encoded': `tags%5B%5D=${KEY}`,
      'with everything encoded': `%74ags%5b%5d=${KEY.replace(':', '%3A').replace('-', '%2d')}`,
      'between empty parameters': `&tags[]=${KEY}&`,
    })) {
      test(`a lookup of a key ${how}, and answers with the page's tag`, async () => {
        const created = await handler.create(instanceBody({ tags: [KEY] }));
        const found = await handler.send('GET', `/instances?${query}`);
        assert.equal(found.status, 200);
        assert.deepEqual(found.list, [created.body]);
        assert.deepEqual(found.list[0]?.tags, [KEY]);
        assert.equal(
          handler.passedOn().at(-1),
          `GET /elements/api-v2/instances?tags[]=${encodeURIComponent(keyTag('ann', KEY))}`,
        );
      });
    }

    test('an update', async () => {
      const created = await handler.create();
      const { status, body } = await handler.update(
        created.body.id,
        instanceBody({ name: 'Renamed' }),
      );
      assert.equal(status, 200);
      assert.deepEqual(body, { ...created.body, name: 'Renamed' });
    });

    for (const mount of ['', '/a', '/a/b.c/d', '/instances', '/a%20b', '//a', '/..%2f']) {
      test(`a creation where it is mounted at "${mount}"`, async () => {
        const handle = makeHandler({ baseUrl: handler.sandbox.url });
        const body = JSON.stringify(instanceBody());
        const request = pageRequest(`${mount}/instances`, { method: 'POST', body });
        assert.equal((await handle(request)).status, 200);
        assert.deepEqual(handler.passedOn(), ['POST /elements/api-v2/instances']);
      });
    }

    test('a request with the option fetch, called without a receiver', async () => {
      let receiver: unknown = 'not called';
      const handle = makeHandler({
        async fetch(this: unknown) {
          receiver = this;
          return Response.json([]);
        },
      });
      await handle(pageRequest(`/instances?tags[]=${KEY}`));
      assert.equal(receiver, undefined);
    });

    test('no other header and no other field of a response', async () => {
      const fields = {
        id: 5,
        token: 't',
        name: 7,
        valid: 'yes',
        tags: [subjectTag('ann'), 'idempotency-key:x', 'a'],
        configuration: { password: PASSWORD },
        user: { id: 1 },
        authorization: USER_SECRET,
      };
      const sent = { 'set-cookie': 'a=b', 'x-secret': USER_SECRET, etag: '"1"' };
      handler.sandbox.onRequest = () => answerWith(200, fields, sent);
      const { body, headers } = await handler.create();
      assert.deepEqual(body, { id: 5, token: 't', tags: ['a'] });
      assert.equal(headers.etag, undefined);
      assert.equal(headers['x-secret'], undefined);
    });
  });

  suite('refuses', () => {
    for (const [status, method, path] of [
      [404, 'GET', ''],
      [404, 'GET', '/'],
      [404, 'POST', '/instance'],
      [404, 'POST', '/Instances'],
      [404, 'POST', '/instances/'],
      [404, 'POST', '/instances.json'],
      [404, 'POST', '/instances;a=b'],
      [404, 'POST', '/instances%2F'],
      [404, 'POST', '/%69nstances'],
      [404, 'POST', '/xinstances'],
      [404, 'POST', '/instances?a=b'],
      [404, 'POST', `/instances?tags[]=${KEY}`],
      [404, 'POST', '/instances/../elements'],
      [404, 'POST', '/instances/%2e%2e/elements'],
      [404, 'POST', '/instances/..;/elements'],
      [404, 'PUT', '/instances/5?a=b'],
      [404, 'PUT', '/instances/5/'],
      [404, 'PUT', '/instances/05'],
      [404, 'PUT', '/instances/0'],
      [404, 'PUT', '/instances/-5'],
      [404, 'PUT', '/instances/5.0'],
      [404, 'PUT', '/instances/5e3'],
      [404, 'PUT', '/instances/0x5'],
      [404, 'PUT', '/instances/%35'],
      [404, 'PUT', '/instances%2F5'],
      [404, 'PUT', '/instances/5%2Fdocs'],
      [404, 'PUT', '/instances/5%00'],
      [404, 'PUT', '/instances//5'],
      [404, 'PUT', '/instances/5/docs'],
      [404, 'PUT', '/instances/5;a=b'],
      [404, 'PUT', '/instances/9007199254740993'],
      [404, 'PUT', '/instances/99999999999999999999'],
      [404, 'PUT', '/instances/__proto__'],
      [404, 'GET', '/instances'],
      [404, 'GET', '/instances?'],
      [404, 'GET', '/instances?tags[]='],
      [404, 'GET', '/instances?tags[]=subject:ann'],
      [404, 'GET', '/instances?tags[]=idempotency-key:short'],
      [404, 'GET', `/instances?tags[]=${KEY}&tags[]=${KEY}`],
      [404, 'GET', `/instances?tags[]=${KEY}&tags%5B%5D=subject:bob`],
      [404, 'GET', `/instances?tags[]=${KEY}&pageSize=1`],
      [404, 'GET', `/instances?pageSize=1&tags[]=${KEY}`],
      [404, 'GET', `/instances?tags=${KEY}`],
      [404, 'GET', `/instances?tags[0]=${KEY}`],
      [404, 'GET', `/instances?Tags[]=${KEY}`],
      [404, 'GET', `/instances?tags[]=${KEY},subject:bob`],
      [404, 'GET', `/instances?tags[]=${KEY}%26tags[]=subject:bob`],
      [404, 'GET', `/instances?tags[]=${KEY}%00`],
      [404, 'GET', `/instances?tags[]=${KEY}%0a`],
      [404, 'GET', `/instances?tags[]=${KEY}+`],
      [404, 'GET', `/instances?tags[]=${KEY}%ff`],
      [404, 'GET', `/instances?tags[]=${KEY}%zz`],
      [404, 'GET', `/instances?tags[]=%2569dempotency-key:0123456789abcdef`],
      [404, 'GET', `/instances?tags[]=${'x'.repeat(8000)}`],
      [405, 'DELETE', '/instances'],
      [405, 'PUT', '/instances'],
      [405, 'PATCH', '/instances'],
      [405, 'OPTIONS', '/instances'],
      [405, 'PURGE', '/instances'],
      [405, 'GET', '/instances/5'],
      [405, 'DELETE', '/instances/5'],
      [405, 'POST', '/instances/5'],
      [405, 'PATCH', '/instances/5'],
      [405, 'OPTIONS', '/instances/5'],
    ] as const) {
      test(`${method} ${path.slice(0, 80)} with ${status}`, async () => {
        await refused(status, method, path, method === 'GET' ? {} : { body: instanceBody() });
      });
    }

    test('HEAD with 405 and no body', async () => {
      for (const path of ['/instances', `/instances?tags[]=${KEY}`, '/instances/5']) {
        const response = await handler.sendRaw(
          `HEAD ${MOUNT}${path} HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\r\n`,
        );
        assert.match(response, /^HTTP\/1.1 405 /);
        assert.match(response, /\r\n\r\n$/);
      }
      assert.deepEqual(handler.passedOn(), []);
    });

    test('other methods with an Allow header, and allows no other origin', async () => {
      const allow = async (method: string, path: string) =>
        (await handler.send(method, path)).headers.allow;
      assert.equal(await allow('DELETE', '/instances'), 'GET, POST');
      assert.equal(await allow('GET', '/instances/5'), 'PUT');
      const options = await handler.send('OPTIONS', '/instances', {
        headers: { origin: 'https://other.example', 'access-control-request-method': 'POST' },
      });
      assert.equal(options.headers['access-control-allow-origin'], undefined);
    });

    for (const [what, contentType] of Object.entries({
      'no content type': undefined,
      'a form': 'application/x-www-form-urlencoded',
      'plain text, which needs no preflight': 'text/plain',
      'a subtype of JSON': 'application/json-patch+json',
      'a list of types': 'text/plain, application/json',
    })) {
      test(`${what} with 415`, async () => {
        const headers = { 'content-type': contentType };
        await bothRefused(415, { body: instanceBody(), headers });
      });
    }

    test('no variant of the content type application/json', async () => {
      for (const type of [
        'application/json; charset=utf-8',
        'Application/JSON',
        'application/json;',
      ]) {
        const headers = { 'content-type': type };
        const { status } = await handler.create(instanceBody(), { headers });
        assert.equal(status, 200, type);
      }
    });

    test('bodies of more than 64 KiB with 413, counted in bytes', async () => {
      const body = JSON.stringify(instanceBody());
      const longest = body + ' '.repeat(64 * 1024 - body.length);
      assert.equal((await handler.create(longest)).status, 200);
      await bothRefused(413, { body: `${longest} ` });
      // Fewer characters, but more bytes.
      await refused(413, 'POST', '/instances', { body: `"${'é'.repeat(33 * 1024)}"` });
      await refused(413, 'POST', '/instances', {
        body: ' '.repeat(5 * 1024 * 1024),
        headers: { 'transfer-encoding': 'chunked' },
      });
    });

    for (const [what, body] of Object.entries<string | Uint8Array>({
      'an empty string': '',
      'half of the JSON': JSON.stringify(instanceBody()).slice(0, 60),
      'a body in a JSON string': JSON.stringify(JSON.stringify(instanceBody())),
      'the JSON twice': JSON.stringify(instanceBody()).repeat(2),
      'a form': 'element=bigcommerce',
      null: 'null',
      'a number': '5',
      'an array': JSON.stringify([instanceBody()]),
      'an empty object': '{}',
      'invalid UTF-8': Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d),
      'Latin-1': Buffer.from(JSON.stringify(instanceBody({ name: 'Café' })), 'latin1'),
      'UTF-16': Buffer.from(JSON.stringify(instanceBody()), 'utf16le'),
      'very deep arrays': '['.repeat(60_000),
      'very deep objects': `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`,
      'deep tags': `{"tags":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
      'a prototype': JSON.stringify(instanceBody()).replace('{', '{"__proto__":{"tags":["a"]},'),
      'the element in a prototype': JSON.stringify(instanceBody()).replace(
        '"element":{"key":"bigcommerce"}',
        '"__proto__":{"element":{"key":"bigcommerce"}}',
      ),
      'a constructor': JSON.stringify(instanceBody({ constructor: {} })),
      'a key from a prototype': JSON.stringify(instanceBody({ element: {} })).replace(
        '"element":{}',
        '"element":{"__proto__":{"key":"bigcommerce"}}',
      ),
    })) {
      test(`${what} as a body with 400`, async () => {
        const message = await bothRefused(400, { body });
        assert.doesNotMatch(message, /element|JSON at|Unexpected/, 'the body is not quoted');
      });
    }

    for (const [what, body] of Object.entries<object>({
      'another element': instanceBody({ element: { key: 'shopify' } }),
      'an element with more than its key': instanceBody({ element: { key: 'bigcommerce', id: 1 } }),
      'an array with the element': instanceBody({ element: ['bigcommerce'] }),
      'an element key that is an array': instanceBody({ element: { key: ['bigcommerce'] } }),
      'an unknown field': instanceBody({ id: 5 }),
      'a provider token': instanceBody({ providerData: { code: 'x' } }),
      'an unknown setting': withSettings({ 'filter.response.nulls': true }),
      'a setting called __proto__': JSON.parse(
        JSON.stringify(withSettings({ proto: 1 })).replace('"proto"', '"__proto__"'),
      ),
      'no username': withSettings({ username: undefined }),
      'a number for a password': withSettings({ password: 12345 }),
      'no store': withSettings({ 'store.url': undefined }),
      'both kinds of accounts': storeLevelBody({ username: 'shop', password: PASSWORD }),
      'both kinds of accounts in part': withSettings({ 'oauth.api.key': 'client-id' }),
      'no client id': storeLevelBody({ 'oauth.api.key': undefined }),
      'another kind of authentication': storeLevelBody({ 'authentication.type': 'oauth2' }),
      'a token of OAuth': storeLevelBody({ 'oauth.user.token': 'x' }),
      'a store with another path': withSettings({ 'store.url': 'https://shop.example/api/v3' }),
      'an array as configuration': instanceBody({ configuration: [] }),
      'no name': instanceBody({ name: undefined }),
      'a lone surrogate in the name': instanceBody({ name: 'a\ud800' }),
      'a lone surrogate in the username': withSettings({ username: '\udfff' }),
      'tags that are no array': instanceBody({ tags: 'a' }),
      'array-like tags': instanceBody({ tags: { 0: 'a', length: 1 } }),
      'null as tags': instanceBody({ tags: null }),
    })) {
      test(`an instance with ${what} with 400`, async () => {
        await bothRefused(400, { body });
      });
    }

    test('tags that the service could change with a message about tags', async () => {
      const { body } = await handler.create(instanceBody({ tags: ['R&D'] }));
      assert.match(body.message ?? '', /A tag must not contain/);
    });

    test('no duplicate members, but passes only the last of each on', async () => {
      const text = JSON.stringify(instanceBody({ tags: ['a'] }));
      const { status } = await handler.create(
        text.replace('{', '{"tags":["subject:bob"],"element":{"key":"shopify"},"name":5,'),
      );
      assert.equal(status, 200);
      const sent = handler.sandbox.requests[0]?.body ?? '';
      assert.deepEqual(JSON.parse(sent), instanceBody({ tags: [subjectTag('ann'), 'a'] }));
      assert.equal(sent.split('"tags"').length, 2);
      assert.doesNotMatch(sent, /bob|shopify/);
      await refused(400, 'POST', '/instances', {
        body: text.replace(/}$/, ',"tags":["subject:bob"]}'),
      });
    });
  });

  suite('passes events on', () => {
    const post = (settings: object) => handler.create(withSettings(settings));

    test('only with the option allowEvents', async () => {
      await bothRefused(400, { body: withSettings(EVENTS) });
      for (const [name, value] of Object.entries(EVENTS)) {
        await refused(400, 'POST', '/instances', { body: withSettings({ [name]: value }) });
      }
      handler.options = { allowEvents: true };
      assert.equal((await post(EVENTS)).status, 200);
      assert.deepEqual(
        JSON.parse(handler.sandbox.requests.at(-1)?.body ?? '').configuration,
        withSettings(EVENTS).configuration,
      );
      assert.equal((await post({})).status, 200);
      const { 'event.notification.signature.key': _, ...unsigned } = EVENTS;
      assert.equal((await post(unsigned)).status, 200);
    });

    const orders = EVENTS['event.poller.configuration'].orders;
    for (const [what, changes] of Object.entries<object>({
      'a missing setting': { 'event.vendor.type': undefined },
      'an unknown setting': { 'event.other': true },
      'an unknown vendor': { 'event.vendor.type': 'webhook' },
      'events that are off': { 'event.notification.enabled': false },
      'an interval of 0': { 'event.poller.refresh_interval': '0' },
      'an interval of 1441': { 'event.poller.refresh_interval': '1441' },
      'an interval that is a number': { 'event.poller.refresh_interval': 15 },
      'an array as interval': { 'event.poller.refresh_interval': ['15'] },
      'a callback that is no URL': { 'event.notification.callback.url': 'events' },
      'an array of resources': { 'event.poller.configuration': [orders] },
      'a resource with an unknown field': {
        'event.poller.configuration': { orders: { ...orders, more: 1 } },
      },
      'a resource with missing fields': { 'event.poller.configuration': { orders: { url: 'x' } } },
      // Object.fromEntries makes __proto__ an own property, a literal would not.
      'a resource called __proto__': {
        'event.poller.configuration': Object.fromEntries([['__proto__', orders]]),
      },
      'no dates': {
        'event.poller.configuration': { orders: { ...orders, datesConfiguration: {} } },
      },
    })) {
      test(`but not with ${what}`, async () => {
        handler.options = { allowEvents: true };
        const body = withSettings({ ...EVENTS, ...changes });
        await refused(400, 'POST', '/instances', { body });
      });
    }

    test('with every interval and resource that the core sends', async () => {
      handler.options = { allowEvents: true };
      for (const changes of [
        { 'event.poller.refresh_interval': '1440' },
        { 'event.poller.configuration': {} },
        { 'event.poller.configuration': { '': orders, 'ü<b>': orders } },
      ]) {
        assert.equal((await post({ ...EVENTS, ...changes })).status, 200, JSON.stringify(changes));
      }
    });

    test('and redacts their signature key in errors', async () => {
      handler.options = { allowEvents: true };
      handler.sandbox.onRequest = () => answerWith(400, { message: `bad key ${SIGNATURE_KEY}!` });
      assert.equal((await post(EVENTS)).body.message, 'bad key [redacted]!');
    });
  });

  suite('accepts requests', () => {
    type Headers = Record<string, string | string[] | undefined>;
    /** Without the Sec-Fetch-Site that is sent by default. */
    const withHeaders = (headers: Headers) => ({
      headers: { 'sec-fetch-site': undefined, ...headers },
    });
    const creation = (headers: Headers) => ({ body: instanceBody(), ...withHeaders(headers) });

    test('whose Sec-Fetch-Site or Origin is of the same origin', async () => {
      const { origin } = handler;
      for (const headers of [
        { 'sec-fetch-site': 'same-origin' },
        // Behind TLS termination, the handler's URL begins with http:.
        { 'sec-fetch-site': 'same-origin', origin: 'https://shop.example' },
        { origin },
      ]) {
        const { status } = await handler.create(instanceBody(), withHeaders(headers));
        assert.equal(status, 200, JSON.stringify(headers));
      }
    });

    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-site': '' },
      { 'sec-fetch-site': 'Same-Origin' },
      { 'sec-fetch-site': ['same-origin', 'cross-site'] },
      { 'sec-fetch-site': ['cross-site', 'same-origin'] },
      { 'sec-fetch-site': 'same-origin, same-origin' },
      { origin: 'null' },
      { origin: '' },
      { origin: 'https://other.example' },
      { origin: ['https://other.example', 'http://127.0.0.1'] },
    ]) {
      test(`but not with the headers ${JSON.stringify(headers)}`, async () => {
        await bothRefused(403, creation(headers));
        if (Object.keys(headers).length > 0) {
          await refused(403, 'GET', `/instances?tags[]=${KEY}`, withHeaders(headers));
        }
      });
    }

    test('but not of another site, though the Origin is the same', async () => {
      const headers = { 'sec-fetch-site': 'cross-site', origin: handler.origin };
      await refused(403, 'POST', '/instances', creation(headers));
    });

    test('but not of an Origin that differs in scheme, port or host alone', async () => {
      const { port } = new URL(handler.origin);
      for (const origin of [
        `https://127.0.0.1:${port}`,
        'http://127.0.0.1',
        `http://localhost:${port}`,
        `${handler.origin}.example`,
        `${handler.origin}/`,
      ]) {
        await refused(403, 'POST', '/instances', creation({ origin }));
      }
    });

    test('for a lookup with neither header, as old browsers send them', async () => {
      const { status } = await handler.find(KEY, withHeaders({}));
      assert.equal(status, 200);
    });

    test('whose Origin is the option origin, and of no other', async () => {
      handler.options = { origin: 'https://shop.example' };
      const { status } = await handler.create(
        instanceBody(),
        withHeaders({ origin: 'https://shop.example' }),
      );
      assert.equal(status, 200);
      await refused(403, 'POST', '/instances', creation({ origin: handler.origin }));
    });

    test('but not of an Origin other than the option origin, whatever Sec-Fetch-Site is', async () => {
      handler.options = { origin: 'https://shop.example' };
      const site = { 'sec-fetch-site': 'same-origin' };
      for (const origin of ['https://evil.example', handler.origin, 'null', '']) {
        await refused(403, 'POST', '/instances', creation({ ...site, origin }));
        await refused(403, 'GET', `/instances?tags[]=${KEY}`, { headers: { ...site, origin } });
      }
      for (const headers of [site, { ...site, origin: 'https://shop.example' }]) {
        const { status } = await handler.create(instanceBody(), withHeaders(headers));
        assert.equal(status, 200);
      }
    });
  });

  suite('calls authorize', () => {
    test('with the whole request except its body', async () => {
      let seen: Request | undefined;
      handler.options = {
        authorize: async (request) => {
          seen = request;
          return { subject: 'ann' };
        },
      };
      const { status } = await handler.create(instanceBody(), {
        headers: { cookie: 'session=ann; other=1', authorization: 'Bearer abc' },
      });
      assert.equal(status, 200);
      assert.equal(seen?.method, 'POST');
      assert.equal(seen.url, `${handler.origin}${MOUNT}/instances`);
      assert.equal(seen.headers.get('cookie'), 'session=ann; other=1');
      assert.equal(seen.headers.get('authorization'), 'Bearer abc');
      assert.equal(seen.body, null);
      assert.equal(await seen.text(), '');
    });

    test('before it reads the body', async () => {
      let wasRead = false;
      const body = new ReadableStream(
        {
          pull() {
            wasRead = true;
          },
        },
        { highWaterMark: 0 },
      );
      const { status } = await makeHandler({ authorize: () => null })(creationRequest(body));
      assert.equal(status, 401);
      assert.equal(wasRead, false);
    });

    test('and answers 401 where nobody is signed in', async () => {
      await bothRefused(401, { as: '', body: instanceBody() });
      await refused(401, 'GET', `/instances?tags[]=${KEY}`, { as: '' });
    });

    for (const [what, authorize] of Object.entries<() => unknown>({
      undefined: () => undefined,
      false: () => false,
      'a string': () => 'ann',
      'an empty object': () => ({}),
      'an exception': () => {
        throw new Error(`${USER_SECRET} ${PASSWORD}`);
      },
      'a rejection': () => Promise.reject(new Error(USER_SECRET)),
      'a rejection without a reason': () => Promise.reject(undefined),
      'a subject that throws': () => ({
        get subject() {
          throw new Error(USER_SECRET);
        },
      }),
    })) {
      test(`and answers 500 where the result is ${what}`, async () => {
        handler.options = { authorize: authorize as ProxyOptions['authorize'] };
        await refused(500, 'POST', '/instances', { body: instanceBody() });
        await refused(500, 'GET', `/instances?tags[]=${KEY}`);
      });
    }
  });

  suite('calls onInstance', () => {
    const calls: unknown[] = [];
    const onInstance: ProxyOptions['onInstance'] = (...args) => {
      calls.push(args);
    };
    afterEach(() => {
      calls.length = 0;
    });

    test('for an instance that is created, found or updated', async () => {
      handler.options = { onInstance };
      await handler.create(instanceBody({ tags: [KEY, 'a'] }));
      await handler.find(KEY);
      const [instance] = handler.sandbox.instances.values();
      await handler.update(instance?.id);
      const { id, token, name } = instance ?? assert.fail('an instance');
      const expected = [{ id, token, name, tags: ['a'], valid: true }, { subject: 'ann' }];
      assert.deepEqual(calls, [expected, expected, expected]);
    });

    test('and answers once that has resolved', async () => {
      const host = new EventEmitter();
      const onInstance = () => {
        host.emit('called');
        return once(host, 'stored');
      };
      const isCalled = once(host, 'called');
      const responses: number[] = [];
      const handle = makeHandler({ baseUrl: handler.sandbox.url, onInstance });
      const call = handle(creationRequest()).then(({ status }) => responses.push(status));
      await isCalled;
      await new Promise(setImmediate);
      assert.deepEqual(responses, []);
      host.emit('stored');
      await call;
      assert.deepEqual(responses, [200]);
    });

    test('not where there is no instance', async () => {
      handler.options = { onInstance };
      await handler.find(KEY);
      await handler.create(withSettings({ username: 'refused' }));
      await handler.update(5);
      assert.deepEqual(calls, []);
    });

    test('with a copy, so that the host cannot change the response', async () => {
      handler.options = {
        onInstance: (instance) => {
          instance.id = 1;
          instance.tags?.push('b');
        },
      };
      const { body } = await handler.create();
      assert.notEqual(body.id, 1);
      assert.deepEqual(body.tags, []);
    });

    for (const [how, fail] of Object.entries<() => unknown>({
      throws: () => {
        throw new Error(USER_SECRET);
      },
      rejects: () => Promise.reject(new Error(PASSWORD)),
    })) {
      test(`and answers 500 where that ${how}; the key finds the instance again`, async () => {
        const tag = `idempotency-key:${newKey()}`;
        handler.options = { onInstance: fail };
        assert.equal((await handler.create(instanceBody({ tags: [tag] }))).status, 500);
        assert.equal((await handler.find(tag)).status, 500);
        handler.options = { onInstance };
        const found = await handler.find(tag);
        assert.equal(found.status, 200);
        assert.deepEqual([...handler.sandbox.instances.keys()], [found.list[0]?.id]);
        assert.equal(calls.length, 1);
      });
    }
  });

  suite('passes nothing on of a raw request', () => {
    const head = (line: string, ...headers: string[]) =>
      [
        line,
        'host: a.example',
        'connection: close',
        'cookie: session=ann',
        ...headers,
        '',
        '',
      ].join('\r\n');
    const same = 'sec-fetch-site: same-origin';
    const json = 'content-type: application/json';
    const body = JSON.stringify(instanceBody());

    for (const [what, request] of Object.entries({
      'two lengths': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, `content-length: ${body.length}`, 'content-length: 5')}${body}`,
      'a length and chunks': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, `content-length: ${body.length}`, 'transfer-encoding: chunked')}0\r\n\r\n${body}`,
      'a second request in the body': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-length: 2')}{}${head(`DELETE ${MOUNT}/instances/5 HTTP/1.1`, same)}`,
      'a folded header': head(
        `POST ${MOUNT}/instances HTTP/1.1`,
        'sec-fetch-site: cross-site',
        ' same-origin',
        json,
      ),
      'a space before the colon': head(
        `POST ${MOUNT}/instances HTTP/1.1`,
        'sec-fetch-site : same-origin',
        json,
      ),
      'a bare line feed in a path': head(`POST ${MOUNT}/instances\n HTTP/1.1`, same),
      'a backslash in a path': head(`GET ${MOUNT}\\instances?tags[]=${KEY} HTTP/1.1`, same),
      'an absolute URL of another scheme': head(
        `GET ftp://a.example/instances?tags[]=${KEY} HTTP/1.1`,
        same,
      ),
      'an asterisk': head('OPTIONS * HTTP/1.1', same),
      'an X-HTTP-Method-Override': `${head(`GET ${MOUNT}/instances HTTP/1.1`, same, json, 'x-http-method-override: POST', `content-length: ${body.length}`)}${body}`,
      'an X-Original-URL': head(
        'GET / HTTP/1.1',
        same,
        `x-original-url: ${MOUNT}/instances?tags[]=${KEY}`,
      ),
      'a fragment': head(`GET ${MOUNT}/instances#?tags[]=${KEY} HTTP/1.1`, same),
      'a body in another encoding': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-encoding: gzip', 'content-length: 4')}\x1f\x08\x00\x00`,
      'no host': `GET ${MOUNT}/instances?tags[]=${KEY} HTTP/1.1\r\n${same}\r\nconnection: close\r\n\r\n`,
    })) {
      test(`with ${what}`, async () => {
        const response = await handler.sendRaw(request);
        assert.match(response, /^HTTP\/1.1 4\d\d /);
        assert.doesNotMatch(response, /^HTTP\/1.1 2/m);
        assert.deepEqual(handler.passedOn(), []);
      });
    }

    for (const [what, request] of Object.entries({
      'for a tunnel that the client closes': head('CONNECT api.example:443 HTTP/1.1', same),
      'whose connection ends before its body': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-length: 500')}${body}`,
    })) {
      test(what, async () => {
        assert.doesNotMatch(await handler.sendRaw(request, true), /^HTTP\/1.1 2/m);
        assert.deepEqual(handler.passedOn(), []);
      });
    }

    test('to the host that an absolute URL names, only to the service', async () => {
      const response = await handler.sendRaw(
        head(`GET http://evil.example/elements/instances?tags[]=${KEY} HTTP/1.1`, same),
      );
      assert.match(response, /^HTTP\/1.1 200 /);
      assert.deepEqual(handler.passedOn(), [
        `GET /elements/api-v2/instances?tags[]=${encodeURIComponent(keyTag('ann', KEY))}`,
      ]);
    });
  });
});
