import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { type BlankPage, openBlankPage, type Report } from './blank-page.js';
import { type Engine, engines } from './engines.js';
import { ELSEWHERE, type Fault, faults, NOW } from './faults.js';
import {
  type HostileRequest,
  type HostileServer,
  INSTANCE,
  SECRETS,
  startHostileServer,
  within,
} from './hostile-server.js';
import { inEveryEngine } from './in-every-engine.js';

/** How much later than its timeout a call may settle, on a machine that has much to do. */
const DELAY = 2000;

/** What each fault came to, by engine. */
const summary = new Map<Fault, Partial<Record<Engine, string>>>();

inEveryEngine('A call settles and tells what it may', { timeout: 240_000 }, (engine) => {
  let page: BlankPage;
  let server: HostileServer;
  let elsewhere: HostileServer;

  before(async () => {
    page = await openBlankPage(engine);
    server = await startHostileServer();
    elsewhere = await startHostileServer();
    await page.run((now) => {
      globalThis.Date.now = () => now;
    }, NOW);
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await server?.close();
    await elsewhere?.close();
  });
  beforeEach(() => server.reset());

  function connect(changes: Fault['config']): Promise<{ report: Report; ms: number }> {
    return page.run(
      async (config) => {
        const start = performance.now();
        const result = await report(api.authenticateBigCommerce(config as never));
        return { report: result, ms: performance.now() - start };
      },
      { ...server.config, ...SECRETS, ...changes },
    );
  }

  for (const [about, group] of Object.entries(faults)) {
    suite(about, () => {
      for (const fault of group) {
        const { name, config, outcome, unlike } = fault;
        test(name, async () => {
          server.answers = fault.answers.map((answer) => ({
            ...answer,
            ...(answer.bytes && {
              bytes: answer.bytes.map((part) => pointed(part, elsewhere.url)),
            }),
          }));
          const { report, ms } = await connect(config);
          const came = summary.get(fault) ?? {};
          summary.set(fault, came);
          came[engine] = `${report.error?.fields.code ?? 'connects'} ✗`;

          const { instance, isPlain, error } = report;
          const seen = error ? error.fields : { instance };
          assert.deepEqual(seen, unlike?.outcomes[engine] ?? outcome);
          assert.equal(error?.isOurs ?? isPlain, true);
          assert.equal(error?.cause !== undefined, error?.fields.code === 'ERR_NETWORK');
          const isTold = error?.fields.providerMessage !== undefined;
          assert.equal(error?.message.includes('Not with [redacted]') ?? false, isTold);
          const limit = Number(config?.timeout ?? server.config.timeout) + DELAY;
          assert.ok(ms < limit, `it takes ${ms} ms`);
          const posts = server.requests.filter(({ method }) => method === 'POST');
          if (error && !posts.every(isRefused)) {
            assert.equal(error.fields.mayHaveCreated, true, 'a POST was not refused');
          }
          for (const secret of [...Object.values(SECRETS), INSTANCE.token]) {
            const leak = error?.texts.find((text) => text.includes(secret));
            assert.equal(leak, undefined, 'no secret is told');
          }
          assert.equal(elsewhere.requests.length + elsewhere.preflights, 0, 'no redirect');
          for (const { closed } of server.requests) {
            const written = await within(5000, closed);
            const isBounded = written < 64 * 1024 * 1024 || error?.fields.code === 'ERR_TIMEOUT';
            assert.ok(isBounded, `the page hung up after ${written} bytes`);
          }

          server.reset();
          const next = await connect({});
          assert.deepEqual(next.report, { instance: INSTANCE, isPlain: true }, 'the next call');
          came[engine] = came[engine]?.replace('✗', '✓');
        });
      }
    });
  }

  test('and throws nothing beside its promises', async () => {
    assert.deepEqual(await page.run(() => uncaught), []);
  });
});

/** Whether a request was answered 4xx, by a service that did not give up waiting. */
function isRefused({ answer }: HostileRequest): boolean {
  const said = answer.bytes?.map(String).join('') ?? '';
  return /^HTTP\/1\.1 4(?!08|99)\d\d /.test(said);
}

/** `part` of an answer, with the address that stands for another origin replaced. */
function pointed<P extends string | Uint8Array | number>(part: P, url: string): P | Buffer {
  if (typeof part === 'number' || !Buffer.from(part).includes(ELSEWHERE)) return part;
  return Buffer.from(Buffer.from(part).toString('latin1').replaceAll(ELSEWHERE, url), 'latin1');
}

after(() => {
  const width = Math.max(...[...summary.keys()].map(({ name }) => name.length));
  const row = (name: string, cells: string[]) =>
    console.log(name.padEnd(width), ...cells.map((cell) => cell.padEnd(18)));
  for (const [about, group] of Object.entries(faults)) {
    row(`\n# ${about}`.padEnd(width + 1), [...engines]);
    for (const fault of group) {
      row(
        fault.name,
        engines.map((engine) => summary.get(fault)?.[engine] ?? '-'),
      );
      if (fault.unlike) console.log(`  ${fault.unlike.why}`);
    }
  }
  row(
    '\nAll as they should be',
    engines.map((engine) => {
      const cells = [...summary.values()].flatMap((came) => came[engine] ?? []);
      return `${cells.filter((cell) => cell.endsWith('✓')).length} of ${cells.length}`;
    }),
  );
});
