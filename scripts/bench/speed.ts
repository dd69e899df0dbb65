// Measures the function in a browser, beside a fetch by hand that sends the same request.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { WebDriver } from 'selenium-webdriver';
import { startBrowser } from '../../tests/browser/engines.js';
import { type Spread, spread } from '../../tests/handler/cost.js';
import { bundle, readWasm } from './sizes.js';

type Package = typeof import('../../dist/index.js');
type Client = { connect: Package['authenticateBigCommerce']; preload: Package['preload'] };

declare global {
  /** The clients in the page. */
  var clients: { fetch: Pick<Client, 'connect'>; package: Client; earlier?: Client };
  var config: Parameters<Client['connect']>[0];
  /** The module's memory, in bytes. */
  var wasmMemory: () => number;
}

/** The milliseconds of a client's calls, and how many more than by hand, per round. */
interface Warm {
  time: Spread;
  added: Spread;
}

interface Memory {
  calls: number;
  /** Bytes of the module's memory, which never shrinks. */
  wasm: number;
  /** Bytes of the whole page with the module's memory, after a garbage collection. */
  page: number;
}

const INSTANCE = JSON.stringify({ id: 5, token: 't', name: 'My shop', tags: ['onboarding'] });

const SCRIPT = `
  // The package does not expose the module's memory: this gets it from the instance.
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const result = await instantiate(...args);
    const { exports } = result.instance ?? result;
    const memory = Object.values(exports).find((value) => value instanceof WebAssembly.Memory);
    globalThis.wasmMemory = () => memory.buffer.byteLength;
    return result;
  };
  globalThis.config = {
    username: 'shop',
    password: '0123456789abcdef',
    storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
    name: 'My shop',
    tags: ['onboarding'],
    baseUrl: '/api',
  };
  globalThis.clients = { fetch: await import('/fetch.js'), package: await import('/package.js') };
  if (hasEarlier) clients.earlier = await import('/earlier/package.js');
  document.title = 'ready';
`;

interface Bench extends AsyncDisposable {
  /** Milliseconds from the first call in a new page until the browser sends the request. */
  measureCold(pages: number): Promise<{ byHand: Spread; preloaded: Spread; cold: Spread }>;
  /** The time of `atOnce` parallel calls in a warm page, by client: the median of `calls` per round. */
  measureWarm(rounds: number, calls: number, atOnce: number): Promise<Map<string, Warm>>;
  /** The memory after each of these numbers of calls in one page. */
  measureMemory(calls: number[]): Promise<Memory[]>;
  browser: string;
}

/** Starts server and browser; `earlier` is the folder `dist` of another version of the package. */
export async function startBench(earlier?: string): Promise<Bench> {
  const bodies = new Set<string>();
  const files: Record<string, [type: string, body: string | Uint8Array]> = {
    '/': [
      'text/html',
      '<!doctype html><title></title><script type="module" src="/page.js"></script>',
    ],
    '/page.js': ['text/javascript', `const hasEarlier = ${earlier !== undefined};${SCRIPT}`],
    '/fetch.js': ['text/javascript', await bundle('fetch')],
    '/package.js': ['text/javascript', await bundle('package')],
    '/authenticate_bigcommerce.wasm': ['application/wasm', readWasm()],
  };
  if (earlier !== undefined) {
    files['/earlier/package.js'] = ['text/javascript', await bundle('package', earlier)];
    files['/earlier/authenticate_bigcommerce.wasm'] = ['application/wasm', readWasm(earlier)];
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      bodies.add(JSON.stringify([JSON.parse(await text(request)), request.headers.accept]));
      response.writeHead(200, { 'content-type': 'application/json' }).end(INSTANCE);
      return;
    }
    const [type, body] = files[request.url ?? ''] ?? ['text/plain', undefined];
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': type,
      'cache-control': 'no-store',
      // Isolated pages have the most exact clock, and can measure their memory.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const browser = await startBrowser();
  await browser.manage().setTimeouts({ script: 180_000 });

  async function open(): Promise<void> {
    await browser.get(`http://127.0.0.1:${port}/`);
    await browser.wait(async () => (await browser.getTitle()) === 'ready', 10_000, '', 10);
  }
  async function run<A extends unknown[], R>(
    work: (...args: A) => R,
    ...args: A
  ): Promise<Awaited<R>> {
    // tsx calls a helper for the names of functions, which the page does not have.
    const script = `
      const __name = (named) => named;
      const done = arguments[arguments.length - 1];
      Promise.resolve((${work})(...[...arguments].slice(0, -1))).then(
        (value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await browser.executeAsyncScript<{ value: never; error?: string }>(
      script,
      ...args,
    );
    if (error !== undefined) throw new Error(error);
    return value;
  }

  return {
    browser: await versionOf(browser),

    async measureCold(pages) {
      const times = { byHand: [] as number[], preloaded: [] as number[], cold: [] as number[] };
      // The first pages only warm up the browser.
      for (let page = -3; page < pages; page++) {
        for (const way of ['byHand', 'preloaded', 'cold'] as const) {
          await open();
          const time = await run(async (way) => {
            if (way === 'preloaded') await clients.package.preload();
            const sent = new Promise<number>((resolve) => {
              new PerformanceObserver((list) => {
                const entries = list.getEntries() as PerformanceResourceTiming[];
                const entry = entries.find(({ name }) => name.endsWith('/instances'));
                if (entry) resolve(entry.requestStart);
              }).observe({ type: 'resource' });
            });
            const start = performance.now();
            await (way === 'byHand' ? clients.fetch : clients.package).connect(config);
            return (await sent) - start;
          }, way);
          if (page >= 0) times[way].push(time);
        }
      }
      return {
        byHand: spread(times.byHand),
        preloaded: spread(times.preloaded),
        cold: spread(times.cold),
      };
    },

    async measureWarm(rounds, calls, atOnce) {
      await open();
      const medians = await run(
        async (rounds, calls, atOnce) => {
          const time = async ({ connect }: Pick<Client, 'connect'>) => {
            const start = performance.now();
            await Promise.all(Array.from({ length: atOnce }, () => connect(config)));
            return performance.now() - start;
          };
          const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
          const medians: Record<string, number>[] = [];
          // The first rounds only warm up.
          for (let round = -3; round < rounds; round++) {
            const times: Record<string, number[]> = {};
            // In turns, so that a busy machine slows all clients.
            for (let call = 0; call < calls; call++) {
              for (const [name, client] of Object.entries(clients)) {
                times[name] ??= [];
                times[name].push(await time(client));
              }
            }
            const ofRound = Object.entries(times).map(([name, times]) => [name, median(times)]);
            if (round >= 0) medians.push(Object.fromEntries(ofRound));
          }
          return medians;
        },
        rounds,
        calls,
        atOnce,
      );
      if (bodies.size !== 1)
        throw new Error(`The clients sent different requests: ${[...bodies].join()}`);
      const of = (name: string) => medians.map((ofRound) => ofRound[name] ?? Number.NaN);
      const byHand = of('fetch');
      return new Map(
        Object.keys(medians[0] ?? {}).map((name) => [
          name,
          {
            time: spread(of(name)),
            added: spread(of(name).map((time, round) => time - (byHand[round] ?? Number.NaN))),
          },
        ]),
      );
    },

    async measureMemory(counts) {
      await open();
      const found: Memory[] = [];
      let done = 0;
      for (const count of counts) {
        const memory = await run(async (calls) => {
          for (let call = 0; call < calls; call += 100) {
            await Promise.all(Array.from({ length: 100 }, () => clients.package.connect(config)));
          }
          performance.clearResourceTimings();
          // https://developer.mozilla.org/docs/Web/API/Performance/measureUserAgentSpecificMemory
          const measurable = performance as Performance & {
            measureUserAgentSpecificMemory(): Promise<{ bytes: number }>;
          };
          const { bytes } = await measurable.measureUserAgentSpecificMemory();
          return { wasm: wasmMemory(), page: bytes };
        }, count - done);
        done = count;
        found.push({ calls: count, ...memory });
      }
      return found;
    },

    async [Symbol.asyncDispose]() {
      await browser.quit();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function versionOf(browser: WebDriver): Promise<string> {
  const capabilities = await browser.getCapabilities();
  return `${capabilities.getBrowserName()} ${capabilities.getBrowserVersion()}`;
}
