import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage, Outcome } from './blank-page.js';
import { inEveryEngine } from './in-every-engine.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

const callbackUrl = 'https://shop.example/events';

const coupons = {
  url: '/hubs/ecommerce/coupons',
  idField: 'id',
  datesConfiguration: {
    updatedDateField: 'changed',
    updatedDateFormat: 'yyyy-MM-dd',
    updatedDateTimezone: 'GMT',
    createdDateField: 'made',
    createdDateFormat: 'yyyy-MM-dd',
    createdDateTimezone: 'GMT',
  },
};

const issuePaths = ({ issues }: Outcome) =>
  (issues as { path: unknown[] }[]).map(({ path }) => path);

inEveryEngine('A call with events or an instanceId', { timeout: 300_000 }, (engine) => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  let config: Record<string, unknown>;

  before(async () => {
    opened = await openSandboxedPage(engine);
    ({ page, sandbox } = opened);
    config = opened.config;
  });
  after(() => opened?.[Symbol.asyncDispose]());

  /** The `event.*` settings that the service gets for `events`. */
  async function settings(events: object): Promise<Record<string, unknown>> {
    const instance = await page.connect({ ...config, events });
    assert.equal(typeof instance.token, 'string', JSON.stringify(instance));
    const body = JSON.parse(sandbox.requests.at(-1)?.body ?? '');
    const { username, password, 'store.url': storeUrl, ...settings } = body.configuration;
    assert.equal(username, 'shop');
    return settings;
  }

  test('sends events as given', async () => {
    const given = {
      callbackUrl,
      refreshInterval: 1440,
      signatureKey: ' k,1 ',
      resources: { coupons },
    };
    const sent = await settings(given);
    assert.equal(sent['event.poller.refresh_interval'], '1440');
    assert.equal(sent['event.notification.signature.key'], ' k,1 ');
    assert.deepEqual(sent['event.poller.configuration'], { coupons });
  });

  test('sends resources that are named like methods', async () => {
    const resources = { trim: coupons, toJSON: coupons, constructor: coupons };
    const sent = await settings({ callbackUrl, resources });
    assert.deepEqual(sent['event.poller.configuration'], resources);
  });

  test('sends only the named resources', async () => {
    const { 'event.poller.configuration': resources } = await settings({
      callbackUrl,
      resources: ['orders', 'orders'],
    });
    assert.deepEqual(Object.keys(resources as object), ['orders']);
  });

  const dates = coupons.datesConfiguration;
  for (const [events, ...paths] of [
    [null, ['events']],
    [[], ['events']],
    [{}, ['events', 'callbackUrl']],
    [{ callbackUrl: '/events' }, ['events', 'callbackUrl']],
    [{ callbackUrl: 'http://shop.example' }, ['events', 'callbackUrl']],
    [{ callbackUrl, refreshInterval: 0 }, ['events', 'refreshInterval']],
    [{ callbackUrl, refreshInterval: 1441 }, ['events', 'refreshInterval']],
    [{ callbackUrl, refreshInterval: 1.5 }, ['events', 'refreshInterval']],
    [{ callbackUrl, refreshInterval: '15' }, ['events', 'refreshInterval']],
    [{ callbackUrl, signatureKey: '' }, ['events', 'signatureKey']],
    [{ callbackUrl, signatureKey: '\ud800' }, ['events', 'signatureKey']],
    [{ callbackUrl, foo: 1 }, ['events', 'foo']],
    [{ callbackUrl, resources: 'orders' }, ['events', 'resources']],
    [
      { callbackUrl, resources: ['orders', 'carts', 1] },
      ['events', 'resources', 1],
      ['events', 'resources', 2],
    ],
    [{ callbackUrl, resources: { coupons: 1 } }, ['events', 'resources', 'coupons']],
    [
      { callbackUrl, resources: { coupons: { url: '', datesConfiguration: dates, foo: 1 } } },
      ['events', 'resources', 'coupons', 'url'],
      ['events', 'resources', 'coupons', 'idField'],
      ['events', 'resources', 'coupons', 'foo'],
    ],
    [
      { callbackUrl, resources: { coupons: { ...coupons, datesConfiguration: undefined } } },
      ['events', 'resources', 'coupons', 'datesConfiguration'],
    ],
    [
      {
        callbackUrl,
        resources: {
          coupons,
          carts: { ...coupons, datesConfiguration: { ...dates, createdDateField: 5, zone: 'x' } },
        },
      },
      ['events', 'resources', 'carts', 'datesConfiguration', 'createdDateField'],
      ['events', 'resources', 'carts', 'datesConfiguration', 'zone'],
    ],
    [
      JSON.parse(`{"callbackUrl":"${callbackUrl}","resources":{"__proto__":{}}}`),
      ['events', 'resources', '__proto__'],
    ],
  ] as const) {
    test(`rejects with issues at ${JSON.stringify(paths)}`, async () => {
      sandbox.requests.length = 0;
      // As text, because WebDriver does not keep a key named __proto__.
      const error = await page.run(
        (config, events) =>
          outcome(api.authenticateBigCommerce({ ...config, events: JSON.parse(events) } as never)),
        config,
        JSON.stringify(events),
      );
      assert.equal(error.code, 'ERR_CONFIG');
      assert.deepEqual(issuePaths(error), paths);
      assert.deepEqual(sandbox.requests, [], 'nothing was sent');
    });
  }

  test('redacts the signature key in its error', async () => {
    sandbox.onRequest = () => ({
      kind: 'respond',
      status: 400,
      body: JSON.stringify({ message: 'not s1gn4ture', providerMessage: 's1gn4ture' }),
    });
    const events = { callbackUrl, signatureKey: 's1gn4ture' };
    const error = await page.connect({ ...config, events });
    sandbox.onRequest = undefined;
    assert.match(String(error.message), /not \[redacted\]/);
    assert.equal(error.providerMessage, '[redacted]');
  });

  test('updates the instance with that instanceId', async () => {
    const created = await page.connect(config);
    const updated = await page.connect({ ...config, instanceId: created.id, name: 'New name' });
    assert.deepEqual(updated, { ...created, name: 'New name' });
    const { method, path, body } = sandbox.requests.at(-1) ?? assert.fail();
    assert.equal(`${method} ${path}`, `PUT /elements/api-v2/instances/${created.id}`);
    assert.deepEqual(JSON.parse(body), {
      element: { key: 'bigcommerce' },
      configuration: {
        username: 'shop',
        password: '0123456789abcdef',
        'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
      },
      name: 'New name',
    });
  });

  test('creates nothing if there is no instance with that instanceId', async () => {
    const error = await page.connect({ ...config, instanceId: Number.MAX_SAFE_INTEGER });
    assert.deepEqual([error.code, error.mayHaveCreated], ['ERR_NOT_FOUND', false]);
    assert.equal(sandbox.requests.at(-1)?.path, '/elements/api-v2/instances/9007199254740991');
  });

  for (const instanceId of [0, -1, 1.5, 2 ** 53, '12', null]) {
    test(`rejects the instanceId ${JSON.stringify(instanceId)}`, async () => {
      const error = await page.connect({ ...config, instanceId });
      assert.deepEqual(issuePaths(error), [['instanceId']]);
    });
  }
});
