import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import type { ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { instanceBody, KEY, keyTag, subjectTag } from './instance-body.js';
import { respondWith, type ServedHandler, startHandler } from './served-handler.js';

/** Computed with `sha256sum`: of the subject, and of the JSON of subject and key. */
const DIGESTS: [subject: string | number | bigint, ofSubject: string, ofKey: string][] = [
  ['ann', '49915e0d7d4b402e3017d010bc1c0e83cac6c797', '3cad3000a0bd0bb2128c8c185257a1e85353dcb8'],
  [7, '7902699be42c8a8e46fbbb4501726517e86b22c5', 'f8ab16d03b00f5bb857032f9a63129a495f1f266'],
  [7n, '7902699be42c8a8e46fbbb4501726517e86b22c5', 'f8ab16d03b00f5bb857032f9a63129a495f1f266'],
];

suite('An instance', { timeout: 60_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  const create = (tags = [KEY, 'a']) => handler.create(instanceBody({ tags }));
  const find = (tag = KEY) => handler.find(tag);
  const signIn = (subject: unknown) => {
    handler.options = { authorize: (() => ({ subject })) as ProxyOptions['authorize'] };
  };

  for (const [subject, ofSubject, ofKey] of DIGESTS) {
    test(`of the ${typeof subject} ${subject} has digests of subject and key as its first tags`, async () => {
      signIn(subject);
      const created = await create();
      assert.equal(created.status, 200);
      const [instance] = handler.sandbox.instances.values();
      assert.deepEqual(instance?.tags, [`subject:${ofSubject}`, `idempotency-key:${ofKey}`, 'a']);
      assert.deepEqual(created.body.tags, [KEY, 'a'], 'the page gets the tag that it sent');
      assert.deepEqual((await find()).list, [created.body]);
      assert.equal(
        handler.passedOn().at(-1),
        `GET /elements/api-v2/instances?tags%5B%5D=idempotency-key%3A${ofKey}`,
      );
    });
  }

  test('is found for the same subject as a number, bigint or string', async () => {
    signIn(7);
    const { body } = await create();
    for (const subject of ['7', 7n, 7]) {
      signIn(subject);
      assert.deepEqual((await find()).list, [body]);
    }
  });

  test('is found and updated though the service changes the case of tags', async () => {
    const { body } = await create([KEY, 'a']);
    const [instance] = handler.sandbox.instances.values();
    assert.ok(instance);
    instance.tags = instance.tags.map((tag) => tag.toUpperCase());
    handler.sandbox.ignoreTagFilter = true;
    assert.deepEqual((await find()).list, [{ ...body, tags: [KEY, 'A'] }]);
    const updated = await handler.update(body.id);
    assert.equal(updated.status, 200);
    assert.deepEqual(updated.body.tags, ['A']);
    assert.equal(instance.tags[0], subjectTag('ann'));
  });

  test('keeps its two reserved tags before up to 99 others', async () => {
    const tags = Array.from({ length: 99 }, (_, at) => `tag ${at}`);
    const { status, body } = await create([KEY, ...tags]);
    assert.equal(status, 200);
    const sentTags = () => JSON.parse(handler.sandbox.requests.at(-1)?.body ?? '').tags;
    const reserved = [subjectTag('ann'), keyTag('ann', KEY)];
    assert.deepEqual(sentTags(), [...reserved, ...tags]);
    await handler.update(body.id, instanceBody({ tags: ['b'] }));
    assert.deepEqual(sentTags(), [...reserved, 'b']);
    await handler.update(body.id);
    assert.deepEqual(sentTags(), [...reserved, 'b']);
  });

  test('is not found by the digest of its key', async () => {
    await create();
    assert.deepEqual((await find(keyTag('ann', KEY))).list, []);
  });

  test("cannot be created with the tag of another subject's key", async () => {
    const tag = keyTag('ann', KEY);
    const { body } = await handler.create(instanceBody({ tags: [tag] }), { as: 'bob' });
    const created = handler.sandbox.instances.get(Number(body.id));
    assert.ok(created && !created.tags.includes(tag), String(created?.tags));
  });

  const subjects: [what: string, subject: unknown][] = [
    ['undefined', undefined],
    ['a symbol', Symbol('ann')],
    ['a function', () => 'ann'],
    ['an array', ['ann']],
    ['an object', { id: 5 }],
    ['a string object', new String('ann')],
    ['NaN', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a lone surrogate', 'ann\ud800'],
  ];
  for (const [what, subject] of subjects) {
    test(`is neither created nor looked up where the subject is ${what}`, async () => {
      signIn(subject);
      for (const { status, body } of [await create(), await find()]) {
        assert.equal(status, 500);
        assert.equal(body.message, 'The user could not be identified.');
      }
      assert.deepEqual(handler.passedOn(), []);
      assert.match(handler.reports[0]?.message ?? '', /authorize/);
    });
  }

  test('is created for very long subjects', async () => {
    for (const subject of [2n ** 99n, '😀'.repeat(128)]) {
      signIn(subject);
      assert.equal((await create()).status, 200, String(subject));
      const created = [...handler.sandbox.instances.values()].at(-1);
      assert.equal(created?.tags[0], subjectTag(String(subject)));
    }
  });

  test('is passed to onInstance without reserved tags, and with the subject of authorize', async () => {
    const calls: unknown[] = [];
    handler.options = {
      authorize: () => ({ subject: 7n, more: 1 }) as { subject: bigint },
      onInstance: ({ tags }, owner) => calls.push([tags, owner]),
    };
    await create();
    await find();
    assert.deepEqual(calls, [
      [['a'], { subject: 7n }],
      [['a'], { subject: 7n }],
    ]);
  });

  suite('in a response of the service', () => {
    const instance = { id: 5, token: 't', tags: [subjectTag('ann'), 'a'] };

    for (const [what, changes] of Object.entries<object>({
      "another subject's tag": { tags: [subjectTag('bob'), 'a'] },
      "its own subject's tag and another's": { tags: [subjectTag('ann'), subjectTag('bob')] },
      "another subject's tag in another case": { tags: ['Subject:x'] },
      'the tag of a subject without a name': { tags: ['subject:'] },
    })) {
      test(`with ${what} is not passed on, and the request is not repeated`, async () => {
        let calls = 0;
        handler.options = { onInstance: () => calls++ };
        handler.sandbox.onRequest = ({ method }) =>
          respondWith(200, method === 'GET' ? instance : { ...instance, ...changes });
        for (const send of [() => handler.create(), () => handler.update(5)]) {
          const { status, body } = await send();
          assert.equal(status, 500);
          assert.deepEqual(Object.keys(body), ['message', 'source'], 'no created: false');
        }
        const methods = handler.sandbox.requests.map(({ method }) => method);
        assert.deepEqual(methods, ['POST', 'GET', 'PUT']);
        assert.equal(calls, 0);
      });
    }
  });
});
