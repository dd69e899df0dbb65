import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ConfigIssue } from 'authenticate-bigcommerce';
import { Key } from 'selenium-webdriver';
import { ELEMENT, SECOND, setUpElementPage, WASM } from './element-page.js';
import { inEveryEngine } from './engines.js';
import { SECRETS } from './sandboxed-page.js';

declare global {
  /** The class that each copy of the script exports. */
  var exported: typeof import('authenticate-bigcommerce/connect')['BigCommerceConnect'][];
}

const file = (name: string) => readFileSync(new URL(`../..${name}`, import.meta.url));

inEveryEngine('The element', (engine) => {
  const form = setUpElementPage(engine);

  test('connects a store with the values of its form', async () => {
    await form.open();
    await form.type('username', 'merchant');
    await form.type('password', 'fedcba9876543210');
    await form.type('storeUrl', 'https://store-abc.example/api/v2');
    await form.type('name', 'Büro');
    const { type, composed, detail } = await form.submit();
    const [instance] = form.sandbox.instances.values();
    assert.deepEqual([type, composed], ['connected', true]);
    assert.deepEqual([detail.id, detail.token], [instance?.id, instance?.token]);
    assert.deepEqual(instance?.configuration, {
      username: 'merchant',
      password: 'fedcba9876543210',
      'store.url': 'https://store-abc.example/api/v2',
    });
    assert.equal(instance?.name, 'Büro');
    const methods = form.sandbox.requests.map(({ method }) => method);
    assert.deepEqual(
      methods.filter((method) => method !== 'OPTIONS'),
      ['POST'],
    );
    assert.equal(await form.page.browser.getCurrentUrl(), `${form.page.origin}/form`);
  });

  test('does not submit its form by a click or Enter before its script is loaded', async () => {
    await form.openWithoutScript(ELEMENT);
    await form.button().click();
    await form.find('#password').sendKeys(Key.ENTER);
    const opened = form.page.requests.filter((request) => request.includes('/form'));
    assert.deepEqual(opened, ['GET /form']);
    assert.equal(await form.page.browser.getCurrentUrl(), `${form.page.origin}/form`);
    assert.equal(await form.button().isEnabled(), false, 'the button is disabled');
    await form.script();
    assert.equal(await form.button().isEnabled(), true, 'the button is enabled');
    assert.equal(await form.find('form').getAttribute('novalidate'), 'true');
    // Firefox would restore the state of the button.
    await form.run(() => {
      document.title = 'old';
      setTimeout(() => location.reload());
    });
    await form.page.browser.wait(
      async () => (await form.page.browser.getTitle()) === 'ready',
      60_000,
    );
    assert.equal(await form.button().isEnabled(), false, 'the button is disabled');
  });

  test('takes properties that were set before its script is loaded', async () => {
    await form.openWithoutScript(ELEMENT);
    await form.run(
      (config) => {
        Object.assign(first, { config, messages: { connected: 'Verbunden.' } });
      },
      { ...SECRETS, baseUrl: form.sandbox.url },
    );
    await form.script();
    assert.equal((await form.submit()).type, 'connected');
    assert.equal(await form.status(), 'Verbunden.');
    // Svelte assigns only to what has one.
    const hasSetter = await form.run(
      () =>
        Object.getOwnPropertyDescriptor(Object.getPrototypeOf(first), 'config')?.set !== undefined,
    );
    assert.equal(hasSetter, true, 'config has a setter');
  });

  test('does not change the form while it has the attribute defer-hydration', async () => {
    await form.openWithoutScript(ELEMENT.replace('id="first"', 'id="first" defer-hydration'));
    await form.script();
    await form.configure();
    const html = () => form.run(() => document.forms[0]?.outerHTML);
    const before = await html();
    await form.find('#username').click();
    await form.run(() => document.forms[0]?.append(document.createTextNode('')));
    assert.equal(await form.count('[role=status], [novalidate]'), 0);
    assert.equal(await form.button().isEnabled(), false, 'the button is disabled');
    assert.equal(await html(), before);
    await form.run(() => first.removeAttribute('defer-hydration'));
    assert.equal(await form.button().isEnabled(), true, 'the button is enabled');
    assert.equal((await form.submit()).type, 'connected');
  });

  test('makes one call, however often its form is submitted during it', async () => {
    const response = await form.submitHeld(async () => {
      await form.page.browser.actions().doubleClick(form.button()).perform();
      // Another value, because elements share calls with equal ones.
      await form.find('#name').sendKeys('x', Key.ENTER);
    });
    assert.equal(await form.find('form').getAttribute('aria-busy'), 'true');
    assert.equal(await form.button().getAttribute('aria-disabled'), 'true');
    response.writeHead(403).end();
    assert.equal((await form.settled()).type, 'failed');
    assert.equal(await form.isBusy(), false, 'the element waits for no call');
    assert.equal(form.page.requests.filter((request) => request.includes('/held')).length, 1);
  });

  test('reads no other inputs, and no secrets from attributes', async () => {
    const others = ['csrf', 'baseUrl', 'timeout', 'instanceId', 'userSecret', 'sessionToken'].map(
      (name) => `<input type="hidden" name="${name}" value="http://evil.example">`,
    );
    const secrets = 'user-secret="evil" organization-secret="evil" session-token="evil"';
    await form.open(
      ELEMENT.replace('<button', `${others.join('')}<button`).replace('id=', `${secrets} id=`),
    );
    assert.equal((await form.submit()).type, 'connected');
    assert.doesNotMatch(JSON.stringify(form.sandbox.requests), /evil/);
  });

  test('takes other fields from its attributes and its config', async () => {
    await form.open();
    await form.submit();
    const [{ id } = assert.fail('nothing was created')] = form.sandbox.instances.values();
    await form.open(ELEMENT.replace('id="first"', `id="first" instance-id="${id}" timeout="9000"`));
    await form.run(() => {
      first.config = { ...first.config, name: 'From config', username: 'unused' };
    });
    await form.type('name', ' ');
    assert.equal((await form.submit()).detail.id, id);
    assert.equal(form.sent('PUT').length, 1);
    const instance = form.sandbox.instances.get(id);
    assert.equal(instance?.name, 'From config', 'in place of an empty input');
    assert.equal(instance?.configuration.username, 'shop', 'inputs come first');
  });

  test('reads a config with a prototype, as it is at submit, and nothing from Object.prototype', async () => {
    await form.open();
    const { type } = await form.run(async (secrets) => {
      const events = { callbackUrl: 'https://events.example' };
      class Config {
        get userSecret() {
          return secrets.userSecret;
        }
        get organizationSecret() {
          return secrets.organizationSecret;
        }
        get events() {
          return events;
        }
      }
      first.config = new Config();
      // In Firefox, what the driver runs has another one than the page.
      const { prototype } = (window as unknown as typeof globalThis).Object;
      Object.assign(prototype, { instanceId: 5, tags: ['evil'] });
      document.forms[0]?.requestSubmit();
      events.callbackUrl = 'https://evil.example';
      Object.assign(prototype, { instanceId: undefined, tags: undefined });
      return globalThis.settled();
    }, SECRETS);
    assert.equal(type, 'connected');
    assert.match(form.sent('POST')[0]?.body ?? '', /events\.example/);
    assert.doesNotMatch(form.sent('POST')[0]?.body ?? '', /evil/);
  });

  test('fails with ERR_CONFIG if a value of its config has no JSON, or cannot be read', async () => {
    await form.open();
    for (const [kind, path] of [
      ['bigint', 'instanceId'],
      ['function', 'events'],
      ['throws', 'config'],
      ['cyclic', 'config'],
    ]) {
      await form.run((kind) => {
        const cyclic: { resources?: unknown } = {};
        cyclic.resources = cyclic;
        const thrower = Object.defineProperty({}, 'events', {
          enumerable: true,
          get() {
            throw new Error('no');
          },
        });
        const values: Record<string, object> = {
          bigint: { instanceId: 5n },
          function: { events: () => {} },
          throws: thrower,
          cyclic: { events: cyclic },
        };
        const value = values[kind as string];
        first.config = (kind === 'throws' ? value : { ...first.config, ...value }) as never;
      }, kind);
      const { detail } = await form.submit();
      assert.equal(detail.code, 'ERR_CONFIG', kind);
      assert.equal((detail.issues as ConfigIssue[])[0]?.path.join(), path);
      assert.match(await form.status(), new RegExp(`not set up correctly(.*\n)*${path}: `));
      await form.configure();
    }
    assert.deepEqual(form.sandbox.requests, []);
  });

  test('works with controls and images that are named like members of a form or the document', async () => {
    // Without names that break the drivers, such as `parentNode`.
    const names = [
      ...['elements', 'noValidate', 'setAttribute', 'removeAttribute', 'toggleAttribute'],
      ...['contains', 'closest', 'matches', 'querySelector', 'querySelectorAll', 'append'],
      ...['addEventListener', 'dispatchEvent', 'submit', 'requestSubmit', 'reset', 'isConnected'],
    ];
    const inputs = names.map((name) => `<input name="${name}" aria-label="${name}">`);
    const image = '<img name="createElement" alt="">';
    await form.open(image + ELEMENT.replace('<button', `${inputs.join('')}<button`));
    assert.equal(await form.count('form[novalidate]'), 1);
    form.failWith({ kind: 'respond', status: 409 });
    assert.equal((await form.submit()).detail.code, 'ERR_CONFLICT');
    assert.equal(await form.isBusy(), false, 'the element waits for no call');
    await form.type('username', ' ');
    assert.equal((await form.submit()).detail.code, 'ERR_CONFIG');
    assert.match(await form.message('username'), /Username/);
    await form.type('username', 'shop');
    form.sandbox.onRequest = undefined;
    assert.equal((await form.submit()).type, 'connected');
    assert.equal(await form.find('#password').getAttribute('value'), '');
    assert.equal(await form.count('[aria-busy]'), 0);
    assert.equal(await form.button().getAttribute('aria-disabled'), 'true');
    await form.run(() => HTMLFormElement.prototype.reset.call(document.forms[0]));
    assert.equal(await form.button().getAttribute('aria-disabled'), null);
  });

  test('does not stay busy where Object.prototype has names of platform options', async () => {
    const names = ['attributes', 'attributeOldValue', 'method', 'integrity', 'signal'];
    const pollute = (value: unknown) =>
      form.run(
        (names, value) => {
          const { prototype } = (window as unknown as typeof globalThis).Object;
          // Not enumerable, so that the driver's own loops work.
          for (const name of names) {
            Object.defineProperty(prototype, name, { value, configurable: true });
            if (!value) Reflect.deleteProperty(prototype, name);
          }
        },
        names,
        value,
      );
    await form.openWithoutScript(ELEMENT);
    await pollute('evil');
    await form.script();
    await form.configure();
    await form.submit();
    assert.equal(await form.count('[aria-busy]'), 0);
    await pollute(null);
    await form.open();
    assert.equal((await form.submit()).type, 'connected');
  });

  test('keeps its status if the page prevents a reset, or resets during a call', async () => {
    await form.connectWhile(() => {
      document.forms[0]?.reset();
      announced.push(`reset: ${document.querySelector('[role=status]')?.textContent}`);
    });
    assert.ok((await form.run(() => announced)).includes('reset: Connecting…'));
    await form.run(() => {
      document.forms[0]?.addEventListener('reset', (event) => event.preventDefault());
      document.forms[0]?.reset();
    });
    assert.equal(await form.status(), 'Your store is connected.');
    assert.equal(await form.button().getAttribute('aria-disabled'), 'true');
  });

  test('ignores other forms inside it', async () => {
    await form.open(ELEMENT.replace('</bigcommerce-connect>', '<form id="other"></form>$&'));
    await form.submit();
    const isPrevented = await form.run(async () => {
      const other = document.forms[1] as HTMLFormElement;
      other.reset();
      const submitted = new Promise<boolean>((resolve) => {
        document.addEventListener('submit', (event) => {
          resolve(event.defaultPrevented);
          event.preventDefault();
        });
      });
      other.requestSubmit();
      return submitted;
    });
    assert.equal(isPrevented, false, 'the submit is not prevented');
    assert.equal(await form.status(), 'Your store is connected.');
  });

  test('aborts the call when it is removed', async () => {
    const response = await form.submitHeld();
    const closed = once(response, 'close');
    const code = await form.run(() => {
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
    await form.run(() => document.body.append(first));
    assert.equal(await form.status(), '');
    assert.equal(await form.isBusy(), false, 'it can be used again');
  });

  test('does not abort the call when it is moved', async () => {
    await form.connectWhile(() => {
      document.body.append(first);
      document.body.prepend(first);
      if ('moveBefore' in document.body) document.body.moveBefore(first, null);
    });
  });

  test('does not affect other elements on the page', async () => {
    await form.open(ELEMENT + SECOND);
    await form.type('username', ' ');
    await form.submit();
    assert.equal(await form.count('#second .bigcommerce-error'), 0);
    for (const username of [' ', 'shop']) {
      await form.type('second-username', username);
      assert.match(await form.message('username'), /Username/);
      await form.find('#second button').click();
      assert.equal((await form.settled()).id, 'second');
      const ids = await form.run(() => [...document.querySelectorAll('[id]')].map(({ id }) => id));
      assert.equal(new Set(ids).size, ids.length);
    }
    await form.type('username', 'shop');
    assert.equal((await form.submit()).id, 'first');
    assert.equal(new Set(form.keys()).size, 2, 'a new attempt has another key');
  });

  test('finds a form that is rendered late, and one that replaces it', async () => {
    const template = `<template>${ELEMENT}</template>`;
    await form.open(`${template}<bigcommerce-connect id="main"></bigcommerce-connect>`);
    const render = () =>
      form.run(() => {
        const rendered = document.querySelector('template')?.content.cloneNode(true) as Element;
        const [form] = rendered.querySelectorAll('form');
        document.getElementById('main')?.replaceChildren(...(form ? [form] : []));
      });
    for (let times = 0; times < 2; times++) {
      await render();
      assert.equal(await form.button().isEnabled(), true, 'the button is enabled');
      assert.equal(await form.isBusy(), false, 'the element waits for no call');
      assert.equal((await form.submit()).type, 'connected');
      assert.equal(await form.status(), 'Your store is connected.');
    }
  });

  test('does not enable a button that the page disables later', async () => {
    await form.open();
    await form.run(() => {
      document.querySelector('button')?.setAttribute('disabled', '');
      document.forms[0]?.append(document.createElement('p'));
    });
    assert.equal(await form.button().isEnabled(), false, 'the button is disabled');
  });

  test('enables a button again where a morph has brought the form back to what the server renders', async () => {
    await form.open();
    await form.run(() => {
      document.forms[0]?.removeAttribute('novalidate');
      document.querySelector('button')?.setAttribute('disabled', '');
    });
    assert.equal(await form.button().isEnabled(), true, 'the button is enabled');
    assert.equal(await form.count('form[novalidate]'), 1);
  });

  test('ignores a submit that the page prevents', async () => {
    await form.open();
    await form.run(() => {
      const prevent = (event: Event) => event.preventDefault();
      document.forms[0]?.addEventListener('submit', prevent, { once: true });
    });
    await form.button().click();
    assert.equal(await form.isBusy(), false, 'the element waits for no call');
    assert.equal((await form.submit()).type, 'connected');
    assert.equal(form.sent('POST').length, 1);
  });

  for (const [when, wait] of [
    ['the page is idle', () => form.run(() => idle.forEach((work) => void work()))],
    ['a second has passed since its load', async () => {}],
  ] as const) {
    test(`loads the module when ${when}`, async () => {
      await form.openWithoutScript(ELEMENT);
      if (when !== 'the page is idle') {
        await form.run(() => void Object.assign(window, { requestIdleCallback: undefined }));
      }
      await form.script();
      await wait();
      await form.page.browser.wait(() => form.page.requests.includes(`GET ${WASM}`), 60_000);
      assert.equal(await form.count('[role=status]'), 0);
    });
  }

  test('loads the module at the first focus alone where the visitor saves data', async () => {
    await form.openWithoutScript(ELEMENT);
    const connection = { saveData: true };
    await form.run(
      (value) => Object.defineProperty(navigator, 'connection', { value }) && undefined,
      connection,
    );
    await form.script();
    assert.equal(await form.run(() => idle.length), 0);
  });

  test('loads the module when the form first gets the focus, and does nothing before', async () => {
    await form.open(ELEMENT.replace('<form', '<a href="#" id="outside">Help</a><form'));
    const loads = () => form.page.requests.filter((request) => request.endsWith('.wasm')).length;
    const loaded = new Promise<void>((resolve) => {
      form.respondTo(WASM, (response) => response.end(file(WASM), resolve));
    });
    await form.run(() => document.getElementById('outside')?.focus());
    assert.equal(await form.focused(), 'outside');
    assert.equal(loads(), 0);
    assert.equal(await form.count('[role=status]'), 0);
    await form.find('#username').click();
    await loaded;
    await form.find('#password').click();
    await form.run(() => api.preload());
    assert.equal(loads(), 1);
  });

  test('exports the registered class, also if its script is loaded twice', async () => {
    await form.open();
    const respond = (path: string, body: string | Buffer) =>
      form.respondTo(path, (response) => {
        response.setHeader('content-type', 'text/javascript');
        response.end(body);
      });
    respond('/dist/connect.js?again', file('/dist/connect.js'));
    respond(
      '/exports.js',
      `import { BigCommerceConnect as one } from '/dist/connect.js';
       import { BigCommerceConnect as other } from '/dist/connect.js?again';
       globalThis.exported = [one, other];`,
    );
    const isRegistered = await form.run(async () => {
      await importModule('/exports.js');
      const registered = customElements.get('bigcommerce-connect');
      return exported.map((Class) => Class === registered && first instanceof Class);
    });
    assert.deepEqual(isRegistered, [true, true]);
    assert.equal((await form.submit()).type, 'connected');
  });
});
