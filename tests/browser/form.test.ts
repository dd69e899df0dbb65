import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Key } from 'selenium-webdriver';
import { inEveryEngine } from './engines.js';
import { API_PATH, FILE, FORM, LEGACY_FILE, setUpFormPage, TOKEN } from './form-page.js';

const LEGACY = {
  username: 'me',
  password: '0123456789abcdef',
  storeUrl: 'https://store-a.mybigcommerce.com/api/v2/',
};

inEveryEngine('The form', (engine) => {
  const form = setUpFormPage(engine);

  /** What the last request that creates or renews an instance had. */
  const sent = () => {
    const { method, path, body } =
      form.sandbox.requests.filter(({ method }) => /POST|PUT/.test(method)).at(-1) ??
      assert.fail('nothing was sent');
    return { method, path, ...JSON.parse(body) };
  };

  test('connects with nothing but the file, dropped anywhere in the window', async () => {
    await form.open(`${FORM}<p id="outside">Elsewhere</p>`);
    await form.type('#paste', 'CLIENT ID: a ACCESS TOKEN: x');
    assert.equal(
      await form.value('#paste'),
      'CLIENT ID: a ACCESS TOKEN: x',
      'typing fills nothing',
    );
    assert.deepEqual(await form.drop(FILE, 'outside'), [true, true, true]);
    await form.waitForText('summary.filled', /^Client ID, Access token, API path · Edit$/);
    assert.match(await form.text('[role=status]'), /^Filled in from the file: /);
    assert.equal(await form.focused(), 'submit');
    assert.equal(await form.isShown('#clientId'), false, 'folded');
    assert.equal(await form.value('#name'), 'From file');
    await form.click('[type=submit]');
    const { type, id, detail } = await form.settled();
    assert.deepEqual([type, id], ['connected', 'first']);
    const { configuration } = sent();
    assert.equal(configuration['oauth.api.key'], '9abc');
    assert.equal(configuration['oauth.api.secret'], TOKEN);
    await form.waitForText('.success .label', /^From file is connected$/);
    assert.equal(await form.focused(), 'label');
    const html = await form.run(() => document.querySelector('#first')?.shadowRoot?.innerHTML);
    assert.ok(html && !html.includes(String(detail.token)), 'the token is not shown');
    for (const id of ['accessToken', 'paste']) assert.equal(await form.value(`#${id}`), '', id);
  });

  test('takes the name of a second file, but keeps one that was typed', async () => {
    await form.open();
    await form.dropFile();
    await form.drop(FILE.replace('From file', 'Second'));
    await form.page.browser.wait(async () => (await form.value('#name')) === 'Second', 60_000);
    await form.fill({ name: 'Typed' });
    await form.drop(FILE.replace(TOKEN, TOKEN.toUpperCase()));
    const isFilled = async () => (await form.value('#accessToken')) === TOKEN.toUpperCase();
    await form.page.browser.wait(isFilled, 60_000);
    assert.equal(await form.value('#name'), 'Typed');
  });

  for (const [way, take] of [
    ['dropped', () => form.drop(LEGACY_FILE)],
    ['pasted', () => form.run(paste, LEGACY_FILE)],
    ["inserted by a phone's keyboard", () => form.run(insert, LEGACY_FILE)],
  ] as const) {
    test(`chooses the kind of account from a file that is ${way}, and names the connection after the store`, async () => {
      await form.open();
      await take();
      await form.waitForText('summary.filled', /^Username, API Token, API path · Edit$/);
      assert.equal(await form.focused(), 'submit');
      assert.equal(await form.value('#paste'), '');
      await form.click('[type=submit]');
      assert.equal((await form.settled()).type, 'connected');
      assert.equal(sent().configuration.username, 'me');
      assert.equal(sent().name, 'a');
    });
  }

  function insert(text: string): void {
    document
      .querySelector('bigcommerce-connect-form')
      ?.shadowRoot?.querySelector<HTMLElement>('#paste')
      ?.focus();
    document.execCommand('insertText', false, text);
  }

  function paste(text: string): void {
    const root = document.querySelector('bigcommerce-connect-form')?.shadowRoot;
    const input = root?.querySelector<HTMLInputElement>('#paste');
    input?.focus();
    const clipboardData = new DataTransfer();
    const event = new ClipboardEvent('paste', {
      ...{ bubbles: true, composed: true, cancelable: true, clipboardData },
    });
    // Firefox gives a paste data of its own.
    (event.clipboardData ?? clipboardData).setData('text/plain', text);
    input?.dispatchEvent(event);
  }

  test('connects with a Legacy API account by keyboard alone', async () => {
    await form.open();
    await form.run(() => document.querySelector<HTMLElement>('#first')?.focus());
    await form.page.press(Key.TAB, Key.TAB, Key.TAB, Key.TAB, Key.ENTER);
    await form.page.press(Key.TAB, Key.ARROW_DOWN);
    assert.equal(await form.focused(), 'legacy');
    await form.page.press(
      Key.TAB,
      LEGACY.username,
      Key.TAB,
      LEGACY.password,
      Key.TAB,
      LEGACY.storeUrl,
    );
    await form.page.press(Key.TAB, Key.END, ' two', Key.ENTER);
    assert.equal((await form.settled()).type, 'connected');
    assert.equal(sent().configuration.username, 'me');
    assert.equal(sent().name, 'a two');
  });

  test('chooses a store-level account by its path, and keeps what was typed for the other', async () => {
    await form.open();
    await form.click('summary:not([part=help] *, [part=help] > summary)');
    await form.click('#legacy');
    await form.fill({ username: 'me', storeUrl: API_PATH });
    const isSelected = await (await form.find('#store-level')).isSelected();
    assert.equal(isSelected, true, 'the store-level account is selected');
    assert.equal(await form.isShown('#clientId'), true, 'its fields are shown');
    await form.click('#legacy');
    assert.equal(await form.value('#username'), 'me');
  });

  test('unfolds the wrong fields, shows each error beside its field, and focuses the first', async () => {
    await form.open();
    await form.dropFile();
    await form.fill({ clientId: 'CLIENT ID: 9abc', storeUrl: 'ftp://x' });
    await form.click('[type=submit]');
    const { type, detail } = await form.settled();
    assert.deepEqual([type, detail.code], ['failed', 'ERR_CONFIG']);
    assert.equal(await form.focused(), 'clientId');
    assert.match(await form.text('#clientId + .bigcommerce-error'), /without the label/);
    assert.match(await form.text('#storeUrl + .bigcommerce-error'), /https:/);
    assert.equal(await form.count('[aria-invalid]'), 2);
    assert.deepEqual(form.sandbox.requests, [], 'nothing was sent');
    await form.type('#clientId', '0');
    assert.equal(await form.count('[aria-invalid]'), 1);
  });

  test('says what failed, whose fault it is, what to do, and the reference, and tries again', async () => {
    await form.open();
    await form.dropFile();
    const body = '{"providerMessage":"Invalid <token>","requestId":"5f1e"}';
    form.failWith({ kind: 'respond', status: 400, body });
    await form.click('[type=submit]');
    assert.equal((await form.settled()).detail.code, 'ERR_REJECTED');
    const lines = await form.run(() => {
      const status = document.querySelector('#first')?.shadowRoot?.querySelector('[role=status]');
      return [...(status?.children ?? [])].map(({ textContent }) => textContent);
    });
    assert.match(lines[0] ?? '', /^BigCommerce did not accept/);
    assert.equal(lines[1], 'BigCommerce says: Invalid <token>');
    assert.match(lines[2] ?? '', /^Compare/);
    assert.equal(lines[3], 'Reference for support: 5f1e');
    assert.equal(await form.count('[role=status] bdi[dir=auto]'), 2);
    form.sandbox.onRequest = undefined;
    await form.click('[type=submit]');
    assert.equal((await form.settled()).type, 'connected');
  });

  test('takes its attributes, and fills untouched fields with the default values, again at reset', async () => {
    await form.open(
      FORM.replace('>', ' to="Acme" account="legacy" return-url="/back" instance-id="x">'),
      { defaultValues: { storeUrl: LEGACY.storeUrl, username: 'me', name: 'Mine' } },
    );
    assert.equal(await form.text('form .label'), 'Connect your BigCommerce store to Acme');
    assert.equal(await form.isShown('.file'), false, 'no file is asked for');
    await form.run(() => document.querySelector('#first')?.removeAttribute('instance-id'));
    await form.fill({ password: LEGACY.password, username: 'typed' });
    await form.run(() => {
      const first = document.querySelector('bigcommerce-connect-form');
      if (first) first.defaultValues = { username: 'other', storeUrl: 'store-b.mybigcommerce.com' };
    });
    assert.equal(await form.value('#username'), 'typed');
    assert.equal(await form.value('#storeUrl'), 'store-b.mybigcommerce.com');
    await form.click('[type=submit]');
    await form.settled();
    assert.equal(await (await form.find('.success a')).getAttribute('pathname'), '/back');
    await form.click('.success button:last-child');
    assert.equal(await form.focused(), 'label');
    assert.equal(await form.value('#username'), 'other');
    assert.equal(await form.value('#name'), 'b');
    assert.equal(await form.value('#password'), '');
  });

  test('asks for the Client secret, and for no name, where the page says so', async () => {
    await form.open(FORM.replace('>', ' credential="client-secret" connection-name="Ours">'));
    await form.dropFile(`${FILE}CLIENT SECRET: s3cr3t`);
    assert.equal(await form.text('summary.filled'), 'Client ID, Client secret, API path · Edit');
    await form.click('[type=submit]');
    assert.equal((await form.settled()).type, 'connected');
    assert.equal(sent().configuration['oauth.api.secret'], 's3cr3t');
    assert.equal(sent().name, 'Ours');
  });

  test('shows the steps to an account with the scopes that the page needs', async () => {
    const helpUrls = { 'store-level': 'https://help.example/accounts' };
    const scopes = [{ name: 'Orders', access: 'read-only' }];
    await form.open(FORM, { scopes, helpUrls });
    await form.click('[part=help] > summary');
    assert.equal(await form.text('[part=scopes] > li'), 'Orders: read-only');
    const link = await form.find('[part=help] a');
    assert.equal(await link.getAttribute('href'), 'https://help.example/accounts');
    assert.equal(await link.getAttribute('target'), '_blank');
  });

  test('works beside another, and inside a form of the page', async () => {
    await form.open(
      `<form id="outer" action="/elsewhere">${FORM}</form>${FORM.replace('first', 'second')}`,
    );
    await form.run(() => {
      document.querySelector('#outer')?.addEventListener('submit', (event) => {
        event.preventDefault();
        reportError(new Error('The page’s form was submitted.'));
      });
    });
    await form.drop(FILE, 'second');
    await form.run(async () => {
      const root = document.querySelector('#second')?.shadowRoot;
      while (!root?.querySelector('summary.filled')) await new Promise(requestAnimationFrame);
      root.querySelector<HTMLElement>('[type=submit]')?.click();
    });
    assert.deepEqual(await form.settled().then(({ type, id }) => [type, id]), [
      'connected',
      'second',
    ]);
    assert.equal(await form.value('#clientId'), '', 'the first is untouched');
    await form.drop(FILE);
    await form.waitForText('summary.filled', /Edit/);
    const outer = await form.run(() => {
      const form = document.querySelector<HTMLFormElement>('#outer');
      return [...new FormData(form ?? undefined)];
    });
    assert.deepEqual(outer, [], 'the values are not among those of the page’s form');
    await form.type('#name', Key.ENTER);
    assert.equal((await form.settled()).id, 'first');
  });

  test("has the page's own texts and language, and keeps what was typed when they change", async () => {
    await form.open(FORM, {
      messages: { lang: 'ar', dir: 'rtl', connect: 'وصل', editFields: '{fields} – `Edit`' },
    });
    await form.dropFile();
    assert.match(await form.text('summary.filled'), /^Client ID.*– Edit$/);
    assert.equal(await form.text('[type=submit]'), 'وصل');
    const root = await form.find('.root');
    assert.deepEqual(
      [await root.getAttribute('lang'), await root.getAttribute('dir')],
      ['ar', 'rtl'],
    );
    assert.equal(await form.count('summary.filled span[lang=en][translate=no]'), 4);
    await form.run(() => {
      const first = document.querySelector('bigcommerce-connect-form');
      if (first) first.messages = { lang: 'ar', editFields: ({ fields }) => `${fields} ✎` };
    });
    assert.match(await form.text('summary.filled'), /^Client ID,.*API path ✎$/);
    assert.equal(await root.getAttribute('dir'), 'auto');
    await form.run(() => {
      const first = document.querySelector('bigcommerce-connect-form');
      if (first) first.messages = { connect: 'Go' };
    });
    assert.equal(await form.text('[type=submit]'), 'Go');
    assert.equal(await form.value('#clientId'), '9abc');
    assert.deepEqual(
      [await root.getAttribute('lang'), await root.getAttribute('dir')],
      ['en', 'ltr'],
    );
  });
});
