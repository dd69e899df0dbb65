import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Key } from 'selenium-webdriver';
import { ELEMENT, PASSWORD, setUpElementPage } from './element-page.js';
import { inEveryEngine } from './engines.js';

declare global {
  /** The password as a framework tracks it, and the change that it has noticed. */
  var tracked: string | undefined;
  var changedTo: string | undefined;
  /** The values of controls named `password` when they fired `input`. */
  var cleared: string[];
}

/** A form for both kinds of accounts, one of them disabled. */
const BOTH_KINDS = ELEMENT.replace(
  /<label for="username">.*?(?=<label for="storeUrl">)/s,
  (legacy) => `<fieldset>${legacy}</fieldset>
    <fieldset disabled>
      <input id="clientId" name="clientId" aria-label="Client ID" value="client-id">
      <input id="accessToken" name="accessToken" aria-label="Access token" value="${PASSWORD}">
    </fieldset>`,
);

inEveryEngine('The element (credentials)', (engine) => {
  const form = setUpElementPage(engine);

  /** The values of all controls with this name, in the page. */
  const valuesOf = (name: string) =>
    form.run(
      (name) =>
        [...document.querySelectorAll<HTMLInputElement>(`[name=${name}]`)].map(
          ({ value }) => value,
        ),
      name,
    );

  const reset = () => form.run(() => document.forms[0]?.reset());

  /** Defines a form-associated custom element with the value of its attribute `value`. */
  const defineControl = (canBeCleared: boolean) =>
    form.run((canBeCleared) => {
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

  test('clears the password after success, and does not submit again until it is reset', async () => {
    await form.open();
    await form.submit();
    assert.deepEqual(await valuesOf('password'), ['']);
    assert.equal(await form.button().getAttribute('aria-disabled'), 'true');
    const focused = await form.run(() => document.activeElement?.localName);
    assert.equal(focused, 'button', 'the focus does not move');
    await form.find('#password').sendKeys('another', Key.ENTER);
    await form.button().click();
    assert.equal(form.sent('POST').length, 1);
    await reset();
    assert.equal(await form.status(), '');
    assert.equal(await form.isBusy(), false, 'the element waits for no call');
    await form.type('password', PASSWORD);
    assert.equal((await form.submit()).type, 'connected');
    assert.equal(new Set(form.keys()).size, 2, 'another submit has another key');
  });

  test('fires an input event when it clears the password, for frameworks', async () => {
    await form.open();
    await form.run(() => {
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
    await form.submit();
    assert.equal(await form.run(() => changedTo), '');
  });

  test('clears every kind of control named password, and fires input events', async () => {
    await form.open(`${ELEMENT.replace(
      '<button',
      `<own-control name="password" value="${PASSWORD}"></own-control>
      <textarea name="password" aria-label="Token">${PASSWORD}</textarea>
      <select name="password" aria-label="Token"><option>${PASSWORD}</option></select>
      <fieldset disabled><input name="password" aria-label="Token" value="${PASSWORD}"></fieldset>
      <button`,
    ).replace('<form', '<form id="form"')}
    <input name="password" form="form" aria-label="Token" value="${PASSWORD}">`);
    await defineControl(true);
    await form.run(() => {
      globalThis.cleared = [];
      document.addEventListener('input', ({ target }) => {
        const control = target as HTMLInputElement;
        if (control.getAttribute('name') === 'password') cleared.push(control.value);
      });
    });
    assert.equal((await form.submit()).type, 'connected');
    assert.deepEqual(await valuesOf('password'), ['', '', '', '', '', '']);
    assert.deepEqual(await form.run(() => cleared), ['', '', '', '', '', '']);
    assert.equal(await form.run(() => new FormData(document.forms[0]).get('password')), '');
  });

  test('clears what a reset and an undo would bring back', async () => {
    const textarea = `<textarea name="password" aria-label="Token">${PASSWORD}</textarea>`;
    const typeless = '<input id="accessToken" name="accessToken" aria-label="Access token">';
    await form.open(ELEMENT.replace('<button', `${textarea}${typeless}<button`));
    await form.type('password', 'sEcReT');
    // Typed and deleted, so that it can be undone, although it is not sent.
    await form.find('#accessToken').sendKeys('sEcReT', Key.chord(Key.CONTROL, 'a'), Key.DELETE);
    await form.find('#password').sendKeys(Key.chord(Key.CONTROL, 'a'), Key.DELETE, PASSWORD);
    assert.equal((await form.submit()).type, 'connected');
    const brought = await form.run(() => {
      const found = new Set<string>();
      for (const input of document.querySelectorAll('input')) {
        input.focus();
        for (const command of ['undo', 'undo', 'undo', 'redo', 'redo', 'redo', 'redo']) {
          document.execCommand(command);
          if (/password|accessToken/.test(input.name)) found.add(input.value);
        }
      }
      return [...found];
    });
    assert.deepEqual(brought, ['']);
    await reset();
    assert.deepEqual(await valuesOf('password'), ['', '']);
    const types = await form.run(() =>
      ['password', 'accessToken'].map((id) => document.getElementById(id)?.getAttribute('type')),
    );
    assert.deepEqual(types, ['password', null], 'the inputs keep their types');
  });

  test('sends the credentials of the enabled kind of account, and clears the secrets of both', async () => {
    const store = { 'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2' };
    for (const [kind, configuration] of [
      ['legacy', { username: 'shop', password: PASSWORD, ...store }],
      [
        'store-level',
        {
          'authentication.type': 'custom',
          'oauth.api.key': 'client-id',
          'oauth.api.secret': PASSWORD,
          ...store,
        },
      ],
    ] as const) {
      await form.open(BOTH_KINDS);
      if (kind === 'store-level') {
        await form.run(() => {
          for (const set of document.querySelectorAll('fieldset')) set.disabled = !set.disabled;
        });
        await form.type('storeUrl', 'https://api.bigcommerce.com/stores/wuxeae6/v3/');
      }
      assert.equal((await form.submit()).type, 'connected', kind);
      const sent = JSON.parse(form.sent('POST').at(-1)?.body ?? '').configuration;
      assert.deepEqual(sent, configuration);
      assert.deepEqual(await valuesOf('password'), ['']);
      assert.deepEqual(await valuesOf('accessToken'), ['']);
      assert.deepEqual(await valuesOf('clientId'), ['client-id']);
    }
  });

  test('shows at the Client ID that one kind of account is enough', async () => {
    await form.open(BOTH_KINDS.replace('disabled', ''));
    await form.submit();
    assert.match(await form.message('clientId'), /of one API account/);
    assert.equal(await form.focused(), 'clientId');
    assert.equal(await form.count('.bigcommerce-error'), 1);
  });

  test('asks for what is missing of the kind of account whose controls are enabled', async () => {
    await form.open(BOTH_KINDS.replace('<fieldset>', '<fieldset disabled hidden>'));
    await form.run(() => {
      for (const set of document.querySelectorAll('fieldset')) set.disabled = !!set.hidden;
    });
    await form.type('clientId', ' ');
    await form.type('accessToken', ' ');
    assert.equal((await form.submit()).detail.code, 'ERR_CONFIG');
    const account = 'of your BigCommerce store-level API account.';
    assert.equal(await form.message('clientId'), `Enter the Client ID ${account}`);
    assert.equal(await form.message('accessToken'), `Enter the Access token ${account}`);
    assert.equal(await form.count('.bigcommerce-error'), 2);
    assert.equal(await form.focused(), 'clientId');
    assert.equal(await form.status(), '');
  });

  for (const [during, change] of [
    [
      'renamed and disabled',
      () => {
        const input = document.querySelector('#password');
        Object.assign(input ?? {}, { name: 'other', disabled: true });
      },
    ],
    [
      'in a form that was replaced',
      () => {
        const [form] = document.forms;
        form?.replaceWith(form.cloneNode(true));
        if (form) document.body.append(form);
      },
    ],
    ['in a form that was deferred', () => first.setAttribute('defer-hydration', '')],
  ] as const) {
    test(`clears a password that was ${during} during the call`, async () => {
      await form.connectWhile(change);
      const values = await form.run(() =>
        [...document.querySelectorAll<HTMLInputElement>('#password')].map(({ value }) => value),
      );
      assert.deepEqual(new Set(values), new Set(['']));
      assert.equal(await form.count('[aria-busy]'), 0);
    });
  }

  test('warns once of a form with clientSecret and no accessToken, and asks for that one', async () => {
    await form.openWithoutScript(
      BOTH_KINDS.replaceAll('accessToken', 'clientSecret')
        .replace(/<fieldset>.*?<\/fieldset>/s, '')
        .replace('<fieldset disabled>', '<fieldset>'),
    );
    await form.collectWarnings();
    await form.script();
    await form.configure();
    await form.type('clientSecret', ' ');
    await form.type('clientId', ' ');
    assert.equal((await form.submit()).type, 'failed');
    assert.match(await form.message('clientSecret'), /Enter the Client secret/);
    const warnings = (await form.run(() => announced)).filter((text) => text.includes('warns: '));
    assert.match(warnings.join(), /^warns: .*"clientSecret" but no control "accessToken"/);
    await form.page.takeErrors();
  });

  test('warns of a control named password that keeps its value', async () => {
    const control = `<own-control name="password" value="${PASSWORD}"></own-control>`;
    await form.open(ELEMENT.replace('<button', `${control}<button`));
    await defineControl(false);
    await form.collectWarnings();
    assert.equal((await form.submit()).type, 'connected');
    const warnings = await form.run(async () => {
      await new Promise(requestAnimationFrame);
      return announced;
    });
    const warning = warnings.find((text) => text.includes('"password"'));
    assert.match(warning ?? '', /still has a value/);
    assert.equal(await form.find('#password').getAttribute('value'), '');
    assert.doesNotMatch((await form.page.takeErrors()).join(), new RegExp(PASSWORD));
  });

  test('leaves no password in the page', async () => {
    await form.open();
    await form.type('password', 'sEcReT-0123456789');
    form.failWith({ kind: 'respond', status: 400, body: '{"message":"sEcReT-0123456789"}' });
    const { detail } = await form.submit();
    assert.doesNotMatch(JSON.stringify(detail), /sEcReT/);
    form.sandbox.onRequest = undefined;
    await form.submit();
    const left = await form.run(() => [
      document.documentElement.outerHTML,
      location.href,
      ...Object.values(localStorage),
      ...Object.values(sessionStorage),
      ...[...document.querySelectorAll('input')].map(({ value }) => value),
    ]);
    assert.doesNotMatch(left.join(), new RegExp(`sEcReT|${PASSWORD}`));
  });
});
