import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { type Make, raise, setUpConfigPage } from './config-page.js';
import { inEveryEngine } from './in-every-engine.js';

inEveryEngine('The config as an object', { timeout: 600_000 }, (engine) => {
  let page: BlankPage;
  let sandbox: Sandbox;
  const { accepted, refused, testRefusals, validate, validateAll, validateCases, validateEach } =
    setUpConfigPage(engine, (opened) => {
      ({ page, sandbox } = opened);
    });

  test('may leave out any optional field by giving undefined', async () => {
    const [result] = await validate((valid) => ({
      ...valid,
      tags: undefined,
      userSecret: undefined,
      organizationSecret: undefined,
      signal: undefined,
      timeout: undefined,
      unknown: undefined,
    }));
    const { body, authorization } = accepted(result, 'undefined');
    assert.equal(authorization, null);
    assert.deepEqual(Object.keys(body).sort(), ['configuration', 'element', 'name']);
  });

  test('is refused for null in any field', async () => {
    const fields = [
      ...['username', 'password', 'storeUrl', 'name', 'tags', 'baseUrl', 'signal', 'timeout'],
      ...['userSecret', 'organizationSecret', 'unknown'],
    ];
    const results = await validateEach(fields, (valid, field) => ({
      ...valid,
      userSecret: 's',
      organizationSecret: 's',
      [field]: null,
    }));
    for (const [at, field] of fields.entries()) {
      assert.deepEqual(Object.keys(refused(results[at], field)), [field]);
    }
  });

  test('is refused for unknown fields, by name', () => {
    const unknown = /not a known field/;
    return testRefusals({
      'a misspelling': [(valid) => ({ ...valid, Username: 'a' }), { Username: unknown }],
      several: [
        (valid) => ({ ...valid, b: 0, '': 1, é: null }),
        { b: unknown, '': unknown, é: unknown },
      ],
      'a name with dots': [(valid) => ({ ...valid, 'store.url': 'a' }), { 'store.url': unknown }],
      "Object.prototype's own names": [
        (valid) => Object.assign(valid, { constructor: 1, toString: 2, hasOwnProperty: 3 }),
        { constructor: unknown, toString: unknown, hasOwnProperty: unknown },
      ],
      '__proto__ through JSON.parse': [
        (valid) => {
          const { __proto__, ...rest } = JSON.parse('{"__proto__":{"name":"a","polluted":1}}');
          return Object.assign(
            Object.defineProperty(valid, '__proto__', { value: __proto__, enumerable: true }),
            rest,
          );
        },
        { ['__proto__']: unknown },
      ],
      '__proto__ that would supply a field': [
        ({ name, ...valid }) =>
          JSON.parse(`{"__proto__":{"name":"a"},${JSON.stringify(valid).slice(1)}`),
        { ['__proto__']: unknown, name: /missing/ },
      ],
      'a known field of the service': [
        (valid) => ({ ...valid, element: { key: 'other' }, configuration: {} }),
        { element: unknown, configuration: unknown },
      ],
    });
  });

  test('must be an object', async () => {
    await testRefusals({
      undefined: [() => undefined, { '': /object/ }],
      null: [() => null, { '': /object/ }],
      text: [() => 'shop', { '': /object/ }],
      'empty text': [() => '', { '': /object/ }],
      number: [() => 5, { '': /object/ }],
      NaN: [() => Number.NaN, { '': /object/ }],
      boolean: [() => true, { '': /object/ }],
      bigint: [() => 5n, { '': /object/ }],
      symbol: [() => Symbol('shop'), { '': /object/ }],
      function: [() => Object.assign(() => undefined, { timeout: 1, tags: [] }), { '': /object/ }],
      class: [() => class {}, { '': /object/ }],
    });
    const results = await validate(
      (valid) => [valid],
      () => [],
      () => new Map(),
      () => new Date(),
      () => Promise.resolve(),
      () => new FormData(),
    );
    for (const [at, unusable] of results.entries()) refused(unusable, `object ${at}`);
  });

  test('may have a prototype, be frozen, or be a transparent proxy', async () => {
    const cases: Record<string, readonly [Make, string]> = {
      'no prototype': [(valid) => Object.assign(Object.create(null), valid), 'My shop'],
      frozen: [(valid) => Object.freeze({ ...valid, tags: Object.freeze(['a']) }), 'My shop'],
      'inherited fields': [(valid) => Object.create(valid), 'My shop'],
      'some inherited, one overridden': [
        (valid) => Object.create(valid, { name: { value: 'Mine', enumerable: true } }),
        'Mine',
      ],
      'a class instance': [
        (valid) => {
          class Settings {
            name = 'Of a class';
            constructor() {
              Object.assign(this, valid, { name: this.name });
            }
            connect() {}
          }
          return new Settings();
        },
        'Of a class',
      ],
      'getters on the prototype and private state': [
        (valid) => {
          class Settings {
            #name = 'Private';
            get name() {
              return this.#name;
            }
            get username() {
              return valid.username;
            }
            get password() {
              return valid.password;
            }
            get storeUrl() {
              return valid.storeUrl;
            }
            get baseUrl() {
              return valid.baseUrl;
            }
          }
          return new Settings();
        },
        'Private',
      ],
      'non-enumerable fields': [
        (valid) => Object.defineProperty(valid, 'name', { value: 'Hidden', enumerable: false }),
        'Hidden',
      ],
      'a form': [
        (valid) => {
          const form = new FormData();
          for (const [name, value] of Object.entries(valid)) form.append(name, String(value));
          return Object.fromEntries(form);
        },
        'My shop',
      ],
      'a proxy, with proxies inside, as a reactive object': [
        (valid) => {
          const reactive = <T extends object>(target: T): T =>
            new Proxy(target, {
              get(target, name, receiver) {
                const value = Reflect.get(target, name, receiver);
                const isPlain = Array.isArray(value) || value?.constructor === Object;
                return isPlain ? reactive(value) : value;
              },
            });
          return reactive({ ...valid, tags: ['a', 'b'], signal: new AbortController().signal });
        },
        'My shop',
      ],
    };
    for (const [label, result, name] of await validateCases(cases)) {
      const { body } = accepted(result, label);
      assert.equal(body.name, name, label);
      if (label.includes('reactive')) assert.deepEqual(body.tags, ['a', 'b']);
    }
  });

  test('has each field and each tag read once', async () => {
    const reads = await page.run(async () => {
      const counted = <T extends object>(target: T, prefix: string): T =>
        new Proxy(target, {
          get(target, name, receiver) {
            const path = prefix + String(name);
            counts[path] = (counts[path] ?? 0) + 1;
            const value = Reflect.get(target, name, receiver);
            return Array.isArray(value) ? counted(value, `${path}.`) : value;
          },
        });
      const counts: Record<string, number> = {};
      const config = {
        username: 'shop',
        password: '0123456789abcdef',
        storeUrl: 's.example',
        name: 'My shop',
        tags: ['a', 'b'],
        userSecret: 's',
        organizationSecret: 's',
        baseUrl: '/api',
        signal: AbortSignal.abort(),
        timeout: 1000,
        unknown: 1,
      };
      await outcome(api.authenticateBigCommerce(counted(config, '')));
      const fields = [...Object.keys(config), 'tags.0', 'tags.1'];
      return fields.map((field) => [field, counts[field]]);
    });
    for (const [field, count] of reads) assert.equal(count, 1, String(field));
  });

  test('is refused if reading it throws, without the thrown value in the error', async () => {
    const cases: Record<string, Make> = {
      'a getter': (valid) =>
        Object.defineProperty(valid, 'password', { enumerable: true, get: raise }),
      'a getter of an unknown field': (valid) =>
        Object.defineProperty(valid, 'unknown', {
          enumerable: true,
          get() {
            throw 'canary';
          },
        }),
      'a getter that throws undefined': () => ({
        get name() {
          throw undefined;
        },
      }),
      'a revoked proxy': (valid) => {
        const { proxy, revoke } = Proxy.revocable(valid, {});
        revoke();
        return proxy;
      },
      'a proxy that lists no keys': (valid) => new Proxy(valid, { ownKeys: raise }),
      'revoked tags': (valid) => {
        const { proxy, revoke } = Proxy.revocable([], {});
        revoke();
        return { ...valid, tags: proxy };
      },
      'tags without a length': (valid) => ({ ...valid, tags: new Proxy([], { get: raise }) }),
      'a tag that throws': (valid) => ({
        ...valid,
        tags: Object.defineProperty(['a'], 1, { get: raise }),
      }),
      'a length that no array has': (valid) => ({
        ...valid,
        tags: new Proxy([], {
          get: (_, name) => (name === 'length' ? 2 ** 53 - 1 : undefined),
        }),
      }),
    };
    for (const [label, result] of await validateAll(cases)) {
      refused(result, label);
      assert.doesNotMatch(JSON.stringify(result), /canary/, label);
    }
  });

  test('is read without calls of methods of its tags', async () => {
    const [ownSlice, ownSpecies, ownIterator] = await validate(
      (valid) => {
        const hostile = new Proxy(['a'], {
          get(target, name) {
            if (name === '0') throw new Error('canary');
            return Reflect.get(target, name);
          },
        });
        return { ...valid, tags: Object.assign(['a'], { slice: () => hostile }) };
      },
      (valid) => {
        class Tags extends Array<string> {
          static override get [Symbol.species](): ArrayConstructor {
            throw new Error('canary');
          }
        }
        return { ...valid, tags: Tags.of('a') };
      },
      (valid) => ({
        ...valid,
        tags: Object.assign(['a'], {
          *[Symbol.iterator]() {
            for (;;) yield 'endless';
          },
        }),
      }),
    );
    for (const result of [ownSlice, ownSpecies, ownIterator]) {
      assert.deepEqual(accepted(result, JSON.stringify(result)).body.tags, ['a']);
    }
  });

  test('is copied when the call is made', async () => {
    // The first call waits for the module, the second does not.
    await page.browser.navigate().refresh();
    await page.browser.wait(async () => (await page.browser.getTitle()) === 'ready', 60_000);
    for (const label of ['first call', 'second call']) {
      const changed = {
        username: 'refused',
        password: 'changed password',
        storeUrl: 'http://changed.example',
        name: 'Changed',
        tags: ['changed'],
        userSecret: 'changed',
        organizationSecret: 'changed',
        baseUrl: 'https://changed.example',
        timeout: 0,
        unknown: 1,
      };
      const given = {
        username: 'shop',
        password: '0123456789abcdef',
        storeUrl: 's.example',
        name: 'My shop',
        tags: ['a', 'b'],
        userSecret: sandbox.userSecret,
        organizationSecret: sandbox.organizationSecret,
        baseUrl: sandbox.url,
        timeout: 30_000,
      };
      const result = await page.run(
        (given, changed) => {
          const { tags } = given;
          const call = outcome(api.authenticateBigCommerce(given));
          tags.splice(0, 2, 'changed', 'more');
          Object.assign(given, changed, { signal: AbortSignal.abort() });
          return call;
        },
        given,
        changed,
      );
      assert.equal(result.code, undefined, `${label}: ${JSON.stringify(result)}`);
      const [instance] = [...sandbox.instances.values()].slice(-1);
      assert.equal(instance?.name, 'My shop', label);
      assert.deepEqual(instance?.tags, ['a', 'b'], label);
      assert.equal(instance?.configuration.username, 'shop', label);
      assert.equal(instance?.configuration.password, '0123456789abcdef', label);
      assert.equal(instance?.configuration['store.url'], 'https://s.example/api/v2', label);
    }
  });

  test('is not affected by an unrelated property of Object.prototype', async () => {
    // Cleaned up in the page, because the property would affect WebDriver.
    const body = await page.run(async () => {
      const { fetch } = globalThis;
      let sent: unknown;
      globalThis.fetch = async (...given) => {
        const request = new Request(...given);
        if (request.method === 'GET') return fetch(request);
        sent = await request.text();
        return Response.json({ id: 1, token: 'token' });
      };
      Object.assign(Object.prototype, { unrelated: 'polluted' });
      try {
        const config = { username: 'shop', password: '0123456789abcdef', storeUrl: 's.example' };
        await api.authenticateBigCommerce({
          ...config,
          name: 'My shop',
          tags: ['a'],
          baseUrl: '/',
        });
      } finally {
        Reflect.deleteProperty(Object.prototype, 'unrelated');
        globalThis.fetch = fetch;
      }
      return String(sent);
    });
    assert.doesNotMatch(body, /polluted/);
    assert.deepEqual(JSON.parse(body).tags, ['a']);
  });

  test('has all its issues reported at once, also in the message', async () => {
    const [result] = await validate(() => ({
      username: ' ',
      password: 5,
      storeUrl: 'http://s.example',
      tags: ['a', '', 'subject:me', 5],
      userSecret: 'a b',
      baseUrl: 'x',
      signal: {},
      timeout: 0,
      unknown: 1,
      unknown2: null,
    }));
    const issues = refused(result, 'all');
    assert.deepEqual(Object.keys(issues).sort(), [
      ...['baseUrl', 'name', 'organizationSecret', 'password', 'signal', 'storeUrl'],
      ...['tags.1', 'tags.2', 'tags.3', 'timeout', 'unknown', 'unknown2', 'userSecret', 'username'],
    ]);
    assert.deepEqual(result?.issues?.find(({ path }) => path.length > 1)?.path, ['tags', 1]);
    const message = String(result?.message);
    assert.match(
      message,
      /^The config is not usable: username: The Username[^;]* is missing; password: Must be a string; /,
    );
    assert.ok(message.length <= 500, 'the message is cut');
  });

  test('is never quoted, whatever is wrong with it', async () => {
    const canary = 'CANARY-7f3a9';
    const fields = [
      ...['username', 'password', 'storeUrl', 'name', 'userSecret', 'organizationSecret'],
      ...['baseUrl', 'timeout', 'signal', 'tags', 'unknown'],
    ];
    // Too long, ill-formed, of the wrong type, or nested in a value of the right type.
    const wrongs = [
      ...[canary, `${canary} `.repeat(40), `\u0000${canary}`, `http://${canary}@x:1/?a#b`],
      ...[[canary, 5, `subject:${canary}`, ''], { [canary]: canary }, null],
    ];
    const cases = fields.flatMap((field) => wrongs.map((wrong) => ({ field, wrong })));
    const texts = await page.run(
      (cases, canary) =>
        Promise.all(
          cases.map(async ({ field, wrong }) => {
            const config = { username: canary, password: canary, storeUrl: canary, name: '' };
            const secrets = { userSecret: canary, organizationSecret: `${canary},` };
            const call = api.authenticateBigCommerce({
              ...config,
              ...secrets,
              [field]: wrong,
            } as never);
            const error = await call.catch((error) => error);
            const { stack, message, issues } = error;
            return [error.code, JSON.stringify([String(error), stack, message, issues, error])];
          }),
        ),
      cases,
      canary,
    );
    for (const [at, [code, text]] of texts.entries()) {
      const label = JSON.stringify(cases[at]);
      assert.equal(code, 'ERR_CONFIG', label);
      assert.ok(!text?.includes(canary), `${label}: ${text}`);
    }
  });
});
