import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  instanceBody,
  KEY,
  keyTag,
  PASSWORD,
  storeLevelBody,
  subjectTag,
  USER_SECRET,
  withSettings,
} from './instance-body.js';
import { makeHandler, optionsFor, pageRequest, respondWith, useHandler } from './served-handler.js';

/** The reserved tags of Ann's instance with the key. */
const RESERVED = [subjectTag('ann'), keyTag('ann', KEY)];

const GET_404 = [
  ...['', '/', '/instances', '/instances?', '/instances?a=b', `/instances?tags=${KEY}`],
  ...['/connections/', '/connections/5', '/xconnections', '/Connections'],
  ...['', 'subject:ann', 'idempotency-key:short', `${KEY}&tags[]=${KEY}`].map(
    (tag) => `/instances?tags[]=${tag}`,
  ),
  ...['%26tags[]=subject:bob', ',subject:bob', '%00', '%0a', '+', '%ff', '%zz'].map(
    (end) => `/instances?tags[]=${KEY}${end}`,
  ),
  `/instances?tags[]=${KEY}&tags%5B%5D=subject:bob`,
  `/instances?Tags[]=${KEY}`,
  `/instances?tags[]=%2569dempotency-key:0123456789abcdef`,
  `/instances?tags[]=${'x'.repeat(8000)}`,
];
const POST_404 = [
  ...['/instance', '/Instances', '/instances/', '/instances.json', '/instances;a=b'],
  ...['/instances%2F', '/%69nstances', '/xinstances'],
  ...['/instances/../elements', '/instances/%2e%2e/elements', '/instances/..;/elements'],
];
const PUT_404 = [
  ...['5/', '05', '0', '-5', '5.0', '5e3', '0x5', '%35', '5%2Fdocs', '5%00', '/5'],
  ...['5/docs', '5;a=b', '9007199254740993', '99999999999999999999', '__proto__'],
].map((id) => `/instances/${id}`);

/** The status of each request that is refused. */
const REFUSED: [status: number, method: string, paths: string[]][] = [
  [404, 'GET', GET_404],
  [404, 'POST', POST_404],
  [404, 'PUT', [...PUT_404, '/instances%2F5']],
  [405, 'GET', ['/instances/5']],
  [405, 'PUT', ['/connections', '/instances']],
  [405, 'POST', ['/connections', '/instances/5']],
  [405, 'PATCH', ['/instances', '/instances/5']],
  [405, 'PURGE', ['/instances']],
  [405, 'DELETE', ['/connections', '/instances', '/instances/5']],
  [405, 'OPTIONS', ['/connections', '/instances', '/instances/5']],
];

const BODY = JSON.stringify(instanceBody());

/** Bodies that are no object with the members of an instance. */
const NO_INSTANCE: Record<string, string | Uint8Array> = {
  'an empty string': '',
  'the JSON twice': BODY.repeat(2),
  'an array': JSON.stringify([instanceBody()]),
  'an empty object': '{}',
  'invalid UTF-8': Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d),
  'Latin-1': Buffer.from(JSON.stringify(instanceBody({ name: 'Café' })), 'latin1'),
  'very deep arrays': '['.repeat(60_000),
  'deep tags': `{"tags":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  'a prototype': BODY.replace('{', '{"__proto__":{"tags":["a"]},'),
  'the element in a prototype': BODY.replace(
    '"element":{"key":"bigcommerce"}',
    '"__proto__":{"element":{"key":"bigcommerce"}}',
  ),
  'a key from a prototype': JSON.stringify(instanceBody({ element: {} })).replace(
    '"element":{}',
    '"element":{"__proto__":{"key":"bigcommerce"}}',
  ),
};

const store = (url: string) => withSettings({ 'store.url': url });

/** Bodies that could harm the account or other merchants, or are no instances. */
const REFUSED_INSTANCES: Record<string, object> = {
  'another element': instanceBody({ element: { key: 'shopify' } }),
  'an element with more than its key': instanceBody({ element: { key: 'bigcommerce', id: 1 } }),
  'an unknown field': instanceBody({ id: 5 }),
  'a provider token': instanceBody({ providerData: { code: 'x' } }),
  'an unknown setting': withSettings({ 'filter.response.nulls': true }),
  'a setting called __proto__': JSON.parse(
    JSON.stringify(withSettings({ proto: 1 })).replace('"proto"', '"__proto__"'),
  ),
  'no username': withSettings({ username: undefined }),
  'a number for a password': withSettings({ password: 12345 }),
  'a username of 1,025 units': withSettings({ username: 'x'.repeat(1025) }),
  'a name of 1,025 units': instanceBody({ name: 'x'.repeat(1025) }),
  'no name': instanceBody({ name: undefined }),
  'both kinds of accounts': storeLevelBody({ username: 'shop', password: PASSWORD }),
  'both kinds of accounts in part': withSettings({ 'oauth.api.key': 'client-id' }),
  'no client id': storeLevelBody({ 'oauth.api.key': undefined }),
  'another kind of authentication': storeLevelBody({ 'authentication.type': 'oauth2' }),
  'a token of OAuth': storeLevelBody({ 'oauth.user.token': 'x' }),
  'an array as configuration': instanceBody({ configuration: [] }),
  'no store': withSettings({ 'store.url': undefined }),
  'a store without TLS': store('http://shop.example/api/v2'),
  'a store with another path': store('https://shop.example/api/v3'),
  'a store with a port': store('https://shop.example:444/api/v2'),
  'a store with a user': store('https://user@shop.example/api/v2'),
  'a store with a query': store('https://shop.example/api/v2?a'),
  'a store at an IPv4 address': store('https://127.0.0.1/api/v2'),
  'a store at a hexadecimal address': store('https://127.0.0.0x1/api/v2'),
  'a store at an IPv6 address': store('https://[::1]/api/v2'),
  'a store at a host without a dot': store('https://localhost/api/v2'),
};

suite('The handler', { timeout: 600_000 }, () => {
  const handler = useHandler();

  suite('passes on', () => {
    test("a creation with the account's secrets and the subject's tags, but no other header", async () => {
      const { status, body } = await handler.create(instanceBody({ tags: [KEY, 'Docs'] }), {
        headers: { authorization: 'Basic abc', 'x-forwarded-for': '10.0.0.1', accept: 'text/html' },
      });
      const [{ id, token } = assert.fail('an instance')] = handler.sandbox.instances.values();
      const expected = { id, token, name: 'My shop', tags: [KEY, 'Docs'] };
      assert.deepEqual([status, body], [200, { ...expected, valid: true, disabled: false }]);
      const [request, ...others] = handler.sandbox.requests;
      assert.deepEqual(others, []);
      assert.equal(`${request?.method} ${request?.path}`, 'POST /elements/api-v2/instances');
      assert.deepEqual(
        JSON.parse(request?.body ?? ''),
        instanceBody({ tags: [...RESERVED, 'Docs'] }),
      );
      const { authorization, ...headers } = request?.headers ?? {};
      const { userSecret, organizationSecret } = handler.sandbox;
      assert.equal(authorization, `User ${userSecret}, Organization ${organizationSecret}`);
      for (const name of ['cookie', 'x-forwarded-for', 'sec-fetch-site', 'origin', 'referer']) {
        assert.equal(headers[name], undefined, name);
      }
      assert.notEqual(headers.accept, 'text/html');
    });

    for (const [how, query] of Object.entries({
      unencoded: `tags[]=${KEY}`,
      'with the brackets encoded': `tags%5B%5D=${KEY}`,
      'with everything encoded': `%74ags%5b%5d=${KEY.replace(':', '%3A').replace('-', '%2d')}`,
      'between parameters that others add': `&cache=1&tags[]=${KEY}&pageSize=1`,
    })) {
      test(`a lookup of a key ${how}, and answers with the page's tag`, async () => {
        const created = await handler.create(instanceBody({ tags: [KEY] }));
        const found = await handler.send('GET', `/instances?${query}`);
        assert.deepEqual([found.status, found.list], [200, [created.body]]);
        assert.deepEqual(found.list[0]?.tags, [KEY]);
        assert.equal(
          handler.passedOn().at(-1),
          `GET /elements/api-v2/instances?tags%5B%5D=${encodeURIComponent(keyTag('ann', KEY))}`,
        );
      });
    }

    for (const mount of ['', '/a', '/a/b.c/d', '/instances', '/a%20b', '//a', '/..%2f']) {
      test(`a creation where it is mounted at "${mount}", without what the platform adds to the query`, async () => {
        const handle = makeHandler(optionsFor(handler.sandbox));
        const request = pageRequest(`${mount}/instances?path=instances`, {
          method: 'POST',
          body: BODY,
        });
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
        ...{ id: 5, token: 't', name: 7, valid: 'yes' },
        tags: [subjectTag('ann'), 'idempotency-key:x', 'a'],
        configuration: { password: PASSWORD },
        user: { id: 1 },
        authorization: USER_SECRET,
      };
      const sent = { 'set-cookie': 'a=b', 'x-secret': USER_SECRET, etag: '"1"' };
      handler.sandbox.onRequest = () => respondWith(200, fields, sent);
      const { body, headers } = await handler.create();
      assert.deepEqual(body, { id: 5, token: 't', tags: ['a'] });
      assert.equal(headers.etag, undefined);
      assert.equal(headers['x-secret'], undefined);
    });

    test('values that the core refuses, where they harm no other subject', async () => {
      const text = ` \ud800${'x'.repeat(1022)}`;
      for (const body of [
        withSettings({ username: text, password: '' }),
        storeLevelBody({ 'oauth.api.key': text, 'oauth.api.secret': ' ' }),
        instanceBody({ name: text, tags: ['a', 'a'] }),
      ]) {
        handler.sandbox.onRequest = () =>
          respondWith(200, { id: 5, token: 't', tags: [subjectTag('ann')] });
        assert.equal((await handler.create(body)).status, 200);
      }
    });

    test('of duplicate members only the last', async () => {
      const text = JSON.stringify(instanceBody({ tags: ['a'] }));
      const before = '{"tags":["subject:bob"],"element":{"key":"shopify"},"name":5,';
      assert.equal((await handler.create(text.replace('{', before))).status, 200);
      const sent = handler.sandbox.requests[0]?.body ?? '';
      assert.deepEqual(JSON.parse(sent), instanceBody({ tags: [subjectTag('ann'), 'a'] }));
      assert.equal(sent.split('"tags"').length, 2);
      assert.doesNotMatch(sent, /bob|shopify/);
      const body = text.replace(/}$/, ',"tags":["subject:bob"]}');
      await handler.refused(400, 'POST', '/instances', { body });
    });
  });

  suite('refuses', () => {
    for (const [status, method, paths] of REFUSED) {
      test(`${method} with ${status} for ${paths.join(' ').slice(0, 60)}`, async () => {
        const request = method === 'GET' ? {} : { body: instanceBody() };
        for (const path of paths) await handler.refused(status, method, path, request);
      });
    }

    test('other methods with an Allow header, and allows no other origin', async () => {
      const allow = async (method: string, path: string) =>
        (await handler.send(method, path)).headers.allow;
      assert.equal(await allow('DELETE', '/instances'), 'GET, POST');
      assert.equal(await allow('POST', '/connections'), 'GET');
      assert.equal(await allow('DELETE', '/instances/5'), 'PUT');
      handler.options = { allowDisconnect: true };
      assert.equal(await allow('GET', '/instances/5'), 'PUT, DELETE');
      const options = await handler.send('OPTIONS', '/instances', {
        headers: { origin: 'https://other.example', 'access-control-request-method': 'POST' },
      });
      assert.equal(options.headers['access-control-allow-origin'], undefined);
    });

    test('content types other than application/json with 415', async () => {
      const body = instanceBody();
      for (const type of [
        ...[undefined, 'application/x-www-form-urlencoded', 'text/plain'],
        ...['application/json-patch+json', 'text/plain, application/json'],
      ]) {
        await handler.bothRefused(415, { body, headers: { 'content-type': type } });
      }
      for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
        const { status } = await handler.create(body, { headers: { 'content-type': type } });
        assert.equal(status, 200, type);
      }
    });

    test('bodies of more than 64 KiB with 413, counted in bytes', async () => {
      const longest = BODY.padEnd(64 * 1024);
      assert.equal((await handler.create(longest)).status, 200);
      await handler.bothRefused(413, { body: `${longest} ` });
      // Fewer characters, but more bytes.
      await handler.refused(413, 'POST', '/instances', { body: `"${'é'.repeat(33 * 1024)}"` });
      await handler.refused(413, 'POST', '/instances', {
        body: ' '.repeat(5 * 1024 * 1024),
        headers: { 'transfer-encoding': 'chunked' },
      });
    });

    for (const [what, body] of Object.entries(NO_INSTANCE)) {
      test(`${what} as a body with 400`, async () => {
        const message = await handler.bothRefused(400, { body });
        assert.doesNotMatch(message, /element|JSON at|Unexpected/, 'the body is not quoted');
      });
    }

    for (const [what, body] of Object.entries(REFUSED_INSTANCES)) {
      test(`an instance with ${what} with 400`, async () => {
        await handler.bothRefused(400, { body });
      });
    }

    test('tags that the service could change with a message about tags', async () => {
      const { body } = await handler.create(instanceBody({ tags: ['R&D'] }));
      assert.match(body.message ?? '', /A tag must not contain/);
    });
  });
});
