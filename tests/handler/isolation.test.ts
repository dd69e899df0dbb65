import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Instance } from '../../js/sandbox/sandbox.js';
import { instanceBody, keyTag, newKey, subjectTag } from './instance-body.js';
import { type HandlerResponse, respondWith, useHandler } from './served-handler.js';

suite('A subject', { timeout: 600_000 }, () => {
  const handler = useHandler();
  /** The tag of a key, as a page sends it. */
  let tag: string;
  /** Ann's instance with that tag, which `createAnns` creates. */
  let anns: Instance;

  const newTag = () => `idempotency-key:${newKey()}`;
  const create = (as: string, tags: unknown[] = []) =>
    handler.create(instanceBody({ tags }), { as });
  const find = (as: string, tag: string) => handler.find(tag, { as });
  const foundIds = async (as: string) => (await find(as, tag)).list.map(({ id }) => id);
  const update = (as: string, id: number | string, changes: object = {}) =>
    handler.update(id, instanceBody({ name: 'Overwritten', ...changes }), { as });

  function stored({ body }: HandlerResponse): Instance {
    return handler.sandbox.instances.get(Number(body.id)) ?? assert.fail(JSON.stringify(body));
  }

  /** Checks that a request of Bob neither shows nor changes Ann's instance. */
  async function asBob(work: () => Promise<HandlerResponse>): Promise<HandlerResponse> {
    const before = structuredClone(anns);
    const response = await work();
    assert.deepEqual(handler.sandbox.instances.get(anns.id), before, "Ann's is unchanged");
    const text = JSON.stringify(response);
    assert.ok(!text.includes(anns.token), `Ann's token in ${text}`);
    const ids = [response.body, ...response.list, ...(response.body.connections ?? [])];
    assert.ok(!ids.some(({ id }) => id === anns.id), "the response is not Ann's");
    return response;
  }

  const createAnns = async () => {
    tag = newTag();
    anns = stored(await create('ann', [tag]));
    handler.sandbox.requests.length = 0;
  };

  test('finds and updates its own instance', async () => {
    await createAnns();
    assert.deepEqual((await find('ann', tag)).list, [
      {
        ...{ id: anns.id, token: anns.token, name: 'My shop', tags: [tag] },
        ...{ valid: true, disabled: false },
      },
    ]);
    assert.equal((await update('ann', anns.id)).status, 200);
    assert.equal(handler.sandbox.instances.get(anns.id)?.name, 'Overwritten');
  });

  for (const ignoreTagFilter of [false, true]) {
    const how = ignoreTagFilter ? ', though the service ignores the filter' : '';

    test(`does not find another's instance by its key${how}`, async () => {
      await createAnns();
      handler.sandbox.ignoreTagFilter = ignoreTagFilter;
      const { status, list } = await asBob(() => find('bob', tag));
      assert.deepEqual([status, list], [200, []]);
      assert.deepEqual((await find('ann', newTag())).list, []);
    });

    test(`gets an instance of its own for the same key, the newest${how}`, async () => {
      await createAnns();
      handler.sandbox.ignoreTagFilter = ignoreTagFilter;
      const created = await asBob(() => create('bob', [tag]));
      assert.equal(created.status, 200);
      assert.deepEqual(await foundIds('bob'), [created.body.id]);
      assert.deepEqual(await foundIds('ann'), [anns.id]);
      const newest = stored(await create('ann', [tag]));
      assert.deepEqual(await foundIds('ann'), [newest.id]);
    });
  }

  test('lists its own instances and no others, though the service ignores the filter', async () => {
    await createAnns();
    const bobs = stored(await create('bob', ['b']));
    const unowned = { ...bobs, id: bobs.id + 1, tags: ['a'] };
    const both = { ...bobs, id: bobs.id + 2, tags: [subjectTag('bob'), subjectTag('ann')] };
    for (const other of [unowned, both]) handler.sandbox.instances.set(other.id, other);
    for (const ignoreTagFilter of [false, true]) {
      handler.sandbox.ignoreTagFilter = ignoreTagFilter;
      const { body } = await asBob(() => handler.list({ as: 'bob' }));
      assert.deepEqual(
        body.connections?.map(({ id, tags }) => [id, tags]),
        [[bobs.id, ['b']]],
      );
      assert.deepEqual((await handler.list({ as: 'eve' })).body.connections, []);
    }
  });

  test('deletes its own instance and no other', async () => {
    await createAnns();
    const calls: unknown[] = [];
    handler.options = { allowDisconnect: true, onDisconnect: (...call) => calls.push(call) };
    for (const written of [anns.id, `1/../${anns.id}`, `${anns.id}#1`]) {
      const { status } = await asBob(() => handler.delete(written, { as: 'bob' }));
      assert.equal(status, 404);
    }
    assert.deepEqual(calls, []);
    assert.ok(!handler.passedOn().some((request) => request.startsWith('DELETE')), 'no DELETE');
    assert.equal((await handler.delete(anns.id)).status, 204);
    assert.deepEqual([...handler.sandbox.instances.keys()], []);
  });

  test('is distinct from subjects that differ in case or contain it', async () => {
    await createAnns();
    for (const subject of ['an', 'anna', 'Ann', 'ANN', '.ann', 'ann_']) {
      assert.deepEqual((await find(subject, tag)).list, [], subject);
      assert.deepEqual((await handler.list({ as: subject })).body.connections, [], subject);
      assert.equal((await update(subject, anns.id)).status, 404, subject);
    }
    assert.equal(handler.sandbox.instances.get(anns.id)?.name, 'My shop');
  });

  test("does not update another's instance by its id, however it is written", async () => {
    await createAnns();
    const { id } = anns;
    for (const written of [id, `1/../${id}`, `1%2f..%2f${id}`, `${id}#1`, `${id},1`]) {
      const { status } = await asBob(() => update('bob', written));
      assert.equal(status, 404);
      assert.ok(!handler.passedOn().some((request) => request.startsWith('PUT')), 'no PUT');
    }
  });

  test("gets the same response for another's id and for an id without an instance", async () => {
    await createAnns();
    handler.options = { allowDisconnect: true };
    for (const send of [
      (id: number) => update('bob', id),
      (id: number) => handler.delete(id, { as: 'bob' }),
    ]) {
      handler.sandbox.onRequest = undefined;
      const taken = await asBob(() => send(anns.id));
      const unused = await send(anns.id + 1000);
      assert.deepEqual([taken.status, taken.body], [unused.status, unused.body]);
      assert.deepEqual(Object.keys(taken.headers), Object.keys(unused.headers));
      handler.sandbox.onRequest = () =>
        respondWith(200, { id: anns.id + 1, tags: [subjectTag('bob')] });
      const wrong = await send(anns.id);
      assert.deepEqual([wrong.status, wrong.body], [unused.status, unused.body]);
    }
  });

  test('is not taken from headers other than the session', async () => {
    await createAnns();
    for (const headers of [
      { 'x-subject': 'ann', 'x-user': 'ann', 'x-forwarded-user': 'ann' },
      { authorization: 'User ann' },
      { 'x-original-url': `/instances/${anns.id}`, 'x-http-method-override': 'DELETE' },
    ]) {
      const bob = { as: 'bob', headers };
      const response = await asBob(() => handler.update(anns.id, instanceBody(), bob));
      assert.equal(response.status, 404);
      assert.deepEqual((await asBob(() => handler.find(tag, bob))).list, []);
    }
  });

  test('cannot remove the tag of its own instance with a duplicate member', async () => {
    await createAnns();
    const { id } = stored(await create('bob'));
    const body = JSON.stringify(instanceBody()).replace(/}$/, ',"tags":[],"\\u0074ags":["b"]}');
    await handler.update(id, body, { as: 'bob' });
    assert.deepEqual(handler.sandbox.instances.get(id)?.tags, [subjectTag('bob'), 'b']);
  });

  test('neither finds nor updates an instance with other tags than its own of a subject', async () => {
    for (const tags of [
      () => ['a'],
      (own) => [...own, 'subject:cat'],
      (own) => ['subject:cat', ...own],
      (own) => [...own, subjectTag('ann')],
      (own) => [...own, 'Subject:x'],
      (own) => [...own, 'subject:'],
      (own) => [...own, subjectTag('ann').toUpperCase()],
      (own) => own.join(),
      (own) => [...own, 5],
      () => undefined,
    ] as ((own: string[]) => unknown)[]) {
      await createAnns();
      Object.assign(anns, { tags: tags(anns.tags) });
      handler.sandbox.onRequest = ({ method }) =>
        method === 'GET' && !Array.isArray(anns.tags) ? respondWith(200, [anns]) : undefined;
      assert.deepEqual((await find('ann', tag)).list, [], String(tags));
      handler.sandbox.onRequest = undefined;
      assert.equal((await update('ann', anns.id)).status, 404, String(tags));
      assert.equal(anns.name, 'My shop');
    }
  });

  test('does not update an instance that the service returns for another id', async () => {
    await createAnns();
    const bobs = stored(await create('bob'));
    handler.sandbox.onRequest = ({ method }) =>
      method === 'GET' ? respondWith(200, bobs) : undefined;
    assert.equal((await asBob(() => update('bob', anns.id))).status, 404);
  });

  test("finds nothing, without an error, where another's instance cannot be read", async () => {
    await createAnns();
    const list = [{ ...anns, token: undefined }, null, 5, 'x', { tags: [keyTag('bob', tag)] }];
    handler.sandbox.onRequest = () => respondWith(200, list);
    const { status, list: found } = await find('bob', tag);
    assert.deepEqual([status, found], [200, []]);
    assert.equal((await find('ann', tag)).status, 502);
  });

  test('keeps the tags of subject and key through updates with and without tags', async () => {
    tag = newTag();
    const { id } = stored(await create('ann', [tag, 'a', 'b']));
    const tags = () => handler.sandbox.instances.get(id)?.tags;
    const unchanged = await update('ann', id);
    const reserved = [subjectTag('ann'), keyTag('ann', tag)];
    assert.deepEqual(tags(), [...reserved, 'a', 'b']);
    assert.deepEqual(unchanged.body.tags, ['a', 'b']);
    for (const own of [['c'], []]) {
      await update('ann', id, { tags: own });
      assert.deepEqual(tags(), [...reserved, ...own]);
    }
    assert.equal((await find('ann', tag)).list[0]?.id, id);
  });
});
