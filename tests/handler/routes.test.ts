import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, afterEach, before, suite, test } from 'node:test';
import { createProxy, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import {
  EVENTS,
  type Front,
  instanceBody,
  keyTag,
  MOUNT,
  newKey,
  PASSWORD,
  SIGNATURE_KEY,
  startFront,
  storeLevelBody,
  subjectTag,
} from './front.js';

const KEY = 'idempotency-key:0123456789abcdef';

/** What Ann's instance with the key carries. */
const OWN = [subjectTag('ann'), keyTag('ann', KEY)];

const withSettings = (settings: object) =>
  instanceBody({ configuration: { ...(instanceBody().configuration as object), ...settings } });

suite('The handler', { timeout: 600_000 }, () => {
  let front: Front;

  before(async () => {
    front = await startFront();
  });
  after(() => front?.[Symbol.asyncDispose]());
  afterEach(() => front.reset());

  /** Sends what must be refused, and sees that it goes no further. */
  async function refused(status: number, ...request: Parameters<Front['send']>) {
    front.sandbox.requests.length = 0;
    const answer = await front.send(...request);
    assert.equal(answer.status, status, `${JSON.stringify(request)}: ${answer.body.message}`);
    assert.deepEqual(front.sentOn(), [], 'nothing is sent on');
    return answer.body.message ?? '';
  }

  suite('passes on', () => {
    test('a creation, with the secrets and the subject and nothing else of the request', async () => {
      const { status, body } = await front.send('POST', '/instances', {
        body: instanceBody({ tags: [KEY, 'Docs'] }),
        headers: { authorization: 'Basic abc', 'x-forwarded-for': '10.0.0.1', accept: 'text/html' },
      });
      const [instance] = front.sandbox.instances.values();
      assert.equal(status, 200);
      assert.deepEqual(body, {
        id: instance?.id,
        token: instance?.token,
        name: 'My shop',
        tags: [KEY, 'Docs'],
        valid: true,
      });
      const [request, ...others] = front.sandbox.requests;
      assert.deepEqual(others, []);
      assert.equal(`${request?.method} ${request?.path}`, 'POST /elements/api-v2/instances');
      assert.deepEqual(JSON.parse(request?.body ?? ''), instanceBody({ tags: [...OWN, 'Docs'] }));
      const { authorization, cookie, ...headers } = request?.headers ?? {};
      assert.equal(authorization, `User ${USER_SECRET}, Organization ${ORGANIZATION_SECRET}`);
      assert.equal(cookie, undefined);
      for (const name of ['x-forwarded-for', 'sec-fetch-site', 'origin', 'referer']) {
        assert.equal(headers[name], undefined, name);
      }
      assert.notEqual(headers.accept, 'text/html');
    });

    test('a creation without tags, with the subject as its one tag', async () => {
      const { body } = await front.send('POST', '/instances', { body: instanceBody() });
      assert.deepEqual(body.tags, []);
      const [instance] = front.sandbox.instances.values();
      assert.deepEqual(instance?.tags, [subjectTag('ann')]);
    });

    for (const [how, query] of Object.entries({
      'as it stands': `tags[]=${KEY}`,
      'with the brackets encoded': `tags%5B%5D=${KEY}`,
      'with all encoded': `%74ags%5b%5d=${KEY.replace(':', '%3A').replace('-', '%2d')}`,
      'between empty parameters': `&tags[]=${KEY}&`,
    })) {
      test(`a lookup of a key ${how}, and the key's tag with the answer`, async () => {
        const created = await front.send('POST', '/instances', {
          body: instanceBody({ tags: [KEY] }),
        });
        const found = await front.send('GET', `/instances?${query}`);
        assert.equal(found.status, 200);
        assert.deepEqual(found.list, [created.body]);
        assert.deepEqual(found.list[0]?.tags, [KEY]);
        assert.equal(
          front.sentOn().at(-1),
          `GET /elements/api-v2/instances?tags[]=${encodeURIComponent(keyTag('ann', KEY))}`,
        );
      });
    }

    test('an update', async () => {
      const created = await front.send('POST', '/instances', { body: instanceBody() });
      const { status, body } = await front.send('PUT', `/instances/${created.body.id}`, {
        body: instanceBody({ name: 'Renamed' }),
      });
      assert.equal(status, 200);
      assert.deepEqual(body, { ...created.body, name: 'Renamed' });
    });

    for (const mount of ['', '/a', '/a/b.c/d', '/instances', '/a%20b', '//a', '/..%2f']) {
      test(`wherever it is mounted, at "${mount}" too`, async () => {
        front.sandbox.requests.length = 0;
        const proxy = proxyWith({});
        const request = pageRequest(`https://shop.example${mount}/instances`, {
          method: 'POST',
          body: JSON.stringify(instanceBody()),
        });
        assert.equal((await proxy(request)).status, 200);
        assert.deepEqual(front.sentOn(), ['POST /elements/api-v2/instances']);
      });
    }

    test('to a base URL with or without a slash at its end', async () => {
      front.options = { baseUrl: `${front.sandbox.url}/` };
      const { status } = await front.send('POST', '/instances', { body: instanceBody() });
      assert.equal(status, 200);
    });

    test('to US production, unless told otherwise', async () => {
      const urls: string[] = [];
      const proxy = proxyWith({
        baseUrl: undefined,
        fetch: async (url) => {
          urls.push(String(url));
          return Response.json([]);
        },
      });
      await proxy(pageRequest(`https://shop.example/instances?tags[]=${KEY}`));
      assert.deepEqual(urls, [
        `https://api.cloud-elements.com/elements/api-v2/instances?tags[]=${encodeURIComponent(keyTag('ann', KEY))}`,
      ]);
    });

    test('with the fetch that is given, called as a plain function', async () => {
      let receiver: unknown = 'not called';
      const proxy = proxyWith({
        async fetch(this: unknown, ...args) {
          receiver = this;
          return fetch(...args);
        },
      });
      await proxy(pageRequest(`https://shop.example/instances?tags[]=${KEY}`));
      assert.equal(receiver, undefined);
    });

    test('nothing else of the answer', async () => {
      front.sandbox.onRequest = () => ({
        kind: 'answer',
        status: 200,
        headers: { 'set-cookie': 'a=b', 'x-secret': USER_SECRET, etag: '"1"' },
        body: JSON.stringify({
          id: 5,
          token: 't',
          name: 7,
          valid: 'yes',
          tags: [subjectTag('ann'), 'idempotency-key:x', 'a'],
          configuration: { password: PASSWORD },
          user: { id: 1 },
          authorization: USER_SECRET,
        }),
      });
      const { body, headers } = await front.send('POST', '/instances', { body: instanceBody() });
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
      test(`${method} ${path.slice(0, 80)}: ${status}`, async () => {
        await refused(status, method, path, method === 'GET' ? {} : { body: instanceBody() });
      });
    }

    test('HEAD, without a body: 405', async () => {
      for (const path of ['/instances', `/instances?tags[]=${KEY}`, '/instances/5']) {
        const answer = await front.sendRaw(
          `HEAD ${MOUNT}${path} HTTP/1.1\r\nhost: a\r\nsec-fetch-site: same-origin\r\nconnection: close\r\n\r\n`,
        );
        assert.match(answer, /^HTTP\/1.1 405 /);
        assert.match(answer, /\r\n\r\n$/);
      }
      assert.deepEqual(front.sentOn(), []);
    });

    test('other methods, and names those that are allowed', async () => {
      const allow = async (method: string, path: string) =>
        (await front.send(method, path)).headers.allow;
      assert.equal(await allow('DELETE', '/instances'), 'GET, POST');
      assert.equal(await allow('GET', '/instances/5'), 'PUT');
      const options = await front.send('OPTIONS', '/instances', {
        headers: { origin: 'https://other.example', 'access-control-request-method': 'POST' },
      });
      assert.equal(options.headers['access-control-allow-origin'], undefined);
    });

    for (const [what, contentType] of Object.entries({
      'no content type': undefined,
      'a form': 'application/x-www-form-urlencoded',
      'plain text, which needs no preflight': 'text/plain',
      'a relative of JSON': 'application/json-patch+json',
      'a list of types': 'text/plain, application/json',
    })) {
      for (const [method, path] of [
        ['POST', '/instances'],
        ['PUT', '/instances/5'],
      ] as const) {
        test(`${what} at ${method}: 415`, async () => {
          const headers = { 'content-type': contentType };
          await refused(415, method, path, { body: instanceBody(), headers });
        });
      }
    }

    test('no JSON type however it is written', async () => {
      for (const type of [
        'application/json; charset=utf-8',
        'Application/JSON',
        'application/json;',
      ]) {
        const headers = { 'content-type': type };
        const { status } = await front.send('POST', '/instances', {
          body: instanceBody(),
          headers,
        });
        assert.equal(status, 200, type);
      }
    });

    test('bodies of more than 64 KiB, to the byte: 413', async () => {
      const body = JSON.stringify(instanceBody());
      const most = body + ' '.repeat(64 * 1024 - body.length);
      assert.equal((await front.send('POST', '/instances', { body: most })).status, 200);
      await refused(413, 'POST', '/instances', { body: `${most} ` });
      await refused(413, 'PUT', '/instances/5', { body: `${most} ` });
      // Bytes count, not characters; and whether or not the length is announced.
      await refused(413, 'POST', '/instances', { body: `"${'é'.repeat(33 * 1024)}"` });
      await refused(413, 'POST', '/instances', {
        body: ' '.repeat(5 * 1024 * 1024),
        headers: { 'transfer-encoding': 'chunked' },
      });
      // As from a server that lets a client announce what it likes.
      for (const [length, body] of [
        ['5', `${most} `],
        ['x', `${most} `],
        ['65537', most],
      ] as const) {
        const request = pageRequest('https://shop.example/instances', { method: 'POST', body });
        request.headers.set('content-length', length);
        assert.equal((await proxyWith({})(request)).status, 413, length);
      }
    });

    for (const [what, body] of Object.entries<string | Uint8Array>({
      'no body': '',
      'half of a body': JSON.stringify(instanceBody()).slice(0, 60),
      'a quoted body': JSON.stringify(JSON.stringify(instanceBody())),
      'two bodies': JSON.stringify(instanceBody()).repeat(2),
      'a form': 'element=bigcommerce',
      null: 'null',
      'a number': '5',
      'a list': JSON.stringify([instanceBody()]),
      'an empty object': '{}',
      'no UTF-8': Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d),
      'Latin-1': Buffer.from(JSON.stringify(instanceBody({ name: 'Café' })), 'latin1'),
      'UTF-16': Buffer.from(JSON.stringify(instanceBody()), 'utf16le'),
      'very deep lists': '['.repeat(60_000),
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
      test(`${what} instead of a body: 400`, async () => {
        const message = await refused(400, 'POST', '/instances', { body });
        await refused(400, 'PUT', '/instances/5', { body });
        assert.doesNotMatch(message, /element|JSON at|Unexpected/, 'the body is not quoted');
      });
    }

    for (const [what, body] of Object.entries<object>({
      'another element': instanceBody({ element: { key: 'shopify' } }),
      'an element with more than its key': instanceBody({ element: { key: 'bigcommerce', id: 1 } }),
      'a list of the element': instanceBody({ element: ['bigcommerce'] }),
      'a key that only turns into the name': instanceBody({ element: { key: ['bigcommerce'] } }),
      'an unknown field': instanceBody({ id: 5 }),
      'a provider token': instanceBody({ providerData: { code: 'x' } }),
      'an unknown setting': withSettings({ 'filter.response.nulls': true }),
      'a setting of a prototype': JSON.parse(
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
      'a list of the configuration': instanceBody({ configuration: [] }),
      'no name': instanceBody({ name: undefined }),
      'a lone surrogate in the name': instanceBody({ name: 'a\ud800' }),
      'a lone surrogate in the username': withSettings({ username: '\udfff' }),
      'tags that are no list': instanceBody({ tags: 'a' }),
      'tags that only look like a list': instanceBody({ tags: { 0: 'a', length: 1 } }),
      'no tags': instanceBody({ tags: null }),
    })) {
      test(`${what}: 400`, async () => {
        await refused(400, 'POST', '/instances', { body });
        await refused(400, 'PUT', '/instances/5', { body });
      });
    }

    test('tags that the service could change, and says so', async () => {
      const { body } = await front.send('POST', '/instances', {
        body: instanceBody({ tags: ['R&D'] }),
      });
      assert.match(body.message ?? '', /A tag must not contain/);
    });

    test('nothing of doubled members, of which only the last goes on', async () => {
      const text = JSON.stringify(instanceBody({ tags: ['a'] }));
      const { status } = await front.send('POST', '/instances', {
        body: text.replace('{', '{"tags":["subject:bob"],"element":{"key":"shopify"},"name":5,'),
      });
      assert.equal(status, 200);
      const sent = front.sandbox.requests[0]?.body ?? '';
      assert.deepEqual(JSON.parse(sent), instanceBody({ tags: [subjectTag('ann'), 'a'] }));
      assert.equal(sent.split('"tags"').length, 2);
      assert.doesNotMatch(sent, /bob|shopify/);
      await refused(400, 'POST', '/instances', {
        body: text.replace(/}$/, ',"tags":["subject:bob"]}'),
      });
    });
  });

  suite('lets events', () => {
    const post = (settings: object) =>
      front.send('POST', '/instances', { body: withSettings(settings) });

    test('be set up only where the host says so', async () => {
      await refused(400, 'POST', '/instances', { body: withSettings(EVENTS) });
      await refused(400, 'PUT', '/instances/5', { body: withSettings(EVENTS) });
      for (const [name, value] of Object.entries(EVENTS)) {
        await refused(400, 'POST', '/instances', { body: withSettings({ [name]: value }) });
      }
      front.options = { allowEvents: true };
      assert.equal((await post(EVENTS)).status, 200);
      assert.deepEqual(
        JSON.parse(front.sandbox.requests.at(-1)?.body ?? '').configuration,
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
      'a list of intervals': { 'event.poller.refresh_interval': ['15'] },
      'a callback that is no address': { 'event.notification.callback.url': 'events' },
      'a list of resources': { 'event.poller.configuration': [orders] },
      'a resource with more': { 'event.poller.configuration': { orders: { ...orders, more: 1 } } },
      'a resource with less': { 'event.poller.configuration': { orders: { url: 'x' } } },
      'a prototype as a resource': {
        'event.poller.configuration': Object.fromEntries([['__proto__', orders]]),
      },
      'no dates': {
        'event.poller.configuration': { orders: { ...orders, datesConfiguration: {} } },
      },
    })) {
      test(`not come with ${what}: 400`, async () => {
        front.options = { allowEvents: true };
        const body = withSettings({ ...EVENTS, ...changes });
        // Object.fromEntries and JSON.stringify keep an own __proto__, a literal would not.
        await refused(400, 'POST', '/instances', { body });
      });
    }

    test('come with all else that the core sends', async () => {
      front.options = { allowEvents: true };
      for (const changes of [
        { 'event.poller.refresh_interval': '1440' },
        { 'event.poller.configuration': {} },
        { 'event.poller.configuration': { '': orders, 'ü<b>': orders } },
      ]) {
        assert.equal((await post({ ...EVENTS, ...changes })).status, 200, JSON.stringify(changes));
      }
    });

    test('keep their signature key to themselves', async () => {
      front.options = { allowEvents: true };
      front.sandbox.onRequest = () => ({
        kind: 'answer',
        status: 400,
        body: JSON.stringify({ message: `bad key ${SIGNATURE_KEY}!` }),
      });
      assert.equal((await post(EVENTS)).body.message, 'bad key [redacted]!');
    });
  });

  suite('lets pages of the same origin in', () => {
    const create = (headers: Record<string, string | string[] | undefined>) => ({
      body: instanceBody(),
      headers: { 'sec-fetch-site': undefined, ...headers },
    });

    test('who say so, or whose Origin is the one that was called', async () => {
      const origin = front.origin;
      for (const headers of [
        { 'sec-fetch-site': 'same-origin' },
        // A browser that says both is behind TLS termination.
        { 'sec-fetch-site': 'same-origin', origin: 'https://shop.example' },
        { origin },
      ]) {
        const { status } = await front.send('POST', '/instances', create(headers));
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
      test(`and not ${JSON.stringify(headers)}: 403`, async () => {
        await refused(403, 'POST', '/instances', create(headers));
        await refused(403, 'PUT', '/instances/5', create(headers));
        if (Object.keys(headers).length > 0) {
          await refused(403, 'GET', `/instances?tags[]=${KEY}`, {
            headers: { 'sec-fetch-site': undefined, ...headers },
          });
        }
      });
    }

    test('and not other sites that borrow the origin for a Sec-Fetch-Site of their own', async () => {
      const headers = { 'sec-fetch-site': 'cross-site', origin: front.origin };
      await refused(403, 'POST', '/instances', create(headers));
    });

    test('and not origins that differ in scheme, port or host only', async () => {
      const { port } = new URL(front.origin);
      for (const origin of [
        `https://127.0.0.1:${port}`,
        'http://127.0.0.1',
        `http://localhost:${port}`,
        `${front.origin}.example`,
        `${front.origin}/`,
      ]) {
        await refused(403, 'POST', '/instances', create({ origin }));
      }
    });

    test('and lookups that come with neither, as old browsers send them', async () => {
      const headers = { 'sec-fetch-site': undefined };
      const { status } = await front.send('GET', `/instances?tags[]=${KEY}`, { headers });
      assert.equal(status, 200);
    });

    test('of the public origin, where the host names one', async () => {
      front.options = { origin: 'https://shop.example' };
      const { status } = await front.send(
        'POST',
        '/instances',
        create({ origin: 'https://shop.example' }),
      );
      assert.equal(status, 200);
      await refused(403, 'POST', '/instances', create({ origin: front.origin }));
    });

    test('and not of another origin than the public one, whatever Sec-Fetch-Site says', async () => {
      front.options = { origin: 'https://shop.example' };
      const site = { 'sec-fetch-site': 'same-origin' };
      for (const origin of ['https://evil.example', front.origin, 'null', '']) {
        await refused(403, 'POST', '/instances', create({ ...site, origin }));
        await refused(403, 'GET', `/instances?tags[]=${KEY}`, { headers: { ...site, origin } });
      }
      for (const headers of [site, { ...site, origin: 'https://shop.example' }]) {
        const { status } = await front.send('POST', '/instances', create(headers));
        assert.equal(status, 200);
      }
    });
  });

  suite('asks who is asking', () => {
    test('with all of the request but its body', async () => {
      let seen: Request | undefined;
      front.options = {
        authorize: async (request) => {
          seen = request;
          return { subject: 'ann' };
        },
      };
      const { status } = await front.send('POST', '/instances', {
        body: instanceBody(),
        headers: { cookie: 'session=ann; other=1', authorization: 'Bearer abc' },
      });
      assert.equal(status, 200);
      assert.equal(seen?.method, 'POST');
      assert.equal(seen.url, `${front.origin}${MOUNT}/instances`);
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
      const init = { method: 'POST', body, duplex: 'half' };
      const proxy = proxyWith({ authorize: () => null });
      const response = await proxy(pageRequest('https://shop.example/instances', init));
      assert.equal(response.status, 401);
      assert.equal(wasRead, false);
    });

    test('and answers 401 where it is nobody', async () => {
      await refused(401, 'POST', '/instances', { as: '', body: instanceBody() });
      await refused(401, 'GET', `/instances?tags[]=${KEY}`, { as: '' });
      await refused(401, 'PUT', '/instances/5', { as: '', body: instanceBody() });
    });

    for (const [what, authorize] of Object.entries<() => unknown>({
      undefined: () => undefined,
      false: () => false,
      'a string': () => 'ann',
      'an empty object': () => ({}),
      'a throw': () => {
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
      test(`and answers 500 where the answer is ${what}`, async () => {
        front.options = { authorize: authorize as ProxyOptions['authorize'] };
        await refused(500, 'POST', '/instances', { body: instanceBody() });
        await refused(500, 'GET', `/instances?tags[]=${KEY}`);
      });
    }
  });

  suite('hands each instance to the host', () => {
    const told: unknown[] = [];
    const onInstance: ProxyOptions['onInstance'] = (...args) => {
      told.push(args);
    };
    afterEach(() => {
      told.length = 0;
    });

    test('created, found and updated', async () => {
      front.options = { onInstance };
      const calls: [method: string, path: string, body?: object][] = [
        ['POST', '/instances', instanceBody({ tags: [KEY, 'a'] })],
        ['GET', `/instances?tags[]=${KEY}`],
      ];
      for (const [method, path, body] of calls) await front.send(method, path, { body });
      const [instance] = front.sandbox.instances.values();
      await front.send('PUT', `/instances/${instance?.id}`, { body: instanceBody() });
      const { id, token, name } = instance ?? assert.fail('an instance');
      const expected = [{ id, token, name, tags: ['a'], valid: true }, { subject: 'ann' }];
      assert.deepEqual(told, [expected, expected, expected]);
    });

    test('and answers only once the host has it', async () => {
      const host = new EventEmitter();
      const onInstance = () => {
        host.emit('told');
        return once(host, 'stored');
      };
      const told = once(host, 'told');
      const body = JSON.stringify(instanceBody());
      const request = pageRequest('https://shop.example/instances', { method: 'POST', body });
      const answered: number[] = [];
      const call = proxyWith({ onInstance })(request).then(({ status }) => answered.push(status));
      await told;
      await new Promise(setImmediate);
      assert.deepEqual(answered, []);
      host.emit('stored');
      await call;
      assert.deepEqual(answered, [200]);
    });

    test('only as far as it is passed on, and not where there is none', async () => {
      front.options = { onInstance };
      await front.send('GET', `/instances?tags[]=${KEY}`);
      await front.send('POST', '/instances', {
        body: withSettings({ username: 'refused' }),
      });
      await front.send('PUT', '/instances/5', { body: instanceBody() });
      assert.deepEqual(told, []);
    });

    test('and cannot have what the page gets changed', async () => {
      front.options = {
        onInstance: (instance) => {
          instance.id = 1;
          instance.tags?.push('b');
        },
      };
      const { body } = await front.send('POST', '/instances', { body: instanceBody() });
      assert.notEqual(body.id, 1);
      assert.deepEqual(body.tags, []);
    });

    for (const [how, fail] of Object.entries<() => unknown>({
      throw: () => {
        throw new Error(USER_SECRET);
      },
      rejection: () => Promise.reject(new Error(PASSWORD)),
    })) {
      test(`and answers 500 at a ${how}; the key finds the instance again`, async () => {
        const tag = `idempotency-key:${newKey()}`;
        front.options = { onInstance: fail };
        const body = instanceBody({ tags: [tag] });
        assert.equal((await front.send('POST', '/instances', { body })).status, 500);
        assert.equal((await front.send('GET', `/instances?tags[]=${tag}`)).status, 500);
        front.options = { onInstance };
        const found = await front.send('GET', `/instances?tags[]=${tag}`);
        assert.equal(found.status, 200);
        assert.deepEqual([...front.sandbox.instances.keys()], [found.list[0]?.id]);
        assert.equal(told.length, 1);
      });
    }
  });

  suite('stands odd requests over the wire', () => {
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
      'an absolute form of another scheme': head(
        `GET ftp://a.example/instances?tags[]=${KEY} HTTP/1.1`,
        same,
      ),
      'an asterisk': head('OPTIONS * HTTP/1.1', same),
      'a method that asks to be another': `${head(`GET ${MOUNT}/instances HTTP/1.1`, same, json, 'x-http-method-override: POST', `content-length: ${body.length}`)}${body}`,
      'a path that another header names': head(
        'GET / HTTP/1.1',
        same,
        `x-original-url: ${MOUNT}/instances?tags[]=${KEY}`,
      ),
      'a fragment': head(`GET ${MOUNT}/instances#?tags[]=${KEY} HTTP/1.1`, same),
      'a body in another encoding': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-encoding: gzip', 'content-length: 4')}\x1f\x08\x00\x00`,
      'no host': `GET ${MOUNT}/instances?tags[]=${KEY} HTTP/1.1\r\n${same}\r\nconnection: close\r\n\r\n`,
    })) {
      test(`${what}: nothing is sent on`, async () => {
        const answer = await front.sendRaw(request);
        assert.match(answer, /^HTTP\/1.1 4\d\d /);
        assert.doesNotMatch(answer, /^HTTP\/1.1 2/m);
        assert.deepEqual(front.sentOn(), []);
      });
    }

    for (const [what, request] of Object.entries({
      'a tunnel': head('CONNECT api.example:443 HTTP/1.1', same),
      'a body that breaks off': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-length: 500')}${body}`,
    })) {
      test(`${what}, and then the end of the connection: nothing is sent on`, async () => {
        assert.doesNotMatch(await front.sendRaw(request, true), /^HTTP\/1.1 2/m);
        assert.deepEqual(front.sentOn(), []);
      });
    }

    test('an absolute form, which does not choose where things are sent', async () => {
      const answer = await front.sendRaw(
        head(`GET http://evil.example/elements/instances?tags[]=${KEY} HTTP/1.1`, same),
      );
      assert.match(answer, /^HTTP\/1.1 200 /);
      assert.deepEqual(front.sentOn(), [
        `GET /elements/api-v2/instances?tags[]=${encodeURIComponent(keyTag('ann', KEY))}`,
      ]);
    });
  });

  /** The handler itself, for what HTTP clients do not send. */
  function proxyWith(options: Record<string, unknown> | Partial<ProxyOptions>) {
    return createProxy({
      userSecret: USER_SECRET,
      organizationSecret: ORGANIZATION_SECRET,
      baseUrl: front?.sandbox.url,
      authorize: () => ({ subject: 'ann' }),
      ...options,
    } as ProxyOptions);
  }

  function pageRequest(url: string, init: object = {}): Request {
    return new Request(url, {
      ...init,
      headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' },
    });
  }
});
