// tests/handler/isolation.test.ts shows that each subject lists and deletes only its own instances,
// tests/handler/meaning.test.ts what each response of the service means.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { instanceBody, PASSWORD, subjectTag } from './instance-body.js';
import { respondWith, useHandler } from './served-handler.js';

const storeUrl = 'https://store-wuxeae6.mybigcommerce.com/api/v2';

suite('Connections', { timeout: 60_000 }, () => {
  const handler = useHandler();

  /** An instance of Ann's as the service has it. */
  const anns = (changes: object = {}) => ({ id: 5, tags: [subjectTag('ann')], ...changes });

  test('are listed newest first, with name, store and date, and without a token', async () => {
    const first = await handler.create(instanceBody({ tags: ['a'] }));
    const second = await handler.create(instanceBody({ name: 'My other shop' }));
    const [one = assert.fail(), two = assert.fail()] = handler.sandbox.instances.values();
    Object.assign(one, { valid: false, disabled: true });
    handler.sandbox.requests.length = 0;
    const { status, body } = await handler.send('GET', '/connections?cache=1');
    const other = { id: second.body.id, name: 'My other shop', tags: [], valid: true };
    const old = { id: first.body.id, name: 'My shop', tags: ['a'], valid: false, disabled: true };
    assert.deepEqual(
      [status, body],
      [
        200,
        {
          connections: [
            { ...other, disabled: false, createdDate: two.createdDate, storeUrl },
            { ...old, createdDate: one.createdDate, storeUrl },
          ],
          canDisconnect: false,
        },
      ],
    );
    const filter = encodeURIComponent(subjectTag('ann'));
    assert.deepEqual(handler.passedOn(), [`GET /elements/api-v2/instances?tags%5B%5D=${filter}`]);
    handler.options = { allowDisconnect: true };
    assert.equal((await handler.list()).body.canDisconnect, true);
  });

  test('are listed without a token, and without what is not of its type', async () => {
    const configuration = { 'store.url': 'https://127.0.0.1/api/v2', password: PASSWORD };
    const wrong = { name: 5, valid: 'no', disabled: 0, createdDate: 'yesterday', configuration };
    handler.sandbox.onRequest = () => respondWith(200, [anns(wrong), { id: 6 }, null]);
    assert.deepEqual((await handler.list()).body.connections, [{ id: 5, tags: [] }]);
  });

  test('are answered with 502 where one of them has no usable id', async () => {
    for (const id of [undefined, '5', 0, 2 ** 53]) {
      handler.sandbox.onRequest = () => respondWith(200, [anns(), anns({ id })]);
      assert.equal((await handler.list()).status, 502, String(id));
    }
  });

  test('are answered with 502 where the service has more pages', async () => {
    for (const [status, headers] of [
      [502, { 'elements-next-page-token': 'abc' }],
      [502, { link: '<https://api.example/instances?page=2>; rel="next"' }],
      [502, { link: '<a>; rel=prev, <b>; title="b"; REL = "last next"' }],
      [200, { link: '<https://api.example/next>; rel="prev", </next>; rel="last"; title="next"' }],
      [200, { 'elements-next-page-token': '' }],
    ] as const) {
      for (const list of [[], [anns()]]) {
        handler.sandbox.onRequest = () => respondWith(200, list, headers);
        assert.equal((await handler.list()).status, status, JSON.stringify(headers));
      }
    }
  });
});

suite('A disconnection', { timeout: 60_000 }, () => {
  const handler = useHandler();

  test('awaits onDisconnect, then deletes the instance, and is answered 204', async () => {
    const { id } = (await handler.create()).body;
    handler.sandbox.requests.length = 0;
    const calls: unknown[] = [];
    handler.options = {
      allowDisconnect: true,
      async onDisconnect(...call) {
        await new Promise(setImmediate);
        calls.push(call, handler.passedOn());
      },
    };
    const { status, body } = await handler.delete(`${id}?cache=1`);
    assert.deepEqual([status, body], [204, {}]);
    const path = `/elements/api-v2/instances/${id}`;
    assert.deepEqual(calls, [[{ id }, { subject: 'ann' }], [`GET ${path}`]]);
    assert.deepEqual(handler.passedOn(), [`GET ${path}`, `DELETE ${path}`]);
    assert.equal(handler.sandbox.instances.size, 0);
    assert.equal((await handler.delete(id)).status, 404);
    assert.equal(calls.length, 2);
  });

  test('is answered 405 without allowDisconnect', async () => {
    const { id } = (await handler.create()).body;
    handler.options = { allowDisconnect: false };
    await handler.refused(405, 'DELETE', `/instances/${id}`);
    assert.ok(handler.sandbox.instances.has(Number(id)), 'the instance is not deleted');
  });

  test('that fails deletes nothing, and calls onDisconnect again when it is repeated', async () => {
    const { id } = (await handler.create()).body;
    let calls = 0;
    const onDisconnect = () => void calls++;
    const fails = () => Promise.reject(new Error('The database is down.'));
    handler.options = { allowDisconnect: true, onDisconnect: fails };
    const { status, body } = await handler.delete(id);
    assert.deepEqual([status, body.message], [500, 'The store is still connected: try again.']);
    handler.options = { allowDisconnect: true, onDisconnect };
    handler.sandbox.onRequest = ({ method }) =>
      method === 'DELETE' ? { kind: 'drop' } : undefined;
    assert.equal((await handler.delete(id)).status, 502);
    handler.sandbox.onRequest = undefined;
    assert.ok(handler.sandbox.instances.has(Number(id)), 'the instance is not deleted');
    assert.equal((await handler.delete(id)).status, 204);
    assert.equal(calls, 2);
  });
});
