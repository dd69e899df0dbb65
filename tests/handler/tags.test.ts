import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { instanceBody, KEY, keyTag, subjectTag } from './instance-body.js';
import { respondWith, useHandler } from './served-handler.js';

suite('An instance', { timeout: 60_000 }, () => {
  const handler = useHandler();

  const create = (tags = [KEY, 'a']) => handler.create(instanceBody({ tags }));
  const find = (tag = KEY) => handler.find(tag);
  const signIn = (subject: unknown) => {
    handler.options = { authorize: (() => ({ subject })) as ProxyOptions['authorize'] };
  };

  // tests/vectors/subject.json has the digests.
  test('has digests of subject and key as its first tags, and is found for 7, 7n and "7"', async () => {
    signIn(7);
    const { body } = await create();
    const [instance] = handler.sandbox.instances.values();
    assert.deepEqual(instance?.tags, [subjectTag('7'), keyTag('7', KEY), 'a']);
    assert.deepEqual(body.tags, [KEY, 'a'], 'the page gets the tag that it sent');
    for (const subject of ['7', 7n, 7]) {
      signIn(subject);
      assert.deepEqual((await find()).list, [body]);
    }
  });

  test('is found and updated though the service changes the case of tags', async () => {
    const { body } = await create([KEY, 'a']);
    const [instance = assert.fail('an instance')] = handler.sandbox.instances.values();
    instance.tags = instance.tags.map((tag) => tag.toUpperCase());
    handler.sandbox.ignoreTagFilter = true;
    assert.deepEqual((await find()).list, [{ ...body, tags: [KEY, 'A'] }]);
    const updated = await handler.update(body.id);
    assert.equal(updated.status, 200);
    assert.deepEqual(updated.body.tags, ['A']);
    assert.equal(instance.tags[0], subjectTag('ann'));
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

  test("in a response is not passed on with another subject's tag, and the request is not repeated", async () => {
    const instance = { id: 5, token: 't', tags: [subjectTag('ann'), 'a'] };
    for (const tags of [
      [subjectTag('bob'), 'a'],
      [subjectTag('ann'), subjectTag('bob')],
      ['Subject:x'],
      ['subject:'],
    ]) {
      handler.reset();
      let calls = 0;
      handler.options = { onInstance: () => calls++ };
      handler.sandbox.onRequest = ({ method }) =>
        respondWith(200, method === 'GET' ? instance : { ...instance, tags });
      for (const send of [() => handler.create(), () => handler.update(5)]) {
        const { status, body } = await send();
        assert.equal(status, 500);
        assert.deepEqual(Object.keys(body), ['message', 'source'], 'no created: false');
      }
      const methods = handler.sandbox.requests.map(({ method }) => method);
      assert.deepEqual(methods, ['POST', 'GET', 'PUT']);
      assert.equal(calls, 0);
    }
  });

  test('in the response to an update has to be the one that was updated', async () => {
    const instance = { id: 5, token: 't', tags: [subjectTag('ann')] };
    handler.sandbox.onRequest = ({ method }) =>
      respondWith(200, method === 'GET' ? instance : { ...instance, id: 6 });
    const { status, body } = await handler.update(5);
    assert.deepEqual([status, body.message], [500, 'The service answered with another instance.']);
  });
});
