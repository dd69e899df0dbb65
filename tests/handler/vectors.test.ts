// The handler's side of the tables in tests/vectors/; the core's is tests/rust/vectors.rs. Only tags
// have both sides here, because the core reads them from JavaScript.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import { HttpError } from '../../js/handler/http-error.js';
import { readOptions } from '../../js/handler/options.js';
import { Owner } from '../../js/handler/owner.js';
import { redact } from '../../js/handler/redact.js';
import { type InstanceBody, requireInstanceBody } from '../../js/handler/rules.js';
import { ServiceResponse } from '../../js/handler/service.js';
import { isKeyTag, isReservedTag } from '../../js/handler/tags.js';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { EVENTS, instanceBody, storeLevelBody } from './instance-body.js';
import { type Row, readTable, type Text, whole } from './tables.js';

/** The body that the handler passes on; undefined where it refuses it. */
function read(changes: object, allowKey = true): InstanceBody | undefined {
  try {
    const body = JSON.parse(JSON.stringify(instanceBody(changes)));
    return requireInstanceBody(body, { allowEvents: true, allowKey });
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    assert.equal(error.status, 400);
    return undefined;
  }
}

const setting = (name: string, others: object) => (value: string) =>
  read({ configuration: { ...Object(instanceBody().configuration), ...others, [name]: value } })
    ?.configuration[name];

const storeLevelSetting = (name: string) => (value: string) =>
  read(storeLevelBody({ [name]: value }))?.configuration[name];

const OPTIONS = { userSecret: 'u', organizationSecret: 'o', authorize: () => null };

/** By table: what the handler passes on of a value; undefined where it refuses it. */
const RULES: Record<string, (value: string) => unknown> = {
  'store-url': setting('store.url', {}),
  'store-level-url': storeLevelSetting('store.url'),
  'base-url': (baseUrl) => {
    try {
      return readOptions({ ...OPTIONS, baseUrl }).baseUrl;
    } catch (error) {
      assert.ok(error instanceof TypeError);
      return undefined;
    }
  },
  'callback-url': setting('event.notification.callback.url', EVENTS),
  text: (name) => read({ name })?.name,
  tag: (tag) => read({ tags: [tag] })?.tags?.[0],
  'idempotency-key': (key) => {
    const tag = read({ tags: [`idempotency-key:${key}`] })?.tags?.[0];
    return tag?.replace('idempotency-key:', '');
  },
  'account-secret': (userSecret) => {
    const { secrets, issue } = readOptions({ ...OPTIONS, userSecret });
    return issue === '' ? secrets[0] : undefined;
  },
  'signature-key': setting('event.notification.signature.key', EVENTS),
};

suite('The handler', () => {
  for (const [name, rule] of Object.entries(RULES)) {
    suite(`validates the table ${name}:`, () => {
      for (const { given, core, handler } of readTable(name)) {
        const title = JSON.stringify(given);
        test(`${title} is ${handler === null ? 'refused' : 'accepted'}`, () => {
          assert.equal(rule(whole(given)) ?? null, handler && whole(handler));
          if (core !== null) assert.equal(rule(whole(core)), whole(core), 'the result of the core');
        });
      }
    });
  }

  test('accepts an international URL in 20,000 calls', () => {
    const rule = RULES['callback-url'] ?? assert.fail('a rule');
    // Engines optimise a function that is called often, some of them wrongly.
    for (let times = 0; times < 20_000; times++) {
      assert.equal(rule('https://büro.example/ü'), 'https://büro.example/ü', `${times}`);
    }
  });

  test('validates usernames, passwords and client values like the name', () => {
    for (const { given, handler } of readTable('text')) {
      for (const rule of [
        ...['username', 'password'].map((name) => setting(name, {})),
        ...['oauth.api.key', 'oauth.api.secret'].map(storeLevelSetting),
      ]) {
        assert.equal(rule(whole(given)) ?? null, handler && whole(handler), `${given}`);
      }
    }
  });

  test('reserves the same tags as the core', () => {
    for (const { given, says } of readTable('tag')) {
      assert.equal(isReservedTag(whole(given).trim()), says === 'reserved', whole(given));
    }
  });

  suite('derives tags from the subject', () => {
    type Tags = { subject: string; key: string };
    for (const { given, core, handler } of readTable<unknown, string, Tags | null>('subject')) {
      const isLong = typeof given === 'object' && given !== null;
      const subject = isLong ? whole(given as Text) : given;
      test(`${JSON.stringify(given)} ${handler === null ? 'with an error' : 'as in the table'}`, async () => {
        const owner = Owner.of(new Request('https://shop.example'), () => ({ subject }));
        if (handler === null) {
          await assert.rejects(owner, { status: 500 });
          return;
        }
        const { tag } = await owner;
        assert.deepEqual({ subject: tag, key: await (await owner).keyTag(core) }, handler);
      });
    }
  });

  suite('passes on the Retry-After', () => {
    for (const { given, handler } of readTable<Text, number | null, string | null>('retry-after')) {
      test(`${JSON.stringify(given)} as ${handler}`, () => {
        const headers = { 'retry-after': whole(given) };
        const response = new ServiceResponse(
          'GET',
          [],
          new Response(null, { status: 429, headers }),
          '',
        );
        assert.deepEqual(response.retryHeaders['retry-after'] ?? null, handler);
      });
    }

    test('unless it is a secret of digits', () => {
      const response = new Response(null, { status: 429, headers: { 'retry-after': '123456' } });
      assert.deepEqual(new ServiceResponse('POST', ['123456'], response, '').retryHeaders, {});
    });
  });

  suite('redacts the text', () => {
    type Redaction = Row<Text, Text | null, Text | null> & { secrets: Text[]; max: number };
    for (const { given, secrets, max, handler, why } of readTable('redaction') as Redaction[]) {
      const title = JSON.stringify(given).slice(0, 60);
      test(`${title}, ${why ?? max}, ${handler === null ? 'by omitting it' : 'as in the table'}`, () => {
        const redacted = redact(whole(given), secrets.map(whole), max);
        assert.equal(redacted ?? null, handler && whole(handler));
      });
    }
  });
});

suite('The array of tags', () => {
  /** Stands for the tags from `1` to this number. */
  interface Many {
    count: number;
  }
  type Tags = (string | Many)[];
  /** Parts of the core's messages, by the issue's path. */
  type Says = Record<string, string>;

  const expand = (tags: unknown): unknown =>
    Array.isArray(tags)
      ? tags.flatMap((tag) =>
          tag?.count ? Array.from({ length: tag.count }, (_, at) => `${at + 1}`) : [tag],
        )
      : tags;

  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
  });
  after(() => sandbox?.close());

  for (const row of readTable<unknown, Tags | null, Tags | null, Says>('tags')) {
    const { given, core, says = {}, handler } = row;
    const title = JSON.stringify(given);
    const tags = expand(given);

    test(`${title} is validated by the core as in the table`, async () => {
      sandbox.requests.length = 0;
      const call = authenticateBigCommerce({
        ...{ username: 'shop', password: 'api-token', storeUrl: 'store.example', name: 'My shop' },
        baseUrl: sandbox.url,
        tags: tags as string[],
      });
      const { issues = [] } = await call.catch((error) => error);
      const messages = issues.map(({ path, message }: { path: string[]; message: string }) => [
        path.join('.'),
        message,
      ]);
      assert.deepEqual(
        messages.map(([path]: string[]) => path),
        Object.keys(says),
      );
      for (const [path, message] of messages) assert.ok(message.includes(says[path]), message);
      const [request] = sandbox.requests;
      assert.deepEqual(request ? JSON.parse(request.body).tags : null, expand(core));
    });

    test(`${title} is passed on by the handler as in the table`, () => {
      const expected = expand(handler);
      assert.deepEqual(read({ tags })?.tags ?? null, expected);
      // An update has no key.
      const hasKey = isKeyTag(Object(tags)[0]);
      assert.deepEqual(read({ tags }, false)?.tags ?? null, hasKey ? null : expected);
      if (core !== null) assert.deepEqual(read({ tags: expand(core) })?.tags, expand(core));
    });
  }
});
