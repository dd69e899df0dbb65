import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import type { Instance } from '../../js/sandbox/sandbox.js';
import {
  type Answer,
  type Front,
  instanceBody,
  keyTag,
  newKey,
  startFront,
  subjectTag,
} from './front.js';

suite('A subject', { timeout: 600_000 }, () => {
  let front: Front;
  /** Ann's instance and its key. */
  let anns: Instance;
  let key: string;

  before(async () => {
    front = await startFront();
  });
  after(() => front?.[Symbol.asyncDispose]());
  afterEach(() => front.reset());

  const tagOf = (key: string) => `idempotency-key:${key}`;
  const create = (as: string, tags: unknown[] = []) =>
    front.send('POST', '/instances', { as, body: instanceBody({ tags }) });
  const find = (as: string, key: string) =>
    front.send('GET', `/instances?tags[]=${tagOf(key)}`, { as });
  const update = (as: string, id: number | string | undefined, changes: object = {}) =>
    front.send('PUT', `/instances/${id}`, {
      as,
      body: instanceBody({ name: 'Overwritten', ...changes }),
    });

  function stored({ body }: Answer): Instance {
    return front.sandbox.instances.get(Number(body.id)) ?? assert.fail(JSON.stringify(body));
  }

  /** Sends as Bob, who must neither see nor change what is Ann's. */
  async function asBob(work: () => Promise<Answer>): Promise<Answer> {
    const before = structuredClone(anns);
    const answer = await work();
    assert.deepEqual(front.sandbox.instances.get(anns.id), before, "Ann's stays as it is");
    const said = JSON.stringify(answer);
    assert.ok(!said.includes(anns.token), `Ann's token in ${said}`);
    assert.ok(answer.status !== 200 || answer.body.id !== anns.id, "the answer is not Ann's");
    return answer;
  }

  const beginWithAnns = async () => {
    key = newKey();
    anns = stored(await create('ann', [tagOf(key)]));
    front.sandbox.requests.length = 0;
  };

  test('finds and updates its own instance', async () => {
    await beginWithAnns();
    assert.deepEqual((await find('ann', key)).list, [
      { id: anns.id, token: anns.token, name: 'My shop', tags: [tagOf(key)], valid: true },
    ]);
    assert.equal((await update('ann', anns.id)).status, 200);
    assert.equal(front.sandbox.instances.get(anns.id)?.name, 'Overwritten');
  });

  for (const ignoreTagFilter of [false, true]) {
    const how = ignoreTagFilter ? ', though the service ignores the filter' : '';

    test(`does not find another's by its key${how}`, async () => {
      await beginWithAnns();
      front.sandbox.ignoreTagFilter = ignoreTagFilter;
      const { status, list } = await asBob(() => find('bob', key));
      assert.equal(status, 200);
      assert.deepEqual(list, []);
    });

    test(`gets an instance of its own for the same key${how}`, async () => {
      await beginWithAnns();
      front.sandbox.ignoreTagFilter = ignoreTagFilter;
      const created = await asBob(() => create('bob', [tagOf(key)]));
      assert.equal(created.status, 200);
      assert.deepEqual(
        (await find('bob', key)).list.map(({ id }) => id),
        [created.body.id],
      );
      assert.deepEqual(
        (await find('ann', key)).list.map(({ id }) => id),
        [anns.id],
      );
    });
  }

  test('gets one of its own at the same time as others with the same key', async () => {
    key = newKey();
    const subjects = Array.from({ length: 10 }, (_, at) => `subject-${at}`);
    const rounds = await Promise.all(
      subjects.map(async (subject) => {
        await find(subject, key);
        const { body } = await create(subject, [tagOf(key)]);
        return [subject, body.id, (await find(subject, key)).list.map(({ id }) => id)] as const;
      }),
    );
    for (const [subject, id, found] of rounds) {
      assert.deepEqual(found, [id], subject);
      assert.deepEqual(front.sandbox.instances.get(Number(id))?.tags, [
        subjectTag(subject),
        keyTag(subject, tagOf(key)),
      ]);
    }
    assert.equal(front.sandbox.instances.size, subjects.length);
  });

  test('that is the beginning of another, or differs in case, is another', async () => {
    await beginWithAnns();
    for (const subject of ['an', 'anna', 'Ann', 'ANN', '.ann', 'ann.', 'ann_']) {
      assert.deepEqual((await find(subject, key)).list, [], subject);
      assert.equal((await update(subject, anns.id)).status, 404, subject);
    }
    assert.equal(front.sandbox.instances.get(anns.id)?.name, 'My shop');
  });

  for (const [what, id] of Object.entries<(id: number) => string | number>({
    'as it is': (id) => id,
    'after a step up': (id) => `1/../${id}`,
    'after an encoded step up': (id) => `1%2f..%2f${id}`,
    'before a fragment': (id) => `${id}#1`,
    'beside another': (id) => `${id},1`,
  })) {
    test(`does not update another's by its id ${what}`, async () => {
      await beginWithAnns();
      const { status } = await asBob(() => update('bob', id(anns.id)));
      assert.equal(status, 404);
      assert.ok(!front.sentOn().some((sent) => sent.startsWith('PUT')), 'nothing is overwritten');
    });
  }

  test("cannot tell another's from none", async () => {
    await beginWithAnns();
    const taken = await asBob(() => update('bob', anns.id));
    const free = await update('bob', anns.id + 1000);
    assert.deepEqual([taken.status, taken.body], [free.status, free.body]);
    assert.deepEqual(Object.keys(taken.headers), Object.keys(free.headers));
    front.sandbox.onRequest = () => ({
      kind: 'answer',
      status: 200,
      body: JSON.stringify({ id: anns.id + 1, tags: [subjectTag('bob')] }),
    });
    const odd = await update('bob', anns.id);
    assert.deepEqual([odd.status, odd.body], [free.status, free.body]);
  });

  test('cannot name itself', async () => {
    await beginWithAnns();
    for (const headers of [
      { 'x-subject': 'ann', subject: 'ann', 'x-user': 'ann' },
      { authorization: 'User ann' },
      { 'x-original-url': `/instances/${anns.id}`, 'x-rewrite-url': '/' },
      { 'x-http-method-override': 'DELETE', 'x-method-override': 'DELETE' },
      { connection: 'close, cookie', 'x-forwarded-user': 'ann' },
    ]) {
      const answer = await asBob(() =>
        front.send('PUT', `/instances/${anns.id}`, { as: 'bob', body: instanceBody(), headers }),
      );
      assert.equal(answer.status, 404);
      const found = await asBob(() =>
        front.send('GET', `/instances?tags[]=${tagOf(key)}`, { as: 'bob', headers }),
      );
      assert.deepEqual(found.list, []);
    }
  });

  test('cannot take the tag off its own instance with a doubled member', async () => {
    await beginWithAnns();
    const { id } = stored(await create('bob'));
    const text = JSON.stringify(instanceBody());
    for (const body of [
      text.replace(/}$/, ',"tags":["a"],"tags":[]}'),
      text.replace(/}$/, ',"tags":[],"\\u0074ags":["b"]}'),
    ]) {
      await front.send('PUT', `/instances/${id}`, { as: 'bob', body });
      assert.ok(front.sandbox.instances.get(id)?.tags.includes(subjectTag('bob')), body);
    }
  });

  for (const [what, tags] of Object.entries<(own: string[]) => unknown>({
    'no tag of a subject': () => ['a'],
    'two subjects, its own the first': (own) => [...own, 'subject:cat'],
    'two subjects, its own the last': (own) => ['subject:cat', ...own],
    'its own twice': (own) => [...own, subjectTag('ann')],
    'its own and one of another case': (own) => [...own, 'Subject:x'],
    'its own and one without a name': (own) => [...own, 'subject:'],
    'its own and the same in another case': (own) => [...own, subjectTag('ann').toUpperCase()],
    'tags that are no list': (own) => own.join(),
    'tags that are not all text': (own) => [...own, 5],
    'no tags': () => undefined,
  })) {
    test(`does not reach an instance with ${what}`, async () => {
      await beginWithAnns();
      Object.assign(anns, { tags: tags(anns.tags) });
      front.sandbox.onRequest = ({ method }) =>
        method === 'GET' && Array.isArray(anns.tags) === false
          ? { kind: 'answer', status: 200, body: JSON.stringify([anns]) }
          : undefined;
      assert.deepEqual((await find('ann', key)).list, []);
      front.sandbox.onRequest = undefined;
      assert.equal((await update('ann', anns.id)).status, 404);
      assert.equal(anns.name, 'My shop');
    });
  }

  test('does not reach an instance that the service gives for another id', async () => {
    await beginWithAnns();
    const bobs = stored(await create('bob'));
    front.sandbox.onRequest = ({ method }) =>
      method === 'GET' ? { kind: 'answer', status: 200, body: JSON.stringify(bobs) } : undefined;
    assert.equal((await asBob(() => update('bob', anns.id))).status, 404);
  });

  test("does not suffer from another's instance that cannot be read", async () => {
    await beginWithAnns();
    const list = [
      { ...anns, token: undefined },
      null,
      5,
      'x',
      { tags: [keyTag('bob', tagOf(key))] },
    ];
    front.sandbox.onRequest = () => ({ kind: 'answer', status: 200, body: JSON.stringify(list) });
    const { status, list: found } = await find('bob', key);
    assert.equal(status, 200);
    assert.deepEqual(found, []);
    assert.equal((await find('ann', key)).status, 502);
  });

  test('gets the newest of its own where several carry the key', async () => {
    await beginWithAnns();
    const newest = stored(await create('ann', [tagOf(key)]));
    await create('bob', [tagOf(key)]);
    const { list } = await find('ann', key);
    assert.deepEqual(
      list.map(({ id }) => id),
      [newest.id],
    );
  });

  test('only gets what carries the key, though the service ignores the filter', async () => {
    await beginWithAnns();
    front.sandbox.ignoreTagFilter = true;
    assert.deepEqual((await find('ann', newKey())).list, []);
  });

  test("keeps its own and its key's tag through updates, with tags and without", async () => {
    key = newKey();
    const { id } = stored(await create('ann', [tagOf(key), 'a', 'b']));
    const tags = () => front.sandbox.instances.get(id)?.tags;
    const unnamed = await update('ann', id);
    const reserved = [subjectTag('ann'), keyTag('ann', tagOf(key))];
    assert.deepEqual(tags(), [...reserved, 'a', 'b']);
    assert.deepEqual(unnamed.body.tags, ['a', 'b']);
    await update('ann', id, { tags: ['c'] });
    assert.deepEqual(tags(), [...reserved, 'c']);
    await update('ann', id, { tags: [] });
    assert.deepEqual(tags(), reserved);
    assert.equal((await find('ann', key)).list[0]?.id, id);
  });
});
