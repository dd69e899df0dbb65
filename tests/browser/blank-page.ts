// A page with nothing but the package, for tests that call the function themselves.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before } from 'node:test';
import type { WebDriver } from 'selenium-webdriver';
import { type Site, serve } from '../server.js';
import { type Engine, takeConsole } from './engines.js';
import { leave, sharedBrowser } from './shared-browser.js';

declare global {
  /** The package, as `run` sees it in the page. */
  var api: typeof import('authenticate-bigcommerce');
  /** Imports a module as the page does: in Firefox, the driver's scripts have their own modules. */
  var importModule: (url: string) => Promise<void>;
  /** All texts of an error, in every form that somebody may log. */
  var renderings: (error: Error) => string[];
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
    texts: string[];
  };
}

/** Starts `resource` before the tests of a suite, and closes it after them. */
export function setUp<T extends { start(): Promise<unknown>; close(): Promise<void> }>(
  resource: T,
): T {
  before(() => resource.start());
  after(() => resource.close());
  return resource;
}

/** The strictest policy that lets the package call services on this machine. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  'connect-src http://127.0.0.1:*',
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

// tsx adds calls of `__name` to functions; pages do not have it.
const NAMING = 'const __name = (named) => named;';

const SCRIPT = `
  import * as api from '/dist/index.js';
  ${NAMING}
  globalThis.renderings = ${renderingsOf};
  globalThis.api = api;
  globalThis.importModule = (url) => import(url).then(() => {});
  globalThis.outcome = (call) => call.then(
    (instance) => instance,
    (error) => ({ isOurs: error instanceof api.BigCommerceAuthError, name: error.name, message: error.message, ...error }),
  );
  globalThis.report = (call) => call.then(
    (instance) => ({ instance, isPlain: Object.getPrototypeOf(instance) === Object.prototype }),
    (error) => ({
      error: {
        isOurs: error instanceof api.BigCommerceAuthError && error.name === 'BigCommerceAuthError',
        message: error.message,
        fields: { ...error },
        ...(Object.hasOwn(error, 'cause') && { cause: String(error.cause) }),
        texts: renderings(error),
      },
    }),
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

/** Runs in the page: everything that can be reached from `error`, and its JSON. */
function renderingsOf(error: Error): string[] {
  const texts: string[] = [];
  const known = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (Object(value) !== value) texts.push(String(value));
    else if (!known.has(value)) visitMembers(value as object);
  };
  const visitMembers = (value: object): void => {
    known.add(value);
    // Objects without a prototype cannot be converted to strings.
    if (typeof value === 'function' || value instanceof Error) texts.push(String(value));
    for (let owner = value; owner !== null; owner = Object.getPrototypeOf(owner)) {
      for (const name of Reflect.ownKeys(owner)) {
        texts.push(String(name));
        try {
          visit(Reflect.get(owner, name, value));
        } catch {}
      }
    }
  };
  visit(error);
  return [...texts, JSON.stringify(error)];
}

/** A page in the browser that the suites of a process share. */
export class BlankPage {
  browser!: WebDriver;
  /** The method and path of each request to the page's own server. */
  readonly requests: string[] = [];
  /** Gets each request before the page's own server; returns true to keep it from that server. */
  onRequest: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

  readonly #engine: Engine;
  #site: Site | undefined;

  constructor(engine: Engine = 'Chromium') {
    this.#engine = engine;
  }

  async start(): Promise<void> {
    // Before the server, which would keep the process alive if the browser does not start.
    this.browser = await sharedBrowser(this.#engine);
    await this.browser.manage().setTimeouts({ script: 300_000 });
    this.#site = await serve((request, response) => this.#respond(request, response));
    await this.open();
  }

  async close(): Promise<void> {
    await leave(this.browser);
    await this.#site?.[Symbol.asyncDispose]();
  }

  get origin(): string {
    return this.#site?.origin ?? '';
  }

  /** Reloads the page, or opens another one, which comes from `onRequest` and loads `/page.js`. */
  async open(path = '/'): Promise<void> {
    // Otherwise the old page, which is ready, could be taken for the new one.
    await this.browser.executeScript("document.title = ''");
    await this.browser.get(this.origin + path);
    const isReady = async () => (await this.browser.getTitle()) === 'ready';
    await this.browser.wait(isReady, 60_000, `${path} is not ready`);
  }

  /** Runs a function in the page; it sees the globals `api` and `outcome`, but no outer scope. */
  async run<A extends unknown[], R>(work: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
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
    const { value, error } = await this.browser.executeAsyncScript<{
      value: Awaited<R>;
      error?: string;
    }>(script, ...args);
    if (error !== undefined) throw new Error(error);
    return value;
  }

  /** Presses keys one after the other where the focus is. */
  press(...keys: string[]): Promise<void> {
    return this.browser
      .actions()
      .sendKeys(...keys)
      .perform();
  }

  /** Calls `authenticateBigCommerce` in the page. */
  connect(config: unknown): Promise<Outcome> {
    return this.run((config) => outcome(api.authenticateBigCommerce(config as never)), config);
  }

  /** Uncaught errors and CSP violations since the last call; in Chromium, also the console. */
  async takeErrors(): Promise<string[]> {
    const errors = await this.run(() => [...uncaught.splice(0), ...blocked.splice(0)]);
    errors.push(...(await takeConsole(this.browser)));
    return errors.filter((message) => !/Failed to load resource/.test(message));
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    this.requests.push(`${method} ${url}`);
    // Browsers retry a request themselves when a reused connection drops.
    response.setHeader('connection', 'close');
    response.setHeader('content-security-policy', POLICY);
    if (this.onRequest?.(request, response)) return;
    const [type, body] = await read(new URL(url, this.origin));
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': type }).end(body);
  }
}

async function read({
  pathname,
}: URL): Promise<[type: string, body?: string | Buffer | undefined]> {
  if (pathname === '/') {
    const page = '<!doctype html><title></title><script type="module" src="/page.js"></script>';
    return ['text/html', page];
  }
  if (pathname === '/page.js') return ['text/javascript', SCRIPT];
  if (!pathname.startsWith('/dist/')) return ['text/plain'];
  const type = pathname.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
  const file = new URL(`../..${pathname}`, import.meta.url);
  return [type, await readFile(file).catch(() => undefined)];
}
