import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Key } from 'selenium-webdriver';
import type { Fault, Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { ELEMENT, PASSWORD, setUpElementPage, WASM } from './element-page.js';
import { speedUpTimers } from './fast-timers.js';
import { inEveryEngine } from './in-every-engine.js';

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

inEveryEngine("The element's messages", { timeout: 1_200_000 }, (engine) => {
  let page: BlankPage;
  let sandbox: Sandbox;
  const {
    button,
    count,
    defineControl,
    failWith,
    find,
    focused,
    message,
    open,
    openWithoutScript,
    respondTo,
    script,
    settled,
    status,
    submit,
    submitHeld,
    type,
  } = setUpElementPage(engine, (opened) => {
    ({ page, sandbox } = opened);
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
