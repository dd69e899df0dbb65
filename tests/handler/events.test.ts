import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EVENTS, withSettings } from './instance-body.js';
import { useHandler } from './served-handler.js';

suite('The handler', { timeout: 600_000 }, () => {
  const handler = useHandler();

  const post = (settings: object) => handler.create(withSettings(settings));

  test('passes events on only with the option allowEvents', async () => {
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
  });

  const orders = EVENTS['event.poller.configuration'].orders;
  const resources = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, at) => [`r${at}`, orders]));
  for (const [what, changes] of Object.entries<object>({
    'a missing setting': { 'event.vendor.type': undefined },
    'an unknown setting': { 'event.other': true },
    'an unknown vendor': { 'event.vendor.type': 'webhook' },
    'events that are off': { 'event.notification.enabled': false },
    'an interval that is a number': { 'event.poller.refresh_interval': 15 },
    'a callback of 2,049 units': { 'event.notification.callback.url': 'x'.repeat(2049) },
    'an array of resources': { 'event.poller.configuration': [orders] },
    '51 resources': { 'event.poller.configuration': resources(51) },
    'a resource with an unknown field': {
      'event.poller.configuration': { orders: { ...orders, more: '1' } },
    },
    'a resource with missing fields': { 'event.poller.configuration': { orders: { url: 'x' } } },
    'a resource whose field is an object': {
      'event.poller.configuration': { orders: { ...orders, url: {} } },
    },
    // Object.fromEntries makes __proto__ an own property, a literal would not.
    'a resource called __proto__': {
      'event.poller.configuration': Object.fromEntries([['__proto__', orders]]),
    },
    'dates with an unknown field': {
      'event.poller.configuration': {
        orders: { ...orders, datesConfiguration: { ...orders.datesConfiguration, more: 'x' } },
      },
    },
  })) {
    test(`refuses events with ${what}`, async () => {
      handler.options = { allowEvents: true };
      const body = withSettings({ ...EVENTS, ...changes });
      await handler.refused(400, 'POST', '/instances', { body });
    });
  }

  test('passes on events with texts of 2,048 units and 50 resources', async () => {
    handler.options = { allowEvents: true };
    const text = { 'event.notification.callback.url': 'x'.repeat(2048) };
    const most = { 'event.poller.configuration': resources(50) };
    assert.equal((await post({ ...EVENTS, ...text, ...most })).status, 200);
  });
});
