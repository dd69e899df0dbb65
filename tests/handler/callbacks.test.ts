import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { afterEach, suite, test } from 'node:test';
import type { ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { instanceBody, KEY, newKey, PASSWORD, USER_SECRET, withSettings } from './instance-body.js';
import { creationRequest, MOUNT, makeHandler, optionsFor, useHandler } from './served-handler.js';

suite('The handler', { timeout: 600_000 }, () => {
  const handler = useHandler();

  suite('calls authorize', () => {
    test('with the whole request except its body', async () => {
      let seen: Request | undefined;
      handler.options = {
        authorize: async (request) => {
          seen = request;
          return { subject: 'ann' };
        },
      };
      const { status } = await handler.create(instanceBody(), {
        headers: { cookie: 'session=ann; other=1', authorization: 'Bearer abc' },
      });
      assert.equal(status, 200);
      assert.equal(seen?.method, 'POST');
      assert.equal(seen.url, `${handler.origin}${MOUNT}/instances`);
      assert.equal(seen.headers.get('cookie'), 'session=ann; other=1');
      assert.equal(seen.headers.get('authorization'), 'Bearer abc');
      assert.equal(await seen.text(), '');
    });

    test('before it reads the body', async () => {
      let wasRead = false;
      const body = new ReadableStream(
        {
          pull() {
            wasRead = true;
          },
        },
        { highWaterMark: 0 },
      );
      const { status } = await makeHandler({ authorize: () => null })(creationRequest(body));
      assert.deepEqual([status, wasRead], [401, false]);
    });

    test('and answers 401 where nobody is signed in', async () => {
      await handler.bothRefused(401, { as: '', body: instanceBody() });
      await handler.refused(401, 'GET', `/instances?tags[]=${KEY}`, { as: '' });
    });

    for (const [what, authorize] of Object.entries<() => unknown>({
      undefined: () => undefined,
      false: () => false,
      'a string': () => 'ann',
      'an empty object': () => ({}),
      'a symbol': () => ({ subject: Symbol('ann') }),
      'an array': () => ({ subject: ['ann'] }),
      'a string object': () => ({ subject: new String('ann') }),
      NaN: () => ({ subject: Number.NaN }),
      'a promise in a template': () => ({ subject: `${Promise.resolve('ann')}` }),
      'a lone surrogate': () => ({ subject: 'ann\ud800' }),
      'an exception': () => {
        throw new Error(`${USER_SECRET} ${PASSWORD}`);
      },
      'a rejection without a reason': () => Promise.reject(undefined),
      'a subject that throws': () => ({
        get subject() {
          throw new Error(USER_SECRET);
        },
      }),
    })) {
      test(`and answers 500 where the result is ${what}`, async () => {
        handler.options = { authorize: authorize as ProxyOptions['authorize'] };
        const message = await handler.refused(500, 'POST', '/instances', { body: instanceBody() });
        assert.equal(message, 'The user could not be identified.');
        assert.match(handler.reports[0]?.message ?? '', /^authorize /);
        await handler.refused(500, 'GET', `/instances?tags[]=${KEY}`);
      });
    }
  });

  suite('calls onInstance', () => {
    const calls: unknown[] = [];
    const onInstance: ProxyOptions['onInstance'] = (...args) => {
      calls.push(args);
    };
    afterEach(() => {
      calls.length = 0;
    });

    test('for an instance that is created, found or updated, with its store and without reserved tags', async () => {
      const authorize = () => ({ subject: 7n, more: 1 }) as { subject: bigint };
      handler.options = { onInstance, authorize };
      await handler.create(instanceBody({ tags: [KEY, 'a'] }));
      await handler.find(KEY);
      const [present = assert.fail('an instance')] = handler.sandbox.instances.values();
      const { id, token, name } = present;
      Object.assign(present.configuration, { 'store.url': 'https://127.0.0.1/api/v2' });
      await handler.find(KEY);
      present.disabled = true;
      await handler.update(id);
      const instance = { id, token, name, tags: ['a'], valid: true };
      const storeUrl = 'https://store-wuxeae6.mybigcommerce.com/api/v2';
      assert.deepEqual(calls, [
        [
          { ...instance, disabled: false },
          { subject: 7n, outcome: 'created', storeUrl },
        ],
        [
          { ...instance, disabled: false },
          { subject: 7n, outcome: 'found', storeUrl },
        ],
        [
          { ...instance, disabled: false },
          { subject: 7n, outcome: 'found' },
        ],
        // An update does not enable it.
        [
          { ...instance, disabled: true },
          { subject: 7n, outcome: 'updated', storeUrl },
        ],
      ]);
    });

    test('and answers once that has resolved', async () => {
      const host = new EventEmitter();
      const onInstance = () => {
        host.emit('called');
        return once(host, 'stored');
      };
      const isCalled = once(host, 'called');
      const responses: number[] = [];
      const handle = makeHandler({ ...optionsFor(handler.sandbox), onInstance });
      const call = handle(creationRequest()).then(({ status }) => responses.push(status));
      await isCalled;
      await new Promise(setImmediate);
      assert.deepEqual(responses, []);
      host.emit('stored');
      await call;
      assert.deepEqual(responses, [200]);
    });

    test('not where there is no instance', async () => {
      handler.options = { onInstance };
      await handler.find(KEY);
      await handler.create(withSettings({ username: 'refused' }));
      await handler.update(5);
      assert.deepEqual(calls, []);
    });

    test('with a copy, so that the host cannot change the response', async () => {
      handler.options = {
        onInstance: (instance) => {
          instance.id = 1;
          instance.tags?.push('b');
        },
      };
      const { body } = await handler.create();
      assert.notEqual(body.id, 1);
      assert.deepEqual(body.tags, []);
    });

    test('and answers 500 where that throws or rejects; the key finds the instance again', async () => {
      for (const fail of [
        () => Promise.reject(new Error(PASSWORD)),
        () => {
          throw new Error(USER_SECRET);
        },
      ]) {
        handler.reset();
        calls.length = 0;
        const tag = `idempotency-key:${newKey()}`;
        handler.options = { onInstance: fail };
        assert.equal((await handler.create(instanceBody({ tags: [tag] }))).status, 500);
        assert.equal((await handler.find(tag)).status, 500);
        handler.options = { onInstance };
        const found = await handler.find(tag);
        assert.equal(found.status, 200);
        assert.deepEqual([...handler.sandbox.instances.keys()], [found.list[0]?.id]);
        assert.equal(calls.length, 1);
      }
    });
  });
});
