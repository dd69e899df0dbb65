import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { logging } from 'selenium-webdriver';
import { type BlankPage, openBlankPage, type Report } from './blank-page.js';
import {
  type Answer,
  deadAddress,
  type HostileServer,
  http,
  INSTANCE,
  json,
  startHostileServer,
  within,
} from './hostile-server.js';

declare global {
  /** The module's memory, in the page. */
  var memory: WebAssembly.Memory;
}

type Instantiated = WebAssembly.WebAssemblyInstantiatedSource;

const SECRETS = {
  password: 'the-api-token-0123456789',
  userSecret: 'the/user+secret/0123456789=',
  organizationSecret: 'the/organization+secret/0123456789=',
};

const ONE_MIB = 1024 * 1024;

/** When the page believes to live, so that dates in headers mean an exact number of seconds. */
const NOW = Date.UTC(2030, 0, 1);

/** What the service says of an error, and what an error may tell of it. */
const SAID = 'This is what the service said';
const TOLD = { requestId: 'request-1', providerMessage: 'This is what BigCommerce said' };
const ERROR = { message: SAID, ...TOLD, configuration: SECRETS };

/** The answer to one call, and what the call comes to. */
interface Case {
  when: string;
  answer: Answer;
  config?: Record<string, unknown>;
  /** How many `POST`s arrive, one where not given. */
  posts?: number;
}

interface FailingCase extends Case {
  code: string;
  /** All the further fields but `mayHaveCreated`. */
  fields?: Record<string, unknown>;
  mayHaveCreated: boolean;
}

const answer = (...bytes: (string | Uint8Array)[]): Answer => ({ bytes });

/** `bytes`, then a connection that ends before the 1000 bytes of the body are there. */
const cut = (status: number, ending: 'end' | 'cut'): Answer => ({
  bytes: [http(status, JSON.stringify(ERROR), { 'content-length': '1000' })],
  ending,
});

const padded = (value: object, length: number) => {
  const json = JSON.stringify({ ...value, padding: '' });
  return json.replace(/""}$/, () => `"${' '.repeat(length - json.length)}"}`);
};

const statusCases = (
  [
    [400, 'ERR_REJECTED', false],
    [401, 'ERR_UNAUTHORIZED', false],
    [402, 'ERR_REJECTED', false],
    [403, 'ERR_FORBIDDEN', false],
    [404, 'ERR_NOT_FOUND', false],
    [408, 'ERR_REJECTED', true],
    [409, 'ERR_CONFLICT', false],
    [418, 'ERR_REJECTED', false],
    [429, 'ERR_RATE_LIMITED', false],
    [499, 'ERR_REJECTED', true],
    [500, 'ERR_SERVER', true],
    [503, 'ERR_SERVER', true],
    [599, 'ERR_SERVER', true],
  ] as const
).flatMap(([status, code, mayHaveCreated]): FailingCase[] => [
  {
    when: `${status} with JSON`,
    answer: answer(json(status, ERROR)),
    ...{ code, mayHaveCreated, fields: { status, ...TOLD } },
  },
  {
    when: `${status} with HTML`,
    answer: answer(http(status, '<h1>No</h1>', { 'content-type': 'text/html' })),
    ...{ code, mayHaveCreated, fields: { status } },
  },
]);

const retryAfterCases = [
  ['in seconds', '7', 7],
  ['of no seconds', '0', 0],
  ['as a date to come', 'Tue, 01 Jan 2030 00:00:30 GMT', 30],
  ['as a date of the form of RFC 850', 'Tuesday, 01-Jan-30 00:00:30 GMT', 30],
  ['as a date of the form of asctime', 'Tue Jan  1 00:00:30 2030', 30],
  ['as a date in the past', 'Mon, 31 Dec 2029 23:59:00 GMT', 0],
  ['that is nonsense', 'soon', undefined],
  ['that is negative', '-1', undefined],
  ['that is a fraction', '1.5', undefined],
  ['that is empty', '', undefined],
].flatMap(([form, header, seconds]): FailingCase[] =>
  (
    [
      [429, 'ERR_RATE_LIMITED', false],
      [503, 'ERR_SERVER', true],
    ] as const
  ).map(([status, code, mayHaveCreated]) => ({
    when: `${status} with a Retry-After ${form}`,
    answer: answer(
      json(
        status,
        {},
        { 'retry-after': String(header), 'access-control-expose-headers': 'retry-after' },
      ),
    ),
    ...{ code, mayHaveCreated },
    fields: { status, ...(seconds !== undefined && { retryAfter: seconds }) },
  })),
);

const brokenAnswerCases: FailingCase[] = [
  ...(
    [
      ['a connection that ends without an answer', { ending: 'end' }],
      ['a connection that is reset without an answer', { ending: 'cut' }],
      ['an answer that is no HTTP', answer('Sorry!\r\n\r\n')],
      ['2xx headers, then the end', answer(http(200, '', { 'content-length': '1000' }))],
      ['a 2xx body that breaks off', cut(200, 'end')],
      ['a 2xx body whose connection is reset', cut(200, 'cut')],
      [
        'a chunked 2xx body that breaks off',
        answer(
          http(200, `f\r\n${JSON.stringify(INSTANCE)}`, {
            'content-length': undefined,
            'transfer-encoding': 'chunked',
          }),
        ),
      ],
      ['a 2xx body that is no gzip', answer(json(200, INSTANCE, { 'content-encoding': 'gzip' }))],
      [
        'a 2xx answer that CORS does not allow',
        answer(json(200, INSTANCE, { 'access-control-allow-origin': undefined })),
      ],
      [
        'a 2xx answer for another origin',
        answer(json(200, INSTANCE, { 'access-control-allow-origin': 'https://example.com' })),
      ],
      [
        'a 4xx answer that CORS does not allow',
        answer(json(400, ERROR, { 'access-control-allow-origin': undefined })),
      ],
    ] as [string, Answer][]
  ).map(([when, answer]) => ({ when, answer, code: 'ERR_NETWORK', mayHaveCreated: true })),
  {
    when: 'a preflight that CORS refuses',
    answer: { preflight: http(403, '', { 'access-control-allow-origin': undefined }) },
    ...{ code: 'ERR_NETWORK', mayHaveCreated: true, posts: 0 },
  },
  ...(
    [
      [400, 'ERR_REJECTED', false],
      [401, 'ERR_UNAUTHORIZED', false],
      [500, 'ERR_SERVER', true],
    ] as const
  ).flatMap(([status, code, mayHaveCreated]) =>
    (
      [
        ['without its body', answer(http(status, '', { 'content-length': '1000' }))],
        ['whose body breaks off', cut(status, 'end')],
        ['whose connection is reset', cut(status, 'cut')],
        ['that is no gzip', answer(json(status, ERROR, { 'content-encoding': 'gzip' }))],
        ['over 1 MiB', answer(http(status, padded(ERROR, ONE_MIB + 1)))],
        ['that is no object', answer(json(status, SAID))],
        ['whose details are no strings', answer(json(status, { message: 1, requestId: {} }))],
      ] as [string, Answer][]
    ).map(([which, answer]) => ({
      when: `${status} ${which}`,
      ...{ answer, code, mayHaveCreated, fields: { status } },
    })),
  ),
  {
    when: '400 of exactly 1 MiB',
    answer: answer(http(400, padded(ERROR, ONE_MIB))),
    ...{ code: 'ERR_REJECTED', mayHaveCreated: false, fields: { status: 400, ...TOLD } },
  },
];

const { id: _id, ...WITHOUT_ID } = INSTANCE;
const { token: _token, ...WITHOUT_TOKEN } = INSTANCE;
const deep = (closed: boolean) => '['.repeat(100_000) + (closed ? ']'.repeat(100_000) : '');

const noInstanceCases: FailingCase[] = (
  [
    ['204', http(204, '', { 'content-length': undefined }), 204],
    ['200 without a body', http(200)],
    ['201 with HTML', http(201, '<!doctype html>', { 'content-type': 'text/html' }), 201],
    ['200 with JSON that breaks off', http(200, '{"id":1,"token":"t"')],
    ['200 over 1 MiB', http(200, padded(INSTANCE, ONE_MIB + 1))],
    [
      '200 over 1 MiB, packed',
      http(200, gzipSync(padded(INSTANCE, ONE_MIB + 1)), { 'content-encoding': 'gzip' }),
    ],
    ['200 with an array', json(200, [INSTANCE])],
    ['200 with null', json(200, null)],
    ['200 with a string', json(200, 'instance')],
    ['200 with a number', json(200, 1)],
    ['200 with deeply nested arrays', http(200, deep(true))],
    ['200 with brackets that are never closed', http(200, deep(false))],
    ['an instance without id', json(200, WITHOUT_ID)],
    ...['1234', 0, -1, 1.5, 2 ** 53, null, true, [1]].map(
      (id) => [`an instance of id ${JSON.stringify(id)}`, json(200, { ...INSTANCE, id })] as const,
    ),
    ['an instance without token', json(200, WITHOUT_TOKEN)],
    ...['', 1, null, ['t']].map(
      (token) =>
        [
          `an instance of token ${JSON.stringify(token)}`,
          json(200, { ...INSTANCE, token }),
        ] as const,
    ),
    ['an instance that hides in __proto__', http(200, '{"__proto__":{"id":1,"token":"t"}}')],
    ...[300, 304].map((status) => [`${status}`, http(status), status] as const),
  ] as (readonly [string, Buffer, number?])[]
).map(([when, bytes, status = 200]) => ({
  when,
  answer: answer(bytes),
  ...{ code: 'ERR_RESPONSE', mayHaveCreated: true, fields: { status } },
}));

interface SucceedingCase extends Case {
  instance: Record<string, unknown>;
}

const KEPT = { id: 1234, token: 'token-of-the-instance' };

const instanceCases: SucceedingCase[] = (
  [
    ['all there is', json(200, INSTANCE), INSTANCE],
    ['no more than id and token', json(201, KEPT), KEPT],
    ['the greatest id', json(200, { ...KEPT, id: 2 ** 53 - 1 }), { ...KEPT, id: 2 ** 53 - 1 }],
    ['credentials', json(200, { ...INSTANCE, configuration: SECRETS, user: SECRETS }), INSTANCE],
    ['optional fields of other types', json(200, { ...KEPT, name: 1, tags: 'a', valid: 1 }), KEPT],
    ['optional fields of null', json(200, { ...KEPT, name: null, tags: null, valid: null }), KEPT],
    ['a tag that is no string', json(200, { ...KEPT, tags: ['a', 1] }), KEPT],
    ['an invalid instance', json(200, { ...KEPT, valid: false }), { ...KEPT, valid: false }],
    ['no tags', json(200, { ...KEPT, tags: [] }), { ...KEPT, tags: [] }],
    [
      'reserved tags',
      json(200, { ...KEPT, tags: ['idempotency-key:0123', 'a', 'subject:me'] }),
      { ...KEPT, tags: ['a'] },
    ],
    [
      'nothing but reserved tags',
      json(200, { ...KEPT, tags: ['subject:me'] }),
      { ...KEPT, tags: [] },
    ],
    ['a byte order mark', http(200, `\ufeff${JSON.stringify(KEPT)}`), KEPT],
    ['another content type', json(200, KEPT, { 'content-type': 'text/plain' }), KEPT],
    ['exactly 1 MiB', http(200, padded(KEPT, ONE_MIB)), KEPT],
    [
      'exactly 1 MiB, packed',
      http(200, gzipSync(padded(KEPT, ONE_MIB)), { 'content-encoding': 'gzip' }),
      KEPT,
    ],
    ['deep nesting', http(200, `{"id":1,"token":"t","x":${deep(true)}}`), { id: 1, token: 't' }],
    [
      'characters of every length',
      json(200, { ...KEPT, name: 'aé→🛒' }),
      { ...KEPT, name: 'aé→🛒' },
    ],
  ] as const
).map(([when, bytes, instance]) => ({ when, answer: answer(bytes), instance }));

suite('authenticateBigCommerce', { timeout: 120_000 }, () => {
  let page: BlankPage;
  let server: HostileServer;

  before(async () => {
    page = await openBlankPage();
    server = await startHostileServer();
    await page.run((now) => {
      Date.now = () => now;
      const instantiate = WebAssembly.instantiate as (...args: unknown[]) => Promise<Instantiated>;
      WebAssembly.instantiate = (async (...args: unknown[]) => {
        const result = await instantiate(...args);
        globalThis.memory = Object.values(result.instance.exports).find(
          (value) => value instanceof WebAssembly.Memory,
        ) as WebAssembly.Memory;
        return result;
      }) as typeof WebAssembly.instantiate;
    }, NOW);
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await server?.close();
  });
  beforeEach(() => server.reset());

  function connect(changes: Record<string, unknown> = {}): Promise<Report> {
    const config = {
      username: 'shop',
      storeUrl: 'store-wuxeae6.mybigcommerce.com',
      name: 'API Instance',
      baseUrl: server.url,
      // So that a call which would hang fails as a timeout.
      timeout: 10_000,
      ...SECRETS,
      ...changes,
    };
    return page.run((config) => report(api.authenticateBigCommerce(config as never)), config);
  }

  async function failure(changes?: Record<string, unknown>) {
    const { error } = await connect(changes);
    assert.ok(error, 'the call is rejected');
    assert.equal(error.isOurs, true, 'with the one class');
    assert.equal(error.fields.code !== 'ERR_TIMEOUT', true, 'and not by its timeout');
    assertNoSecret(error.texts);
    return error;
  }

  /** Connects and demands just this error. */
  async function assertFails({ code, fields, mayHaveCreated, config, posts = 1 }: FailingCase) {
    const error = await failure(config);
    assert.deepEqual(error.fields, { code, mayHaveCreated, ...fields });
    assert.equal(
      error.cause !== undefined,
      code === 'ERR_NETWORK',
      'the cause, where there is one',
    );
    assert.equal(server.requests.length, posts, 'how many POSTs were sent');
    const status = Number(fields?.status ?? 0);
    const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 499;
    assert.equal(mayHaveCreated || posts === 0 || isRefusal, true, 'mayHaveCreated is no lie');
    return error;
  }

  function assertNoSecret(texts: unknown[]): void {
    for (const secret of [...Object.values(SECRETS), INSTANCE.token]) {
      assert.equal(texts.join('\n').includes(secret), false, 'no secret is told');
    }
  }

  /** Demands that the failure before has broken nothing. */
  async function assertNextCallWorks(): Promise<void> {
    server.reset();
    assert.deepEqual(await connect(), { instance: INSTANCE, isPlain: true });
  }

  suite('rejects', () => {
    for (const failing of [
      ...statusCases,
      ...retryAfterCases,
      ...brokenAnswerCases,
      ...noInstanceCases,
    ]) {
      test(`${failing.when} with ${failing.code}`, async () => {
        server.answers = [failing.answer];
        const { message } = await assertFails(failing);
        assert.equal(
          message.includes(SAID),
          failing.fields?.providerMessage !== undefined,
          "the service's message, where it can be read",
        );
        await assertNextCallWorks();
      });
    }

    test('a refused connection with ERR_NETWORK', async () => {
      await assertFails({
        when: '',
        answer: {},
        config: { baseUrl: await deadAddress() },
        ...{ code: 'ERR_NETWORK', mayHaveCreated: true, posts: 0 },
      });
      await assertNextCallWorks();
    });

    test('an unusable config with ERR_CONFIG, before anything is sent', async () => {
      const error = await failure({ username: '', storeUrl: 'http://store.example' });
      const { issues, ...fields } = error.fields;
      assert.deepEqual(fields, { code: 'ERR_CONFIG', mayHaveCreated: false });
      const paths = (issues as { path: unknown }[]).map(({ path }) => path);
      assert.deepEqual(paths, [['username'], ['storeUrl']]);
      assert.equal(server.requests.length + server.preflights, 0, 'nothing was sent');
      await assertNextCallWorks();
    });

    test('a header of Retry-After that CORS hides without retryAfter', async () => {
      server.answers = [answer(json(429, {}, { 'retry-after': '7' }))];
      const { fields } = await failure();
      assert.deepEqual(fields, { code: 'ERR_RATE_LIMITED', status: 429, mayHaveCreated: false });
    });

    test('statuses without a retry in their row without retryAfter', async () => {
      const headers = { 'retry-after': '7', 'access-control-expose-headers': 'retry-after' };
      for (const status of [400, 401, 403, 404, 409]) {
        server.answers = [answer(json(status, {}, headers))];
        const { fields } = await failure();
        assert.equal('retryAfter' in fields, false, `no retryAfter at ${status}`);
      }
    });
  });

  suite('does not read to its end', () => {
    for (const [status, code, mayHaveCreated] of [
      [200, 'ERR_RESPONSE', true],
      [400, 'ERR_REJECTED', false],
      [500, 'ERR_SERVER', true],
    ] as const) {
      test(`an endless ${status}`, async () => {
        const headers = { 'content-length': undefined };
        server.answers = [{ bytes: [http(status, '{', headers)], ending: 'endless' }];
        await assertFails({
          when: '',
          answer: {},
          ...{ code, mayHaveCreated, fields: { status } },
        });
        const { closed } = await server.arrival();
        const written = await within(5000, closed);
        assert.equal(written < 64 * ONE_MIB, true, `the page hung up after ${written} bytes`);
        await assertNextCallWorks();
      });
    }
  });

  suite('never follows', () => {
    let elsewhere: HostileServer;
    before(async () => {
      elsewhere = await startHostileServer();
    });
    after(() => elsewhere?.close());

    for (const status of [301, 302, 303, 307, 308]) {
      for (const where of ['to the same origin', 'to another origin', 'without a target']) {
        test(`${status} ${where}`, async () => {
          const location = {
            'to the same origin': `${server.url}/target`,
            'to another origin': `${elsewhere.url}/target`,
          }[where];
          server.answers = [answer(json(status, INSTANCE, { location }))];
          await assertFails({
            when: '',
            answer: {},
            mayHaveCreated: true,
            // What has no Location is an answer in Chromium, an odd one.
            ...(location === undefined
              ? { code: 'ERR_RESPONSE', fields: { status } }
              : { code: 'ERR_NETWORK' }),
          });
          await assertNextCallWorks();
          assert.equal(elsewhere.requests.length + elsewhere.preflights, 0);
        });
      }
    }
  });

  suite('resolves to the instance of an answer with', () => {
    for (const { when, answer, instance } of instanceCases) {
      test(when, async () => {
        server.answers = [answer];
        assert.deepEqual(await connect(), { instance, isPlain: true });
      });
    }
  });

  suite('puts [redacted] for', () => {
    for (const [what, secret, config] of [
      ['the user secret', SECRETS.userSecret, {}],
      ['the organization secret', SECRETS.organizationSecret, {}],
      ['the password', SECRETS.password, {}],
      ['a password of 4 characters', 'pa55', { password: 'pa55' }],
      ['a password that was given with white space', 'pa55', { password: ' pa55\n' }],
      ['a password with characters of two units', '🛒🛍', { password: '🛒🛍' }],
    ] as const) {
      test(`${what} in whatever the service says`, async () => {
        const said = `>${secret}${secret}< >${secret}<`;
        const body = { message: said, providerMessage: said, requestId: said };
        server.answers = [answer(json(400, body))];
        const { message, fields, texts } = await failure(config);
        const redacted = '>[redacted][redacted]< >[redacted]<';
        assert.equal(message.endsWith(redacted), true, 'in the message');
        assert.equal(fields.providerMessage, redacted);
        assert.equal(fields.requestId, redacted);
        assert.equal(texts.join('\n').includes(secret), false, 'nor in any other form');
      });
    }

    test('a secret that holds another one, as a whole', async () => {
      const password = `${SECRETS.userSecret}-and-more`;
      server.answers = [answer(json(400, { providerMessage: `>${password}<` }))];
      const { fields } = await failure({ password });
      assert.equal(fields.providerMessage, '>[redacted]<');
    });

    test('no password of 3 characters', async () => {
      server.answers = [answer(json(400, { providerMessage: 'abc of the abc' }))];
      const { fields } = await failure({ password: 'abc' });
      assert.equal(fields.providerMessage, 'abc of the abc');
    });

    for (const [field, max] of [
      ['message', 500],
      ['providerMessage', 500],
      ['requestId', 200],
    ] as const) {
      const lengthOf = async (said: string) => {
        server.answers = [answer(json(400, { [field]: said }))];
        const { message, fields } = await failure();
        const text = field === 'message' ? message : String(fields[field]);
        return { text, length: text.length };
      };

      test(`a secret across the end of ${field}, which is cut at ${max}`, async () => {
        // Wherever the service's text begins in ours, one of these has the secret across the end.
        for (let before = max - 80; before < max; before += 7) {
          const { text, length } = await lengthOf('.'.repeat(before) + SECRETS.password.repeat(9));
          assert.equal(length, max);
          assert.equal(text.includes(SECRETS.password.slice(0, 4)), false, 'not even a part of it');
        }
      });

      test(`nothing else in ${field}, which is cut at ${max} UTF-16 units`, async () => {
        assert.equal((await lengthOf('x'.repeat(5000))).length, max);
        const { text, length } = await lengthOf('🛒'.repeat(300));
        assert.equal(length === max || length === max - 1, true, `${length} units`);
        assert.equal(text.endsWith('🛒'), true, 'no character is cut in two');
      });

      if (field !== 'message') {
        test(`nothing of a ${field} of ${max} UTF-16 units`, async () => {
          assert.equal((await lengthOf('x'.repeat(max))).text, 'x'.repeat(max));
        });
      }
    }
  });

  test("keeps secrets out of the console's rendering of an error", async () => {
    const said = Object.values(SECRETS).join();
    server.answers = [answer(json(400, { ...ERROR, message: said, providerMessage: said }))];
    const config = { ...SECRETS, username: 'u', storeUrl: 's.example', name: 'n' };
    await page.run(
      (config) => api.authenticateBigCommerce(config).catch((error) => console.error(error)),
      { ...config, baseUrl: server.url },
    );
    const entries = await page.browser.manage().logs().get(logging.Type.BROWSER);
    const rendered = entries.map(({ message }) => message).filter((m) => m.includes('[redacted]'));
    assert.equal(rendered.length, 1, 'the error stands in the console');
    assertNoSecret(rendered);
  });

  suite("leaves no secret and no token in the module's memory after", () => {
    const configured = Object.values(SECRETS);
    for (const [what, answer] of [
      ['a success', json(200, { ...INSTANCE, configuration: SECRETS })],
      ['an error that repeats them', json(400, { ...ERROR, message: configured.join() })],
      [
        'an answer that is no instance',
        json(200, { token: INSTANCE.token, configuration: SECRETS }),
      ],
    ] as const) {
      test(what, async () => {
        server.answers = [{ bytes: [answer] }];
        await connect();
        const secrets = [
          ...configured,
          INSTANCE.token,
          ...configured.map((text) => text.slice(0, 12)),
        ];
        assert.deepEqual(await page.run(findInMemory, secrets), []);
      });
    }

    /** Which of `texts` stand in the memory, in UTF-8 or UTF-16. */
    function findInMemory(texts: string[]): string[] {
      const bytes = new Uint8Array(memory.buffer);
      const inUtf8 = new TextDecoder('latin1').decode(bytes);
      const inUtf16 = inUtf8.replaceAll('\0', '');
      return texts.filter((text) => inUtf8.includes(text) || inUtf16.includes(text));
    }
  });

  test('has thrown nothing beside its promises in all of these tests', async () => {
    assert.deepEqual(await page.run(() => uncaught), []);
  });
});
