import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import template from '../../js/sandbox/instance-response.json' with { type: 'json' };
import {
  type Fault,
  type Instance,
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  TEST_CREDENTIALS,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';

const ORIGIN = 'https://shop.example';
const AUTHORIZATION = `User ${USER_SECRET}, Organization ${ORGANIZATION_SECRET}`;
const STORE_URL = 'https://store-wuxeae6.mybigcommerce.com/api/v2';

const limit = { timeout: 60_000 };

async function start(t: TestContext): Promise<Sandbox> {
  const sandbox = await startSandbox({ allowedOrigins: [ORIGIN] });
  t.after(() => sandbox.close());
  return sandbox;
}

function settings({ username = 'merchant', ...rest }: Record<string, unknown> = {}) {
  return {
    element: { key: 'bigcommerce' },
    configuration: { username, password: 'api-token', 'store.url': STORE_URL },
    name: 'API Instance',
    ...rest,
  };
}

/** The settings of a store-level API account. */
const STORE_LEVEL = {
  'authentication.type': 'custom',
  'oauth.api.key': 'client-id',
  'oauth.api.secret': 'client-secret',
  'store.url': STORE_URL,
};

function call(sandbox: Sandbox, method: string, path: string, init: RequestInit = {}) {
  const headers = { authorization: AUTHORIZATION, 'content-type': 'application/json' };
  return fetch(sandbox.url + path, {
    method,
    ...init,
    headers: { ...headers, ...(init.headers as Record<string, string>) },
  });
}

function post(sandbox: Sandbox, body: unknown = settings()) {
  return call(sandbox, 'POST', '/instances', { body: JSON.stringify(body) });
}

async function create(sandbox: Sandbox, body?: unknown): Promise<Instance> {
  const response = await post(sandbox, body);
  assert.equal(response.status, 200);
  return (await response.json()) as Instance;
}

/** The ids that a lookup lists, or the status of its error. */
async function findIds(sandbox: Sandbox, query: string): Promise<number[] | number> {
  const response = await call(sandbox, 'GET', `/instances?${query}`);
  return response.ok
    ? ((await response.json()) as Instance[]).map(({ id }) => id)
    : response.status;
}

/** The settings as in responses. */
function masked(configuration: Record<string, unknown>): Record<string, unknown> {
  return { ...configuration, password: '********' };
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

test('a created instance has the documented shape, filled in', limit, async (t) => {
  const sandbox = await start(t);
  const configuration = {
    ...settings().configuration,
    'event.notification.enabled': true,
    'event.poller.refresh_interval': '15',
  };
  const startedAt = Date.now();
  const instance = await create(sandbox, settings({ tags: ['Docs', 'b'], configuration }));
  const { token, createdDate, ...rest } = instance;
  assert.deepEqual(Object.keys(instance).sort(), Object.keys(template).sort());
  const { token: _, createdDate: __, ...expected } = template;
  assert.deepEqual(rest, {
    ...expected,
    tags: ['Docs', 'b'],
    configuration: masked(configuration),
    eventsEnabled: true,
  });
  assert.match(token, /^[A-Za-z0-9+/]{40,}=*$/);
  const createdAt = Date.parse(createdDate);
  assert.ok(createdAt >= startedAt && createdAt <= Date.now(), createdDate);
  assert.deepEqual(sandbox.instances.get(12345), { ...instance, configuration });
});

test('each POST creates a new instance, also with equal values', limit, async (t) => {
  const sandbox = await start(t);
  const [first, second] = [await create(sandbox), await create(sandbox)];
  assert.deepEqual([first.id, second.id], [12345, 12346]);
  assert.notEqual(first.token, second.token);
  assert.deepEqual(first.tags, []);
  assert.equal(first.eventsEnabled, false);
});

test('HTML is stripped from name and tags', limit, async (t) => {
  const sandbox = await start(t);
  const { name, tags } = await create(
    sandbox,
    settings({ name: '<b>x</b>', tags: ['a<br/>b', '<i>c', 'd'] }),
  );
  assert.deepEqual({ name, tags }, { name: 'x', tags: ['ab', 'c', 'd'] });
});

test('an instance can be read, updated and deleted by its id', limit, async (t) => {
  const sandbox = await start(t);
  const created = await create(sandbox, settings({ tags: ['a'] }));
  const path = `/instances/${created.id}`;
  const read = await call(sandbox, 'GET', path);
  assert.deepEqual(await read.json(), created);

  const body = settings({ name: 'New name', tags: ['b'], username: 'other' });
  const update = await call(sandbox, 'PUT', path, { body: JSON.stringify(body) });
  const { configuration } = body;
  const updated = { ...created, name: 'New name', tags: ['b'], configuration };
  assert.deepEqual(await update.json(), { ...updated, configuration: masked(configuration) });
  assert.deepEqual([...sandbox.instances.values()], [updated]);

  assert.equal((await call(sandbox, 'DELETE', path)).status, 200);
  assert.equal(sandbox.instances.size, 0);
  for (const [method, init] of [
    ['GET', {}],
    ['PUT', { body: JSON.stringify(body) }],
    ['DELETE', {}],
  ] as const) {
    assert.equal((await call(sandbox, method, path, init)).status, 404, method);
  }
});

test('a lookup lists the instances that have all given tags', limit, async (t) => {
  const sandbox = await start(t);
  const a = await create(sandbox, settings({ tags: ['key:1', 'both'] }));
  const b = await create(sandbox, settings({ tags: ['key:2', 'both'] }));
  for (const [query, ids] of [
    ['tags[]=key:1', [a.id]],
    ['tags%5B%5D=key%3A2', [b.id]],
    ['tags[]=both', [a.id, b.id]],
    ['tags[]=both&tags[]=key:2', [b.id]],
    ['tags[]=key', 404],
    ['', [a.id, b.id]],
  ] as const) {
    assert.deepEqual(await findIds(sandbox, query), ids, query);
  }
  sandbox.ignoreTagFilter = true;
  assert.deepEqual(await findIds(sandbox, 'tags[]=key:1'), [a.id, b.id]);
});

test('a lookup without a match is answered 404 with an error in JSON', limit, async (t) => {
  const sandbox = await start(t);
  const assertNone = async (path: string) => {
    const response = await call(sandbox, 'GET', path);
    assert.equal(response.status, 404, path);
    const { message, requestId } = (await response.json()) as Record<string, string>;
    assert.match(message ?? '', /No element instances/);
    assert.match(requestId ?? '', /^[0-9a-f]{24}$/);
  };
  await assertNone('/instances');
  await assertNone('/instances?tags[]=a');
  await create(sandbox);
  await assertNone('/instances?tags[]=a');
});

test("with emptyLookup 'empty-list' a lookup without a match is answered []", limit, async (t) => {
  const sandbox = await startSandbox({ emptyLookup: 'empty-list' });
  t.after(() => sandbox.close());
  for (const query of ['', 'tags[]=a']) assert.deepEqual(await findIds(sandbox, query), []);
});

test('credentials are masked in every response', limit, async (t) => {
  const sandbox = await start(t);
  const configuration = {
    ...settings().configuration,
    'event.notification.signature.key': 'signature-key',
  };
  const body = JSON.stringify(settings({ configuration, tags: ['a'] }));
  await call(sandbox, 'POST', '/instances', { body });
  for (const [method, path, sent] of [
    ['POST', '/instances', body],
    ['PUT', '/instances/12345', body],
    ['PATCH', '/instances/12345', '{"name":"b"}'],
    ['GET', '/instances/12345'],
    ['GET', '/instances?tags[]=a'],
  ] as const) {
    const response = await (await call(sandbox, method, path, sent ? { body: sent } : {})).text();
    assert.match(response, /"password":"\*{8}"/, `${method} ${path}`);
    assert.match(response, /"event.notification.signature.key":"\*{8}"/, `${method} ${path}`);
    assert.doesNotMatch(response, /api-token|signature-key/, `${method} ${path}`);
  }
  assert.equal(sandbox.instances.get(12345)?.configuration.password, 'api-token');
});

test(
  "with credentials 'echo' the responses to POST repeat them, those to GET do not",
  limit,
  async (t) => {
    const sandbox = await startSandbox({ credentials: 'echo' });
    t.after(() => sandbox.close());
    const { id, configuration } = await create(sandbox);
    assert.equal(configuration.password, 'api-token');
    const read = (await (await call(sandbox, 'GET', `/instances/${id}`)).json()) as Instance;
    assert.equal(read.configuration.password, '********');
  },
);

test('a store-level API account connects, with or without its secret', limit, async (t) => {
  const sandbox = await start(t);
  const { 'oauth.api.secret': secret, ...withoutSecret } = STORE_LEVEL;
  const masked = { ...STORE_LEVEL, 'oauth.api.secret': '********' };
  const path = '/instances/12345';
  for (const [method, path, sent, answered] of [
    ['POST', '/instances', STORE_LEVEL, masked],
    ['POST', '/instances', withoutSecret, withoutSecret],
    ['PUT', '/instances/12346', STORE_LEVEL, masked],
  ] as const) {
    const body = JSON.stringify(settings({ configuration: sent }));
    const instance = (await (await call(sandbox, method, path, { body })).json()) as Instance;
    assert.deepEqual(instance.configuration, answered);
    assert.deepEqual(sandbox.instances.get(instance.id)?.configuration, sent);
  }
  const read = (await (await call(sandbox, 'GET', path)).json()) as Instance;
  assert.deepEqual(read.configuration, masked);
});

test('an instance changes from one kind of account to the other by a PUT', limit, async (t) => {
  const sandbox = await start(t);
  const { id } = await create(sandbox);
  const body = JSON.stringify(settings({ configuration: STORE_LEVEL }));
  assert.equal((await call(sandbox, 'PUT', `/instances/${id}`, { body })).status, 200);
  assert.deepEqual(sandbox.instances.get(id)?.configuration, STORE_LEVEL);
});

test('a PUT without tags keeps them, and an empty list clears them', limit, async (t) => {
  const sandbox = await start(t);
  const { id } = await create(sandbox, settings({ tags: ['a'] }));
  for (const [tags, expected] of [
    [undefined, ['a']],
    [[], []],
    [['<b>b'], ['b']],
  ]) {
    const body = JSON.stringify(settings({ tags }));
    const response = await call(sandbox, 'PUT', `/instances/${id}`, { body });
    assert.deepEqual(((await response.json()) as Instance).tags, expected);
  }
});

test('a PATCH changes only the name or the tags', limit, async (t) => {
  const sandbox = await start(t);
  const { id, configuration } = await create(sandbox, settings({ tags: ['a'] }));
  for (const [part, name, tags] of [
    [{ name: '<i>New' }, 'New', ['a']],
    [{ tags: ['b'] }, 'New', ['b']],
  ] as const) {
    const body = JSON.stringify(part);
    const patched = await call(sandbox, 'PATCH', `/instances/${id}`, { body });
    const instance = (await patched.json()) as Instance;
    assert.deepEqual([instance.name, instance.tags], [name, tags]);
    assert.deepEqual(instance.configuration, configuration);
  }
});

test('an instance can be disabled and enabled', limit, async (t) => {
  const sandbox = await start(t);
  const { id } = await create(sandbox);
  for (const [method, disabled] of [
    ['DELETE', true],
    ['PUT', false],
  ] as const) {
    const response = await call(sandbox, method, `/instances/${id}/enabled`);
    assert.equal(response.status, 200);
    assert.equal(sandbox.instances.get(id)?.disabled, disabled);
  }
  assert.equal((await call(sandbox, 'PUT', '/instances/1/enabled')).status, 404);
});

/** A call to the connected store. */
function callStore(sandbox: Sandbox, path: string, token: string, userSecret = USER_SECRET) {
  const headers = { authorization: `User ${userSecret}, Element ${token}` };
  return call(sandbox, 'GET', `/hubs/ecommerce${path}`, { headers });
}

test("a token and the user secret reach the store's data", limit, async (t) => {
  const sandbox = await start(t);
  const { token } = await create(sandbox);
  assert.equal((await callStore(sandbox, '/ping', token)).status, 200);
  for (const resource of ['orders', 'products', 'customers']) {
    const response = await callStore(sandbox, `/${resource}?pageSize=5`, token);
    assert.equal(response.status, 200);
    const entries = (await response.json()) as Record<string, string | number>[];
    assert.ok(entries.length > 0, resource);
    for (const entry of entries) {
      assert.deepEqual(Object.keys(entry), ['id', 'date_created', 'date_modified']);
      assert.equal(typeof entry.id, 'number');
      // As the settings of events have it: EEE, dd MMM yyyy HH:mm:ss Z
      const date = /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/;
      assert.match(String(entry.date_created), date);
      assert.match(String(entry.date_modified), date);
    }
  }
});

test('a call to the store needs the token of an instance and the user secret', limit, async (t) => {
  const sandbox = await start(t);
  const { id, token } = await create(sandbox);
  const status = async (...access: [token: string, userSecret?: string]) => {
    const response = await callStore(sandbox, '/ping', ...access);
    const { message, requestId } = (await response.json()) as Record<string, string>;
    if (!response.ok) assert.match(`${message} ${requestId}`, /^\w.* [0-9a-f]{24}$/);
    return response.status;
  };
  assert.equal(await status('unknown'), 401);
  assert.equal(await status(token, `${USER_SECRET}x`), 401);
  const withoutToken = await call(sandbox, 'GET', '/hubs/ecommerce/ping');
  assert.equal(withoutToken.status, 401);

  await call(sandbox, 'DELETE', `/instances/${id}/enabled`);
  assert.equal(await status(token), 403);
  assert.equal(await status(token, `${USER_SECRET}x`), 401);
  await call(sandbox, 'PUT', `/instances/${id}/enabled`);
  assert.equal(await status(token), 200);
  await call(sandbox, 'DELETE', `/instances/${id}`);
  assert.equal(await status(token), 401);
});

test("a token does not reach the account's instances", limit, async (t) => {
  const sandbox = await start(t);
  const { id, token } = await create(sandbox);
  const headers = { authorization: `User ${USER_SECRET}, Element ${token}` };
  const response = await call(sandbox, 'GET', `/instances/${id}`, { headers });
  assert.equal(response.status, 401);
});

test(
  'an unknown resource of the store is answered 404, another method than GET 405',
  limit,
  async (t) => {
    const sandbox = await start(t);
    const { token } = await create(sandbox);
    assert.equal((await callStore(sandbox, '/carts', token)).status, 404);
    const headers = { authorization: `User ${USER_SECRET}, Element ${token}` };
    const response = await call(sandbox, 'DELETE', '/hubs/ecommerce/orders', { headers });
    assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET']);
  },
);

test('a sandbox has the secrets that it accepts', limit, async (t) => {
  const { userSecret, organizationSecret } = await start(t);
  assert.deepEqual([userSecret, organizationSecret], [USER_SECRET, ORGANIZATION_SECRET]);
});

test(
  'with lookupLag a lookup finds an instance only that long after its creation',
  limit,
  async (t) => {
    const sandbox = await start(t);
    sandbox.lookupLag = 60_000;
    const { id } = await create(sandbox, settings({ tags: ['a'] }));
    assert.equal(await findIds(sandbox, 'tags[]=a'), 404);
    const instance = sandbox.instances.get(id) as Instance;
    instance.createdDate = new Date(Date.now() - 60_000).toISOString();
    assert.deepEqual(await findIds(sandbox, 'tags[]=a'), [id]);
  },
);

test('an unusable request is refused, with the reason in JSON', limit, async (t) => {
  const sandbox = await start(t);
  const json = (rest: Record<string, unknown>) => JSON.stringify(settings(rest));
  const without = (parameter: string) => ({
    configuration: { ...settings().configuration, [parameter]: '' },
  });
  const v3 = { ...settings().configuration, 'store.url': 'https://x.example/v3' };
  const cases: [method: string, path: string, init: RequestInit, status: number, RegExp][] = [
    ['POST', '/instances', { headers: { authorization: '' } }, 401, /secret/],
    ['GET', '/instances', { headers: { authorization: `${AUTHORIZATION}x` } }, 401, /secret/],
    ['GET', '/instances', { headers: { accept: 'text/html' } }, 406, /json/],
    ['GET', '/elements', {}, 404, /resource/],
    ['GET', '/instances/abc', {}, 404, /resource/],
    ['PATCH', '/instances', {}, 405, /Method/],
    ['POST', '/instances/1/enabled', {}, 405, /Method/],
    ['POST', '/instances', { headers: { 'content-type': 'text/plain' } }, 415, /Content-Type/],
    ['POST', '/instances', { body: '{' }, 400, /JSON/],
    ['POST', '/instances', { body: 'null' }, 400, /element\.key$/],
    ['POST', '/instances', { body: json({ element: { key: 'shopify' } }) }, 404, /element/],
    ['POST', '/instances', { body: json({ name: undefined }) }, 400, /name$/],
    ['POST', '/instances', { body: json({ name: 7 }) }, 400, /name$/],
    ['POST', '/instances', { body: json({ configuration: undefined }) }, 400, /username$/],
    ['POST', '/instances', { body: json(without('username')) }, 400, /username$/],
    ['POST', '/instances', { body: json(without('password')) }, 400, /password$/],
    ['POST', '/instances', { body: json(without('store.url')) }, 400, /store\.url$/],
    ['POST', '/instances', { body: json({ configuration: v3 }) }, 400, /API Path/],
    ...(
      [
        [{ ...STORE_LEVEL, username: 'merchant', password: 'api-token' }, /username/],
        [{ ...STORE_LEVEL, password: 'api-token' }, /password/],
        [{ ...settings().configuration, 'authentication.type': 'custom' }, /username/],
        [{ ...settings().configuration, 'oauth.api.key': 'client-id' }, /oauth\.api\.key/],
        [{ ...settings().configuration, 'oauth.api.secret': 'x' }, /oauth\.api\.secret/],
        [{ ...STORE_LEVEL, 'authentication.type': undefined }, /oauth\.api\.key/],
        [{ ...STORE_LEVEL, 'authentication.type': 'oauth2' }, /authentication\.type/],
        [{ ...STORE_LEVEL, 'oauth.api.key': '' }, /oauth\.api\.key$/],
        [{ ...STORE_LEVEL, 'oauth.api.secret': 7 }, /oauth\.api\.secret$/],
        [{ ...STORE_LEVEL, 'store.url': undefined }, /store\.url$/],
        [{ ...STORE_LEVEL, 'store.url': 'https://x.example/v3' }, /API Path/],
      ] as const
    ).map(([configuration, message]): (typeof cases)[number] => {
      return ['POST', '/instances', { body: json({ configuration }) }, 400, message];
    }),
    ['POST', '/instances', { body: json({ tags: 'Docs' }) }, 400, /tags/],
    ['POST', '/instances', { body: json({ tags: [1] }) }, 400, /tags/],
  ];
  for (const [method, path, init, status, message] of cases) {
    const response = await call(sandbox, method, path, init);
    const error = (await response.json()) as { message: string; requestId: string };
    assert.equal(response.status, status, `${method} ${path} ${init.body}`);
    assert.match(error.message, message);
    assert.match(error.requestId, /^[0-9a-f]{24}$/);
  }
  assert.equal(sandbox.instances.size, 0);
});

test('a wrong method is answered with those that are allowed', limit, async (t) => {
  const sandbox = await start(t);
  const allow = async (path: string) =>
    (await call(sandbox, 'HEAD', path)).headers.get('allow')?.split(', ').sort();
  assert.deepEqual(await allow('/instances'), ['GET', 'POST']);
  assert.deepEqual(await allow('/instances/1'), ['DELETE', 'GET', 'PATCH', 'PUT']);
  assert.deepEqual(await allow('/instances/1/enabled'), ['DELETE', 'PUT']);
});

test('only pages of allowed origins get CORS headers', limit, async (t) => {
  const sandbox = await start(t);
  const corsHeaders = async (method: string, origin: string) => {
    const { status, headers } = await call(sandbox, method, '/instances', { headers: { origin } });
    const cors = [...headers].filter(([name]) => /^(access-control-|vary)/.test(name));
    return [status, Object.fromEntries(cors)];
  };
  const response = {
    'access-control-allow-origin': ORIGIN,
    'access-control-expose-headers': 'retry-after',
    vary: 'origin',
  };
  await create(sandbox);
  assert.deepEqual(await corsHeaders('GET', ORIGIN), [200, response]);
  assert.deepEqual(await corsHeaders('OPTIONS', ORIGIN), [
    204,
    {
      ...response,
      'access-control-allow-headers': 'authorization, content-type',
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-max-age': '0',
    },
  ]);
  assert.deepEqual(await corsHeaders('GET', 'https://other.example'), [200, {}]);
  assert.deepEqual(await corsHeaders('OPTIONS', 'https://other.example'), [405, {}]);
});

test('no connection is used twice', limit, async (t) => {
  const sandbox = await start(t);
  const responses = [
    await post(sandbox),
    await call(sandbox, 'OPTIONS', '/instances', { headers: { origin: ORIGIN } }),
    await post(sandbox, settings({ username: 'gateway' })),
  ];
  assert.deepEqual(
    responses.map(({ headers }) => headers.get('connection')),
    ['close', 'close', 'close'],
  );
});

test('requests are recorded in their order of arrival', limit, async (t) => {
  const sandbox = await start(t);
  await call(sandbox, 'OPTIONS', '/instances', { headers: { origin: ORIGIN } });
  await post(sandbox);
  await call(sandbox, 'GET', '/instances?tags[]=a', { headers: { 'x-trace': '1' } });
  const path = '/elements/api-v2/instances';
  assert.deepEqual(
    sandbox.requests.map(({ method, path, body }) => ({ method, path, body })),
    [
      { method: 'OPTIONS', path, body: '' },
      { method: 'POST', path, body: JSON.stringify(settings()) },
      { method: 'GET', path: `${path}?tags[]=a`, body: '' },
    ],
  );
  assert.equal(sandbox.requests[2]?.headers['x-trace'], '1');
});

const refusals: Record<string, { status: number; provider?: RegExp; retryAfter?: RegExp }> = {
  refused: { status: 400, provider: /Invalid API token/ },
  forbidden: { status: 403, provider: /No access/ },
  conflict: { status: 409 },
  'rate-limited': { status: 429, retryAfter: /^2$/ },
  'server-error': { status: 500 },
  unavailable: { status: 503, retryAfter: / GMT$/ },
};

for (const [username, { status, provider = /^$/, retryAfter = /^$/ }] of Object.entries(refusals)) {
  test(`the username ${username} is answered ${status} each time`, limit, async (t) => {
    const sandbox = await start(t);
    for (let attempt = 0; attempt < 2; attempt++) {
      const response = await post(sandbox, settings({ username }));
      const error = (await response.json()) as { message: string; providerMessage?: string };
      assert.equal(response.status, status);
      assert.match(error.providerMessage ?? '', provider);
      assert.match(response.headers.get('retry-after') ?? '', retryAfter);
    }
    assert.equal(sandbox.instances.size, 0);
  });
}

test('the username gateway is answered 502 with HTML', limit, async (t) => {
  const sandbox = await start(t);
  const response = await post(sandbox, settings({ username: 'gateway' }));
  assert.equal(response.status, 502);
  assert.equal(response.headers.get('content-type'), 'text/html');
  assert.match(await response.text(), /^<html>/);
  assert.equal(sandbox.instances.size, 0);
});

test('the username slow connects after 3 s', limit, async (t) => {
  const sandbox = await start(t);
  const startedAt = performance.now();
  await create(sandbox, settings({ username: 'slow' }));
  assert.ok(performance.now() - startedAt > 2900, 'answered too early');
});

test('the username cut gets no response and no instance', limit, async (t) => {
  const sandbox = await start(t);
  await assert.rejects(post(sandbox, settings({ username: 'cut' })), TypeError);
  await assert.rejects(post(sandbox, settings({ username: 'cut' })), TypeError);
  assert.equal(sandbox.instances.size, 0);
});

const lostAnswers: Record<string, (sandbox: Sandbox, body: unknown) => Promise<void>> = {
  lost: (sandbox, body) => assert.rejects(post(sandbox, body), TypeError),
  'lost-gateway': async (sandbox, body) => {
    const response = await post(sandbox, body);
    assert.equal(response.status, 502);
    assert.match(await response.text(), /^<html>/);
  },
  late: async (sandbox, body) => {
    const arrived = nextRequest(sandbox);
    const leave = new AbortController();
    const response = call(sandbox, 'POST', '/instances', {
      body: JSON.stringify(body),
      signal: leave.signal,
    });
    await arrived;
    // When a later request is answered, the first one would have been answered, too.
    await findIds(sandbox, '');
    leave.abort();
    await assert.rejects(response, { name: 'AbortError' });
  },
  half: async (sandbox, body) => {
    const response = await post(sandbox, body);
    assert.equal(response.status, 200);
    const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const { value } = await reader.read();
    const instance = [...sandbox.instances.values()].at(-1) ?? assert.fail('an instance');
    const configuration = masked(instance.configuration);
    const { length } = JSON.stringify({ ...instance, configuration });
    assert.equal(value?.length, Math.floor(length / 2));
    await assert.rejects(reader.read(), TypeError);
  },
};

for (const [username, lose] of Object.entries(lostAnswers)) {
  test(`the username ${username} connects, but loses its first response`, limit, async (t) => {
    const sandbox = await start(t);
    const body = settings({ username });
    await lose(sandbox, body);
    assert.deepEqual([...sandbox.instances.keys()], [12345]);
    assert.equal((await create(sandbox, body)).id, 12346);
    await lose(sandbox, { ...body, name: 'Other values' });
    assert.deepEqual([...sandbox.instances.keys()], [12345, 12346, 12347]);
  });
}

test('a client id has the same outcome as the same username', limit, async (t) => {
  const sandbox = await start(t);
  const withClientId = (name: string) =>
    settings({ configuration: { ...STORE_LEVEL, 'oauth.api.key': name } });
  for (const [name, { status }] of Object.entries(refusals)) {
    assert.equal((await post(sandbox, withClientId(name))).status, status, name);
  }
  assert.equal(sandbox.instances.size, 0);
  await lostAnswers.lost?.(sandbox, withClientId('lost'));
  assert.equal(sandbox.instances.size, 1);
});

test('the exported table describes each test credential', limit, () => {
  const others = ['gateway', 'slow', 'cut'];
  const known = [...Object.keys(refusals), ...others, ...Object.keys(lostAnswers)];
  assert.deepEqual(Object.keys(TEST_CREDENTIALS).sort(), known.sort());
  for (const description of Object.values(TEST_CREDENTIALS)) assert.match(description, /^\S.*\S$/);
});

test(
  'a test credential in a request that the service refuses changes nothing',
  limit,
  async (t) => {
    const sandbox = await start(t);
    const body = JSON.stringify(settings({ username: 'gateway' }));
    const headers = { authorization: 'User x, Organization y' };
    const response = await call(sandbox, 'POST', '/instances', { body, headers });
    assert.equal(response.status, 401);
  },
);

test('onRequest comes before the test credentials, for every method', limit, async (t) => {
  const sandbox = await start(t);
  const headers = { 'content-type': 'text/html', 'retry-after': '7' };
  sandbox.onRequest = ({ method, body }) =>
    method === 'GET' || body.includes('refused')
      ? { kind: 'respond', status: 503, headers, body: '<html>' }
      : undefined;
  for (const response of [
    await call(sandbox, 'GET', '/instances?tags[]=a'),
    await post(sandbox, settings({ username: 'refused' })),
  ]) {
    assert.equal(response.status, 503);
    assert.equal(response.headers.get('retry-after'), '7');
    assert.equal(await response.text(), '<html>');
  }
  await create(sandbox);
});

test('onRequest is not called for preflights', limit, async (t) => {
  const sandbox = await start(t);
  sandbox.onRequest = () => ({ kind: 'drop' });
  const headers = { origin: ORIGIN };
  assert.equal((await call(sandbox, 'OPTIONS', '/instances', { headers })).status, 204);
});

test('an onRequest that throws is answered 500 with its message', limit, async (t) => {
  const sandbox = await start(t);
  sandbox.onRequest = () => {
    throw new Error('broken test');
  };
  const response = await post(sandbox);
  assert.equal(response.status, 500);
  assert.match(await response.text(), /broken test/);
});

const unanswered: [name: string, fault: Fault | undefined, username: string, created: number][] = [
  ['held', { kind: 'hold' }, 'merchant', 0],
  ['done but held', { kind: 'hold-after' }, 'merchant', 1],
  ['slow', undefined, 'slow', 0],
];

for (const [name, fault, username, created] of unanswered) {
  test(`close ends a ${name} request promptly and frees the port`, limit, async (t) => {
    const sandbox = await start(t);
    const arrived = nextRequest(sandbox, fault);
    const response = assert.rejects(post(sandbox, settings({ username })), TypeError);
    await arrived;
    await sandbox.close();
    // Rejects: close() does not wait for the slow response.
    await response;
    assert.equal(sandbox.instances.size, created);
    assert.ok(!process.getActiveResourcesInfo().includes('Timeout'), 'a timer is left');
    const successor = await startSandbox({ port: Number(new URL(sandbox.url).port) });
    assert.equal(successor.url, sandbox.url);
    await successor.close();
  });
}

test('a sandbox closes at the end of its scope, and closing twice is fine', limit, async () => {
  let port: number;
  {
    await using sandbox = await startSandbox();
    port = Number(new URL(sandbox.url).port);
    await sandbox.close();
  }
  await using _successor = await startSandbox({ port });
});

test('a port in use rejects', limit, async (t) => {
  const sandbox = await start(t);
  const port = Number(new URL(sandbox.url).port);
  await assert.rejects(startSandbox({ port }), { code: 'EADDRINUSE' });
});
