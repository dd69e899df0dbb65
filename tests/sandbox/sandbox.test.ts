import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { suite, type TestContext, test } from 'node:test';
import template from '../../js/sandbox/instance-response.json' with { type: 'json' };
import {
  type Fault,
  type Instance,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../js/sandbox/sandbox.js';

const ORIGIN = 'https://shop.example';
const STORE_URL = 'https://store-wuxeae6.mybigcommerce.com/api/v2';
const MASK = '********';

const LEGACY = { username: 'merchant', password: 'api-token', 'store.url': STORE_URL };

const STORE_LEVEL = {
  'authentication.type': 'custom',
  'oauth.api.key': 'client-id',
  'oauth.api.secret': 'client-secret',
  'store.url': STORE_URL,
};

type Answer = { status: number; headers: Headers; text: string };

async function start(t: TestContext, options?: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox({ allowedOrigins: [ORIGIN], ...options });
  t.after(() => sandbox.close());
  return sandbox;
}

/** A valid body, with `configuration` and `rest` in place of its own. */
function settings(configuration: object = {}, rest: object = {}) {
  const element = { key: 'bigcommerce' };
  return { element, configuration: { ...LEGACY, ...configuration }, name: 'My shop', ...rest };
}

const as = (username: string) => settings({ username });

function authorizationFor({ userSecret, organizationSecret }: Sandbox): string {
  return `User ${userSecret}, Organization ${organizationSecret}`;
}

async function call(
  sandbox: Sandbox,
  method: string,
  path: string,
  { body, headers, signal }: { body?: unknown; headers?: object; signal?: AbortSignal } = {},
): Promise<Answer> {
  const response = await fetch(sandbox.url + path, {
    method,
    body: body === undefined || typeof body === 'string' ? (body ?? null) : JSON.stringify(body),
    headers: {
      authorization: authorizationFor(sandbox),
      'content-type': 'application/json',
      ...headers,
    },
    signal: signal ?? null,
    redirect: 'manual',
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const post = (sandbox: Sandbox, body: unknown = settings()) =>
  call(sandbox, 'POST', '/instances', { body });

async function instanceOf(answer: Promise<Answer>): Promise<Instance> {
  const { status, text } = await answer;
  assert.equal(status, 200, text);
  return JSON.parse(text);
}

const create = (sandbox: Sandbox, body?: unknown) => instanceOf(post(sandbox, body));

/** The ids that a lookup lists, or the status of its error. */
async function findIds(sandbox: Sandbox, query: string): Promise<number[] | number> {
  const { status, text } = await call(sandbox, 'GET', `/instances?${query}`);
  return status === 200 ? JSON.parse(text).map(({ id }: Instance) => id) : status;
}

/** Asserts that this is an error of the service. */
function assertError({ status, text }: Answer, expected: number, message: RegExp, what: string) {
  assert.equal(status, expected, what);
  const error = JSON.parse(text);
  assert.match(error.message, message, what);
  assert.match(error.requestId, /^[0-9a-f]{24}$/, what);
}

/** The status of a `GET` that `fetch` would not send as it is. */
async function getRaw({ url }: Sandbox, query: string, headers = {}): Promise<string> {
  const { port, pathname } = new URL(url);
  const path = `${pathname}/instances?${query}`;
  const [response] = await once(get({ port, host: '127.0.0.1', path, headers }), 'response');
  const { statusCode, headers: sent } = (response as IncomingMessage).resume();
  return `${statusCode} ${sent['content-type']}`;
}

/** Resolves when the next request arrives; `fault` happens to it. */
function nextRequest(sandbox: Sandbox, fault?: Fault): Promise<void> {
  return new Promise((resolve) => {
    sandbox.onRequest = () => {
      sandbox.onRequest = undefined;
      resolve();
      return fault;
    };
  });
}

suite('The sandbox', { timeout: 120_000 }, () => {
  test('creates an instance of the documented shape, filled in', async (t) => {
    const sandbox = await start(t);
    const configuration = {
      ...LEGACY,
      'event.notification.enabled': true,
      'event.poller.refresh_interval': '15',
    };
    const startedAt = Date.now();
    const instance = await create(sandbox, settings(configuration, { tags: ['Docs', 'b'] }));
    const { token, createdDate, ...rest } = instance;
    assert.deepEqual(Object.keys(instance).sort(), Object.keys(template).sort());
    const { token: _, createdDate: __, ...expected } = template;
    assert.deepEqual(rest, {
      ...expected,
      name: 'My shop',
      tags: ['Docs', 'b'],
      configuration: { ...configuration, password: MASK },
      eventsEnabled: true,
    });
    assert.match(token, /^[A-Za-z0-9+/]{40,}=*$/);
    const createdAt = Date.parse(createdDate);
    assert.ok(createdAt >= startedAt && createdAt <= Date.now(), createdDate);
    assert.deepEqual(sandbox.instances.get(12345), { ...instance, configuration });
    const next = await create(sandbox);
    assert.deepEqual([next.id, next.tags, next.eventsEnabled], [12346, [], false]);
    assert.notEqual(next.token, token);
  });

  test('strips HTML from name and tags, in a time in proportion to their length', async (t) => {
    const sandbox = await start(t);
    const open = '<'.repeat(500_000);
    const tags = ['a<br/>b', '<i>c', 'd', open];
    const created = await create(sandbox, settings({}, { name: '<b>x</b>', tags }));
    assert.deepEqual([created.name, created.tags], ['x', ['ab', 'c', 'd', open]]);
  });

  test('reads, updates and deletes an instance by its id', async (t) => {
    const sandbox = await start(t);
    const created = await create(sandbox, settings({}, { tags: ['a'] }));
    const path = `/instances/${created.id}`;
    assert.deepEqual(await instanceOf(call(sandbox, 'GET', path)), created);

    const body = settings({ username: 'other' }, { name: 'New name', tags: ['b'] });
    const updated = { ...created, name: 'New name', tags: ['b'] };
    const { configuration } = body;
    assert.deepEqual(await instanceOf(call(sandbox, 'PUT', path, { body })), {
      ...updated,
      configuration: { ...configuration, password: MASK },
    });
    assert.deepEqual([...sandbox.instances.values()], [{ ...updated, configuration }]);

    assert.equal((await call(sandbox, 'DELETE', path)).status, 200);
    assert.equal(sandbox.instances.size, 0);
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const init = method === 'PUT' ? { body } : {};
      assert.equal((await call(sandbox, method, path, init)).status, 404, method);
    }
  });

  test('lists the instances that have all tags of a lookup', async (t) => {
    const sandbox = await start(t);
    const { id: a } = await create(sandbox, settings({}, { tags: ['key:1', 'both'] }));
    const { id: b } = await create(sandbox, settings({}, { tags: ['key:2', 'both'] }));
    for (const [query, ids] of [
      ['tags%5B%5D=key:1', [a]],
      ['tags%5b%5d=key%3A2', [b]],
      ['tags%5B%5D=both', [a, b]],
      ['tags%5B%5D=both&tags%5B%5D=key:2', [b]],
      ['tags%5B%5D=key', 404],
      ['', [a, b]],
    ] as const) {
      assert.deepEqual(await findIds(sandbox, query), ids, query);
    }
    const { id: c } = await create(sandbox, as('ignores-filter'));
    assert.deepEqual(await findIds(sandbox, 'tags%5B%5D=key:1'), [a, c]);
    sandbox.ignoreTagFilter = true;
    assert.deepEqual(await findIds(sandbox, 'tags%5B%5D=key:1'), [a, b, c]);
  });

  test('refuses what must be percent-encoded in a URL, with HTML as Tomcat does', async (t) => {
    const sandbox = await start(t);
    for (const query of ['tags[]=a', 'a="b"', 'a=<b>', 'a={b}', 'a=b|c', 'a=\\', 'a=%zz']) {
      assert.equal(await getRaw(sandbox, query), '400 text/html;charset=utf-8', query);
    }
  });

  test('answers a lookup without a match 404 with an error in JSON, or an empty list', async (t) => {
    const sandbox = await start(t);
    const lookup = (path: string) => call(sandbox, 'GET', path);
    assertError(await lookup('/instances'), 404, /No element instances/, 'all');
    await create(sandbox);
    assertError(await lookup('/instances?tags%5B%5D=a'), 404, /No element instances/, 'a tag');
    const other = await start(t, { emptyLookup: 'empty-list' });
    for (const query of ['', 'tags%5B%5D=a']) assert.deepEqual(await findIds(other, query), []);
  });

  test('masks credentials in every response, unless it is to repeat them', async (t) => {
    const sandbox = await start(t);
    const body = settings({ 'event.notification.signature.key': 'signature-key' }, { tags: ['a'] });
    for (const [method, path, sent] of [
      ['POST', '/instances', body],
      ['PUT', '/instances/12345', body],
      ['PATCH', '/instances/12345', { name: 'b' }],
      ['GET', '/instances/12345'],
      ['GET', '/instances?tags%5B%5D=a'],
    ] as const) {
      const { text } = await call(sandbox, method, path, { body: sent });
      assert.match(text, /"password":"\*{8}"/, `${method} ${path}`);
      assert.match(text, /"event.notification.signature.key":"\*{8}"/, `${method} ${path}`);
      assert.doesNotMatch(text, /api-token|signature-key/, `${method} ${path}`);
    }
    assert.equal(sandbox.instances.get(12345)?.configuration.password, 'api-token');
    const other = await start(t, { credentials: 'echo' });
    assert.equal((await create(other)).configuration.password, 'api-token');
    const read = await instanceOf(call(other, 'GET', '/instances/12345'));
    assert.equal(read.configuration.password, MASK);
  });

  test('connects a store-level API account, with or without its secret', async (t) => {
    const sandbox = await start(t);
    const { 'oauth.api.secret': secret, ...withoutSecret } = STORE_LEVEL;
    const { id } = await create(sandbox);
    const withMask = { ...STORE_LEVEL, 'oauth.api.secret': MASK };
    for (const [method, path, configuration, answered] of [
      ['POST', '/instances', STORE_LEVEL, withMask],
      ['POST', '/instances', withoutSecret, withoutSecret],
      // Another kind of account than before.
      ['PUT', `/instances/${id}`, STORE_LEVEL, withMask],
    ] as const) {
      const body = { ...settings(), configuration };
      const instance = await instanceOf(call(sandbox, method, path, { body }));
      assert.deepEqual(instance.configuration, answered);
      assert.deepEqual(sandbox.instances.get(instance.id)?.configuration, configuration);
    }
  });

  test('refuses as the store what storeLevel does not accept', async (t) => {
    const { 'oauth.api.secret': token, ...without } = STORE_LEVEL;
    const clientSecret = { ...without, 'oauth.api.secret': '0f'.repeat(32) };
    const all = [LEGACY, STORE_LEVEL, clientSecret, without];
    for (const [storeLevel, ...accepted] of [
      ['access-token', LEGACY, STORE_LEVEL],
      ['client-secret', LEGACY, clientSecret],
      ['any', ...all],
    ] as const) {
      const sandbox = await start(t, { storeLevel });
      const { id } = await create(sandbox);
      for (const configuration of all) {
        for (const [method, path] of [
          ['POST', '/instances'],
          ['PUT', `/instances/${id}`],
        ] as const) {
          const body = { ...settings(), configuration };
          const { status, text } = await call(sandbox, method, path, { body });
          const isAccepted = (accepted as readonly object[]).includes(configuration);
          assert.equal(status, isAccepted ? 200 : 400, text);
          assert.equal(/"providerMessage":"Invalid/.test(text), !isAccepted);
        }
      }
    }
  });

  test('changes with a PUT or PATCH only what it names', async (t) => {
    const sandbox = await start(t);
    const { id, configuration } = await create(sandbox, settings({}, { tags: ['a'] }));
    for (const [method, body, name, tags] of [
      ['PUT', settings({}, { tags: undefined }), 'My shop', ['a']],
      ['PUT', settings({}, { tags: [] }), 'My shop', []],
      ['PUT', settings({}, { tags: ['<b>b'] }), 'My shop', ['b']],
      ['PATCH', { name: '<i>New' }, 'New', ['b']],
      ['PATCH', { tags: ['c'] }, 'New', ['c']],
    ] as const) {
      const instance = await instanceOf(call(sandbox, method, `/instances/${id}`, { body }));
      assert.deepEqual([instance.name, instance.tags], [name, tags]);
      assert.deepEqual(instance.configuration, configuration);
    }
  });

  test("gives the store's data for the token of an enabled instance and the user secret", async (t) => {
    const sandbox = await start(t);
    const { id, token } = await create(sandbox);
    const ask = (path: string, authorization = `User ${sandbox.userSecret}, Element ${token}`) =>
      call(sandbox, 'GET', `/hubs/ecommerce${path}`, { headers: { authorization } });
    assert.equal((await ask('/ping')).status, 200);
    for (const resource of ['orders', 'products', 'customers']) {
      const { status, text } = await ask(`/${resource}?pageSize=5`);
      assert.equal(status, 200);
      // As the settings of events have it: EEE, dd MMM yyyy HH:mm:ss Z
      const entry =
        /{"id":\d,"date_created":"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000","date_modified":"\w{3}, /;
      assert.match(text, entry, resource);
    }
    assert.equal((await ask('/carts')).status, 404);
    const headers = { authorization: `User ${sandbox.userSecret}, Element ${token}` };
    const remove = await call(sandbox, 'DELETE', '/hubs/ecommerce/orders', { headers });
    assert.deepEqual([remove.status, remove.headers.get('allow')], [405, 'GET']);
    const account = await call(sandbox, 'GET', `/instances/${id}`, { headers });
    assert.equal(account.status, 401, "the token does not reach the account's instances");

    const wrongSecret = `User ${sandbox.userSecret}x, Element ${token}`;
    const unknown = `User ${sandbox.userSecret}, Element unknown`;
    for (const authorization of [wrongSecret, unknown, authorizationFor(sandbox)]) {
      assertError(await ask('/ping', authorization), 401, /^Invalid/, authorization);
    }
    await call(sandbox, 'DELETE', `/instances/${id}/enabled`);
    assertError(await ask('/ping'), 403, /disabled/, 'disabled');
    assertError(await ask('/ping', wrongSecret), 401, /^Invalid/, 'disabled, wrong secret');
    await call(sandbox, 'PUT', `/instances/${id}/enabled`);
    assert.equal((await ask('/ping')).status, 200);
    await call(sandbox, 'DELETE', `/instances/${id}`);
    assertError(await ask('/ping'), 401, /^Invalid/, 'deleted');
  });

  test('has random secrets, or those of its options', async (t) => {
    const [first, second] = [await start(t), await start(t)];
    const random = [first, second].flatMap((s) => [s.userSecret, s.organizationSecret]);
    assert.equal(new Set(random).size, 4);
    for (const secret of random) assert.match(secret, /^[A-Za-z0-9+/]{43}=$/);
    const given = await start(t, { userSecret: 'user', organizationSecret: 'organization' });
    assert.equal(authorizationFor(given), 'User user, Organization organization');
    await create(given);
  });

  test('refuses an unusable request, with the reason in JSON', async (t) => {
    const sandbox = await start(t);
    const authorization = `${authorizationFor(sandbox)}x`;
    const created = (body: unknown, status: number, message: RegExp) =>
      ['POST', '/instances', { body }, status, message] as const;
    const configured = (configuration: object | undefined, message: RegExp) =>
      created({ ...settings(), configuration }, 400, message);
    for (const [method, path, init, status, message] of [
      ['POST', '/instances', { headers: { authorization: '' } }, 401, /secret/],
      ['POST', '/instances', { body: as('gateway'), headers: { authorization } }, 401, /secret/],
      ['GET', '/instances', { headers: { accept: 'text/html' } }, 406, /json/],
      ['GET', '/elements', {}, 404, /resource/],
      ['GET', '/instances/abc', {}, 404, /resource/],
      ['PATCH', '/instances', {}, 405, /Method/],
      ['POST', '/instances/1/enabled', {}, 405, /Method/],
      ['PUT', '/instances/1/enabled', {}, 404, /id 1$/],
      ['POST', '/instances', { headers: { 'content-type': 'text/plain' } }, 415, /Content-Type/],
      created('{', 400, /JSON/),
      created('null', 400, /element\.key$/),
      created(settings({}, { name: 'x'.repeat(2 ** 20) }), 413, /1 MiB/),
      created(settings({}, { element: { key: 'shopify' } }), 404, /element/),
      created(settings({}, { name: undefined }), 400, /name$/),
      created(settings({}, { name: 7 }), 400, /name$/),
      created(settings({}, { tags: 'Docs' }), 400, /tags/),
      created(settings({}, { tags: [1] }), 400, /tags/),
      configured(undefined, /username$/),
      configured({ ...LEGACY, username: '' }, /username$/),
      configured({ ...LEGACY, password: '' }, /password$/),
      configured({ ...LEGACY, 'store.url': '' }, /store\.url$/),
      configured({ ...LEGACY, 'store.url': 'https://x.example/v3' }, /API Path/),
      configured({ ...LEGACY, 'authentication.type': 'custom' }, /username/),
      configured({ ...LEGACY, 'oauth.api.key': 'client-id' }, /oauth\.api\.key/),
      configured({ ...LEGACY, 'oauth.api.secret': 'x' }, /oauth\.api\.secret/),
      configured({ ...STORE_LEVEL, password: 'api-token' }, /password/),
      configured({ ...STORE_LEVEL, 'authentication.type': undefined }, /oauth\.api\.key/),
      configured({ ...STORE_LEVEL, 'authentication.type': 'oauth2' }, /authentication\.type/),
      configured({ ...STORE_LEVEL, 'oauth.api.key': '' }, /oauth\.api\.key$/),
      configured({ ...STORE_LEVEL, 'oauth.api.secret': 7 }, /oauth\.api\.secret$/),
    ] as const) {
      const what = `${method} ${path} ${JSON.stringify(init).slice(0, 200)}`;
      assertError(await call(sandbox, method, path, init), status, message, what);
    }
    assert.equal(sandbox.instances.size, 0);
    for (const [path, allowed] of [
      ['/instances', 'GET, POST'],
      ['/instances/1', 'GET, PUT, PATCH, DELETE'],
      ['/instances/1/enabled', 'PUT, DELETE'],
    ] as const) {
      assert.equal((await call(sandbox, 'HEAD', path)).headers.get('allow'), allowed);
    }
  });

  test('answers only its own host names', async (t) => {
    const sandbox = await start(t);
    const { port } = new URL(sandbox.url);
    for (const [host, status] of [
      [`127.0.0.1:${port}`, 401],
      [`localhost:${port}`, 401],
      [`rebound.example:${port}`, 421],
      ['127.0.0.1', 421],
    ] as const) {
      assert.equal(await getRaw(sandbox, '', { host }), `${status} application/json`, host);
    }
    assert.equal(sandbox.requests.length, 2);
  });

  test('sends CORS headers only to pages of allowed origins', async (t) => {
    const sandbox = await start(t);
    await create(sandbox);
    const response = {
      'access-control-allow-origin': ORIGIN,
      'access-control-expose-headers': 'retry-after',
      vary: 'origin',
    };
    const preflight = {
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-max-age': '0',
    };
    for (const [method, origin, status, expected] of [
      ['GET', ORIGIN, 200, response],
      ['OPTIONS', ORIGIN, 204, { ...response, ...preflight }],
      ['GET', 'https://other.example', 200, {}],
      ['OPTIONS', 'https://other.example', 405, {}],
    ] as const) {
      const answer = await call(sandbox, method, '/instances', { headers: { origin } });
      const cors = [...answer.headers].filter(([name]) => /^(access-control-|vary)/.test(name));
      assert.deepEqual([answer.status, Object.fromEntries(cors)], [status, expected]);
      // No connection is used twice.
      assert.equal(answer.headers.get('connection'), 'close');
    }
  });

  test('records the last 1,000 requests in their order of arrival', async (t) => {
    const sandbox = await start(t);
    await call(sandbox, 'OPTIONS', '/instances', { headers: { origin: ORIGIN } });
    await post(sandbox);
    await call(sandbox, 'GET', '/instances?a=b', { headers: { 'x-trace': '1' } });
    const path = '/elements/api-v2/instances';
    assert.deepEqual(
      sandbox.requests.map(({ method, path, body }) => ({ method, path, body })),
      [
        { method: 'OPTIONS', path, body: '' },
        { method: 'POST', path, body: JSON.stringify(settings()) },
        { method: 'GET', path: `${path}?a=b`, body: '' },
      ],
    );
    assert.equal(sandbox.requests[2]?.headers['x-trace'], '1');
    for (let call = 0; call < 20; call++) {
      await Promise.all(Array.from({ length: 50 }, () => findIds(sandbox, '')));
    }
    assert.equal(sandbox.requests.length, 1000);
    assert.deepEqual([...new Set(sandbox.requests.map(({ method }) => method))], ['GET']);
  });

  /** Each with its status, and what its headers and body have. */
  const refusals: Record<string, [number, RegExp]> = {
    refused: [400, /"providerMessage":"Invalid API token"/],
    'store-401': [401, /"providerMessage":"Missing or invalid authentication"/],
    'echo-secrets': [
      400,
      /"message":"User .{44}, Organization .*(api-token|client-secret).*"providerMessage":"User /,
    ],
    forbidden: [403, /"providerMessage":"No access/],
    conflict: [409, /"message"/],
    'rate-limited': [429, /"retry-after":"2".*"message"/],
    'server-error': [500, /"message"/],
    unavailable: [503, /"retry-after":"[^"]+ GMT".*"message"/],
    gateway: [502, /"content-type":"text\/html[^}]*}<html>/],
    'web-page': [200, /"content-type":"text\/html[^}]*}<!doctype html>/],
    redirect: [302, /"location":"\/sign-in"/],
  };

  for (const [name, [status, expected]] of Object.entries(refusals)) {
    test(`answers the username and the client id ${name} ${status} each time`, async (t) => {
      const sandbox = await start(t);
      const configuration = { ...STORE_LEVEL, 'oauth.api.key': name };
      for (const body of [as(name), as(name), { ...settings(), configuration }]) {
        const { headers, text, ...answer } = await post(sandbox, body);
        assert.equal(answer.status, status);
        assert.match(JSON.stringify(Object.fromEntries(headers)) + text, expected);
      }
      assert.equal(sandbox.instances.size, 0);
    });
  }

  test('connects the username slow after 3 s, also in 11 calls at once without a warning', async (t) => {
    const sandbox = await start(t);
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on('warning', onWarning);
    t.after(() => process.off('warning', onWarning));
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 11 }, () => create(sandbox, as('slow'))));
    assert.ok(performance.now() - startedAt > 2900, 'answered too early');
    assert.deepEqual(warnings, []);
  });

  test('sends the username cut no response, and creates no instance', async (t) => {
    const sandbox = await start(t);
    for (const body of [as('cut'), as('cut')]) await assert.rejects(post(sandbox, body), TypeError);
    assert.equal(sandbox.instances.size, 0);
  });

  const lostAnswers: Record<string, (sandbox: Sandbox, body: object) => Promise<void>> = {
    lost: (sandbox, body) => assert.rejects(post(sandbox, body), TypeError),
    'lost-gateway': async (sandbox, body) => {
      const { status, text } = await post(sandbox, body);
      assert.equal(status, 502);
      assert.match(text, /^<html>/);
    },
    late: async (sandbox, body) => {
      const arrived = nextRequest(sandbox);
      const leave = new AbortController();
      const answer = call(sandbox, 'POST', '/instances', { body, signal: leave.signal });
      await arrived;
      // When a later request is answered, the first one would have been answered, too.
      await findIds(sandbox, '');
      leave.abort();
      await assert.rejects(answer, { name: 'AbortError' });
    },
    half: (sandbox, body) => assert.rejects(post(sandbox, body), { message: 'terminated' }),
  };

  for (const [username, lose] of Object.entries(lostAnswers)) {
    test(`connects the username ${username}, but loses its first response`, async (t) => {
      const sandbox = await start(t);
      const body = as(username);
      await lose(sandbox, body);
      assert.deepEqual([...sandbox.instances.keys()], [12345]);
      assert.equal((await create(sandbox, body)).id, 12346);
      await lose(sandbox, { ...body, name: 'Other values' });
      assert.deepEqual([...sandbox.instances.keys()], [12345, 12346, 12347]);
    });
  }

  test('calls onRequest before the test credentials, for every method but preflights', async (t) => {
    const sandbox = await start(t);
    const headers = { 'content-type': 'text/html', 'retry-after': '7' };
    const fault: Fault = { kind: 'respond', status: 503, headers, body: '<html>' };
    sandbox.onRequest = ({ method, body }) =>
      method !== 'POST' || body.includes('refused') ? fault : undefined;
    for (const answer of [
      await call(sandbox, 'GET', '/instances'),
      await post(sandbox, as('refused')),
    ]) {
      const retryAfter = answer.headers.get('retry-after');
      assert.deepEqual([answer.status, retryAfter, answer.text], [503, '7', '<html>']);
    }
    const preflight = { headers: { origin: ORIGIN } };
    assert.equal((await call(sandbox, 'OPTIONS', '/instances', preflight)).status, 204);
    await create(sandbox);
    sandbox.onRequest = () => assert.fail('broken test');
    assertError(await post(sandbox), 500, /broken test/, 'an onRequest that throws');
  });

  for (const [name, fault, username, created] of [
    ['held', { kind: 'hold' }, 'merchant', 0],
    ['done but held', { kind: 'hold-after' }, 'merchant', 1],
    ['slow', undefined, 'slow', 0],
  ] as const) {
    test(`close ends a ${name} request promptly and frees the port`, async (t) => {
      const sandbox = await start(t);
      const port = Number(new URL(sandbox.url).port);
      await assert.rejects(startSandbox({ port }), { code: 'EADDRINUSE' });
      const arrived = nextRequest(sandbox, fault);
      const answer = assert.rejects(post(sandbox, as(username)), TypeError);
      await arrived;
      await sandbox.close();
      // Rejects: close() does not wait for the slow response.
      await answer;
      assert.equal(sandbox.instances.size, created);
      assert.ok(!process.getActiveResourcesInfo().includes('Timeout'), 'a timer is left');
      // Closing twice, here at the end of the scope, is fine.
      await using successor = await startSandbox({ port });
      assert.equal(successor.url, sandbox.url);
      await successor.close();
    });
  }
});
