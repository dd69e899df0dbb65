import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { Key } from 'selenium-webdriver';
import type { Fault } from '../../js/sandbox/sandbox.js';
import { ELEMENT, PASSWORD, setUpElementPage, WASM } from './element-page.js';
import { inEveryEngine } from './engines.js';
import { speedUpTimers } from './fast-timers.js';

declare global {
  /** How often the focus was lost. */
  var lost: number;
}

const NOT_SET_UP = /^This page is not set up correctly\.\sYour values are not the cause/;

/** What merchants read, by code and, where it matters, by the element's attributes. */
const TEXTS: [code: string, text: RegExp, fault: Fault, attributes?: string][] = [
  ['ERR_UNAUTHORIZED', NOT_SET_UP, { kind: 'respond', status: 401 }],
  [
    'ERR_FORBIDDEN',
    /^This is not allowed\.\sThe API account may lack permissions/,
    { kind: 'respond', status: 403 },
  ],
  ['ERR_NOT_FOUND', NOT_SET_UP, { kind: 'respond', status: 404 }],
  [
    'ERR_NOT_FOUND',
    /no longer exists\.\sConnect your store again\.\sReference for support: 1$/,
    { kind: 'respond', status: 404, body: '{"message":"None.","requestId":"1"}' },
    'instance-id="5"',
  ],
  ['ERR_CONFLICT', /already exists\.$/, { kind: 'respond', status: 409 }],
  [
    'ERR_REJECTED',
    /^BigCommerce did not accept these values\.\sBigCommerce says: Invalid API token\sCompare them [^\n]*$/,
    { kind: 'respond', status: 400, body: '{"providerMessage":"Invalid API token"}' },
  ],
  [
    'ERR_REJECTED',
    /^BigCommerce did not accept these values\.\sThe service says: Invalid store URL\sCompare .*\sReference for support: 1$/,
    { kind: 'respond', status: 400, body: '{"message":"Invalid store URL","requestId":"1"}' },
  ],
  [
    'ERR_RATE_LIMITED',
    /too many attempts\.\sWait 2 minutes, then try again\.$/,
    { kind: 'respond', status: 429, headers: { 'retry-after': '100' } },
  ],
  [
    'ERR_SERVER',
    /^The service has a problem\.\sYour values .* Wait 1 minute\. Try again with the same values/,
    { kind: 'respond', status: 500 },
  ],
  [
    'ERR_RESPONSE',
    /unusable response\.\s.*Try again/,
    { kind: 'respond', status: 200, body: 'no instance' },
  ],
  ['ERR_NETWORK', /no response\.\sCheck your internet connection\./, { kind: 'drop' }],
  ['ERR_TIMEOUT', /^It took too long\.\sTry again/, { kind: 'hold' }, 'timeout="4000"'],
];

inEveryEngine('The element (messages)', (engine) => {
  const form = setUpElementPage(engine);

  test('shows the issue of each field beside it, and focuses the first', async () => {
    await form.open();
    await form.type('storeUrl', 'https://api.bigcommerce.com/stores/abc/v3/');
    await form.type('username', ' ');
    const { type, composed, detail } = await form.submit();
    assert.deepEqual([type, composed, detail.code], ['failed', true, 'ERR_CONFIG']);
    assert.match(await form.message('username'), /Username/);
    assert.match(await form.message('storeUrl'), /Client ID and the Access token/);
    assert.equal(await form.count('.bigcommerce-error'), 2);
    assert.equal(await form.focused(), 'username');
    for (const id of ['username', 'storeUrl']) {
      const field = await form.find(`#${id}`);
      const error = await form.find(`#${id} + .bigcommerce-error`).getAttribute('id');
      const described = await field.getAttribute('aria-describedby');
      assert.equal(described, id === 'username' ? `hint ${error}` : error);
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
    }
    assert.deepEqual(form.sandbox.requests, [], 'nothing was sent');
  });

  test('removes a message as soon as its field is edited', async () => {
    await form.open();
    await form.type('username', ' ');
    await form.type('storeUrl', ' ');
    await form.submit();
    await form.find('#username').sendKeys('s');
    assert.equal(await form.count('.bigcommerce-error'), 1, 'the message of the other field stays');
    assert.equal(await form.find('#username').getAttribute('aria-describedby'), 'hint');
    assert.equal(await form.find('#username').getAttribute('aria-invalid'), null);
    await form.find('#storeUrl').sendKeys('store-wuxeae6.mybigcommerce.com');
    assert.equal(await form.find('#storeUrl').getAttribute('aria-describedby'), null);
    assert.equal((await form.submit()).type, 'connected');
  });

  for (const [when, change] of [
    ['the form is reset', () => document.forms[0]?.reset()],
    ['its field is removed', () => document.getElementById('username')?.remove()],
  ] as const) {
    test(`removes a message when ${when}`, async () => {
      await form.open();
      await form.type('username', ' ');
      await form.submit();
      await form.run(change);
      assert.equal(await form.count('.bigcommerce-error, [aria-invalid]'), 0);
    });
  }

  test("puts messages into the page's own elements", async () => {
    const own = '<p id="own" data-error-for="name"></p>';
    await form.open(ELEMENT.replace('</form>', `<p data-error-for="username"></p>${own}</form>`));
    await form.run(() => document.getElementById('name')?.setAttribute('aria-describedby', 'own'));
    const describedBy = (id: string) => form.find(`#${id}`).getAttribute('aria-describedby');
    await form.type('name', ' ');
    await form.type('username', ' ');
    await form.submit();
    assert.match(await form.find('#own').getText(), /name/);
    assert.match(await form.find('[data-error-for=username]').getText(), /Username/);
    assert.equal(await form.count('.bigcommerce-error'), 0);
    assert.equal(await describedBy('name'), 'own', 'the id is not added twice');
    const id = await form.find('[data-error-for=username]').getAttribute('id');
    assert.equal(await describedBy('username'), `hint ${id}`);
    await form.find('#name').sendKeys('x');
    assert.equal(await form.find('#own').getText(), '');
    assert.equal(await describedBy('name'), 'own', "the page's own id stays");
  });

  for (const [where, places] of [
    ['', ''],
    [
      "the page's own elements",
      '<p data-error-for="username"></p><p data-bigcommerce-status role="status"></p>',
    ],
  ]) {
    test(`removes messages${where && ` from ${where}`} that are there when a cached page comes back`, async () => {
      await form.open(ELEMENT.replace('</form>', `${places}</form>`));
      const restore = () =>
        form.run(() => {
          const element = document.querySelector('bigcommerce-connect') as Element;
          const shown = element.querySelectorAll(
            '[role=status]:not(:empty), [aria-invalid]',
          ).length;
          element.replaceWith(element.cloneNode(true));
          const left =
            '[aria-invalid], .bigcommerce-error, [data-error-for]:not(:empty), [role=status]:not(:empty)';
          return [shown, document.querySelectorAll(left).length];
        });
      form.failWith({ kind: 'respond', status: 400, body: '{}' });
      await form.submit();
      assert.deepEqual(await restore(), [1, 0]);
      await form.type('username', ' ');
      await form.submit();
      assert.deepEqual(await restore(), [1, 0]);
      assert.equal(await form.find('#username').getAttribute('aria-describedby'), 'hint');
      await form.find('#username').click();
      assert.equal(await form.count('[role=status]'), 1);
    });
  }

  test('sends the given tags, and shows which ones are invalid, the first in the place for them', async () => {
    const tags = ['', 'a', ' ', 'subject:b', 'subject:c'].map(
      (value, at) => `<input id="tag${at}" name="tags" aria-label="Tag" value="${value}">`,
    );
    const place = '<p data-error-for="tags"></p>';
    await form.open(ELEMENT.replace('<button', `${tags.join('')}${place}<button`));
    await form.submit();
    assert.match(await form.find('[data-error-for]').getText(), /subject:/);
    assert.match(await form.message('tag4'), /subject:/);
    assert.equal(await form.count('[aria-invalid]'), 2);
    await form.type('tag3', 'b');
    assert.equal(await form.find('[data-error-for]').getText(), '');
    await form.type('tag4', 'c');
    await form.submit();
    const [instance] = form.sandbox.instances.values();
    const [key, ...others] = instance?.tags ?? [];
    assert.match(key ?? '', /^idempotency-key:/);
    assert.deepEqual(others, ['a', 'b', 'c']);
  });

  test('shows in its status what is wrong with controls that are hidden, and opens details', async () => {
    const hidden = '<input type="hidden" name="tags" value="subject:me">';
    const folded =
      '<details><summary>More</summary><input name="tags" value="subject:you"></details>';
    await form.open(
      ELEMENT.replace(
        /<label for="storeUrl">.*?(?=<label for="name">)/s,
        '<div hidden>$&</div>',
      ).replace('<button', `${hidden}${folded}<button`),
    );
    await form.run(() => {
      const storeUrl = document.querySelector<HTMLInputElement>('#storeUrl');
      if (storeUrl) storeUrl.value = 'ftp://x';
    });
    await form.submit();
    assert.match(await form.status(), /^API path: .*\stags\.0: /);
    assert.equal(await form.count('#storeUrl[aria-invalid], [type=hidden][aria-invalid]'), 0);
    const error = form.find('details > .bigcommerce-error');
    assert.equal(await error.isDisplayed(), true, 'the details are open');
    assert.equal(await form.run(() => document.activeElement?.getAttribute('name')), 'tags');
  });

  test('scrolls an error that no field shows into view', async () => {
    await form.open();
    form.failWith({ kind: 'respond', status: 403 });
    await form.run(() => {
      first.style.display = 'block';
      first.querySelector('form')?.style.setProperty('margin-block-end', '200vh');
    });
    await form.submit();
    const isInView = await form.run(() => {
      const { top = -1, bottom = 0 } =
        document.querySelector('[role=status]')?.getBoundingClientRect() ?? {};
      return top >= 0 && bottom <= innerHeight;
    });
    assert.equal(isInView, true, 'the status is in view');
  });

  test('announces each state once', async () => {
    await form.open();
    form.failWith({ kind: 'respond', status: 409 });
    await form.find('#username').click();
    await form.submit();
    form.sandbox.onRequest = undefined;
    await form.submit();
    assert.deepEqual(await form.run(() => announced), [
      '',
      'Connecting…',
      'This connection already exists.',
      'Connecting…',
      'Your store is connected.',
    ]);
    assert.equal(await form.count('[role=status], [role=alert], [aria-live]'), 1);
  });

  test('shows at submit that the module could not be loaded, and tries again', async () => {
    await form.open();
    let isBroken = true;
    form.respondTo(WASM, (response) => {
      if (isBroken) response.writeHead(404).end();
      else response.end(readFileSync(new URL(`../..${WASM}`, import.meta.url)));
    });
    await form.find('#username').click();
    await form.run(() => api.preload().catch(() => {}));
    assert.equal(await form.status(), '');
    assert.equal((await form.submit()).detail.code, 'ERR_LOAD');
    assert.match(await form.status(), /could not be loaded\.\sReload the page/);
    isBroken = false;
    assert.equal((await form.submit()).type, 'connected');
  });

  test('shows that a browser without WebAssembly cannot connect', async () => {
    await form.open();
    await form.run(() => Reflect.deleteProperty(window, 'WebAssembly'));
    assert.equal((await form.submit()).detail.code, 'ERR_LOAD');
    assert.match(await form.status(), /^This browser cannot connect your store\./);
  });

  test('can be used by keyboard, and never loses the focus', async () => {
    await form.open();
    await form.run(() => {
      globalThis.lost = 0;
      document.addEventListener('focusout', ({ relatedTarget }) => {
        if (!relatedTarget) lost++;
      });
    });
    await form.page.press(Key.TAB, ' ', Key.TAB, PASSWORD, Key.TAB, 'store-a.mybigcommerce.com');
    await form.page.press(Key.TAB, 'Shop', Key.TAB, Key.SPACE);
    assert.equal((await form.settled()).detail.code, 'ERR_CONFIG');
    assert.equal(await form.focused(), 'username');
    form.failWith({ kind: 'respond', status: 400 });
    await form.page.press('shop', Key.ENTER);
    assert.equal((await form.settled()).detail.code, 'ERR_REJECTED');
    assert.equal(await form.focused(), 'username');
    form.sandbox.onRequest = undefined;
    await form.page.press(Key.TAB, Key.ENTER);
    assert.equal((await form.settled()).type, 'connected');
    assert.equal(await form.focused(), 'password', 'also where it is cleared');
    assert.equal(await form.run(() => lost), 0);
  });
});

// Which text is shown does not depend on the engine.
suite('The element (texts)', { timeout: 600_000 }, () => {
  const form = setUpElementPage('Chromium');

  test('shows that the page is not set up correctly if an issue is not of its controls', async () => {
    const attributes = 'base-url="ftp://x" timeout="soon" instance-id="undefined"';
    await form.open(ELEMENT.replace('id="first"', attributes));
    await form.run(() => document.querySelector('#name')?.setAttribute('disabled', ''));
    const { detail } = await form.submit();
    assert.equal(detail.code, 'ERR_CONFIG');
    assert.match(await form.status(), NOT_SET_UP);
    for (const issue of ['baseUrl: Must', 'timeout: Must', 'instanceId: Must', 'Name: ']) {
      assert.ok((await form.status()).includes(issue), issue);
    }
    assert.equal(await form.count('[aria-invalid]'), 0);
  });

  test('shows that the page is not set up correctly if its session token is not usable', async () => {
    await form.open();
    for (const [isFunction, text] of [
      [true, "The page's function threw."],
      [false, 'Must not be given with userSecret or organizationSecret.'],
    ] as const) {
      await form.run((isFunction) => {
        const sessionToken = () => Promise.reject(new Error('no session'));
        first.config = { ...first.config, sessionToken: isFunction ? sessionToken : 'token' };
      }, isFunction);
      assert.equal((await form.submit()).detail.code, 'ERR_CONFIG');
      assert.match(await form.status(), NOT_SET_UP);
      assert.ok((await form.status()).endsWith(`sessionToken: ${text}`), text);
    }
  });

  test('shows a message for each error code', async () => {
    await form.open();
    await speedUpTimers(form.page.browser);
    for (const [code, text, fault, attributes = ''] of TEXTS) {
      form.sandbox.onRequest = ({ method }) => (method === 'GET' ? undefined : fault);
      const [name, value] = attributes.split(/[="]+/);
      await form.run(
        (name, value) => {
          first.removeAttribute('instance-id');
          // On a busy machine, the default one would expire first: timers are faster, requests not.
          first.setAttribute('timeout', '1000000');
          if (name) first.setAttribute(name, value ?? '');
        },
        name,
        value,
      );
      const { type, detail } = await form.submit();
      assert.deepEqual([type, detail.code], ['failed', code]);
      assert.match(await form.status(), text, code);
      assert.equal(await form.isBusy(), false, 'the element waits for no call');
    }
  });

  for (const [status, code, text] of [
    [401, 'ERR_UNAUTHORIZED', /^You are not signed in\.\sSign in/],
    [413, 'ERR_HANDLER', NOT_SET_UP],
    [500, 'ERR_HANDLER', /^Your store may already be connected, .*\sTry again in a few minutes/],
  ] as const) {
    test(`names who failed if the server at its base-url answers ${status}`, async () => {
      const response = await form.submitHeld(async () => {
        await form.run(() => {
          first.config = undefined;
        });
        await form.button().click();
      });
      const body = { message: 'Nobody is signed in.', source: 'handler' };
      response.writeHead(status).end(status !== 413 ? JSON.stringify(body) : '<h1>Too large</h1>');
      const { detail } = await form.settled();
      assert.deepEqual([detail.code, detail.status], [code, status]);
      assert.match(await form.status(), text);
      const message = await form.run(() => failure.message);
      assert.match(message, new RegExp(`answered ${status}`), 'for developers');
    });
  }

  test("shows the page's own messages", async () => {
    await form.open();
    form.failWith({ kind: 'respond', status: 403, body: '{"providerMessage":"Nein"}' });
    await form.run(() => {
      first.messages = {
        connecting: 'Wird verbunden …',
        connected: ({ id }) => `Verbunden: ${id}`,
        ERR_REJECTED: 'Nicht angenommen.',
        ERR_FORBIDDEN: ({ providerMessage, status }) => `${providerMessage} (${status})`,
        ERR_CONFIG: ({ issues }) => `${issues.length} Fehler`,
        'username.missing': 'Der Benutzername fehlt.',
        username: 'unused',
        storeUrl: ({ code }) => `So nicht: ${code}`,
        missing: ({ path }) => `Es fehlt: ${path}`,
      };
    });
    await form.submit();
    assert.equal(await form.status(), 'Nein (403)');
    form.failWith({ kind: 'respond', status: 400 });
    await form.submit();
    assert.equal(await form.status(), 'Nicht angenommen.');
    await form.type('username', ' ');
    await form.type('storeUrl', 'ftp://x');
    await form.type('name', ' ');
    await form.submit();
    assert.equal(await form.message('username'), 'Der Benutzername fehlt.');
    assert.equal(await form.message('storeUrl'), 'So nicht: scheme');
    assert.equal(await form.message('name'), 'Es fehlt: name');
    assert.equal(await form.status(), '3 Fehler');
    form.sandbox.onRequest = undefined;
    await form.type('username', 'shop');
    await form.type('storeUrl', 'store-wuxeae6.mybigcommerce.com');
    await form.type('name', 'Laden');
    const { detail } = await form.submit();
    assert.equal(await form.status(), `Verbunden: ${detail.id}`);
    assert.ok((await form.run(() => announced)).includes('Wird verbunden …'), 'the progress, too');
  });

  test("puts values and BigCommerce's terms into texts, line by line, and says their language", async () => {
    await form.open();
    form.failWith({ kind: 'respond', status: 400, body: '{"providerMessage":"<b>{requestId}"}' });
    await form.run(() => {
      first.messages = {
        lang: 'de',
        dir: 'ltr',
        ERR_REJECTED: 'Abgelehnt.\nBigCommerce sagt: {providerMessage}\nReferenz: {requestId}',
        'username.missing': 'Den `Username` eintragen.',
        'too-long': 'Höchstens {max} Zeichen.',
      };
    });
    await form.submit();
    const html = async (css: string) => String(await form.find(css).getAttribute('outerHTML'));
    assert.match(
      await html('[role=status]'),
      /lang="de" dir="ltr"><div>Abgelehnt\.<\/div> <div>BigCommerce sagt: <bdi dir="auto">\{requestId\}<\/bdi><\/div><\/div>$/,
    );
    await form.type('username', ' ');
    await form.type('name', 'x'.repeat(256));
    await form.submit();
    assert.match(
      await html('#username + .bigcommerce-error'),
      /lang="de" dir="ltr">Den <span lang="en" translate="no">Username<\/span> eintragen\.<\/span>$/,
    );
    assert.equal(await form.message('name'), 'Höchstens 255 Zeichen.');
  });

  test('shows that a connection is switched off', async () => {
    await form.open();
    const instance = { id: 1, token: 't', disabled: true };
    form.failWith({ kind: 'respond', status: 200, body: JSON.stringify(instance) });
    for (const text of [/^Your store is connected, but .* switched off\.\s/, /^Aus: 1$/]) {
      const { type, detail } = await form.submit();
      assert.deepEqual([type, detail], ['connected', instance]);
      assert.match(await form.status(), text);
      await form.run(() => {
        document.forms[0]?.reset();
        first.messages = { connectedDisabled: ({ id }) => `Aus: ${id}` };
      });
      await form.type('password', PASSWORD);
    }
  });

  test("is not stuck if the page's messages throw or are no texts", async () => {
    await form.open();
    await form.run(() => {
      const slip = () => {
        throw new Error('a slip');
      };
      const noText = () => ({ toString: slip });
      const messages = { ERR_REJECTED: slip, username: Symbol('text'), connected: noText };
      Object.defineProperty(messages, 'connecting', { get: slip });
      first.messages = messages as never;
    });
    form.failWith({ kind: 'respond', status: 400 });
    assert.equal((await form.submit()).detail.code, 'ERR_REJECTED');
    assert.match(await form.status(), /did not accept/);
    await form.type('username', ' ');
    assert.equal((await form.submit()).detail.code, 'ERR_CONFIG');
    assert.match(await form.message('username'), /Username/);
    form.sandbox.onRequest = undefined;
    await form.type('username', 'shop');
    assert.equal((await form.submit()).type, 'connected');
    assert.equal(await form.status(), 'Your store is connected.');
    assert.equal(await form.count('[aria-busy]'), 0);
    assert.ok((await form.run(() => announced)).includes('Connecting…'));
    assert.ok((await form.page.takeErrors()).length > 0, 'it is reported');
  });
});
