import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import {
  instanceBody,
  KEY,
  keyTag,
  PASSWORD,
  storeLevelBody,
  subjectTag,
  withSettings,
} from './instance-body.js';
import {
  MOUNT,
  makeHandler,
  pageRequest,
  respondWith,
  type ServedHandler,
  startHandler,
} from './served-handler.js';

/** The reserved tags of Ann's instance with the key. */
const RESERVED = [subjectTag('ann'), keyTag('ann', KEY)];

suite('The handler', { timeout: 600_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

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
      handler.sandbox.onRequest = () => respondWith(200, fields, sent);
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
        await handler.refused(
          status,
          method,
          path,
          method === 'GET' ? {} : { body: instanceBody() },
        );
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
        await handler.bothRefused(415, { body: instanceBody(), headers });
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
      await handler.bothRefused(413, { body: `${longest} ` });
      // Fewer characters, but more bytes.
      await handler.refused(413, 'POST', '/instances', { body: `"${'é'.repeat(33 * 1024)}"` });
      await handler.refused(413, 'POST', '/instances', {
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
        const message = await handler.bothRefused(400, { body });
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
        await handler.bothRefused(400, { body });
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
      await handler.refused(400, 'POST', '/instances', {
        body: text.replace(/}$/, ',"tags":["subject:bob"]}'),
      });
    });
  });
});
