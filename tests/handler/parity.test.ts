import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import fc from 'fast-check';
import { isSecret } from '../../js/element/form.js';
import { secretsOf } from '../../js/handler/rules.js';
import { masked } from '../../js/sandbox/instance.js';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { CONFIG_FIELDS, EVENTS_FIELDS } from '../../js/types.js';
import { runs } from '../random.js';
import { type Site, serve } from '../server.js';
import { readDocument } from '../snippets.js';
import { instanceBody, keyTag, subjectTag } from './instance-body.js';
import { MOUNT, makeHandler, optionsFor, respondWith } from './served-handler.js';

/** The fields of a config that the body does not depend on, or not further. */
const NOT_GENERATED = [
  ...['baseUrl', 'userSecret', 'organizationSecret', 'sessionToken', 'signal', 'timeout'],
  // Sent as `accessToken` is.
  'clientSecret',
];

/** The fields of a config and of its `events` whose values are secret. */
const SECRETS = [
  ...['password', 'accessToken', 'clientSecret', 'userSecret', 'organizationSecret'],
  ...['sessionToken', 'signatureKey'],
];
const NOT_SECRET = [
  ...['username', 'clientId', 'storeUrl', 'name', 'tags', 'baseUrl', 'instanceId', 'events'],
  ...['idempotencyKey', 'signal', 'timeout', 'callbackUrl', 'refreshInterval', 'resources'],
];

const ID = 7;
const KEY_TAG = 'idempotency-key:';

const text = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 255 }),
  fc.constantFrom('__proto__', '"\\/', '\u2028', '😀', '<b>&amp;', 'x'.repeat(255)),
);
const dates = fc.record(
  {
    updatedDateField: text,
    updatedDateFormat: text,
    updatedDateTimezone: text,
    createdDateField: text,
    createdDateFormat: text,
  },
  {
    requiredKeys: [
      'updatedDateField',
      'updatedDateFormat',
      'createdDateField',
      'createdDateFormat',
    ],
  },
);
const url = fc.oneof(text, fc.constant('x'.repeat(2048)));
const resource = fc.record({ url, idField: text, datesConfiguration: dates });
const events = fc.record(
  {
    callbackUrl: fc.constantFrom('https://shop.example/events', 'https://büro.example/ü?a#b'),
    refreshInterval: fc.integer({ min: 1, max: 1440 }),
    signatureKey: fc.string({ minLength: 1, maxLength: 255 }),
    resources: fc.oneof(
      fc.subarray(['orders', 'products', 'customers']),
      fc.dictionary(fc.string(), resource, { maxKeys: 3 }),
    ),
  },
  { requiredKeys: ['callbackUrl'] },
);
const config = fc.tuple(
  fc.oneof(
    fc.record({ username: text, password: text }),
    fc.record({ clientId: text, accessToken: text }),
  ),
  fc.constantFrom(
    ...['store.example', 'https://STORE-a_b.xn--bro-hoa.example/api/v2/', '1.2.3.example'],
  ),
  fc.record(
    {
      name: text,
      tags: fc.oneof(
        fc.array(fc.string(), { maxLength: 3 }),
        fc.constant(Array.from({ length: 99 }, (_, at) => `tag ${at}`)),
      ),
      idempotencyKey: fc.uuid(),
      events,
      instanceId: fc.constant(ID),
    },
    { requiredKeys: ['name'] },
  ),
);

suite('The core and the handler', { timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let server: Site;
  let allowEvents = true;

  before(async () => {
    sandbox = await startSandbox();
    const listener = getRequestListener((request) =>
      makeHandler({ ...optionsFor(sandbox), allowEvents })(request),
    );
    // Browsers send it, Node's `fetch` does not.
    server = await serve((request, response) => {
      request.rawHeaders.push('sec-fetch-site', 'same-origin');
      listener(request, response);
    });
  });
  after(async () => {
    await server?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });
  afterEach(() => {
    sandbox.onRequest = undefined;
  });

  /** The body that the service gets, or the error. */
  async function send(config: object): Promise<string | Error> {
    sandbox.requests.length = 0;
    sandbox.instances.clear();
    const present = { ...instanceBody(), id: ID, token: 't', tags: [subjectTag('ann'), 'kept'] };
    sandbox.instances.set(ID, present as never);
    const error = await authenticateBigCommerce(config as never).then(
      () => undefined,
      (error) => error,
    );
    const [sent, ...others] = sandbox.requests.filter(({ method }) => method !== 'GET');
    assert.deepEqual(others, []);
    return sent?.body ?? error;
  }

  /** What the handler makes of a body of the core: the same, with the subject's tags. */
  function withTags(body: string, isUpdate: boolean): string {
    const { element, configuration, tags, name } = JSON.parse(body);
    const hasKey = tags?.[0]?.startsWith(KEY_TAG);
    const own = [subjectTag('ann'), ...(hasKey ? [keyTag('ann', tags[0])] : [])];
    // An update without tags keeps those of the instance.
    const others = (hasKey ? tags.slice(1) : tags) ?? (isUpdate ? ['kept'] : []);
    return JSON.stringify({ element, configuration, tags: [...own, ...others], name });
  }

  test('agree: the handler passes on what the core sends, byte for byte but for the tags', async () => {
    const counts = { passed: 0, refused: 0, events: 0 };
    const fields = new Set(NOT_GENERATED);
    const members = new Set<string>();
    await fc.assert(
      fc.asyncProperty(config, fc.boolean(), async ([account, storeUrl, others], allow) => {
        allowEvents = allow;
        const config = { ...account, storeUrl, ...others };
        for (const field of Object.keys(config)) fields.add(field);
        const { url, userSecret, organizationSecret } = sandbox;
        const direct = await send({ ...config, userSecret, organizationSecret, baseUrl: url });
        const through = await send({ ...config, baseUrl: server.origin + MOUNT });
        if (direct instanceof Error) {
          counts.refused++;
          assert.match(`${Object(direct).code} ${Object(through).code}`, /^ERR_CONFIG ERR_CONFIG$/);
        } else if (config.events && !allow) {
          counts.events++;
          assert.match(String(through), /allowEvents/);
        } else {
          counts.passed++;
          for (const member of Object.keys(JSON.parse(direct))) members.add(member);
          assert.equal(through, withTags(direct, config.instanceId !== undefined));
        }
      }),
      runs(300),
    );
    // Otherwise the configs would test too little.
    for (const [what, count] of Object.entries(counts)) assert.ok(count > 10, `${count} ${what}`);
    assert.deepEqual([...fields].sort(), Object.keys(CONFIG_FIELDS).sort());
    const [, documented = ''] = /```json\n(.*?)```/s.exec(readDocument('docs/protocol.md')) ?? [];
    assert.deepEqual([...members].sort(), Object.keys(JSON.parse(documented)).sort());
  });

  test('agree on which values are secret, and so do the sandbox and the element', async () => {
    const fields = Object.keys({ ...CONFIG_FIELDS, ...EVENTS_FIELDS });
    assert.deepEqual([...SECRETS, ...NOT_SECRET].sort(), fields.sort());
    const tested: string[] = [];
    for (const [credential, ...others] of [
      ['password', 'userSecret', 'organizationSecret'],
      ['accessToken', 'sessionToken', 'signatureKey'],
      ['clientSecret'],
    ] as const) {
      const names = [credential, ...others];
      tested.push(...names);
      const values = names.map((name) => `${name}-0123456789`);
      const { signatureKey, ...given } = Object.fromEntries(
        names.map((name, at) => [name, values[at]]),
      );
      sandbox.requests.length = 0;
      sandbox.onRequest = () => respondWith(400, { message: values.join(' '), requestId: 'r' });
      const call = authenticateBigCommerce({
        ...(credential === 'password' ? { username: 'shop' } : { clientId: 'client-id' }),
        ...{ storeUrl: 'store.example', name: 'My shop', baseUrl: sandbox.url, ...given },
        ...(signatureKey && { events: { callbackUrl: 'https://shop.example', signatureKey } }),
      } as never);
      const { serviceMessage } = await call.catch((error) => error);
      const redacted = values.map(() => '[redacted]').join(' ');
      assert.equal(serviceMessage, redacted, `the core redacts ${names}`);
      const [{ headers, body } = assert.fail('a request')] = sandbox.requests;
      const inBody = values.filter((value) => body.includes(value));
      const inHeader = values.filter((value) => headers.authorization?.includes(value));
      assert.deepEqual([...inBody, ...inHeader].sort(), [...values].sort(), 'each is sent');
      const read = secretsOf(JSON.parse(body));
      assert.deepEqual(read.sort(), inBody.sort(), 'the handler redacts those of the body');
      const shown = JSON.stringify(masked(JSON.parse(body)));
      assert.ok(!shown.includes('-0123456789'), `the sandbox does not mask all: ${shown}`);
    }
    assert.deepEqual(tested.sort(), [...SECRETS].sort());
    // Forms have no controls for the others.
    const cleared = SECRETS.filter((name) => isSecret({ getAttribute: () => name } as never));
    assert.deepEqual(
      cleared,
      ['password', 'accessToken', 'clientSecret'],
      'the element clears them',
    );
  });
});
