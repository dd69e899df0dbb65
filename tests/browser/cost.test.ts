import assert from 'node:assert/strict';
import { afterEach, before, test } from 'node:test';
import { setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';
import { keepModule } from './kept-module.js';
import { SandboxedPage } from './sandboxed-page.js';
import { defineWatched } from './watched.js';

declare global {
  /** What this file needs in the page. */
  var costs: {
    /** Makes `count` calls, `atOnce` of them concurrently, and counts their outcomes. */
    calls: (count: number, atOnce: number, config: object) => Promise<Record<string, number>>;
    /** The signal of most calls. */
    signal: AbortSignal;
    fetch: typeof fetch;
  };
}

/** Runs in the page. */
function prepare(): void {
  // One signal for all calls, so that listeners left on it add up.
  const { signal } = new AbortController();
  const kinds = [
    {},
    { username: 'refused' },
    { signal: AbortSignal.abort() },
    { username: '', tags: ['subject:x', 5], unknown: 1 },
    { name: 'Büro 😀', tags: ['é', 'a'.repeat(255)] },
  ];
  globalThis.costs = {
    signal,
    fetch,
    async calls(count, atOnce, config) {
      const outcomes: Record<string, number> = {};
      let next = 0;
      const work = async () => {
        while (next < count) {
          const kind = kinds[next++ % kinds.length];
          const call = api.authenticateBigCommerce({ ...config, signal, ...kind } as never);
          const { code = 'connected' } = await outcome(call);
          outcomes[String(code)] = (outcomes[String(code)] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      return outcomes;
    },
  };
}

/** Runs in the page: answers like the service, without HTTP, which would take minutes. */
function answerInPage(): void {
  globalThis.fetch = async (_, init) => {
    const { configuration } = JSON.parse(String(init?.body));
    return configuration.username === 'refused'
      ? Response.json({ message: 'The provider refused the request' }, { status: 400 })
      : Response.json({ id: 1, token: 'token', name: 'My shop', tags: ['a'], configuration });
  };
}

inEveryEngine('Calls', (engine) => {
  const page = setUp(new SandboxedPage(engine));
  /** The heap and the listeners after garbage collection, which only Chromium can report. */
  let used: () => Promise<{ heap: number; listeners: number } | undefined>;
  /** For how many events the calls' signal has listeners. */
  let signalEvents: () => Promise<number>;

  before(async () => {
    await page.run(keepModule);
    await page.run(prepare);
    await page.run(defineWatched);
    used = async () => undefined;
    signalEvents = async () => 0;
    if (engine !== 'Chromium') return;
    const devtools = await page.browser.createCDPConnection('page');
    await devtools.send('Performance.enable', {});
    used = async () => {
      await devtools.send('HeapProfiler.collectGarbage', {});
      const { metrics } = (await devtools.send('Performance.getMetrics', {})).result;
      const metric = (name: string) =>
        metrics.find((found: { name: string }) => found.name === name).value;
      return { heap: metric('JSHeapUsedSize'), listeners: metric('JSEventListeners') };
    };
    signalEvents = async () => {
      const expression = 'Object.keys(getEventListeners(costs.signal)).length';
      const options = { expression, includeCommandLineAPI: true };
      return (await devtools.send('Runtime.evaluate', options)).result.result.value;
    };
  });
  afterEach(async () => {
    await page.run(() => {
      globalThis.fetch = costs.fetch;
    });
  });

  const calls = (count: number, atOnce: number) =>
    page.run(
      (count, atOnce, config) => watched(() => costs.calls(count, atOnce, config)),
      count,
      atOnce,
      { ...page.config, tags: ['onboarding', 'shop-17'], timeout: 300_000 },
    );
  /** The size of the module's memory and table. */
  const sizes = () =>
    page.run(() => ({
      memory: keptModule?.memory.buffer.byteLength,
      table: keptModule?.table.length,
    }));

  /** Asserts the outcomes of `count` calls, and that they left no timers and listeners. */
  function assertSettled(
    { result, timers, listeners, added }: Awaited<ReturnType<typeof calls>>,
    count: number,
  ): void {
    assert.deepEqual(result, {
      connected: (count * 2) / 5,
      ERR_REJECTED: count / 5,
      ERR_ABORTED: count / 5,
      ERR_CONFIG: count / 5,
    });
    assert.deepEqual({ timers, listeners }, { timers: 0, listeners: 0 });
    assert.ok(added >= count, 'timers and listeners are counted');
  }

  test('take no more memory when 1,000 concurrent ones are made again', async (t) => {
    assertSettled(await calls(1000, 1000), 1000);
    assert.equal(page.sandbox.instances.size, 400, 'two of five calls connect');
    const first = await sizes();
    await page.run(answerInPage);
    for (let round = 0; round < 3; round++) assertSettled(await calls(1000, 1000), 1000);
    t.diagnostic(JSON.stringify(first));
    assert.deepEqual(await sizes(), first);
  });

  test('take no more memory when 10,000 are made one after the other', async (t) => {
    await page.run(answerInPage);
    assertSettled(await calls(1000, 1), 1000);
    const first = await sizes();
    const before = await used();
    for (let made = 0; made < 10_000; made += 5000) assertSettled(await calls(5000, 1), 5000);
    const after = await used();
    assert.deepEqual(await sizes(), first);
    assert.equal(await signalEvents(), 0, 'the signal has no listeners');
    if (!before || !after) return;
    const grown = after.heap - before.heap;
    t.diagnostic(`the heap grew by ${grown} bytes`);
    assert.ok(grown < 500_000, `the heap grew by ${grown} bytes`);
    assert.equal(after.listeners, before.listeners, "the page's listeners");
  });
});
