import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Key } from 'selenium-webdriver';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { ELEMENT, PASSWORD, setUpElementPage } from './element-page.js';
import { inEveryEngine } from './in-every-engine.js';

inEveryEngine("The element's credentials", { timeout: 1_200_000 }, (engine) => {
  let page: BlankPage;
  let sandbox: Sandbox;
  const {
    button,
    connectWhile,
    count,
    defineControl,
    failWith,
    find,
    focused,
    keys,
    message,
    open,
    sent,
    status,
    submit,
    type,
  } = setUpElementPage(engine, (opened) => {
    ({ page, sandbox } = opened);
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
});
