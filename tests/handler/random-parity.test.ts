// The core and the handler agree: on request bodies, and on redaction.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { authenticateBigCommerce, BigCommerceAuthError } from 'authenticate-bigcommerce';
import fc from 'fast-check';
import { redact } from '../../js/handler/redact.js';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { runs } from '../random.js';
import {
  EVENTS,
  instanceBody,
  keyTag,
  MOUNT,
  makeHandler,
  PASSWORD,
  serveAsSameOrigin,
  storeLevelBody,
  subjectTag,
} from './served-handler.js';
import { readTable, whole } from './tables.js';

const KEY_TAG = 'idempotency-key:';

/** The id of the instance that is updated. */
const ID = 7;

/** Values of a table, mostly those that the core accepts. */
function ofTable(name: string): fc.Arbitrary<string> {
  const rows = readTable(name).map(({ given, core }) => ({
    given: whole(given),
    isUsable: core !== null,
  }));
  return fc.oneof(
    {
      weight: 20,
      arbitrary: fc.constantFrom(...rows.filter((row) => row.isUsable).map(({ given }) => given)),
    },
    fc.constantFrom(...rows.map(({ given }) => given)),
  );
}

/** Texts with special characters or special meanings. */
const ODD_TEXTS = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', 'length', '0', '-1', ''],
  ...['\ufffd', 'a\ufffdb', '\ud800', 'a\udfff', '\u2028', '\0', '\u007f', '"\\/', 'e\u0301', '😀'],
];

const odd = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 9 }));

const anyText = fc.oneof(
  { weight: 4, arbitrary: ofTable('text') },
  { weight: 2, arbitrary: fc.string({ minLength: 1 }).map((text) => `a${text}a`) },
  odd,
);

const notEmpty = fc.oneof(
  { weight: 9, arbitrary: fc.string({ minLength: 1, maxLength: 9 }) },
  odd.filter((text) => !/^$|\p{Cs}/u.test(text)),
);

const resource = fc.record(
  {
    url: notEmpty,
    idField: notEmpty,
    datesConfiguration: fc.record(
      {
        updatedDateField: notEmpty,
        updatedDateFormat: notEmpty,
        updatedDateTimezone: notEmpty,
        createdDateField: notEmpty,
        createdDateFormat: notEmpty,
        createdDateTimezone: notEmpty,
      },
      {
        requiredKeys: [
          ...(['updatedDateField', 'updatedDateFormat'] as const),
          ...(['createdDateField', 'createdDateFormat'] as const),
        ],
      },
    ),
  },
  { requiredKeys: ['url', 'idField', 'datesConfiguration'] },
);

const resources = fc
  .array(fc.tuple(fc.oneof(fc.string(), odd), resource), { maxLength: 3 })
  // Unlike a literal, this makes an own property even of __proto__.
  .map((entries) => Object.fromEntries(entries));

const events = fc.record(
  {
    callbackUrl: ofTable('callback-url'),
    refreshInterval: fc.oneof(fc.integer({ min: 1, max: 1440 }), fc.constantFrom(0, 1.5, 1441)),
    signatureKey: ofTable('signature-key'),
    resources: fc.oneof(
      resources,
      fc.subarray(['orders', 'products', 'customers', 'orders']),
      fc.constant(['other']),
    ),
  },
  { requiredKeys: ['callbackUrl'] },
);

const tags = fc.oneof(
  { weight: 9, arbitrary: fc.array(ofTable('tag'), { maxLength: 4 }) },
  fc.array(odd, { maxLength: 2 }),
  fc
    .integer({ min: 97, max: 101 })
    .map((count) => Array.from({ length: count }, (_, at) => `tag ${at}`)),
);

type Config = Parameters<typeof authenticateBigCommerce>[0];

/** Mostly of one kind of account; the others as from a form with the inputs of both kinds. */
const credentials = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      username: anyText,
      password: anyText,
      storeUrl: ofTable('store-url'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { clientId: anyText, clientSecret: anyText, storeUrl: ofTable('store-level-url') },
      { requiredKeys: ['clientId', 'storeUrl'] },
    ),
  },
  fc.record({
    username: fc.constantFrom('', ' ', 'shop'),
    password: fc.constantFrom('', 'api-token'),
    clientId: fc.constantFrom('', '\ufeff', 'client-id'),
    clientSecret: fc.constantFrom('', 'client-secret'),
    storeUrl: ofTable('store-level-url'),
  }),
);

const others = fc.record(
  {
    name: anyText,
    tags,
    idempotencyKey: ofTable('idempotency-key'),
    events,
    instanceId: fc.constant(ID),
  },
  { requiredKeys: ['name'] },
);

const config = fc
  .tuple(credentials, others)
  .map(([credentials, others]): Config => ({ ...credentials, ...others }) as Config);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Parent = Record<string | number, Json>;

/** A change to a body of the core. */
const change = fc.record({
  /** Chooses one of the body's members and list entries. */
  at: fc.nat(),
  does: fc.oneof(
    fc.constantFrom('delete', 'move', 'repeat'),
    fc
      .oneof(
        odd,
        ofTable('tag'),
        ofTable('text'),
        ofTable('store-url'),
        ofTable('store-level-url'),
        ofTable('callback-url'),
        ofTable('signature-key'),
        ofTable('idempotency-key').map((key) => KEY_TAG + key),
        fc.constantFrom<Json>(null, true, 15, '1440', '1441', '015', [], {}),
      )
      .map((value) => ({ value })),
    fc.tuple(odd, resource).map(([name, value]) => ({ name, value })),
  ),
});

type Change = typeof change extends fc.Arbitrary<infer Type> ? Type : never;

/** Changes one of a body's members or list entries, at any depth. */
function apply(body: Json, { at, does }: Change): void {
  const places: [Parent, string][] = [];
  const collect = (value: Json) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      places.push([value as Parent, name]);
      collect(member);
    }
  };
  collect(body);
  const [parent, name] = places[at % places.length] ?? assert.fail('a place');
  const set = (name: string, value: Json) =>
    Object.defineProperty(parent, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  const value = parent[name] as Json;
  if (typeof does === 'object') {
    if (!('name' in does)) set(name, does.value as Json);
    else if (Array.isArray(parent)) parent.push(does.name);
    else set(does.name, does.value);
  } else if (Array.isArray(parent)) {
    if (does !== 'repeat') parent.splice(Number(name), 1);
    if (does !== 'delete') parent.push(value);
  } else {
    delete parent[name];
    if (does === 'move') set(name, value);
    if (does === 'repeat') set(`${name} `, value);
  }
}

const body = fc
  .record(
    {
      events: fc.record(
        {
          callbackUrl: ofTable('callback-url'),
          signatureKey: ofTable('signature-key'),
          resources,
        },
        { requiredKeys: ['callbackUrl', 'resources'] },
      ),
      clientId: anyText,
      clientSecret: anyText,
      tags: fc.array(ofTable('tag'), { maxLength: 3 }),
      key: ofTable('idempotency-key'),
      // Where the key's tag goes; the core puts it first.
      keyAt: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(2)),
      changes: fc.array(change, { maxLength: 2 }),
    },
    { requiredKeys: ['keyAt', 'changes'] },
  )
  .map(({ events, clientId, clientSecret, tags, key, keyAt, changes }) => {
    const all = key === undefined ? tags : [...(tags ?? [])];
    if (key !== undefined) all?.splice(keyAt, 0, KEY_TAG + key);
    const { 'event.notification.signature.key': _, ...settings } = EVENTS;
    const account =
      clientId === undefined
        ? instanceBody()
        : storeLevelBody({ 'oauth.api.key': clientId, 'oauth.api.secret': clientSecret });
    const body = instanceBody({
      configuration: {
        ...Object(account.configuration),
        ...(events && {
          ...settings,
          'event.notification.callback.url': events.callbackUrl,
          'event.poller.configuration': events.resources,
          ...(events.signatureKey && { 'event.notification.signature.key': events.signatureKey }),
        }),
      },
      ...(all && { tags: all }),
    });
    for (const change of changes) apply(body as Json, change);
    return JSON.stringify(body);
  });

const noSurrogate = (text: string) => !/\p{Cs}/u.test(text);

const secret = fc.oneof(
  fc.string({ minLength: 4, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '%', '\\', '&', '+', 'é', '😀'), minLength: 4 }),
  fc.string({ unit: 'binary', minLength: 4, maxLength: 12 }).filter(noSurrogate),
);

/** Encodings that core and handler could decode differently. */
const ENCODINGS: ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => new URLSearchParams([['', text]]).toString(),
  (text) => JSON.stringify(text),
  (text) => text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replace(/./gs, (unit) => `&#${unit.charCodeAt(0)};`),
  (text) => text.replace(/./gsu, (character) => `&#x0${character.codePointAt(0)?.toString(16)};`),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(`<?${text}`).toString('base64url'),
  (text) => [...text].join('\u200b'),
];

/** A secret, and an error text of the service with the secret or a part of it. */
const leak = fc
  .record({
    secret: secret.map((text) => text.trim()).filter((text) => text !== ''),
    pieces: fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...ENCODINGS), fc.nat(3), fc.nat(3)),
        fc.string({ unit: 'binary', maxLength: 6 }).filter(noSurrogate),
        fc.constantFrom('%', '%e', '\\u00', '&#', ';', '&amp;', '\t\n', '\u200b', 'x'.repeat(4080)),
      ),
      { maxLength: 5 },
    ),
  })
  .map(({ secret, pieces }) => ({
    secret,
    text: pieces
      .map((piece) => {
        if (typeof piece === 'string') return piece;
        const [encode, from, end] = piece;
        // Mostly the whole secret.
        const characters = [...secret].slice(from === 1 ? 1 : 0, end === 1 ? -1 : undefined);
        return encode(characters.join(''));
      })
      .join(''),
  }));

const settings = (changes: object) =>
  instanceBody({
    configuration: { ...Object(instanceBody().configuration), ...EVENTS, ...changes },
  });

/** Bodies on which core and handler once disagreed. */
const REGRESSIONS = [
  settings({
    'event.poller.configuration': { '\ufffd': EVENTS['event.poller.configuration'].orders },
  }),
  Object.fromEntries(Object.entries(settings({})).reverse()),
].map((body) => JSON.stringify(body));

/** The config for which the core would send `body`. */
function configOf(body: string, isUpdate: boolean): Config {
  const { configuration, tags, name } = JSON.parse(body);
  const hasKey = tags?.[0]?.startsWith(KEY_TAG);
  return {
    username: configuration.username,
    password: configuration.password,
    clientId: configuration['oauth.api.key'],
    clientSecret: configuration['oauth.api.secret'],
    storeUrl: configuration['store.url'],
    name,
    tags: hasKey ? tags.slice(1) : tags,
    idempotencyKey: hasKey ? tags[0].slice(KEY_TAG.length) : undefined,
    instanceId: isUpdate ? ID : undefined,
    events:
      'event.notification.enabled' in configuration
        ? {
            callbackUrl: configuration['event.notification.callback.url'],
            refreshInterval: Number(configuration['event.poller.refresh_interval']),
            signatureKey: configuration['event.notification.signature.key'],
            resources: configuration['event.poller.configuration'],
          }
        : undefined,
  };
}

/** The body that the handler passes on for a body of the core: the same, with the subject's tags. */
function bodyToPassOn(body: string, isUpdate: boolean): string {
  const { element, configuration, tags, name } = JSON.parse(body);
  const hasKey = tags?.[0]?.startsWith(KEY_TAG);
  const own = hasKey ? [keyTag('ann', tags[0])] : [];
  // An update without tags keeps those of the instance.
  const others = (hasKey ? tags.slice(1) : tags) ?? (isUpdate ? ['kept'] : []);
  const all = [subjectTag('ann'), ...own, ...others];
  return JSON.stringify({ element, configuration, tags: all, name });
}

suite('The core and the handler', { timeout: 1_200_000 }, () => {
  let sandbox: Sandbox;
  let server: Awaited<ReturnType<typeof serveAsSameOrigin>>;
  let allowEvents = true;

  before(async () => {
    sandbox = await startSandbox();
    server = await serveAsSameOrigin((request) =>
      makeHandler({ baseUrl: sandbox.url, allowEvents })(request),
    );
  });
  after(async () => {
    await server?.close();
    await sandbox?.close();
  });

  function reset(): void {
    sandbox.requests.length = 0;
    sandbox.instances.clear();
    sandbox.instances.set(ID, {
      ...(instanceBody() as object),
      id: ID,
      token: 't',
      tags: [subjectTag('ann'), 'kept'],
    } as never);
  }

  /** The body of the one POST or PUT to the service; undefined without one. */
  function sentBody(): string | undefined {
    const bodies = sandbox.requests.filter(({ method }) => method !== 'GET');
    assert.ok(bodies.length <= 1);
    return bodies[0]?.body;
  }

  const account = { userSecret: USER_SECRET, organizationSecret: ORGANIZATION_SECRET };

  /** The body that the core sends to the service; undefined where it refuses the config. */
  async function sentByCore(config: Config): Promise<string | undefined> {
    reset();
    try {
      await authenticateBigCommerce({ ...config, ...account, baseUrl: sandbox.url });
    } catch (error) {
      assert.ok(error instanceof BigCommerceAuthError);
      assert.equal(error.code, 'ERR_CONFIG', error.message);
      assert.deepEqual(sandbox.requests, []);
      return undefined;
    }
    return sentBody() ?? assert.fail('something is sent');
  }

  /** The body that the core sends through the handler, or why one of them refuses. */
  async function sentThroughHandler(config: Config): Promise<{ sent?: string; error?: string }> {
    reset();
    try {
      await authenticateBigCommerce({ ...config, baseUrl: server.origin + MOUNT });
    } catch (error) {
      assert.ok(error instanceof BigCommerceAuthError);
      assert.equal(sentBody(), undefined);
      return { error: `${error.code}: ${error.message}` };
    }
    return { sent: sentBody() ?? assert.fail('something is sent') };
  }

  test('agree: the handler passes on every body of the core, except events without allowEvents', async () => {
    const counts = { passed: 0, refused: 0, events: 0 };
    await fc.assert(
      fc.asyncProperty(config, fc.boolean(), async (config, allow) => {
        allowEvents = allow;
        const coreBody = await sentByCore(config);
        const { sent, error } = await sentThroughHandler(config);
        if (coreBody === undefined) {
          counts.refused++;
          assert.match(error ?? '', /^ERR_CONFIG/);
        } else if (config.events && !allow) {
          counts.events++;
          assert.match(error ?? '', /^ERR_HANDLER: .*allowEvents/);
        } else {
          counts.passed++;
          assert.equal(error, undefined);
          assert.equal(sent, bodyToPassOn(coreBody, config.instanceId !== undefined));
        }
      }),
      runs(300),
    );
    // Otherwise the configs would test too little.
    for (const [what, count] of Object.entries(counts)) assert.ok(count > 10, `${count} ${what}`);
  });

  test('agree: the handler passes on only bodies that the core could have sent', async () => {
    allowEvents = true;
    const counts = { passed: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(body, fc.boolean(), async (body, isUpdate) => {
        reset();
        const response = await fetch(
          `${server.origin}${MOUNT}/instances${isUpdate ? `/${ID}` : ''}`,
          {
            method: isUpdate ? 'PUT' : 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          },
        );
        await response.body?.cancel();
        const passed = sentBody();
        if (response.status !== 200) {
          counts.refused++;
          assert.equal(response.status, 400);
          assert.equal(passed, undefined);
          return;
        }
        counts.passed++;
        const coreBody = await sentByCore(configOf(body, isUpdate));
        assert.ok(coreBody !== undefined, 'the core accepts the config');
        assert.equal(passed, bodyToPassOn(coreBody, isUpdate));
      }),
      { ...runs(600), examples: REGRESSIONS.map((body) => [body, false]) },
    );
    for (const [what, count] of Object.entries(counts)) assert.ok(count > 50, `${count} ${what}`);
  });

  test('agree: both redact an error of the service in the same way', async () => {
    const counts = { kept: 0, replaced: 0, omitted: 0 };
    try {
      await fc.assert(
        fc.asyncProperty(leak, fc.boolean(), async ({ secret, text }, isToken) => {
          sandbox.onRequest = () => ({
            kind: 'respond',
            status: 400,
            body: JSON.stringify({ providerMessage: text, ...(isToken && { token: secret }) }),
          });
          const config = { username: 'shop', storeUrl: 'store.example', name: 'My shop' };
          const password = isToken ? PASSWORD : secret;
          const call = { ...config, ...account, password, baseUrl: sandbox.url };
          const error = await authenticateBigCommerce(call).catch((error) => error);
          assert.equal(error.code, 'ERR_REJECTED', error);
          const secrets = [secret, password, USER_SECRET, ORGANIZATION_SECRET];
          const expected = redact(text, secrets, 500);
          assert.equal(error.providerMessage, expected);
          const kept = expected?.includes('[redacted]') ? 'replaced' : 'kept';
          counts[expected === undefined ? 'omitted' : kept]++;
        }),
        runs(500),
      );
    } finally {
      sandbox.onRequest = undefined;
    }
    for (const [what, count] of Object.entries(counts)) assert.ok(count > 10, `${count} ${what}`);
  });

  test('agree: both redact a client id from 16 characters on', async () => {
    const ids = { 'client-id-of-15': 'client-id-of-15', 'client-id-of-16c': '[redacted]' };
    try {
      for (const [clientId, expected] of Object.entries(ids)) {
        sandbox.onRequest = () => ({
          kind: 'respond',
          status: 400,
          body: JSON.stringify({ providerMessage: clientId }),
        });
        const config = { clientId, storeUrl: 'store.example', name: 'My shop' };
        for (const service of [
          { ...account, baseUrl: sandbox.url },
          { baseUrl: server.origin + MOUNT },
        ]) {
          const call = authenticateBigCommerce({ ...config, ...service });
          const error = await call.catch((error) => error);
          assert.equal(error.providerMessage, expected);
        }
      }
    } finally {
      sandbox.onRequest = undefined;
    }
  });

  test('have the same limit for a body, in bytes', async () => {
    allowEvents = true;
    const ofLength = (length: number): Config => ({
      username: 'shop',
      password: 'é',
      storeUrl: 'store.example',
      name: 'My shop',
      events: {
        callbackUrl: 'https://shop.example',
        resources: {
          é: {
            url: 'x'.repeat(length),
            idField: 'id',
            datesConfiguration: {
              updatedDateField: 'a',
              updatedDateFormat: 'b',
              createdDateField: 'c',
              createdDateFormat: 'd',
            },
          },
        },
      },
    });
    const overhead = Buffer.byteLength((await sentByCore(ofLength(1))) ?? '') - 1;
    const most = 64 * 1024 - overhead;
    const { sent: passed = '' } = await sentThroughHandler(ofLength(most));
    assert.equal(passed, bodyToPassOn((await sentByCore(ofLength(most))) ?? '', false));
    assert.equal(await sentByCore(ofLength(most + 1)), undefined);

    const { tags: _, ...body } = JSON.parse(passed);
    for (const [more, status] of [
      ['', 200],
      ['x', 413],
    ] as const) {
      body.configuration['event.poller.configuration'].é.url += more;
      const response = await fetch(`${server.origin}${MOUNT}/instances`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      await response.body?.cancel();
      assert.equal(response.status, status);
    }
  });
});
