import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { type BlankPage, openBlankPage, type Report } from './blank-page.js';
import { type Engine, engines } from './engines.js';
import { elsewhere, type Fault, faults, NOW, type Outcome } from './faults.js';
import {
  type HostileRequest,
  type HostileServer,
  INSTANCE,
  SECRETS,
  startHostileServer,
  within,
} from './hostile-server.js';
import { inEveryEngine } from './in-every-engine.js';
import { keepModule } from './kept-module.js';

/** How much later than a call's timeout the page sets a timer that the call is to be ahead of. */
const DELAY = 2000;

/** What each fault came to, by engine. */
const summary = new Map<Fault, Partial<Record<Engine, string>>>();

inEveryEngine('A call settles and tells what it may', { timeout: 1_200_000 }, (engine) => {
  let page: BlankPage;
  let server: HostileServer;

  before(async () => {
    page = await openBlankPage(engine);
    server = await startHostileServer();
    await page.run(keepModule);
    await page.run((now) => {
      globalThis.Date.now = () => now;
    }, NOW);
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await server?.close();
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
        test(fault.name, async () => {
          server.answers = [...fault.answers];
          const { isLate, ...report } = await connect(fault.config);
          note(fault, engine, report, '✗');
          assertOutcome(report, fault.unlike?.outcomes[engine] ?? fault.outcome);
          assert.equal(isLate, false, 'it settles after its timeout');
          await assertTruthful(report);
          server.reset();
          const { instance } = await connect({});
          assert.deepEqual(instance, INSTANCE, 'the next call works');
          note(fault, engine, report, '✓');
        });
      }
    });
  }

  function assertOutcome({ instance, isPlain, error }: Report, expected: Outcome): void {
    assert.deepEqual(error ? error.fields : { instance }, expected);
    assert.equal(error?.isOurs ?? isPlain, true);
    assert.equal(error?.cause !== undefined, error?.fields.code === 'ERR_NETWORK');
    const isTold = error?.message.includes('Not with [redacted]') ?? false;
    assert.equal(isTold, error?.fields.providerMessage !== undefined, "the service's message");
  }

  /** Compares what a call says with what the service saw of it. */
  async function assertTruthful({ error }: Report): Promise<void> {
    const posts = server.requests.filter(({ method }) => method === 'POST');
    if (error && !posts.every(isRefused)) {
      assert.equal(error.fields.mayHaveCreated, true, 'a POST was not refused');
    }
    const secrets = [...Object.values(SECRETS), INSTANCE.token];
    for (const secret of secrets) {
      assert.ok(!error?.texts.some((text) => text.includes(secret)), 'no secret is told');
    }
    assert.deepEqual(await page.run(findInMemory, secrets), [], 'the module has forgotten them');
    assert.equal(elsewhere.requests.length + elsewhere.preflights, 0, 'no redirect is followed');
    for (const { closed } of server.requests) {
      const written = await within(60_000, closed);
      // WebKitGTK goes on for a while after the page has hung up.
      const isBounded =
        written < 64 * 1024 * 1024 || error?.fields.code === 'ERR_TIMEOUT' || engine === 'WebKit';
      assert.ok(isBounded, `the page hung up after ${written} bytes`);
    }
  }

  test('and throws nothing beside its promises', async () => {
    assert.deepEqual(await page.run(() => uncaught), []);
  });
});

/** Which of `texts` stand in the module's memory, in UTF-8 or UTF-16. */
function findInMemory(texts: string[]): string[] {
  if (!taken) throw new Error('The memory is not known.');
  const inUtf8 = new TextDecoder('latin1').decode(taken.memory.buffer);
  const inUtf16 = inUtf8.replaceAll('\0', '');
  return texts.filter((text) => inUtf8.includes(text) || inUtf16.includes(text));
}

/** Whether a request was answered 4xx, by a service that did not give up waiting. */
function isRefused({ answer }: HostileRequest): boolean {
  return /^HTTP\/1\.1 4(?!08|99)\d\d /.test(String(answer.bytes?.[0]));
}

function note(fault: Fault, engine: Engine, { error }: Report, mark: string): void {
  const code = error?.fields.code ?? 'connects';
  summary.set(fault, { ...summary.get(fault), [engine]: `${mark} ${code}` });
}

after(async () => {
  await elsewhere.close();
  const width = Math.max(
    ...Object.values(faults).flatMap((group) => group.map(({ name }) => name.length)),
  );
  const row = (name: string, cellOf: (engine: Engine) => string) =>
    console.log(name.padEnd(width), ...engines.map((engine) => cellOf(engine).padEnd(18)));
  for (const [about, group] of Object.entries(faults)) {
    row(`# ${about}`, (engine) => engine);
    for (const fault of group) {
      row(fault.name, (engine) => summary.get(fault)?.[engine] ?? 'not run');
      if (fault.unlike) console.log(`  ${fault.unlike.why}`);
    }
  }
  row('# as they should be', (engine) => {
    const cells = [...summary.values()].flatMap((cells) => cells[engine] ?? []);
    return `${cells.filter((cell) => cell.startsWith('✓')).length} of ${cells.length}`;
  });
});
