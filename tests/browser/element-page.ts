// A page with <bigcommerce-connect>. The suites about the element share it.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach } from 'node:test';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { By } from 'selenium-webdriver';
import type { Fault } from '../../js/sandbox/sandbox.js';
import { setUp } from './blank-page.js';
import type { Engine } from './engines.js';
import { SandboxedPage, SECRETS } from './sandboxed-page.js';

declare global {
  /** Resolves to the next `connected` or `failed` event. */
  var settled: () => Promise<Settled>;
  /** The error of the last `failed` event. */
  var failure: Error;
  /** The texts that the first element's status had, in order. */
  var announced: string[];
  /** What waits until the page is idle. */
  var idle: (() => void)[];
  /** The elements with these ids. */
  var first: BigCommerceConnect;
  var second: BigCommerceConnect;
}

interface Settled {
  type: string;
  /** The id of the element. */
  id: string;
  composed: boolean;
  detail: Record<string, unknown>;
}

export const PASSWORD = '0123456789abcdef';

const FIELDS = `
  <label for="username">Username</label>
  <p id="hint">From Legacy API Settings.</p>
  <input id="username" name="username" value="shop" aria-describedby="hint">
  <label for="password">API Token</label>
  <input id="password" name="password" type="password" value="${PASSWORD}">
  <label for="storeUrl">API Path</label>
  <input id="storeUrl" name="storeUrl" value="store-wuxeae6.mybigcommerce.com">
  <label for="name">Name</label>
  <input id="name" name="name" value="My shop">`;

const FORM = `<form method="post">${FIELDS}<button autocomplete="off" disabled>Connect</button></form>`;

export const ELEMENT = `<bigcommerce-connect id="first">${FORM}</bigcommerce-connect>`;

export const SECOND = ELEMENT.replaceAll(/(id|for|aria-describedby)="/g, '$1="second-').replace(
  'second-first',
  'second',
);

export const HELD = ELEMENT.replace('id="first"', 'id="first" base-url="/held"');

export const WASM = '/dist/authenticate_bigcommerce.wasm';

/** Opens a browser for the suite, and gives what its tests do with the element's form. */
export function setUpElementPage(engine: Engine) {
  const page = setUp(new SandboxedPage(engine));
  beforeEach(reset);
  afterEach(async () => {
    assert.deepEqual(await page.takeErrors(), [], 'errors in the page');
  });

  /** Forgets what happened before. */
  function reset(): void {
    page.sandbox.onRequest = undefined;
    page.sandbox.requests.length = 0;
    page.sandbox.instances.clear();
    page.requests.length = 0;
    page.onRequest = undefined;
  }

  /** Opens a page with `body`, without the element's script. */
  async function openWithoutScript(body: string): Promise<void> {
    const html = `<!doctype html><html lang="en"><title></title><script type="module" src="/page.js"></script><main><h1>Connect</h1>${body}</main>`;
    respondTo('/form', (response) => response.setHeader('content-type', 'text/html').end(html));
    await page.open('/form');
    await page.run(() => {
      const events: Settled[] = [];
      let wake = () => {};
      for (const type of ['connected', 'failed']) {
        document.addEventListener(type, (event) => {
          const { target, composed, detail } = event as CustomEvent;
          const { cause, ...fields } = { ...detail };
          if (type === 'failed') globalThis.failure = detail;
          events.push({ type, id: (target as Element).id, composed, detail: fields });
          wake();
        });
      }
      globalThis.settled = async () => {
        if (events.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        return events.shift() as Settled;
      };
      // Otherwise the module would be loaded when the tests do not expect it.
      globalThis.idle = [];
      globalThis.requestIdleCallback = (work) => idle.push(work as () => void);
      globalThis.announced = [];
      new MutationObserver(() => {
        const text = document.querySelector('[role=status]')?.textContent ?? '';
        if (text !== announced.at(-1)) announced.push(text);
      }).observe(document, { childList: true, subtree: true, characterData: true });
    });
  }

  const script = () => page.run(() => importModule('/dist/connect.js'));

  /** Opens a page with `body` and the element, which calls the sandbox. */
  async function open(body = ELEMENT): Promise<void> {
    await openWithoutScript(body);
    await script();
    await configure();
  }

  /** Makes the elements of the page call the sandbox. */
  const configure = () =>
    page.run(
      (url, config) => {
        for (const element of document.querySelectorAll('bigcommerce-connect')) {
          if (!element.hasAttribute('base-url')) element.setAttribute('base-url', url);
          element.config = config;
        }
      },
      page.sandbox.url,
      SECRETS,
    );

  /** Answers requests to the page's own server that start with `path`. */
  function respondTo(path: string, respond: (response: ServerResponse) => void): void {
    const others = page.onRequest;
    page.onRequest = (request, response) => {
      if (!request.url?.startsWith(path)) return others?.(request, response) ?? false;
      respond(response);
      return true;
    };
  }

  const find = (css: string) => page.browser.findElement(By.css(css));
  const count = async (css: string) => (await page.browser.findElements(By.css(css))).length;
  const button = () => find('button');
  /** Not by the driver, which joins lines in WebKit. */
  const status = async () => (await find('[role=status]').getAttribute('innerText'))?.trim() ?? '';
  /** Waits for a status that is this text, or matches it. */
  const waitForStatus = (text: string | RegExp) => {
    const isThere = (shown: string) =>
      typeof text === 'string' ? shown === text : text.test(shown);
    return page.browser.wait(async () => isThere(await status()), 60_000, `status: ${text}`);
  };
  const focused = () => page.browser.switchTo().activeElement().getAttribute('id');
  const settled = () => page.run(() => globalThis.settled());
  /** Whether the element waits for a call. */
  const isBusy = async () => (await count('[aria-busy], [aria-disabled]')) > 0;
  const message = (id: string) => find(`#${id} + .bigcommerce-error`).getText();

  async function submit(): Promise<Settled> {
    await button().click();
    return settled();
  }

  async function type(id: string, text: string): Promise<void> {
    await find(`#${id}`).clear();
    await find(`#${id}`).sendKeys(text);
  }

  /** The requests with this method that the sandbox got. */
  const sent = (method: string) =>
    page.sandbox.requests.filter((request) => request.method === method);

  /** The keys of all requests that create an instance. */
  const keys = () => sent('POST').map(({ body }) => JSON.parse(body).tags[0]);

  /** Makes `fault` happen to each `POST`. */
  function failWith(fault: Fault): void {
    page.sandbox.onRequest = ({ method }) => (method === 'POST' ? fault : undefined);
  }

  /** Submits a form with `click`; resolves to the response of the request that it sends. */
  async function submitHeld(click = () => button().click()): Promise<ServerResponse> {
    await open(HELD);
    const held = new Promise<ServerResponse>((resolve) => respondTo('/held', resolve));
    await click();
    return held;
  }

  /** Runs `change` in the page during a call that then connects. */
  async function connectWhile(change: () => void): Promise<void> {
    const response = await submitHeld();
    await page.run(change);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":5,"token":"t"}');
    assert.equal((await settled()).type, 'connected');
  }

  /** Adds warnings to what is announced: only one of the drivers has a log. */
  const collectWarnings = () =>
    page.run(() => {
      const { warn } = console;
      console.warn = (...values) => {
        warn(...values);
        announced.push(`warns: ${values.join(' ')}`);
      };
    });

  return {
    page,
    get sandbox() {
      return page.sandbox;
    },
    run: page.run.bind(page),
    ...{ button, collectWarnings, configure, connectWhile, count, failWith, find, focused, isBusy },
    ...{ keys, message, open, openWithoutScript, reset, respondTo, script, sent, settled, status },
    ...{ submit, submitHeld, type, waitForStatus },
  };
}
