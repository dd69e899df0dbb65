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
import { body, type Config, config, ID, KEY_TAG, leak } from './arbitraries.js';
import { EVENTS, instanceBody, keyTag, PASSWORD, subjectTag } from './instance-body.js';
import { MOUNT, makeHandler, serveAsSameOrigin } from './served-handler.js';

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
