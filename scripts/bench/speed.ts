// Measures the function in a browser, and other clients that send the same request.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { brotliCompressSync } from 'node:zlib';
import type { WebDriver } from 'selenium-webdriver';
import type { Driver } from 'selenium-webdriver/chrome.js';
import { startBrowser } from '../../tests/browser/engines.js';
import { type Spread, spread } from './handler.js';
import { bundle, readWasm } from './sizes.js';

type Package = typeof import('../../dist/index.js');
/** The clients that are called in turn, in a warm page. */
const PEERS = ['fetch', 'ofetch', 'axios', 'ky', 'package'];

/** Pages with a form: by hand, and in the element. */
const FORMS = ['form-fetch', 'form-package'] as const;

type Client = { connect: Package['authenticateBigCommerce']; preload: Package['preload'] };

declare global {
  /** The clients in the page. */
  var clients: Record<string, Pick<Client, 'connect'>> & { package: Client };
  var config: Parameters<Client['connect']>[0];
  /** The module's memory, in bytes. */
  var wasmMemory: () => number;
  /** Resolves when the page's form has connected, to `performance.now()`. */
  var connected: Promise<number>;
}

/** The time of a client's calls in milliseconds, and its ratio to `fetch` by hand, per round. */
interface Warm {
  time: Spread;
  ratio: Spread;
}

/** The time of a page's first call. */
interface First {
  byHand: Spread;
  preloaded: Spread;
  cold: Spread;
}

/** How long a merchant waits for a connection, in a page with a form. */
interface Wait {
  /** From the click, after the fields were typed. */
  typed: Spread;
  /** From opening the page, with a click as soon as the button is enabled. */
  atOnce: Spread;
}

interface Memory {
  calls: number;
  /** Bytes of the module's memory, which never shrinks. */
  wasm: number;
  /** Bytes of the whole page with the module's memory, after a garbage collection. */
  page: number;
}

/** The name of the earlier version. Its module is in the same folder. */
const EARLIER = 'earlier/package';

const PAGE = '<!doctype html><title></title><script type="module" src="/page.js"></script>';

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
  globalThis.clients = {};
  for (const name of location.search.slice(1).split('&')) clients[name] = await import('/' + name + '.js');
  document.title = 'ready';
`;

const formPage = (client: string) => `<!doctype html>
  <title></title>
  <script>
    globalThis.connected = new Promise((resolve) => {
      addEventListener('connected', () => resolve(performance.now()));
    });
  </script>
  <bigcommerce-connect base-url="/api">
    <form>
      <input name="username" value="shop">
      <input name="password" type="password" value="0123456789abcdef">
      <input name="storeUrl" value="https://store-wuxeae6.mybigcommerce.com/api/v2">
      <input name="name" value="My shop">
      <button disabled>Connect</button>
    </form>
  </bigcommerce-connect>
  <script>
    const button = document.querySelector('button');
    if (location.search === '?at-once') {
      new MutationObserver(() => button.click()).observe(button, { attributes: true });
    }
  </script>
  <script type="module" src="/${client}.js"></script>`;

/** Emulated network conditions: the latency in milliseconds, the throughput in bytes per second. */
export interface Network {
  latency: number;
  throughput: number;
}

interface Bench extends AsyncDisposable {
  /** Measures the first call of new pages, as soon as their script has run. */
  measureFirst(pages: number, network?: Network): Promise<First>;
  /** The wait for a connection with a form by hand, and with the element. */
  measureForm(pages: number, network: Network): Promise<{ byHand: Wait; element: Wait }>;
  /**
   * Measures `atOnce` parallel calls in a warm page, by client: the median of `calls` per round.
   */
  measureWarm(rounds: number, calls: number, atOnce: number): Promise<Map<string, Warm>>;
  /** Measures the memory after each of these numbers of calls in one page. */
  measureMemory(calls: number[]): Promise<Memory[]>;
  browser: string;
}

/** Starts server and browser; `earlier` is the folder `dist` of another version of the package. */
export async function startBench(earlier?: string): Promise<Bench> {
  const bodies = new Set<string>();
  const compress = (type: string, body: string | Uint8Array) =>
    [type, brotliCompressSync(body)] as const;
  const files = new Map([
    ['/', compress('text/html', PAGE)],
    ['/page.js', compress('text/javascript', SCRIPT)],
    ['/authenticate_bigcommerce.wasm', compress('application/wasm', readWasm())],
  ]);
  for (const name of [...PEERS, ...FORMS])
    files.set(`/${name}.js`, compress('text/javascript', await bundle(name)));
  for (const name of FORMS) files.set(`/${name}.html`, compress('text/html', formPage(name)));
  if (earlier !== undefined) {
    const wasm = readWasm(earlier);
    files.set(`/${EARLIER}.js`, compress('text/javascript', await bundle('package', earlier)));
    files.set('/earlier/authenticate_bigcommerce.wasm', compress('application/wasm', wasm));
  }
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      bodies.add(JSON.stringify(JSON.parse(await text(request))));
      response.writeHead(200, { 'content-type': 'application/json' }).end(INSTANCE);
      return;
    }
    const { pathname } = new URL(request.url ?? '', 'http://bench');
    const [type = 'text/plain', body] = files.get(pathname) ?? [];
    response.writeHead(body === undefined ? 404 : 200, {
      'content-type': type,
      ...(body && { 'content-encoding': 'br' }),
      'cache-control': 'no-store',
      // Isolated pages have the most precise clock, and can measure their memory.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const browser = await startBrowser();
  await browser.manage().setTimeouts({ script: 900_000 });

  async function open(...clients: string[]): Promise<void> {
    await browser.get(`http://127.0.0.1:${port}/?${clients.join('&')}`);
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

  async function slowDown({ latency, throughput }: Network = { latency: 0, throughput: -1 }) {
    await (browser as Driver).setNetworkConditions({
      offline: false,
      latency,
      download_throughput: throughput,
      upload_throughput: throughput,
    });
  }

  return {
    browser: await versionOf(browser),

    async measureFirst(pages, network) {
      await slowDown(network);
      const times = { byHand: [] as number[], preloaded: [] as number[], cold: [] as number[] };
      // The first pages only warm up the browser.
      for (let page = -2; page < pages; page++) {
        for (const way of ['byHand', 'preloaded', 'cold'] as const) {
          const name = way === 'byHand' ? 'fetch' : 'package';
          await open(name);
          const time = await run(
            async (way, name) => {
              if (way === 'preloaded') await clients.package.preload();
              const start = performance.now();
              await clients[name]?.connect(config);
              return performance.now() - start;
            },
            way,
            name,
          );
          if (page >= 0) times[way].push(time);
        }
      }
      await (browser as Driver).deleteNetworkConditions();
      return {
        byHand: spread(times.byHand),
        preloaded: spread(times.preloaded),
        cold: spread(times.cold),
      };
    },

    async measureForm(pages, network) {
      const measure = async (client: (typeof FORMS)[number]): Promise<Wait> => {
        const times = { typed: [] as number[], atOnce: [] as number[] };
        for (let page = 0; page < pages; page++) {
          await browser.get(`http://127.0.0.1:${port}/${client}.html?at-once`);
          times.atOnce.push(await run(() => connected));
          await browser.get(`http://127.0.0.1:${port}/${client}.html`);
          const time = await run(async (hasModule) => {
            // Who types gives the module time to come.
            const isThere = () =>
              performance.getEntriesByType('resource').some(({ name }) => name.endsWith('.wasm'));
            while (hasModule && !isThere()) {
              await new Promise((resolve) => setTimeout(resolve, 100));
            }
            const start = performance.now();
            document.querySelector('button')?.click();
            return (await connected) - start;
          }, client === 'form-package');
          times.typed.push(time);
        }
        return { typed: spread(times.typed), atOnce: spread(times.atOnce) };
      };
      await slowDown(network);
      const byHand = await measure('form-fetch');
      const element = await measure('form-package');
      await (browser as Driver).deleteNetworkConditions();
      return { byHand, element };
    },

    async measureWarm(rounds, calls, atOnce) {
      const names = earlier === undefined ? PEERS : [...PEERS, EARLIER];
      await open(...names);
      bodies.clear();
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
            // In turn, so that a busy machine slows all clients.
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
        names.map((name) => [
          name,
          {
            time: spread(of(name)),
            ratio: spread(of(name).map((time, round) => time / (byHand[round] ?? Number.NaN))),
          },
        ]),
      );
    },

    async measureMemory(counts) {
      await open('package');
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
