// A page with <bigcommerce-connect>. The suites about the element share it.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach } from 'node:test';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { By } from 'selenium-webdriver';
import type { Fault, Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import type { Engine } from './engines.js';
import { openSandboxedPage, type SandboxedPage, SECRETS } from './sandboxed-page.js';

export { SECRETS };

declare global {
  /** Resolves to the next `connected` or `failed` event. */
  var settled: () => Promise<Settled>;
  /** The texts that the first element's status had, in order. */
  var announced: string[];
  /** What waits until the page is idle. */
  var idle: (() => void)[];
  /** How often the focus was lost. */
  var lost: number;
  /** The error of the last `failed` event. */
  var failure: Error;
  /** The password as a framework tracks it, and the change that it has noticed. */
  var tracked: string | undefined;
  var changedTo: string | undefined;
  /** The elements with these ids. */
  var first: BigCommerceConnect;
  var second: BigCommerceConnect;
  /** A copy of the element before the first submit. */
  var copy: BigCommerceConnect;
  /** The class that each copy of the script exports. */
  var exported: typeof import('authenticate-bigcommerce/connect')['BigCommerceConnect'][];
  /** The values of controls named `password` when they fired `input`. */
  var cleared: string[];
}

interface Settled {
  type: string;
  /** The id of the element. */
  id: string;
  composed: boolean;
  detail: Record<string, unknown>;
}

export const PASSWORD = '0123456789abcdef';

const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  'connect-src http://127.0.0.1:*',
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

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
  let opened: SandboxedPage;
  const element = makeElementPage();

  before(async () => {
    opened = await openSandboxedPage(engine);
    element.use(opened);
  });
  after(() => opened?.[Symbol.asyncDispose]());

  beforeEach(() => element.reset());
  afterEach(async () => {
    assert.deepEqual(await element.page.takeErrors(), []);
  });
  return element;
}

/** What can be done with the element's form, once there is a page to `use`. */
export function makeElementPage() {
  let page: BlankPage;
  let sandbox: Sandbox;

  function use(opened: SandboxedPage): void {
    ({ page, sandbox } = opened);
  }

  /** Forgets what happened before. */
  function reset(): void {
    sandbox.onRequest = undefined;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
    page.requests.length = 0;
    page.onRequest = undefined;
  }

  /** Opens a page with `body`, without the element's script. */
  async function openWithoutScript(body: string): Promise<void> {
    respondTo('/form', (response) => {
      response
        .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': POLICY })
        .end(
          `<!doctype html><html lang="en"><title></title><script type="module" src="/page.js"></script><main><h1>Connect</h1>${body}</main>`,
        );
    });
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
      sandbox.url,
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

  /** The requests that the sandbox got, without preflights. */
  const sent = (method: string) => sandbox.requests.filter((request) => request.method === method);

  /** The keys of all requests that create an instance. */
  const keys = () => sent('POST').map(({ body }) => JSON.parse(body).tags[0]);

  /** Makes `fault` happen to each `POST`. */
  function failWith(fault: Fault): void {
    sandbox.onRequest = ({ method }) => (method === 'POST' ? fault : undefined);
  }

  /** Submits a form with `click`; resolves to the response of the request that it sends. */
  async function submitHeld(click = () => button().click()): Promise<ServerResponse> {
    await open(HELD);
    const held = new Promise<ServerResponse>((resolve) => respondTo('/held', resolve));
    await click();
    return held;
  }

  /** Defines a form-associated custom element with the value of its attribute `value`. */
  const defineControl = (canBeCleared: boolean) =>
    page.run((canBeCleared) => {
      class Control extends HTMLElement {
        static formAssociated = true;
        readonly #internals = this.attachInternals();
        #value = '';
        constructor() {
          super();
          this.#set(this.getAttribute('value') ?? '');
        }
        #set(value: string): void {
          this.#value = value;
          this.#internals.setFormValue(value);
        }
        get value(): string {
          return this.#value;
        }
        set value(value: string) {
          if (!canBeCleared) throw new Error('it keeps its value');
          this.#set(value);
        }
      }
      customElements.define('own-control', Control);
    }, canBeCleared);

  /** Adds warnings to what is announced: only one of the drivers has a log. */
  const collectWarnings = () =>
    page.run(() => {
      const { warn } = console;
      console.warn = (...values) => {
        warn(...values);
        announced.push(`warns: ${values.join(' ')}`);
      };
    });

  /** Runs `change` in the page during a call that then connects. */
  async function connectWhile(change: () => void): Promise<void> {
    const response = await submitHeld();
    await page.run(change);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":5,"token":"t"}');
    assert.equal((await settled()).type, 'connected');
  }

  return {
    get page() {
      return page;
    },
    get sandbox() {
      return sandbox;
    },
    /** Runs a function in the page. */
    run: ((...args) => page.run(...args)) as BlankPage['run'],
    ...{
      button,
      collectWarnings,
      configure,
      connectWhile,
      count,
      defineControl,
      failWith,
      find,
      focused,
      isBusy,
    },
    ...{ keys, message, open, openWithoutScript, respondTo, script, sent, settled, status, submit },
    ...{ submitHeld, type, use, reset },
  };
}
