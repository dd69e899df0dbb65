import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ConfigIssue } from 'authenticate-bigcommerce';
import { Key } from 'selenium-webdriver';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { ELEMENT, PASSWORD, SECOND, SECRETS, setUpElementPage, WASM } from './element-page.js';
import { inEveryEngine } from './in-every-engine.js';

inEveryEngine('The element', { timeout: 1_200_000 }, (engine) => {
  let page: BlankPage;
  let sandbox: Sandbox;
  const {
    button,
    configure,
    connectWhile,
    count,
    failWith,
    find,
    focused,
    keys,
    message,
    open,
    openWithoutScript,
    respondTo,
    script,
    sent,
    settled,
    status,
    submit,
    submitHeld,
    type,
  } = setUpElementPage(engine, (opened) => {
    ({ page, sandbox } = opened);
  });

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

  test('shows which field of its config is a bigint', async () => {
    await open();
    await page.run(() => {
      first.config = { ...first.config, instanceId: 5n as never };
    });
    const { detail } = await submit();
    assert.equal(detail.code, 'ERR_CONFIG');
    const issues = detail.issues as ConfigIssue[];
    assert.deepEqual(
      issues.map(({ path }) => path),
      [['instanceId']],
    );
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
});
