// A page with nothing but the package, for tests that call the function themselves.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import type { WebDriver } from 'selenium-webdriver';
import { startChromium } from './chromium.js';

declare global {
  /** The package, as `run` sees it in the page. */
  var api: typeof import('authenticate-bigcommerce');
  /** What a call comes to, in a shape that reaches the test. */
  var outcome: (call: Promise<unknown>) => Promise<Outcome>;
}

/** The instance, or the error's own fields with its name and message. */
export type Outcome = Record<string, unknown>;

/** A page in a browser of its own. */
export interface BlankPage extends AsyncDisposable {
  /** The page's origin. */
  origin: string;
  browser: WebDriver;
  /** Runs a function in the page; it sees the globals `api` and `outcome`, but no outer scope. */
  run<A extends unknown[], R>(work: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  /** Calls `authenticateBigCommerce` in the page. */
  connect(config: unknown): Promise<Outcome>;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src http://127.0.0.1:*",
};

const SCRIPT = `
  import * as api from '/dist/index.js';
  globalThis.api = api;
  globalThis.outcome = (call) => call.then(
    (instance) => instance,
    (error) => ({ isOurs: error instanceof api.BigCommerceAuthError, name: error.name, message: error.message, ...error }),
  );
  document.title = 'ready';
`;

const PAGES: Record<string, [type: string, body: string]> = {
  '/': [
    'text/html',
    '<!doctype html><title></title><script type="module" src="/page.js"></script>',
  ],
  '/page.js': ['text/javascript', SCRIPT],
};

/** Opens the page; leaving its scope ends page, browser and server. */
export async function openBlankPage(): Promise<BlankPage> {
  const server = createServer(async ({ url = '' }, response) => {
    const [type, body] = PAGES[url] ?? (await built(url)) ?? ['text/plain', undefined];
    response.writeHead(body === undefined ? 404 : 200, { ...HEADERS, 'content-type': type });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const browser = await startChromium();
  await browser.manage().setTimeouts({ script: 60_000 });
  await browser.get(origin);
  await browser.wait(async () => (await browser.getTitle()) === 'ready', 10_000);

  const run: BlankPage['run'] = async (work, ...args) => {
    // tsx names functions with a helper that the page does not have.
    const script = `
      const __name = (named) => named;
      const done = arguments[arguments.length - 1];
      Promise.resolve((${work})(...[...arguments].slice(0, -1))).then(
        (value) => done({ value }),
        (error) => done({ error: String(error?.stack ?? error) }),
      );`;
    const { value, error } = await browser.executeAsyncScript<{ value: never; error?: string }>(
      script,
      ...args,
    );
    if (error !== undefined) throw new Error(error);
    return value;
  };
  return {
    origin,
    browser,
    run,
    connect: (config) =>
      run((config) => outcome(api.authenticateBigCommerce(config as never)), config),
    async [Symbol.asyncDispose]() {
      await browser.quit();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function built(url: string): Promise<[type: string, body: Buffer] | undefined> {
  if (!url.startsWith('/dist/')) return undefined;
  const name = basename(url);
  const body = await readFile(new URL(`../../dist/${name}`, import.meta.url)).catch(
    () => undefined,
  );
  return body && [name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript', body];
}
