import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, suite, test } from 'node:test';
import { instanceBody, KEY, newKey } from '../handler/instance-body.js';
import { type Served, startServe } from './back-end.js';
import { shorten } from './command.js';

const STORE_URL = 'https://store-wuxeae6.mybigcommerce.com/api/v2';

suite('A delivery', { timeout: 120_000 }, () => {
  let served: Served;
  before(async () => {
    served = await startServe(() => ({ ALLOW_DISCONNECT: '1' }));
  });
  after(() => served?.[Symbol.asyncDispose]());
  afterEach(() => {
    served.backEnd.onDelivery = undefined;
    served.backEnd.deliveries.length = 0;
    served.sandbox.instances.clear();
  });

  const as = (subject: string) => ({ headers: { cookie: `session=${subject}` } });
  const create = (tags = [KEY, 'Docs'], subject = 'ann') =>
    served.send('POST', '/instances', { ...as(subject), body: instanceBody({ tags }) });
  const find = (tag = KEY, subject = 'ann') =>
    served.send('GET', `/instances?tags%5B%5D=${tag}`, as(subject));
  const answer = (respond: (response: ServerResponse) => unknown) => {
    served.backEnd.onDelivery = (_, response) => respond(response);
  };
  const payloads = () => served.backEnd.deliveries.map(({ payload }) => payload);
  const ids = () => served.backEnd.deliveries.map(({ id }) => id);

  test('is sent before the page gets the instance', async () => {
    let release = () => {};
    const arrived = new Promise<void>((resolve) =>
      answer((response) => {
        release = () => response.writeHead(204).end();
        resolve();
      }),
    );
    let isAnswered = false;
    const response = create().then((response) => {
      isAnswered = true;
      return response;
    });
    await arrived;
    assert.equal(isAnswered, false);
    release();
    const { id, token } = await (await response).json();
    const [{ timestamp, ...payload } = assert.fail('a delivery')] = payloads();
    const data = { subject: 'ann', id, token, name: 'My shop', tags: [KEY, 'Docs'] };
    assert.deepEqual(payload, {
      type: 'instance.connected',
      data: { ...data, tags: ['Docs'], storeUrl: STORE_URL, outcome: 'created' },
    });
    assert.ok(Math.abs(Date.parse(timestamp) - Date.now()) < 60_000, timestamp);
  });

  test('has another webhook-id each time that an instance is found, renewed or disconnected', async () => {
    const { id } = await (await create()).json();
    const of = `/instances/${id}`;
    const renew = () => served.send('PUT', of, { ...as('ann'), body: instanceBody() });
    const disconnect = () => served.send('DELETE', of, as('ann'));
    served.sandbox.onRequest = ({ method }) => (method === 'DELETE' ? { kind: 'drop' } : undefined);
    // The instance is not deleted, and found again.
    for (const send of [find, renew, renew, disconnect, disconnect, find]) await send();
    served.sandbox.onRequest = undefined;
    const outcomes = payloads().map(({ data }) => data.outcome);
    const renewals = ['updated', 'updated'];
    assert.deepEqual(outcomes, ['created', 'found', ...renewals, undefined, undefined, 'found']);
    assert.equal(new Set(ids()).size, 7);
  });

  for (const [what, respond] of Object.entries<(response: ServerResponse) => unknown>({
    'an error': (response) => response.writeHead(500).end(),
    'a refusal': (response) => response.writeHead(400).end(),
    // Its target answers every request with 200.
    'a redirect': (response) => response.writeHead(303, { location: '/jwks' }).end(),
    'a broken connection': (response) => response.destroy(),
  })) {
    test(`is tried three times with the same webhook-id after ${what}; then the page gets 500, and finds the instance again`, async () => {
      answer(respond);
      const response = await create();
      assert.equal(response.status, 500);
      assert.match((await response.json()).message, /could not be stored: try again/);
      assert.equal(ids().length, 3);
      assert.equal(new Set(ids()).size, 1);
      served.backEnd.onDelivery = undefined;
      const [found] = await (await find()).json();
      const [, , , again] = served.backEnd.deliveries;
      assert.notEqual(again?.id, ids()[0]);
      assert.deepEqual([again?.payload.data.id, again?.payload.data.outcome], [found.id, 'found']);
    });
  }

  test('is not waited for longer than 20 seconds', async () => {
    const shortened = 6000;
    await using served = await startServe(() => ({ NODE_OPTIONS: shorten(shortened) }));
    served.backEnd.onDelivery = () => undefined;
    const start = performance.now();
    const request = { ...as('ann'), body: instanceBody() };
    assert.equal((await served.send('POST', '/instances', request)).status, 500);
    const took = performance.now() - start;
    // With timeouts that are not shortened, the three attempts would take longer.
    assert.ok(took < 3 * shortened, `${took} ms`);
    assert.equal(served.backEnd.deliveries.length, 3);
    const [line] = await served.command.linesOf(1);
    assert.equal(line?.cause, 'INSTANCE_URL did not answer within 6 seconds.');
  });

  test('is sent before an instance is deleted', async () => {
    const { id } = await (await create()).json();
    let existed: boolean | undefined;
    served.backEnd.onDelivery = (_, response) => {
      existed = served.sandbox.instances.has(id);
      response.writeHead(204).end();
    };
    const response = await served.send('DELETE', `/instances/${id}`, as('ann'));
    assert.deepEqual(
      [response.status, existed, served.sandbox.instances.has(id)],
      [204, true, false],
    );
    const { type, data } = payloads().at(-1) ?? assert.fail('a delivery');
    assert.deepEqual([type, data], ['instance.disconnected', { subject: 'ann', id }]);
  });

  test('is not lost in 200 connections at once, of which every twentieth breaks', async () => {
    let count = 0;
    const stored = new Map<unknown, unknown>();
    served.backEnd.onDelivery = (_, response) => {
      if (count++ % 20 === 0) return response.destroy();
      const { id, token } = payloads().at(-1)?.data ?? {};
      stored.set(id, token);
      return response.writeHead(204).end();
    };
    const tags = Array.from({ length: 200 }, () => `idempotency-key:${newKey()}`);
    const statuses = await Promise.all(
      tags.map(async (tag, at) => {
        const response = await create([tag], `merchant-${at}`);
        await response.text();
        return response.status;
      }),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
    assert.deepEqual(
      stored,
      new Map([...served.sandbox.instances.values()].map(({ id, token }) => [id, token])),
    );
    assert.ok(ids().length > 200, `${ids().length} deliveries`);
  });
});
