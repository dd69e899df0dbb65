import assert from 'node:assert/strict';
import { afterEach, before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import type { ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { setUp } from '../browser/blank-page.js';
import { SandboxedPage } from '../browser/sandboxed-page.js';
import { serve } from '../server.js';
import { newKey, PASSWORD, subjectTag } from './instance-body.js';
import { MOUNT, makeHandler, optionsFor, respondWith } from './served-handler.js';

suite('A page that calls the handler', { timeout: 600_000 }, () => {
  const page = setUp(new SandboxedPage());
  let options: Partial<ProxyOptions> = {};
  let subject = 'ann';
  const listener = getRequestListener((request) =>
    makeHandler({
      ...optionsFor(page.sandbox),
      authorize: () => ({ subject }),
      ...options,
    })(request),
  );

  before(async () => {
    page.onRequest = (request, response) => {
      if (!request.url?.startsWith(`${MOUNT}/`)) return false;
      listener(request, response);
      return true;
    };
  });
  afterEach(() => {
    options = {};
    subject = 'ann';
    page.sandbox.onRequest = undefined;
    page.sandbox.emptyLookup = 404;
    page.sandbox.requests.length = 0;
    page.sandbox.instances.clear();
  });

  const connect = (changes: object = {}) =>
    page.connect({
      ...{ username: 'shop', password: PASSWORD, name: 'My shop', baseUrl: MOUNT },
      storeUrl: 'store-wuxeae6.mybigcommerce.com',
      ...changes,
    });
  const passedOn = () => page.sandbox.requests.map(({ method }) => method);

  test('connects a store', async () => {
    const instance = await connect({ tags: ['Docs'] });
    const [{ id, token, tags } = assert.fail('an instance')] = page.sandbox.instances.values();
    assert.deepEqual(instance, {
      id,
      token,
      name: 'My shop',
      tags: ['Docs'],
      valid: true,
      disabled: false,
    });
    assert.deepEqual(tags, [subjectTag('ann'), 'Docs']);
  });

  test('connects with a key, whatever the response to an empty lookup is', async () => {
    for (const emptyLookup of [404, 'empty-list'] as const) {
      page.sandbox.emptyLookup = emptyLookup;
      page.sandbox.requests.length = 0;
      page.sandbox.instances.clear();
      const instance = await connect({ idempotencyKey: newKey() });
      assert.deepEqual([...page.sandbox.instances.keys()], [instance.id]);
      assert.deepEqual(passedOn(), ['GET', 'POST']);
    }
  });

  test('finds its instance by the key after a lost response, and creates no second one', async () => {
    for (const username of ['lost', 'lost-gateway', 'half']) {
      page.sandbox.requests.length = 0;
      page.sandbox.instances.clear();
      const instance = await connect({ username, idempotencyKey: newKey() });
      assert.deepEqual([...page.sandbox.instances.keys()], [instance.id], username);
      assert.deepEqual(passedOn(), ['GET', 'POST', 'GET'], username);
    }
  });

  test('finds its instance in a later call, but not that of another subject', async () => {
    const idempotencyKey = newKey();
    const anns = await connect({ idempotencyKey });
    subject = 'bob';
    const bobs = await connect({ idempotencyKey });
    assert.notEqual(bobs.id, anns.id);
    subject = 'ann';
    assert.deepEqual(await connect({ idempotencyKey }), anns);
    assert.equal(page.sandbox.instances.size, 2);
  });

  test('finds by the key an instance that onInstance failed to store', async () => {
    const idempotencyKey = newKey();
    const stored: number[] = [];
    options.onInstance = () => Promise.reject(new Error('The database is down.'));
    const failed = await connect({ idempotencyKey });
    assert.deepEqual([failed.code, failed.mayHaveCreated], ['ERR_HANDLER', true]);
    options.onInstance = ({ id }) => stored.push(id);
    const { id } = await connect({ idempotencyKey });
    assert.deepEqual([...page.sandbox.instances.keys()], [id]);
    assert.deepEqual(stored, [id]);
  });

  test('updates its own instance and no other', async () => {
    const { id } = await connect({ tags: ['a'], idempotencyKey: newKey() });
    const renamed = await connect({ instanceId: id, name: 'Renamed' });
    assert.deepEqual([renamed.id, renamed.name, renamed.tags], [id, 'Renamed', ['a']]);
    subject = 'bob';
    const refused = await connect({ instanceId: id, name: 'Overwritten' });
    assert.deepEqual([refused.code, refused.mayHaveCreated], ['ERR_NOT_FOUND', false]);
    assert.equal(page.sandbox.instances.get(Number(id))?.name, 'Renamed');
  });

  test('of another origin reads results and errors where allowedOrigins names its own', async () => {
    await using other = await serve(listener);
    const baseUrl = other.origin + MOUNT;
    assert.equal((await connect({ baseUrl })).code, 'ERR_NETWORK');
    options = { allowedOrigins: [page.origin] };
    const { id } = await connect({ baseUrl, idempotencyKey: newKey() });
    assert.deepEqual([...page.sandbox.instances.keys()], [id]);
    assert.equal((await connect({ baseUrl, instanceId: id, name: 'Renamed' })).name, 'Renamed');
    page.sandbox.onRequest = () => respondWith(429, { requestId: 'r' }, { 'retry-after': '99' });
    const { code, retryAfter } = await connect({ baseUrl });
    assert.deepEqual([code, retryAfter], ['ERR_RATE_LIMITED', 99]);
  });
});
