import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { type BlankPage, openBlankPage, type Report } from './blank-page.js';
import {
  type Answer,
  type HostileServer,
  INSTANCE,
  json,
  SECRETS,
  startHostileServer,
} from './hostile-server.js';
import { inEveryEngine } from './in-every-engine.js';
import { keepModule } from './kept-module.js';

const answer = (...bytes: (string | Uint8Array)[]): Answer => ({ bytes });

inEveryEngine('authenticateBigCommerce', { timeout: 120_000 }, (engine) => {
  let page: BlankPage;
  let server: HostileServer;

  before(async () => {
    page = await openBlankPage(engine);
    server = await startHostileServer();
    await page.run(keepModule);
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await server?.close();
  });
  beforeEach(() => server.reset());

  function connect(changes: Record<string, unknown> = {}): Promise<Report> {
    return page.run((config) => report(api.authenticateBigCommerce(config as never)), {
      ...server.config,
      ...SECRETS,
      ...changes,
    });
  }

  async function failure(changes?: Record<string, unknown>) {
    const { error } = await connect(changes);
    assert.ok(error, 'the call is rejected');
    assert.equal(error.isOurs, true, 'with the one class');
    assert.equal(error.fields.code !== 'ERR_TIMEOUT', true, 'and not by its timeout');
    assertNoSecret(error.texts);
    return error;
  }

  function assertNoSecret(texts: unknown[]): void {
    for (const secret of [...Object.values(SECRETS), INSTANCE.token]) {
      assert.equal(texts.join('\n').includes(secret), false, 'no secret is told');
    }
  }

  suite('rejects', () => {
    test('an unusable config with ERR_CONFIG, before anything is sent', async () => {
      const error = await failure({ username: '', storeUrl: 'http://store.example' });
      const { issues, ...fields } = error.fields;
      assert.deepEqual(fields, { code: 'ERR_CONFIG', mayHaveCreated: false });
      const paths = (issues as { path: unknown }[]).map(({ path }) => path);
      assert.deepEqual(paths, [['username'], ['storeUrl']]);
      assert.equal(server.requests.length + server.preflights, 0, 'nothing was sent');
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

  suite("leaves no secret and no token in the module's memory after", () => {
    const configured = Object.values(SECRETS);
    for (const [what, answer] of [
      ['a success', json(200, { ...INSTANCE, configuration: SECRETS })],
      ['an error that repeats them', json(400, { message: configured.join() })],
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
      const bytes = new Uint8Array(globalThis.taken?.memory.buffer ?? []);
      const inUtf8 = new TextDecoder('latin1').decode(bytes);
      const inUtf16 = inUtf8.replaceAll('\0', '');
      return texts.filter((text) => inUtf8.includes(text) || inUtf16.includes(text));
    }
  });

  test('has thrown nothing beside its promises in all of these tests', async () => {
    assert.deepEqual(await page.run(() => uncaught), []);
  });
});
