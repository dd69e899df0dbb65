import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { BlankPage, type Report, setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';
import { elsewhere, type Fault, faults, NOW, type Outcome } from './faults.js';
import { type HostileRequest, HostileServer, INSTANCE, SECRETS } from './hostile-server.js';
import { keepModule } from './kept-module.js';

/** How long after its timeout a call must have settled, in milliseconds. */
const DELAY = 2000;

inEveryEngine('A call settles with the right result', (engine) => {
  const page = setUp(new BlankPage(engine));
  const server = setUp(new HostileServer());

  before(async () => {
    await page.run(keepModule);
    await page.run((now) => {
      globalThis.Date.now = () => now;
    }, NOW);
  });
  beforeEach(() => {
    server.reset();
    elsewhere.reset();
  });

  function connect(changes: Fault['config']): Promise<Report & { isLate: boolean }> {
    return page.run(
      async (config, delay) => {
        let isLate = false;
        const timer = setTimeout(() => {
          isLate = true;
        }, config.timeout + delay);
        const result = await report(api.authenticateBigCommerce(config as never));
        clearTimeout(timer);
        return { ...result, isLate };
      },
      { ...server.config, ...SECRETS, ...changes },
      DELAY,
    );
  }

  for (const [about, group] of Object.entries(faults)) {
    suite(about, () => {
      for (const fault of group) {
        test(fault.name, { timeout: 120_000 }, async () => {
          server.responses = [fault.response];
          const { isLate, ...report } = await connect(fault.config);
          assertOutcome(report, fault.except?.[engine] ?? fault.outcome);
          assert.equal(isLate, false, 'it settles in time');
          await assertMatchesRequests(report);
          server.reset();
          const { instance } = await connect({});
          assert.deepEqual(instance, INSTANCE, 'the next call works');
        });
      }
    });
  }

  function assertOutcome({ instance, isPlain, error }: Report, expected: Outcome): void {
    assert.deepEqual(error ? error.fields : { instance }, expected);
    assert.equal(error?.isOurs ?? isPlain, true, 'a BigCommerceAuthError or a plain object');
    assert.equal(error?.cause !== undefined, error?.fields.code === 'ERR_NETWORK');
  }

  /** Compares the result of a call with its requests. */
  async function assertMatchesRequests({ error }: Report): Promise<void> {
    const posts = server.requests.filter(({ method }) => method === 'POST');
    if (error && !posts.every(isRefused)) {
      assert.equal(error.fields.mayHaveCreated, true, 'a POST was not refused');
    }
    const secrets = [...Object.values(SECRETS), INSTANCE.token];
    for (const secret of secrets) {
      assert.ok(!error?.texts.some((text) => text.includes(secret)), 'no secret is in the error');
    }
    assert.deepEqual(await page.run(findInMemory, secrets), [], 'no secret is in memory');
    assert.equal(elsewhere.requests.length + elsewhere.preflights, 0, 'no redirect is followed');
    for (const { closed } of server.requests) {
      const written = await closed;
      // WebKitGTK reads on for a while after the page has stopped.
      const isBounded =
        written < 64 * 1024 * 1024 || error?.fields.code === 'ERR_TIMEOUT' || engine === 'WebKit';
      assert.ok(isBounded, `the page stopped after ${written} bytes`);
    }
  }

  test('without an uncaught error', async () => {
    assert.deepEqual(await page.run(() => uncaught), []);
  });
});

/** Returns those `texts` that are in the module's memory, in UTF-8 or UTF-16. */
function findInMemory(texts: string[]): string[] {
  if (!keptModule) throw new Error('The module is not loaded.');
  const inUtf8 = new TextDecoder('latin1').decode(keptModule.memory.buffer);
  const inUtf16 = inUtf8.replaceAll('\0', '');
  return texts.filter((text) => inUtf8.includes(text) || inUtf16.includes(text));
}

/** Whether a request was answered 4xx: not 408 and 499, which do not mean that it was refused. */
function isRefused({ response }: HostileRequest): boolean {
  return /^HTTP\/1\.1 4(?!08|99)\d\d /.test(String(response.bytes?.[0]));
}

after(() => elsewhere.close());
