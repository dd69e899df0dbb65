import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { EVENTS, SIGNATURE_KEY, withSettings } from './instance-body.js';
import { respondWith, type ServedHandler, startHandler } from './served-handler.js';

suite('The handler passes events on', { timeout: 600_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  const post = (settings: object) => handler.create(withSettings(settings));

  test('only with the option allowEvents', async () => {
    await handler.bothRefused(400, { body: withSettings(EVENTS) });
    for (const [name, value] of Object.entries(EVENTS)) {
      await handler.refused(400, 'POST', '/instances', { body: withSettings({ [name]: value }) });
    }
    handler.options = { allowEvents: true };
    assert.equal((await post(EVENTS)).status, 200);
    assert.deepEqual(
      JSON.parse(handler.sandbox.requests.at(-1)?.body ?? '').configuration,
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
    'an array as interval': { 'event.poller.refresh_interval': ['15'] },
    'a callback that is no URL': { 'event.notification.callback.url': 'events' },
    'an array of resources': { 'event.poller.configuration': [orders] },
    'a resource with an unknown field': {
      'event.poller.configuration': { orders: { ...orders, more: 1 } },
    },
    'a resource with missing fields': { 'event.poller.configuration': { orders: { url: 'x' } } },
    // Object.fromEntries makes __proto__ an own property, a literal would not.
    'a resource called __proto__': {
      'event.poller.configuration': Object.fromEntries([['__proto__', orders]]),
    },
    'no dates': {
      'event.poller.configuration': { orders: { ...orders, datesConfiguration: {} } },
    },
  })) {
    test(`but not with ${what}`, async () => {
      handler.options = { allowEvents: true };
      const body = withSettings({ ...EVENTS, ...changes });
      await handler.refused(400, 'POST', '/instances', { body });
    });
  }

  test('with every interval and resource that the core sends', async () => {
    handler.options = { allowEvents: true };
    for (const changes of [
      { 'event.poller.refresh_interval': '1440' },
      { 'event.poller.configuration': {} },
      { 'event.poller.configuration': { '': orders, 'ü<b>': orders } },
    ]) {
      assert.equal((await post({ ...EVENTS, ...changes })).status, 200, JSON.stringify(changes));
    }
  });

  test('and redacts their signature key in errors', async () => {
    handler.options = { allowEvents: true };
    handler.sandbox.onRequest = () => respondWith(400, { message: `bad key ${SIGNATURE_KEY}!` });
    assert.equal((await post(EVENTS)).body.message, 'bad key [redacted]!');
  });
});
