import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { By, Key } from 'selenium-webdriver';
import {
  type Fault,
  ORGANIZATION_SECRET,
  type Sandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { speedUpTimers } from './fast-timers.js';
import { inEveryEngine } from './in-every-engine.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

declare global {
  /** Resolves to the next `connected` or `failed` event. */
  var settled: () => Promise<Settled>;
  /** The texts that the first element's status had, in order. */
  var announced: string[];
  /** How often the focus was lost. */
  var lost: number;
  /** The page's layout shifts. */
  var shifts: string[];
  /** The error of the last `failed` event. */
  var failure: Error;
  /** The password as a framework tracks it, and the change that it has noticed. */
  var tracked: string | undefined;
  var changedTo: string | undefined;
  var axe: typeof import('axe-core');
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

const SECRETS = { userSecret: USER_SECRET, organizationSecret: ORGANIZATION_SECRET };

const PASSWORD = '0123456789abcdef';

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

const FORM = `<form method="post">${FIELDS}<button disabled>Connect</button></form>`;

const ELEMENT = `<bigcommerce-connect id="first">${FORM}</bigcommerce-connect>`;

const SECOND = ELEMENT.replaceAll(/(id|for|aria-describedby)="/g, '$1="second-').replace(
  'second-first',
  'second',
);

const WASM = '/dist/authenticate_bigcommerce.wasm';

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

inEveryEngine('The element', { timeout: 1_200_000 }, (engine) => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;

  before(async () => {
    opened = await openSandboxedPage(engine);
    ({ page, sandbox } = opened);
  });
  after(() => opened?.[Symbol.asyncDispose]());

  beforeEach(() => {
    sandbox.onRequest = undefined;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
    page.requests.length = 0;
    page.onRequest = undefined;
  });
  afterEach(async () => {
    assert.deepEqual(await page.takeErrors(), []);
  });

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
  const status = () => find('[role=status]').getText();
  const focused = () => page.browser.switchTo().activeElement().getAttribute('id');
  const settled = () => page.run(() => globalThis.settled());
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

  const HELD = ELEMENT.replace('id="first"', 'id="first" base-url="/held"');

  /** Submits a form with `click`; resolves to the response of the request that it sends. */
  async function submitHeld(click = () => button().click()): Promise<ServerResponse> {
    await open(HELD);
    const held = new Promise<ServerResponse>((resolve) => respondTo('/held', resolve));
    await click();
    return held;
  }

  test('connects a store with the values of its form', async () => {
    await open();
    await type('username', 'merchant');
    await type('password', 'fedcba9876543210');
    await type('storeUrl', 'https://store-abc.example/api/v2');
    await type('name', 'Büro');
    const { type: event, composed, detail } = await submit();
    const [instance] = sandbox.instances.values();
    assert.equal(event, 'connected');
    assert.equal(composed, true);
    assert.equal(detail.id, instance?.id);
    assert.equal(detail.token, instance?.token);
    assert.deepEqual(instance?.configuration, {
      username: 'merchant',
      password: 'fedcba9876543210',
      'store.url': 'https://store-abc.example/api/v2',
    });
    assert.equal(instance?.name, 'Büro');
    assert.equal(await page.browser.getCurrentUrl(), `${page.origin}/form`);
  });

  test('does not submit its form by a click or Enter before its script is loaded', async () => {
    await openWithoutScript(ELEMENT);
    await button().click();
    await find('#password').sendKeys(Key.ENTER);
    assert.deepEqual(
      page.requests.filter((request) => request.includes('/form')),
      ['GET /form'],
    );
    assert.equal(await page.browser.getCurrentUrl(), `${page.origin}/form`);
    assert.equal(await button().isEnabled(), false);
    await script();
    assert.equal(await button().isEnabled(), true);
    assert.equal(await find('form').getAttribute('novalidate'), 'true');
  });

  test('takes properties that were set before its script is loaded', async () => {
    await openWithoutScript(ELEMENT);
    await page.run(
      (config) => {
        Object.assign(first, { config, messages: { connected: 'Verbunden.' } });
      },
      { ...SECRETS, baseUrl: sandbox.url },
    );
    await script();
    assert.equal((await submit()).type, 'connected');
    assert.equal(await status(), 'Verbunden.');
  });

  test('has setters on its prototype, as Svelte needs to set properties', async () => {
    await open();
    await page.run(
      (config) => {
        const values: Record<string, unknown> = { config, messages: { connected: 'Verbunden.' } };
        for (const [name, value] of Object.entries(values)) {
          Object.getOwnPropertyDescriptor(Object.getPrototypeOf(first), name)?.set?.call(
            first,
            value,
          );
        }
        first.removeAttribute('base-url');
      },
      { ...SECRETS, baseUrl: sandbox.url },
    );
    assert.equal((await submit()).type, 'connected');
    assert.equal(await status(), 'Verbunden.');
  });

  test('does not change the form while it has the attribute defer-hydration', async () => {
    await openWithoutScript(ELEMENT.replace('id="first"', 'id="first" defer-hydration'));
    await script();
    await configure();
    const html = () => page.run(() => document.forms[0]?.outerHTML);
    const before = await html();
    await find('#username').click();
    await page.run(() => document.forms[0]?.append(document.createTextNode('')));
    assert.equal(await count('[role=status], [novalidate]'), 0);
    assert.equal(await button().isEnabled(), false);
    assert.equal(await html(), before);
    await page.run(() => first.removeAttribute('defer-hydration'));
    assert.equal(await button().isEnabled(), true);
    assert.equal((await submit()).type, 'connected');
  });

  test('does not stay busy if it gets the attribute defer-hydration during a call', async () => {
    await connectWhile(() => first.setAttribute('defer-hydration', ''));
    assert.equal(await count('[aria-busy]'), 0);
    assert.equal(await find('#password').getAttribute('value'), '');
  });

  test('makes one call, however often its form is submitted during it', async () => {
    const response = await submitHeld(async () => {
      await page.browser.actions().doubleClick(button()).perform();
      // Another value, because the function itself joins calls with equal ones.
      await find('#name').sendKeys('x', Key.ENTER);
    });
    assert.equal(await find('form').getAttribute('aria-busy'), 'true');
    assert.equal(await button().getAttribute('aria-disabled'), 'true');
    response.writeHead(403).end();
    assert.equal((await settled()).detail.code, 'ERR_FORBIDDEN');
    assert.equal(await find('form').getAttribute('aria-busy'), null);
    assert.equal(await button().getAttribute('aria-disabled'), null);
    assert.equal(page.requests.filter((request) => request.includes('/held')).length, 1);
  });

  test('shows the issue of each field beside it, and focuses the first', async () => {
    await open();
    await type('storeUrl', 'https://api.bigcommerce.com/stores/abc/v3/');
    await type('username', ' ');
    const { type: event, composed, detail } = await submit();
    assert.deepEqual([event, composed, detail.code], ['failed', true, 'ERR_CONFIG']);
    assert.match(await message('username'), /Username/);
    assert.match(await message('storeUrl'), /clientId/);
    assert.equal(await count('.bigcommerce-error'), 2);
    assert.equal(await focused(), 'username');
    for (const id of ['username', 'storeUrl']) {
      const field = await find(`#${id}`);
      const error = await find(`#${id} + .bigcommerce-error`).getAttribute('id');
      const described = await field.getAttribute('aria-describedby');
      assert.equal(described, id === 'username' ? `hint ${error}` : error);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    }
    assert.deepEqual(sandbox.requests, [], 'nothing was sent');
  });

  test('removes a message as soon as its field is edited', async () => {
    await open();
    await type('username', ' ');
    await type('storeUrl', ' ');
    await submit();
    await find('#username').sendKeys('s');
    assert.equal(await count('.bigcommerce-error'), 1, 'the message of the other field stays');
    assert.equal(await find('#username').getAttribute('aria-describedby'), 'hint');
    assert.equal(await find('#username').getAttribute('aria-invalid'), null);
    await find('#storeUrl').sendKeys('store-wuxeae6.mybigcommerce.com');
    assert.equal(await find('#storeUrl').getAttribute('aria-describedby'), null);
    assert.equal((await submit()).type, 'connected');
  });

  test("puts messages into the page's own elements", async () => {
    const own = '<p id="own" data-error-for="name"></p>';
    await open(ELEMENT.replace('</form>', `<p data-error-for="username"></p>${own}</form>`));
    await page.run(() => document.getElementById('name')?.setAttribute('aria-describedby', 'own'));
    await type('name', ' ');
    await type('username', ' ');
    await submit();
    assert.match(await find('#own').getText(), /name/);
    assert.match(await find('[data-error-for=username]').getText(), /Username/);
    assert.equal(await count('.bigcommerce-error'), 0);
    assert.equal(
      await find('#name').getAttribute('aria-describedby'),
      'own',
      'the id is not added twice',
    );
    const id = await find('[data-error-for=username]').getAttribute('id');
    assert.equal(await find('#username').getAttribute('aria-describedby'), `hint ${id}`);
    await find('#name').sendKeys('x');
    assert.equal(await find('#own').getText(), '');
    assert.equal(
      await find('#name').getAttribute('aria-describedby'),
      'own',
      "the page's own id stays",
    );
  });

  test('sends the given tags, and shows which one is invalid', async () => {
    const tags = ['', 'a', ' ', 'subject:b'].map(
      (value, at) => `<input id="tag${at}" name="tags" aria-label="Tag" value="${value}">`,
    );
    await open(ELEMENT.replace('<button', `${tags.join('')}<button`));
    await submit();
    assert.match(await message('tag3'), /subject:/);
    assert.equal(await count('.bigcommerce-error'), 1);
    await type('tag3', 'b');
    await submit();
    const [instance] = sandbox.instances.values();
    const [key, ...others] = instance?.tags ?? [];
    assert.match(key ?? '', /^idempotency-key:/);
    assert.deepEqual(others, ['a', 'b']);
  });

  test('shows a message at each invalid tag, although the page has one place for them', async () => {
    const tags = [0, 1].map(
      (at) => `<input id="tag${at}" name="tags" aria-label="Tag" value="subject:me">`,
    );
    await open(ELEMENT.replace('<button', `${tags.join('')}<p data-error-for="tags"></p><button`));
    await submit();
    assert.match(await find('[data-error-for]').getText(), /subject:/);
    assert.match(await message('tag1'), /subject:/);
    await type('tag0', 'a');
    assert.equal(await find('[data-error-for]').getText(), '');
    assert.match(await message('tag1'), /subject:/);
  });

  test('reads no other inputs, and no secrets from attributes', async () => {
    const others = ['csrf', 'baseUrl', 'timeout', 'instanceId', 'userSecret'].map(
      (name) => `<input type="hidden" name="${name}" value="http://evil.example">`,
    );
    const secrets = 'user-secret="evil" organization-secret="evil"';
    await open(
      ELEMENT.replace('<button', `${others.join('')}<button`).replace('id=', `${secrets} id=`),
    );
    assert.equal((await submit()).type, 'connected');
    for (const { path, headers, body } of sandbox.requests) {
      assert.doesNotMatch(path + JSON.stringify(headers) + body, /evil/);
    }
  });

  test('takes other fields from its attributes and its config', async () => {
    await open();
    await submit();
    const [{ id } = assert.fail('nothing was created')] = sandbox.instances.values();
    await open(ELEMENT.replace('id="first"', `id="first" instance-id="${id}" timeout="9000"`));
    await page.run(() => {
      document.querySelector('[name=name]')?.remove();
      first.config = { ...first.config, name: 'From config', username: 'unused' };
    });
    assert.equal((await submit()).detail.id, id);
    assert.deepEqual(sent('PUT').length, 1);
    assert.equal(sandbox.instances.get(id)?.name, 'From config');
    assert.equal(sandbox.instances.get(id)?.configuration.username, 'shop', 'inputs come first');
  });

  test('shows an issue in its status if the form has no field for it', async () => {
    const hidden = '<input type="hidden" name="tags" value="subject:me">';
    await open(
      ELEMENT.replace('id="first"', 'base-url="ftp://x" timeout="soon" instance-id=""').replace(
        '<button',
        `${hidden}<button`,
      ),
    );
    const { detail } = await submit();
    assert.equal(detail.code, 'ERR_CONFIG');
    for (const issue of ['baseUrl: Must', 'timeout: Must', 'instanceId: Must', 'tags.0: ']) {
      assert.ok((await status()).includes(issue), issue);
    }
    assert.equal(await focused(), await button().getAttribute('id'), 'the focus stays');
  });

  test('reads a config with a prototype, and nothing from Object.prototype', async () => {
    await open();
    const { type } = await page.run(async (secrets) => {
      class Config {
        readonly #secrets = secrets;
        get userSecret() {
          return this.#secrets.userSecret;
        }
        get organizationSecret() {
          return this.#secrets.organizationSecret;
        }
      }
      first.config = new Config();
      const polluted = Object.prototype as Record<string, unknown>;
      Object.assign(polluted, { instanceId: 5, events: { callbackUrl: 'https://evil.example' } });
      document.forms[0]?.requestSubmit();
      delete polluted.instanceId;
      delete polluted.events;
      return globalThis.settled();
    }, SECRETS);
    assert.equal(type, 'connected');
    assert.doesNotMatch(sent('POST')[0]?.body ?? '', /evil/);
  });

  test('takes a field from its config if the input is empty', async () => {
    await open();
    await page.run(() => {
      first.config = { ...first.config, name: 'From config' };
    });
    await type('name', ' ');
    assert.equal((await submit()).type, 'connected');
    assert.equal([...sandbox.instances.values()][0]?.name, 'From config');
  });

  test('uses its config as it was at submit', async () => {
    await open();
    const { type } = await page.run(() => {
      const events = { callbackUrl: 'https://events.example' };
      first.config = { ...first.config, events };
      document.forms[0]?.requestSubmit();
      events.callbackUrl = 'https://other.example';
      return globalThis.settled();
    });
    assert.equal(type, 'connected');
    assert.match(sent('POST')[0]?.body ?? '', /events\.example/);
  });

  test('fails with ERR_CONFIG if its config cannot be read', async () => {
    await open();
    for (const kind of ['throws', 'cyclic']) {
      await page.run((kind) => {
        const events: { resources?: unknown } = {};
        events.resources = events;
        const thrower = {
          get events() {
            throw new Error('no');
          },
        };
        first.config = (kind === 'throws' ? thrower : { events }) as never;
      }, kind);
      assert.equal((await submit()).detail.code, 'ERR_CONFIG');
      assert.match(await status(), /config: Cannot be read/);
    }
    assert.deepEqual(sandbox.requests, []);
  });

  test('keeps its idempotency key until a value changes', async () => {
    await open();
    failWith({ kind: 'respond', status: 400, body: '{}' });
    const change = (property: string, value: unknown) =>
      page.run(
        (property, value) => {
          first.config = { ...first.config, [property]: value };
        },
        property,
        value,
      );
    const seen: (string | null | undefined)[] = [];
    const key = async () => {
      await submit();
      const key = keys().at(-1);
      const isNew = !seen.includes(key);
      seen.push(key);
      return isNew;
    };
    assert.equal(await key(), true);
    assert.equal(await key(), false, 'nothing changed');
    await change('timeout', 5000);
    assert.equal(await key(), false, 'the timeout does not count');
    await find('#password').sendKeys('x');
    assert.equal(await key(), true, 'an input changed');
    await change('events', { callbackUrl: 'https://events.example' });
    assert.equal(await key(), true, 'the config changed');
    await page.run((url) => first.setAttribute('base-url', url), `${sandbox.url}/`);
    assert.equal(await key(), true, 'an attribute changed');
    assert.equal(await key(), false, 'nothing changed');
    assert.match(keys()[0] ?? '', /^idempotency-key:[0-9a-f]{32}$/);
  });

  test('finds the instance of a lost response when it is submitted again', async () => {
    await open(ELEMENT.replace('id="first"', 'id="first" timeout="1000"'));
    failWith({ kind: 'hold-after' });
    assert.equal((await submit()).detail.code, 'ERR_TIMEOUT');
    await page.run(() => first.removeAttribute('timeout'));
    const { type, detail } = await submit();
    assert.equal(type, 'connected');
    assert.deepEqual([...sandbox.instances.keys()], [detail.id]);
  });

  test('sends one request for a first connection', async () => {
    await open();
    assert.equal((await submit()).type, 'connected');
    const methods = sandbox.requests.map(({ method }) => method);
    assert.deepEqual(
      methods.filter((method) => method !== 'OPTIONS'),
      ['POST'],
    );
  });

  /** Keeps a copy of the element, for `mountCopy`. */
  const copyElement = () =>
    page.run(() => {
      globalThis.copy = first.cloneNode(true) as BigCommerceConnect;
    });

  /** Replaces the element by its copy. */
  async function mountCopy(): Promise<void> {
    await page.run(() => first.replaceWith(copy));
    await configure();
  }

  /** Asserts that the copy, submitted in place of the element, finds its instance. */
  async function assertCopyFindsInstance(): Promise<void> {
    sandbox.onRequest = undefined;
    await mountCopy();
    const { type, detail } = await submit();
    assert.equal(type, 'connected');
    assert.deepEqual([...sandbox.instances.keys()], [detail.id]);
  }

  test('finds the instance of a lost response after it is removed and mounted again', async () => {
    await open();
    await copyElement();
    await page.run(() => first.setAttribute('timeout', '1000'));
    failWith({ kind: 'hold-after' });
    assert.equal((await submit()).detail.code, 'ERR_TIMEOUT');
    await assertCopyFindsInstance();
  });

  test('finds the instance of a call that was in flight when it was removed', async () => {
    await open();
    await copyElement();
    const sent = new Promise<void>((resolve) => {
      sandbox.onRequest = ({ method }) => {
        if (method !== 'POST') return undefined;
        resolve();
        return { kind: 'hold-after' };
      };
    });
    await button().click();
    await sent;
    await assertCopyFindsInstance();
  });

  test('shares one call with another element that is submitted with equal values', async () => {
    await open(ELEMENT + SECOND);
    // The same fields, in another order and place.
    await page.run((url) => {
      second.removeAttribute('base-url');
      second.config = Object.fromEntries(
        Object.entries({ ...first.config, baseUrl: url }).reverse(),
      );
    }, sandbox.url);
    failWith({ kind: 'delay', ms: 300 });
    await page.run(() => {
      for (const form of document.forms) form.requestSubmit();
    });
    const events = [await settled(), await settled()];
    assert.deepEqual(new Set(events.map(({ id }) => id)), new Set(['first', 'second']));
    assert.deepEqual(
      events.map(({ type, detail }) => [type, detail.id]),
      events.map(() => ['connected', [...sandbox.instances.keys()][0]]),
    );
    assert.equal(sandbox.instances.size, 1);
    assert.equal(sent('POST').length, 1);
  });

  test('forgets the least recently used keys first', async () => {
    await open();
    failWith({ kind: 'respond', status: 400, body: '{}' });
    const submitWith = (name: string) =>
      page.run((name) => {
        const input = document.querySelector<HTMLInputElement>('#name');
        if (input) input.value = name;
        document.forms[0]?.requestSubmit();
        return globalThis.settled();
      }, name);
    for (let at = 0; at <= 50; at++) {
      await submitWith(`Shop ${at}`);
      await submitWith('Shop 1');
    }
    const keyOf = async (name: string) => {
      await submitWith(name);
      return keys().at(-1);
    };
    const [oldest, , second] = keys();
    assert.notEqual(await keyOf('Shop 0'), oldest);
    assert.equal(await keyOf('Shop 1'), second);
  });

  test('remembers submitted values only as a salted SHA-256 digest', async () => {
    await open();
    failWith({ kind: 'respond', status: 400, body: '{}' });
    const { digested, remembered } = await page.run(async () => {
      const digested: string[] = [];
      const remembered: string[] = [];
      const { digest } = crypto.subtle;
      // Firefox runs this with built-in objects of its own.
      const { prototype } = (window as unknown as typeof globalThis).Map;
      const { set } = prototype;
      crypto.subtle.digest = async (algorithm, data) => {
        digested.push(`${algorithm} ${new TextDecoder().decode(data)}`);
        const sum = await digest.call(crypto.subtle, algorithm, data);
        // Once: drivers use maps in the page, too.
        prototype.set = function (key, value) {
          prototype.set = set;
          remembered.push(`${key} ${value}`);
          return set.call(this, key, value);
        };
        return sum;
      };
      document.forms[0]?.requestSubmit();
      await globalThis.settled();
      return { digested, remembered };
    });
    const [, salted = '', ...more] = /^SHA-256 (.*)$/s.exec(digested[0] ?? '') ?? [];
    assert.deepEqual([digested.length, more], [1, []]);
    assert.match(salted, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\{/);
    assert.ok(salted.includes(PASSWORD), 'the values are what is digested');
    const sum = createHash('sha256').update(salted).digest().join();
    assert.ok(
      remembered.some((entry) => entry.startsWith(`${sum} `)),
      'by their digest',
    );
    for (const entry of remembered) assert.ok(!entry.includes(PASSWORD), entry);
  });

  test('keeps its key on a page without crypto.subtle, until it is removed', async () => {
    await open();
    await copyElement();
    await page.run(() => {
      // As on pages that come over http.
      Object.defineProperty(crypto, 'subtle', { value: undefined });
    });
    failWith({ kind: 'respond', status: 400, body: '{}' });
    await submit();
    await submit();
    await mountCopy();
    await submit();
    const [key, again, afterwards] = keys();
    assert.equal(again, key);
    assert.notEqual(afterwards, key);
    await find('#password').sendKeys('x');
    await submit();
    assert.notEqual(keys().at(-1), afterwards, 'a value changed');
  });

  test('shows another message for each error code', async () => {
    const messages = new Map<unknown, string>();
    const responses: Record<string, Fault> = {
      ERR_UNAUTHORIZED: { kind: 'respond', status: 401 },
      ERR_FORBIDDEN: { kind: 'respond', status: 403 },
      ERR_NOT_FOUND: { kind: 'respond', status: 404 },
      ERR_CONFLICT: { kind: 'respond', status: 409 },
      ERR_REJECTED: {
        kind: 'respond',
        status: 400,
        body: '{"providerMessage":"Invalid API token"}',
      },
      ERR_RATE_LIMITED: { kind: 'respond', status: 429, headers: { 'retry-after': '100' } },
      ERR_SERVER: { kind: 'respond', status: 500 },
      ERR_RESPONSE: { kind: 'respond', status: 200, body: 'no instance' },
      ERR_NETWORK: { kind: 'drop' },
    };
    await open();
    await speedUpTimers(page.browser);
    for (const [code, fault] of Object.entries(responses)) {
      failWith(fault);
      const { type, detail } = await submit();
      assert.deepEqual([type, detail.code], ['failed', code]);
      messages.set(code, await status());
      assert.equal(await button().getAttribute('aria-disabled'), null);
    }
    assert.equal(messages.get('ERR_FORBIDDEN'), 'This is not allowed.');
    assert.match(messages.get('ERR_REJECTED') ?? '', /BigCommerce says: Invalid API token$/);
    await page.run(() => first.setAttribute('timeout', '4000'));
    failWith({ kind: 'hold' });
    messages.set((await submit()).detail.code, await status());
    assert.equal(new Set(messages.values()).size, 10, 'no two are the same');
    assert.ok(messages.has('ERR_TIMEOUT'), 'the last call timed out');
    for (const [code, text] of messages) assert.ok(text.length > 15, `${code}: ${text}`);
  });

  test('shows merchants that the page is not set up correctly, and developers which server answered', async () => {
    await open(ELEMENT.replace('id="first"', 'id="first" base-url="/held"'));
    await page.run(() => {
      first.config = undefined;
    });
    respondTo('/held', (response) => response.writeHead(413).end('<h1>Too large</h1>'));
    const { detail } = await submit();
    assert.deepEqual([detail.code, detail.status], ['ERR_HANDLER', 413]);
    assert.match(await status(), /page is not set up correctly.*Your values are not the reason/);
    const message = await page.run(() => failure.message);
    assert.match(message, /server at baseUrl answered 413/);
  });

  test("shows the page's own messages", async () => {
    await open();
    failWith({ kind: 'respond', status: 403, body: '{"providerMessage":"Nein"}' });
    await page.run(() => {
      first.messages = {
        connecting: 'Wird verbunden …',
        connected: ({ id }) => `Verbunden: ${id}`,
        ERR_REJECTED: 'Nicht angenommen.',
        ERR_FORBIDDEN: ({ providerMessage, status }) => `${providerMessage} (${status})`,
        ERR_CONFIG: ({ issues }) => `${issues.length} Fehler`,
        username: 'Der Benutzername fehlt.',
        storeUrl: ({ message }) => `So nicht: ${message.length}`,
      };
    });
    await submit();
    assert.equal(await status(), 'Nein (403)');
    failWith({ kind: 'respond', status: 400 });
    await submit();
    assert.equal(await status(), 'Nicht angenommen.');
    await type('username', ' ');
    await type('storeUrl', ' ');
    await submit();
    assert.equal(await message('username'), 'Der Benutzername fehlt.');
    assert.match(await message('storeUrl'), /^So nicht: \d+$/);
    assert.equal(await status(), '2 Fehler');
    sandbox.onRequest = undefined;
    await type('username', 'shop');
    await type('storeUrl', 'store-wuxeae6.mybigcommerce.com');
    const { detail } = await submit();
    assert.equal(await status(), `Verbunden: ${detail.id}`);
    assert.ok((await page.run(() => announced)).includes('Wird verbunden …'), 'the progress, too');
  });

  test("is not stuck if the page's messages throw", async () => {
    await open();
    failWith({ kind: 'respond', status: 400 });
    await page.run(() => {
      first.messages = {
        get connecting(): string {
          throw new Error('a slip');
        },
        ERR_REJECTED() {
          throw new Error('another slip');
        },
      };
    });
    assert.equal((await submit()).type, 'failed');
    assert.match(await status(), /did not accept/);
    assert.match((await page.takeErrors()).join(), /a slip.*another slip/s, 'both are reported');
  });

  for (const [title, set] of Object.entries({
    symbols: () => {
      for (const name of ['connecting', 'connected', 'ERR_REJECTED', 'ERR_CONFIG', 'username']) {
        Object.assign(first.messages ?? {}, { [name]: Symbol(name) });
      }
    },
    'objects whose toString() throws': () => {
      for (const name of ['connecting', 'connected', 'ERR_REJECTED', 'ERR_CONFIG', 'username']) {
        Object.assign(first.messages ?? {}, {
          [name]: () => ({
            toString() {
              throw new Error('no text');
            },
          }),
        });
      }
    },
    'a proxy that throws': () => {
      first.messages = new Proxy(
        {},
        {
          get() {
            throw new Error('no text');
          },
        },
      );
    },
  })) {
    test(`is not stuck if the page's messages are ${title}`, async () => {
      await open();
      await page.run(() => {
        first.messages = {};
      });
      await page.run(set);
      failWith({ kind: 'respond', status: 400 });
      assert.equal((await submit()).detail.code, 'ERR_REJECTED');
      assert.match(await status(), /did not accept/);
      await type('username', ' ');
      assert.equal((await submit()).detail.code, 'ERR_CONFIG');
      assert.match(await message('username'), /Username/);
      sandbox.onRequest = undefined;
      await type('username', 'shop');
      assert.equal((await submit()).type, 'connected');
      assert.equal(await status(), 'Your store is connected.');
      assert.equal(await count('[aria-busy]'), 0);
      assert.ok((await page.run(() => announced)).includes('Connecting…'));
      assert.ok((await page.takeErrors()).length > 0, 'it is reported');
    });
  }

  test('works with controls that are named like members of a form', async () => {
    // Without names that break the drivers, such as `parentNode`.
    const names = [
      ...['elements', 'noValidate', 'setAttribute', 'removeAttribute', 'toggleAttribute'],
      ...['contains', 'closest', 'matches', 'querySelector', 'querySelectorAll', 'append'],
      ...['addEventListener', 'dispatchEvent', 'submit', 'requestSubmit', 'reset', 'isConnected'],
    ];
    const inputs = names.map((name) => `<input name="${name}" aria-label="${name}">`);
    await open(ELEMENT.replace('<button', `${inputs.join('')}<button`));
    assert.equal(await count('form[novalidate]'), 1);
    await find('#username').click();
    failWith({ kind: 'respond', status: 409 });
    assert.equal((await submit()).detail.code, 'ERR_CONFLICT');
    assert.equal(await count('[aria-busy], [aria-disabled]'), 0);
    await type('username', ' ');
    assert.equal((await submit()).detail.code, 'ERR_CONFIG');
    assert.match(await message('username'), /Username/);
    assert.equal(await focused(), 'username');
    await type('username', 'shop');
    sandbox.onRequest = undefined;
    assert.equal((await submit()).type, 'connected');
    assert.equal(await find('#password').getAttribute('value'), '');
    assert.equal(await count('[aria-busy]'), 0);
    assert.equal(await button().getAttribute('aria-disabled'), 'true');
    await page.run(() => HTMLFormElement.prototype.reset.call(document.forms[0]));
    assert.equal(await button().getAttribute('aria-disabled'), null);
  });

  test('announces each state once', async () => {
    await open();
    failWith({ kind: 'respond', status: 409 });
    await find('#username').click();
    await submit();
    sandbox.onRequest = undefined;
    await submit();
    assert.deepEqual(await page.run(() => announced), [
      '',
      'Connecting…',
      'This connection exists already.',
      'Connecting…',
      'Your store is connected.',
    ]);
    assert.equal(await count('[role=status], [role=alert], [aria-live]'), 1);
  });

  test('leaves its status where the page has moved it', async () => {
    await open();
    await find('#username').click();
    await page.run(() => first.prepend(first.lastElementChild as Element));
    await submit();
    assert.equal(await page.run(() => first.firstElementChild?.textContent), await status());
  });

  test('clears the password after success, and does not submit again until it is reset', async () => {
    await open();
    await submit();
    assert.equal(await find('#password').getAttribute('value'), '');
    assert.equal(await button().getAttribute('aria-disabled'), 'true');
    assert.equal(
      await page.run(() => document.activeElement === document.querySelector('button')),
      true,
      'the focus does not move',
    );
    await find('#password').sendKeys('another', Key.ENTER);
    await button().click();
    assert.equal(sent('POST').length, 1);
    await page.run(() => document.forms[0]?.reset());
    assert.equal(await status(), '');
    assert.equal(await button().getAttribute('aria-disabled'), null);
    assert.equal((await submit()).type, 'connected');
    assert.equal(new Set(keys()).size, 2, 'another submit has another key');
  });

  test('keeps its status if the page prevents a reset, or resets during a call', async () => {
    const response = await submitHeld();
    await page.run(() => document.forms[0]?.reset());
    assert.equal(await status(), 'Connecting…');
    response.writeHead(404).end();
    await settled();
    await open();
    await submit();
    await page.run(() => {
      document.forms[0]?.addEventListener('reset', (event) => event.preventDefault());
      document.forms[0]?.reset();
    });
    assert.equal(await status(), 'Your store is connected.');
    assert.equal(await button().getAttribute('aria-disabled'), 'true');
  });

  test('ignores other forms inside it', async () => {
    await open(ELEMENT.replace('</bigcommerce-connect>', `<form id="other"></form>$&`));
    await submit();
    const isPrevented = await page.run(() => {
      const other = document.forms[1] as HTMLFormElement;
      let isPrevented: boolean | undefined;
      document.addEventListener('submit', (event) => {
        isPrevented = event.defaultPrevented;
        event.preventDefault();
      });
      other.reset();
      other.requestSubmit();
      return isPrevented;
    });
    assert.equal(isPrevented, false);
    assert.equal(await status(), 'Your store is connected.');
  });

  test('fires an input event when it clears the password, for frameworks', async () => {
    await open();
    await page.run(() => {
      const input = document.querySelector<HTMLInputElement>('#password');
      const { get, set } =
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value') ?? {};
      // Like React, which distinguishes its own changes from the merchant's.
      globalThis.tracked = input?.value;
      Object.defineProperty(input, 'value', {
        get: () => get?.call(input),
        set(value) {
          globalThis.tracked = value;
          set?.call(input, value);
        },
      });
      document.addEventListener('input', () => {
        if (input?.value !== tracked) globalThis.changedTo = input?.value;
      });
    });
    await submit();
    assert.equal(await page.run(() => changedTo), '');
  });

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

  test('clears every kind of control named password, and fires input events', async () => {
    await open(`${ELEMENT.replace(
      '<button',
      `<own-control name="password" value="${PASSWORD}"></own-control>
      <textarea name="password" aria-label="Token">${PASSWORD}</textarea>
      <select name="password" aria-label="Token"><option>${PASSWORD}</option></select>
      <fieldset disabled><input name="password" aria-label="Token" value="${PASSWORD}"></fieldset>
      <button`,
    ).replace('<form', '<form id="form"')}
    <input name="password" form="form" aria-label="Token" value="${PASSWORD}">`);
    await defineControl(true);
    await page.run(() => {
      globalThis.cleared = [];
      document.addEventListener('input', ({ target }) => {
        const control = target as HTMLInputElement;
        if (control.getAttribute('name') === 'password') cleared.push(control.value);
      });
    });
    assert.equal((await submit()).type, 'connected');
    assert.deepEqual(
      await page.run(() =>
        [...document.querySelectorAll('[name=password]')].map(
          (control) => (control as HTMLInputElement).value,
        ),
      ),
      ['', '', '', '', '', ''],
    );
    assert.deepEqual(await page.run(() => cleared), ['', '', '', '', '', '']);
    assert.equal(await page.run(() => new FormData(document.forms[0]).get('password')), '');
  });

  /** A form for both kinds of accounts, one of them disabled. */
  const BOTH_KINDS = ELEMENT.replace(
    /<label for="username">.*?(?=<label for="storeUrl">)/s,
    (legacy) => `<fieldset>${legacy}</fieldset>
      <fieldset disabled>
        <input id="clientId" name="clientId" aria-label="Client ID" value="client-id">
        <input id="clientSecret" name="clientSecret" aria-label="Client secret" value="${PASSWORD}">
      </fieldset>`,
  );

  /** Enables the disabled fieldsets, and disables the others. */
  const switchKind = () =>
    page.run(() => {
      for (const fieldset of document.querySelectorAll('fieldset')) {
        fieldset.disabled = !fieldset.disabled;
      }
    });

  const configuration = () => JSON.parse(sent('POST').at(-1)?.body ?? '').configuration;

  test('sends the credentials of the enabled kind of account', async () => {
    const store = { 'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2' };
    await open(BOTH_KINDS);
    assert.equal((await submit()).type, 'connected');
    assert.deepEqual(configuration(), { username: 'shop', password: PASSWORD, ...store });
    await open(BOTH_KINDS);
    await switchKind();
    await type('storeUrl', 'https://api.bigcommerce.com/stores/wuxeae6/v3/');
    assert.equal((await submit()).type, 'connected');
    assert.deepEqual(configuration(), {
      'authentication.type': 'custom',
      'oauth.api.key': 'client-id',
      'oauth.api.secret': PASSWORD,
      ...store,
    });
  });

  test('clears the secrets of both kinds of accounts', async () => {
    for (const kind of ['legacy', 'store-level']) {
      await open(BOTH_KINDS);
      if (kind === 'store-level') await switchKind();
      await submit();
      assert.equal(await find('#password').getAttribute('value'), '', kind);
      assert.equal(await find('#clientSecret').getAttribute('value'), '', kind);
      assert.equal(await find('#clientId').getAttribute('value'), 'client-id', kind);
    }
  });

  test('shows at the Client ID that one kind of account is enough', async () => {
    await open(BOTH_KINDS.replace('disabled', ''));
    await submit();
    assert.match(await message('clientId'), /username or password/);
    assert.equal(await focused(), 'clientId');
    assert.equal(await count('.bigcommerce-error'), 1);
  });

  /** Runs `change` in the page during a call that then connects. */
  async function connectWhile(change: () => void): Promise<void> {
    const response = await submitHeld();
    await page.run(change);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":5,"token":"t"}');
    assert.equal((await settled()).type, 'connected');
  }

  test('clears the password of an input that was renamed or disabled during the call', async () => {
    await connectWhile(() => {
      const input = document.querySelector<HTMLInputElement>('#password');
      Object.assign(input ?? {}, { name: 'other', disabled: true });
    });
    assert.equal(await find('#password').getAttribute('value'), '');
  });

  test('clears the passwords of a form that was replaced during the call, and of the new one', async () => {
    await connectWhile(() => {
      const [form] = document.forms;
      const next = form?.cloneNode(true) as HTMLFormElement;
      form?.replaceWith(next);
      document.body.append(form as Node);
    });
    assert.deepEqual(
      await page.run(() =>
        [...document.querySelectorAll<HTMLInputElement>('[name=password]')].map(
          ({ value }) => value,
        ),
      ),
      ['', ''],
    );
    assert.equal(await count('[aria-busy]'), 0, 'neither stays busy');
  });

  test('warns of a control named password that keeps its value', async () => {
    await open(
      ELEMENT.replace(
        '<button',
        `<own-control name="password" value="${PASSWORD}"></own-control><button`,
      ),
    );
    await defineControl(false);
    await page.run(() => {
      const { warn } = console;
      // Only one of the drivers has a log.
      console.warn = (...values) => {
        warn(...values);
        announced.push(values.join(' '));
      };
    });
    assert.equal((await submit()).type, 'connected');
    const warning = (await page.run(() => announced)).find((text) => text.includes('"password"'));
    assert.match(warning ?? '', /still has a value/);
    assert.equal(await find('#password').getAttribute('value'), '');
    assert.doesNotMatch((await page.takeErrors()).join(), new RegExp(PASSWORD));
  });

  for (const [when, change] of [
    ['the form is reset', () => document.forms[0]?.reset()],
    ['its field is removed', () => document.getElementById('username')?.remove()],
  ] as const) {
    test(`removes a message when ${when}`, async () => {
      await open();
      await type('username', ' ');
      await submit();
      await page.run(change);
      assert.equal(await count('.bigcommerce-error, [aria-invalid]'), 0);
    });
  }

  test('aborts the call when it is removed', async () => {
    const response = await submitHeld();
    const closed = once(response, 'close');
    const code = await page.run(() => {
      const failed = new Promise((resolve) => {
        first.addEventListener('failed', ({ detail }) => resolve(detail.code));
      });
      // The global named like its id is only there while it is in the page.
      globalThis.first = first;
      first.remove();
      return failed;
    });
    await closed;
    assert.equal(code, 'ERR_ABORTED');
    await page.run(() => document.body.append(first));
    assert.equal(await status(), '');
    assert.equal(await button().getAttribute('aria-disabled'), null, 'it can be used again');
  });

  test('does not abort the call when it is moved', async () => {
    const response = await submitHeld();
    await page.run(() => {
      document.body.append(first);
      document.body.prepend(first);
      if ('moveBefore' in document.body) document.body.moveBefore(first, null);
    });
    response.writeHead(403).end();
    assert.equal((await settled()).detail.code, 'ERR_FORBIDDEN');
  });

  test('does not affect other elements on the page', async () => {
    await open(ELEMENT + SECOND);
    await type('username', ' ');
    await submit();
    assert.equal(await count('#second .bigcommerce-error'), 0);
    for (const username of [' ', 'shop']) {
      await type('second-username', username);
      assert.match(await message('username'), /Username/);
      await find('#second button').click();
      assert.equal((await settled()).id, 'second');
      const ids = await page.run(() => [...document.querySelectorAll('[id]')].map(({ id }) => id));
      assert.equal(new Set(ids).size, ids.length);
    }
    await type('username', 'shop');
    assert.equal((await submit()).id, 'first');
    assert.equal(new Set(keys()).size, 2, 'each has its own keys');
  });

  test('finds a form that is rendered late, and one that replaces it', async () => {
    await open('<bigcommerce-connect id="first"></bigcommerce-connect>');
    const render = () =>
      page.run(
        (fields) => {
          const form = document.createElement('form');
          for (const [name, value] of Object.entries(fields)) {
            form.append(Object.assign(document.createElement('input'), { name, value, id: name }));
          }
          first.replaceChildren(document.createElement('div'));
          first.firstChild?.appendChild(form);
          const button = Object.assign(document.createElement('button'), { disabled: true });
          button.textContent = 'Connect';
          form.append(button);
        },
        { username: 'shop', password: PASSWORD, storeUrl: 'store-a.mybigcommerce.com', name: 'A' },
      );
    await render();
    assert.equal(await button().isEnabled(), true);
    assert.equal((await submit()).type, 'connected');
    assert.equal(await button().getAttribute('aria-disabled'), 'true');
    await render();
    assert.equal(await button().getAttribute('aria-disabled'), null, 'a new form can be submitted');
    assert.equal((await submit()).type, 'connected');
    assert.equal(await status(), 'Your store is connected.');
  });

  test('does not enable a button that the page disables later', async () => {
    await open();
    await page.run(() => {
      document.querySelector('button')?.setAttribute('disabled', '');
      document.forms[0]?.append(document.createElement('p'));
    });
    assert.equal(await button().isEnabled(), false);
  });

  test('ignores a submit that the page prevents', async () => {
    await open();
    await page.run(() => {
      document.forms[0]?.addEventListener('submit', (event) => event.preventDefault(), {
        once: true,
      });
    });
    await button().click();
    assert.equal(await count('[aria-busy]'), 0);
    assert.equal((await submit()).type, 'connected');
    assert.equal(sent('POST').length, 1);
  });

  test('loads the module when the form first gets the focus, and does nothing before', async () => {
    await open(ELEMENT.replace('<form', '<a href="#" id="outside">Help</a><form'));
    const loads = () => page.requests.filter((request) => request.endsWith('.wasm')).length;
    const loaded = new Promise<void>((resolve) => {
      respondTo(WASM, (response) =>
        response.end(readFileSync(new URL(`../..${WASM}`, import.meta.url)), resolve),
      );
    });
    await page.run(() => document.getElementById('outside')?.focus());
    assert.equal(await focused(), 'outside');
    assert.equal(loads(), 0);
    assert.equal(await count('[role=status]'), 0);
    await find('#username').click();
    await loaded;
    await find('#password').click();
    await page.run(() => api.preload());
    assert.equal(loads(), 1);
  });

  test('shows at submit that the module could not be loaded', async () => {
    await open();
    let isBroken = true;
    respondTo(WASM, (response) => {
      if (isBroken) response.writeHead(404).end();
      else response.end(readFileSync(new URL(`../..${WASM}`, import.meta.url)));
    });
    await find('#username').click();
    await page.run(() => api.preload().catch(() => {}));
    assert.equal(await status(), '');
    assert.equal((await submit()).detail.code, 'ERR_LOAD');
    assert.match(await status(), /could not be loaded/);
    isBroken = false;
    assert.equal((await submit()).type, 'connected');
  });

  test('causes no layout shift', async () => {
    await openWithoutScript(`${ELEMENT}<p>Below</p>`);
    await page.run(() => {
      globalThis.shifts = [];
      // Only Chromium reports shifts; for the others, positions are compared below.
      new PerformanceObserver((list) => {
        shifts.push(...list.getEntries().map(({ name }) => name));
      }).observe({ type: 'layout-shift', buffered: true });
    });
    const place = () => find('main > p').getRect();
    const before = await place();
    await script();
    await find('#username').click();
    await page.run(() => new Promise((resolve) => requestAnimationFrame(() => resolve(null))));
    assert.deepEqual(await place(), before);
    assert.deepEqual(await page.run(() => shifts), []);
  });

  test('can be used by keyboard, and never loses the focus', async () => {
    await open();
    const press = (...keys: string[]) =>
      page.browser
        .actions()
        .sendKeys(...keys)
        .perform();
    await page.run(() => {
      globalThis.lost = 0;
      document.addEventListener('focusout', ({ relatedTarget }) => {
        if (!relatedTarget) lost++;
      });
    });
    await press(Key.TAB, ' ', Key.TAB, PASSWORD, Key.TAB, 'store-a.mybigcommerce.com');
    await press(Key.TAB, 'Shop', Key.TAB, Key.SPACE);
    assert.equal((await settled()).detail.code, 'ERR_CONFIG');
    assert.equal(await focused(), 'username');
    failWith({ kind: 'respond', status: 400 });
    await press('shop', Key.ENTER);
    assert.equal((await settled()).detail.code, 'ERR_REJECTED');
    assert.equal(await focused(), 'username');
    sandbox.onRequest = undefined;
    await press(Key.TAB, Key.TAB, Key.TAB, Key.TAB, Key.ENTER);
    assert.equal((await settled()).type, 'connected');
    assert.equal(await page.run(() => document.activeElement?.localName), 'button');
    assert.equal(await page.run(() => lost), 0);
  });

  test('has no violations that axe-core finds, in any state', async () => {
    await open();
    await page.browser.executeScript(AXE);
    const check = async (state: string) => {
      const violations = await page.run(async () => {
        const { violations } = await axe.run();
        return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
      });
      assert.deepEqual(violations, [], state);
    };
    await check('upgraded');
    await type('username', ' ');
    await submit();
    await check('wrong values');
    await type('username', 'shop');
    failWith({ kind: 'respond', status: 400 });
    await submit();
    await check('refused');
    sandbox.onRequest = undefined;
    await submit();
    await check('connected');
    await submitHeld();
    await page.browser.executeScript(AXE);
    await check('connecting');
  });

  test('leaves no password in the page', async () => {
    await open();
    await page.run(() => document.getElementById('password')?.removeAttribute('value'));
    await type('password', 'sEcReT-0123456789');
    failWith({ kind: 'respond', status: 400, body: '{"message":"sEcReT-0123456789"}' });
    const { detail } = await submit();
    assert.doesNotMatch(JSON.stringify(detail), /sEcReT/);
    sandbox.onRequest = undefined;
    await submit();
    const left = await page.run(() => [
      document.documentElement.outerHTML,
      location.href,
      ...Object.values(localStorage),
      ...Object.values(sessionStorage),
      ...[...document.querySelectorAll('input')].map(({ value }) => value),
    ]);
    assert.doesNotMatch(left.join(), /sEcReT/);
  });

  test('exports the registered class, also if its script is loaded twice', async () => {
    await open();
    respondTo('/dist/connect.js?again', (response) => {
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync(new URL('../../dist/connect.js', import.meta.url)));
    });
    respondTo('/exports.js', (response) => {
      response.setHeader('content-type', 'text/javascript');
      response.end(`
        import { BigCommerceConnect as one } from '/dist/connect.js';
        import { BigCommerceConnect as other } from '/dist/connect.js?again';
        globalThis.exported = [one, other];`);
    });
    await page.run(() => importModule('/exports.js'));
    assert.deepEqual(
      await page.run(() =>
        exported.map((Class) => [
          Class === customElements.get('bigcommerce-connect'),
          first instanceof Class,
        ]),
      ),
      [
        [true, true],
        [true, true],
      ],
    );
    assert.equal((await submit()).type, 'connected');
  });

  test('shows a message at a form-associated custom element, until it is edited', async () => {
    await open(
      ELEMENT.replace(
        '<input id="name" name="name" value="My shop">',
        '<own-control id="name" name="name" tabindex="0" value=" "></own-control>',
      ),
    );
    await defineControl(true);
    assert.equal((await submit()).detail.code, 'ERR_CONFIG');
    assert.match(await message('name'), /name/);
    await page.run(() => {
      const control = document.querySelector<HTMLInputElement>('#name');
      if (control) control.value = 'My shop';
      control?.dispatchEvent(new Event('input', { bubbles: true }));
    });
    assert.equal(await count('.bigcommerce-error'), 0);
    assert.equal((await submit()).type, 'connected');
  });
});
