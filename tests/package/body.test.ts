// The bodies that the service gets, compared with its documents.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';

const STORE = { 'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2' };

/** The two kinds of BigCommerce API accounts: the config of a page and the documented settings. */
const ACCOUNTS = {
  'a Legacy API account': {
    // The vendor's guide to the element.
    config: { username: 'shop', password: 'api-token', storeUrl: `${STORE['store.url']}/` },
    settings: { username: 'shop', password: 'api-token', ...STORE },
  },
  'a store-level API account': {
    // The vendor's release notes 2.160; that its secret is the access token is inferred.
    config: {
      clientId: 'client-id',
      accessToken: 'access-token',
      storeUrl: 'https://api.bigcommerce.com/stores/wuxeae6/v3/',
    },
    settings: {
      'authentication.type': 'custom',
      'oauth.api.key': 'client-id',
      'oauth.api.secret': 'access-token',
      ...STORE,
    },
  },
};

const resource = (name: string) => ({
  url: `/hubs/ecommerce/${name}?where=min_date_modified='\${date:EEE, dd MMM yyyy HH:mm:ss Z}'`,
  idField: 'id',
  datesConfiguration: {
    updatedDateField: 'date_modified',
    updatedDateFormat: 'EEE, dd MMM yyyy HH:mm:ss Z',
    createdDateField: 'date_created',
    createdDateFormat: 'EEE, dd MMM yyyy HH:mm:ss Z',
  },
});

/** The config of a page for events, and the settings in the guide. */
const EVENTS = {
  'without events': { config: {}, settings: {} },
  'with events': {
    config: { events: { callbackUrl: 'https://shop.example/events', signatureKey: 'key' } },
    settings: {
      'event.notification.enabled': true,
      'event.vendor.type': 'polling',
      'event.notification.callback.url': 'https://shop.example/events',
      'event.poller.refresh_interval': '15',
      'event.poller.configuration': {
        orders: resource('orders'),
        products: resource('products'),
        customers: resource('customers'),
      },
      'event.notification.signature.key': 'key',
    },
  },
};

suite('The body of a request', { timeout: 300_000 }, () => {
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox?.close());

  for (const [account, { config, settings }] of Object.entries(ACCOUNTS)) {
    for (const [events, given] of Object.entries(EVENTS)) {
      test(`is the documented one for ${account}, ${events}, with POST and PUT`, async () => {
        const { requests, userSecret, organizationSecret, url: baseUrl } = sandbox;
        requests.length = 0;
        const common = { name: 'API Instance', tags: ['Docs'] };
        const account = { userSecret, organizationSecret, baseUrl };
        const call = { ...config, ...given.config, ...common, ...account };
        const { id } = await authenticateBigCommerce(call);
        await authenticateBigCommerce({ ...call, instanceId: id });
        const body = JSON.stringify({
          element: { key: 'bigcommerce' },
          configuration: { ...settings, ...given.settings },
          tags: ['Docs'],
          name: 'API Instance',
        });
        assert.deepEqual(
          sandbox.requests.map((request) => [request.method, request.body]),
          [
            ['POST', body],
            ['PUT', body],
          ],
        );
      });
    }
  }
});
