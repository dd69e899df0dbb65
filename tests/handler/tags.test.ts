import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import type { ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { type Front, instanceBody, keyTag, startFront, subjectTag } from './front.js';

const KEY = 'idempotency-key:0123456789abcdef';

/** Of `sha256sum`: of the subject, and of the JSON of subject and key. */
const DIGESTS: [subject: string | number | bigint, ofSubject: string, ofKey: string][] = [
  ['ann', '49915e0d7d4b402e3017d010bc1c0e83cac6c797', '3cad3000a0bd0bb2128c8c185257a1e85353dcb8'],
  [7, '7902699be42c8a8e46fbbb4501726517e86b22c5', 'f8ab16d03b00f5bb857032f9a63129a495f1f266'],
  [7n, '7902699be42c8a8e46fbbb4501726517e86b22c5', 'f8ab16d03b00f5bb857032f9a63129a495f1f266'],
];

suite('An instance', { timeout: 60_000 }, () => {
  let front: Front;

  before(async () => {
    front = await startFront();
  });
  after(() => front?.[Symbol.asyncDispose]());
  afterEach(() => front.reset());

  const create = (tags: string[] = [KEY, 'a']) =>
    front.send('POST', '/instances', { body: instanceBody({ tags }) });
  const find = (key = KEY) => front.send('GET', `/instances?tags[]=${key}`);
  const as = (subject: unknown) => {
    front.options = { authorize: (() => ({ subject })) as ProxyOptions['authorize'] };
  };

  for (const [subject, ofSubject, ofKey] of DIGESTS) {
    test(`of ${typeof subject} ${subject} has the digests of the contract for tags, in front`, async () => {
      as(subject);
      const created = await create();
      assert.equal(created.status, 200);
      const [instance] = front.sandbox.instances.values();
      assert.deepEqual(instance?.tags, [`subject:${ofSubject}`, `idempotency-key:${ofKey}`, 'a']);
      assert.deepEqual(created.body.tags, [KEY, 'a'], 'the page gets the tag that it sent');
      assert.deepEqual((await find()).list, [created.body]);
      assert.equal(
        front.sentOn().at(-1),
        `GET /elements/api-v2/instances?tags[]=idempotency-key%3A${ofKey}`,
      );
    });
  }

  test('is found by its subject however that is written', async () => {
    as(7);
    const { body } = await create();
    for (const subject of ['7', 7n, 7]) {
      as(subject);
      assert.deepEqual((await find()).list, [body]);
    }
  });

  test('is found and updated though the service changes the case of tags', async () => {
    const { body } = await create([KEY, 'a']);
    const [instance] = front.sandbox.instances.values();
    assert.ok(instance);
    instance.tags = instance.tags.map((tag) => tag.toUpperCase());
    front.sandbox.ignoreTagFilter = true;
    assert.deepEqual((await find()).list, [{ ...body, tags: [KEY, 'A'] }]);
    const updated = await front.send('PUT', `/instances/${body.id}`, { body: instanceBody() });
    assert.equal(updated.status, 200);
    assert.deepEqual(updated.body.tags, ['A']);
    assert.equal(instance.tags[0], subjectTag('ann'));
  });

  test('of another subject is another where the two differ in case only', async () => {
    await create();
    for (const subject of ['Ann', 'ANN', 'ann ']) {
      as(subject);
      assert.deepEqual((await find()).list, []);
    }
  });

  test('keeps its tags in front of up to 99 others', async () => {
    const tags = Array.from({ length: 99 }, (_, at) => `tag ${at}`);
    const { status, body } = await create([KEY, ...tags]);
    assert.equal(status, 200);
    const sent = () => JSON.parse(front.sandbox.requests.at(-1)?.body ?? '').tags;
    const own = [subjectTag('ann'), keyTag('ann', KEY)];
    assert.deepEqual(sent(), [...own, ...tags]);
    await front.send('PUT', `/instances/${body.id}`, { body: instanceBody({ tags: ['b'] }) });
    assert.deepEqual(sent(), [...own, 'b']);
    await front.send('PUT', `/instances/${body.id}`, { body: instanceBody() });
    assert.deepEqual(sent(), [...own, 'b']);
  });

  test('is not found by the digest of its key', async () => {
    await create();
    assert.deepEqual((await find(keyTag('ann', KEY))).list, []);
  });

  test("cannot be made with another's tag for a key", async () => {
    const { body } = await front.send('POST', '/instances', {
      as: 'bob',
      body: instanceBody({ tags: [keyTag('ann', KEY)] }),
    });
    const made = front.sandbox.instances.get(Number(body.id));
    assert.ok(made && !made.tags.includes(keyTag('ann', KEY)), String(made?.tags));
  });

  const subjects: [what: string, subject: unknown][] = [
    ['undefined', undefined],
    ['a symbol', Symbol('ann')],
    ['a function', () => 'ann'],
    ['a list', ['ann']],
    ['an object', { id: 5 }],
    ['a string object', new String('ann')],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a lone surrogate', 'ann\ud800'],
  ];
  for (const [what, subject] of subjects) {
    test(`is not made or looked for where the subject is ${what}`, async () => {
      as(subject);
      for (const { status, body } of [await create(), await find()]) {
        assert.equal(status, 500);
        assert.equal(body.message, 'Who is asking could not be found out.');
      }
      assert.deepEqual(front.sentOn(), []);
      assert.match(front.reports[0]?.message ?? '', /authorize/);
    });
  }

  test('is made for a subject of any size', async () => {
    for (const subject of [2n ** 99n, '😀'.repeat(128)]) {
      as(subject);
      assert.equal((await create()).status, 200, String(subject));
      assert.deepEqual([...front.sandbox.instances.values()].at(-1)?.tags.slice(0, 1), [
        subjectTag(String(subject)),
      ]);
    }
  });

  test('is handed to the host with the subject as authorize gave it, and no reserved tag', async () => {
    const told: unknown[] = [];
    front.options = {
      authorize: () => ({ subject: 7n, more: 1 }) as { subject: bigint },
      onInstance: ({ tags }, owner) => told.push([tags, owner]),
    };
    await create();
    await find();
    assert.deepEqual(told, [
      [['a'], { subject: 7n }],
      [['a'], { subject: 7n }],
    ]);
  });

  suite('that the service answers with', () => {
    const instance = { id: 5, token: 't', tags: [subjectTag('ann'), 'a'] };
    const json = (body: unknown) =>
      ({ kind: 'answer', status: 200, body: JSON.stringify(body) }) as const;
    const post = () => front.send('POST', '/instances', { body: instanceBody() });
    const put = (answer: object) => {
      front.sandbox.onRequest = ({ method }) => json(method === 'GET' ? instance : answer);
      return front.send('PUT', '/instances/5', { body: instanceBody() });
    };

    for (const [what, changes] of Object.entries<object>({
      "another subject's tag": { tags: [subjectTag('bob'), 'a'] },
      "its own tag and another's": { tags: [subjectTag('ann'), subjectTag('bob')] },
      "another's tag in another case": { tags: ['Subject:x'] },
      'a subject without a name': { tags: ['subject:'] },
    })) {
      test(`and ${what} is not passed on, nor asked for again`, async () => {
        let handed = 0;
        front.options = { onInstance: () => handed++ };
        front.sandbox.onRequest = () => json({ ...instance, ...changes });
        const sentOn = async (
          send: () => Promise<{ status: number; body: object }>,
          methods: string[],
        ) => {
          front.sandbox.requests.length = 0;
          const { status, body } = await send();
          assert.equal(status, 500);
          assert.deepEqual(
            Object.keys(body),
            ['message', 'source'],
            'whether it was created stays open',
          );
          assert.deepEqual(
            front.sandbox.requests.map(({ method }) => method),
            methods,
          );
        };
        await sentOn(post, ['POST']);
        await sentOn(() => put({ ...instance, ...changes }), ['GET', 'PUT']);
        assert.equal(handed, 0);
      });
    }
  });
});
