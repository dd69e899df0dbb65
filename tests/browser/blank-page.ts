// A page with nothing but the package, for tests that call the function themselves.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { logging, type WebDriver } from 'selenium-webdriver';
import { type Engine, startBrowser } from './engines.js';
import { renderings as renderingsInNode } from './renderings.js';

declare global {
  /** The package, as `run` sees it in the page. */
  var api: typeof import('authenticate-bigcommerce');
  /** Imports a module as the page does: in Firefox, the driver's scripts have their own modules. */
  var importModule: (url: string) => Promise<void>;
  var renderings: typeof renderingsInNode;
  /** The result of a call, in a shape that WebDriver can return. */
  var outcome: (call: Promise<unknown>) => Promise<Outcome>;
  /** The result of a call, with everything that can be found on an error. */
  var report: (call: Promise<unknown>) => Promise<Report>;
  /** Uncaught errors and unhandled rejections. */
  var uncaught: string[];
  /** What the page's Content-Security-Policy blocked. */
  var blocked: string[];
}

/** The instance, or the error's own fields with its name and message. */
export type Outcome = Record<string, unknown>;

/** The result of a call: an instance or an error. */
export interface Report {
  instance?: Record<string, unknown>;
  /** Whether the instance is a plain object of the page's own realm. */
  isPlain?: boolean;
  error?: {
    isOurs: boolean;
    message: string;
    /** The error's own enumerable properties, so neither `stack` nor `cause`. */
    fields: Record<string, unknown>;
    /** The cause as a string, if there is one. */
    cause?: string;
    /** The error in every form that somebody may log. */
    texts: string[];
  };
}

/** A page in a browser of its own. */
export interface BlankPage extends AsyncDisposable {
  /** The page's origin. */
  origin: string;
  browser: WebDriver;
  /** The method and path of each request to the page's own server. */
  requests: string[];
  /** Gets each request before the page's own server; returns true to keep it from that server. */
  onRequest: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  /** Reloads the page, or opens another one, which comes from `onRequest` and loads `/page.js`. */
  open(path?: string): Promise<void>;
  /** Runs a function in the page; it sees the globals `api` and `outcome`, but no outer scope. */
  run<A extends unknown[], R>(work: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  /** Calls `authenticateBigCommerce` in the page. */
  connect(config: unknown): Promise<Outcome>;
  /** Uncaught errors and CSP violations since the last call; in Chromium, also the console. */
  takeErrors(): Promise<string[]>;
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src http://127.0.0.1:*",
};

// tsx adds calls of `__name` to functions; pages do not have it.
const NAMING = 'const __name = (named) => named;';

const SCRIPT = `
  import * as api from '/dist/index.js';
  ${NAMING}
  globalThis.renderings = ${renderingsInNode};
  globalThis.api = api;
  globalThis.importModule = (url) => import(url).then(() => {});
  globalThis.outcome = (call) => call.then(
    (instance) => instance,
    (error) => ({ isOurs: error instanceof api.BigCommerceAuthError, name: error.name, message: error.message, ...error }),
  );
  globalThis.report = (call) => call.then(
    (instance) => ({ instance, isPlain: Object.getPrototypeOf(instance) === Object.prototype }),
    (error) => {
      return {
        error: {
          isOurs: error instanceof api.BigCommerceAuthError && error.name === 'BigCommerceAuthError',
          message: error.message,
          fields: { ...error },
          ...(Object.hasOwn(error, 'cause') && { cause: String(error.cause) }),
          texts: renderings(error),
        },
      };
    },
  );
  globalThis.uncaught = [];
  addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)));
  addEventListener('error', ({ message }) => uncaught.push(message));
  globalThis.blocked = [];
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    // WebKit requests it by itself.
    if (blockedURI !== location.origin + '/favicon.ico') {
      blocked.push(violatedDirective + ' blocks ' + blockedURI);
    }
  });
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
export async function openBlankPage(engine: Engine = 'Chromium'): Promise<BlankPage> {
  // Before the server, which would keep the process alive if the browser does not start.
  const browser = await startBrowser(engine);
  await browser.manage().setTimeouts({ script: 300_000 });

  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const { method, url = '' } = request;
    requests.push(`${method} ${url}`);
    // Browsers retry a request themselves when a reused connection drops.
    response.setHeader('connection', 'close');
    if (page.onRequest?.(request, response)) return;
    const [type, body] = PAGES[url] ?? (await readBuilt(url)) ?? ['text/plain', undefined];
    response.writeHead(body === undefined ? 404 : 200, { ...HEADERS, 'content-type': type });
    response.end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const open: BlankPage['open'] = async (path = '/') => {
    await browser.get(origin + path);
    await browser.wait(async () => (await browser.getTitle()) === 'ready', 60_000);
  };
  const run: BlankPage['run'] = async (work, ...args) => {
    // In Firefox, `globalThis` ends with the script; what tests assign to it must last.
    // https://firefox-source-docs.mozilla.org/testing/marionette/Intro.html
    const script = `
      ${NAMING}
      const globalThis = window;
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
  const page: BlankPage = {
    origin,
    browser,
    requests,
    onRequest: undefined,
    open,
    run,
    connect: (config) =>
      run((config) => outcome(api.authenticateBigCommerce(config as never)), config),
    async takeErrors() {
      const errors = await run(() => [...uncaught.splice(0), ...blocked.splice(0)]);
      // The other drivers cannot read the console.
      if (engine === 'Chromium') {
        const entries = await browser.manage().logs().get(logging.Type.BROWSER);
        errors.push(...entries.map(({ message }) => message));
      }
      return errors.filter((message) => !/Failed to load resource/.test(message));
    },
    async [Symbol.asyncDispose]() {
      await browser.quit();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  await open();
  return page;
}

async function readBuilt(url: string): Promise<[type: string, body: Buffer] | undefined> {
  const { pathname } = new URL(url, 'http://page');
  if (!pathname.startsWith('/dist/')) return undefined;
  const file = new URL(`../..${pathname}`, import.meta.url);
  const body = await readFile(file).catch(() => undefined);
  return body && [pathname.endsWith('.wasm') ? 'application/wasm' : 'text/javascript', body];
}
