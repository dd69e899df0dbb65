// The handler's side of the tables in tests/vectors/; the core's is tests/rust/vectors.rs. Only tags
// have both sides here, because the core reads them from JavaScript.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import { HttpError } from '../../js/handler/http-error.js';
import { readOptions } from '../../js/handler/options.js';
import { Owner } from '../../js/handler/owner.js';
import { redact } from '../../js/handler/redact.js';
import { requireInstanceBody } from '../../js/handler/rules.js';
import { isKeyTag, isReservedTag } from '../../js/handler/tags.js';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { instanceBody } from './instance-body.js';
import { makeHandler, pageRequest } from './served-handler.js';

/** A string; a long one is built from parts. */
type Text = string | { repeat: string; times: number } | Text[];

/** A value with the results of core and handler, null where they refuse it. */
interface Row<Given, Core, Handler> {
  given: Given;
  core: Core;
  handler: Handler;
  /** Parts of the core's messages, by the issue's path. */
  says?: Record<string, string>;
}

function readTable<Table>(name: string): Table {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), 'utf8'));
}

function whole(text: Text): string {
  if (typeof text === 'string') return text;
  return Array.isArray(text) ? text.map(whole).join('') : text.repeat.repeat(text.times);
}

/** The tags that the handler passes on; undefined where it refuses them. */
function readTags(tags: unknown, allowKey = true): string[] | undefined {
  try {
    const body = JSON.parse(JSON.stringify(instanceBody({ tags })));
    return requireInstanceBody(body, { allowEvents: true, allowKey }).tags;
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
    assert.equal(error.status, 400);
    return undefined;
  }
}

const OPTIONS = { userSecret: 'u', organizationSecret: 'o', authorize: () => null };

/** What the handler makes of a value; undefined where it refuses it. */
const RULES: Record<string, (value: string) => unknown> = {
  baseUrl: (baseUrl) => {
    try {
      return readOptions({ ...OPTIONS, baseUrl }).baseUrl;
    } catch (error) {
      assert.ok(error instanceof TypeError, String(error));
      return undefined;
    }
  },
  tags: (tag) => readTags([tag])?.[0],
  idempotencyKey: (key) =>
    readTags([`idempotency-key:${key}`])?.[0]?.replace('idempotency-key:', ''),
  userSecret: (userSecret) => {
    const { secrets, issue } = readOptions({ ...OPTIONS, userSecret });
    return issue === '' ? secrets[0] : undefined;
  },
};

/** The handler has no page, so that a base URL is no path; a blank one is absent. */
const isAbsent = (name: string, given: string) =>
  name === 'baseUrl' && (given.startsWith('/') || given.trim() === '');

interface Values {
  accepted: [given: Text, expected: Text][];
  refused: Record<string, Text[]>;
}

suite('The handler', () => {
  const tables = readTable<Record<string, Values>>('rules');
  for (const [name, rule] of Object.entries(RULES)) {
    test(`accepts of ${name} what the core makes of it, and refuses what the core refuses`, () => {
      const { accepted, refused } = tables[name] ?? assert.fail(name);
      for (const [given, expected] of accepted) {
        if (isAbsent(name, whole(given))) continue;
        assert.equal(rule(whole(expected)), whole(expected), JSON.stringify(given));
      }
      for (const given of Object.values(refused).flat().map(whole)) {
        if (!isAbsent(name, given)) assert.equal(rule(given), undefined, JSON.stringify(given));
      }
    });
  }

  test('reserves the same tags as the core', () => {
    const { accepted, refused } = tables.tags ?? assert.fail('tags');
    for (const [given] of accepted) assert.equal(isReservedTag(whole(given).trim()), false);
    for (const [code, tags] of Object.entries(refused)) {
      for (const tag of tags.map(whole)) {
        assert.equal(isReservedTag(tag.trim()), code === 'reserved', tag);
      }
    }
  });

  test('derives tags from the subject as in the table, or refuses it', async () => {
    type Tags = { subject: string; key: string };
    const rows = readTable<Row<unknown, string, Tags | null>[]>('subject');
    for (const { given, core, handler } of rows) {
      const isLong = typeof given === 'object' && given !== null;
      const subject = isLong ? whole(given as Text) : given;
      const owner = Owner.of(new Request('https://shop.example'), () => ({ subject }));
      if (handler === null) await assert.rejects(owner, { status: 500 }, String(subject));
      else {
        const { tag } = await owner;
        assert.deepEqual({ subject: tag, key: await (await owner).keyTag(core) }, handler);
      }
    }
  });

  /** The Retry-After that a page gets. */
  async function passedOn(retryAfter: string, options: object = {}) {
    const headers = { 'retry-after': retryAfter };
    const fetch = async () => new Response(null, { status: 429, headers });
    const handle = makeHandler({ ...options, fetch });
    const response = await handle(
      pageRequest('/instances?tags[]=idempotency-key:0123456789abcdef'),
    );
    assert.equal(response.status, 429);
    return response.headers.get('retry-after');
  }

  test('passes on the Retry-After as in the table', async () => {
    for (const [given, seconds] of readTable<[Text, number | null][]>('retry-after')) {
      const text = whole(given);
      // The handler checks the form alone, not the number or the calendar.
      const isForm = (seconds !== null && text.length < 99) || text.startsWith('Sun, 99 Nov');
      assert.equal(await passedOn(text), isForm ? text.trim() : null, text);
    }
  });

  test('passes on no Retry-After that is a secret of digits', async () => {
    assert.equal(await passedOn('123456', { userSecret: '123456' }), null);
  });

  test('redacts as in the table', () => {
    interface Redaction {
      text: Text;
      secrets: Text[];
      max?: number;
      redacted: Text | null;
    }
    for (const { text, secrets, max = 9999, redacted } of readTable<Redaction[]>('redaction')) {
      const left = redact(whole(text), secrets.map(whole), max);
      assert.equal(left ?? null, redacted && whole(redacted), JSON.stringify(text).slice(0, 60));
    }
  });
});

suite('The array of tags', () => {
  type Tags = (string | { count: number })[] | null;

  /** With the tags from `1` to `count`. */
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

  for (const { given, core, says = {}, handler } of readTable<Row<unknown, Tags, Tags>[]>('tags')) {
    const title = JSON.stringify(given);
    const tags = expand(given) as string[];

    test(`${title} is validated by the core as in the table`, async () => {
      sandbox.requests.length = 0;
      const config = { username: 'shop', password: 'api-token', name: 'My shop', tags };
      const to = { storeUrl: 'store.example', baseUrl: sandbox.url };
      const call = authenticateBigCommerce({ ...config, ...to });
      const { issues = [] } = await call.catch((error) => error);
      const messages: [string, string][] = issues.map(
        ({ path, message }: { path: string[]; message: string }) => [path.join('.'), message],
      );
      const paths = messages.map(([path]) => path);
      assert.deepEqual(paths, Object.keys(says));
      for (const [path, message] of messages)
        assert.ok(message.includes(says[path] ?? ''), message);
      const [request] = sandbox.requests;
      assert.deepEqual(request ? JSON.parse(request.body).tags : null, expand(core));
    });

    test(`${title} is passed on by the handler as in the table`, () => {
      const expected = expand(handler);
      assert.deepEqual(readTags(tags) ?? null, expected);
      // An update has no key.
      const hasKey = isKeyTag(Object(tags)[0]);
      assert.deepEqual(readTags(tags, false) ?? null, hasKey ? null : expected);
      if (core !== null) assert.deepEqual(readTags(expand(core)), expand(core));
    });
  }
});
