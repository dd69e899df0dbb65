import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ELEMENT, setUpElementPage } from './element-page.js';
import { inEveryEngine } from './engines.js';
import { API_PATH, FILE as FORM_FILE, LEGACY_FILE, TOKEN } from './form-page.js';

const FILE = `${FORM_FILE}CLIENT SECRET: f00d\n`;

const VALUES = { clientId: '9abc', accessToken: TOKEN, storeUrl: API_PATH, name: 'From file' };
const EMPTY = { clientId: '', accessToken: '', storeUrl: '', name: '' };
const FILLED = 'Filled in from the file: Access token, Client ID, Name, API path.';

/** A form for store-level accounts with a file input, and a disabled control for the other kind. */
const FORM = `<bigcommerce-connect id="first"><form method="post">
  <label>File <input id="file" type="file" data-bigcommerce-file></label>
  <label>Photo <input id="photo" type="file"></label>
  <input id="clientId" name="clientId" aria-label="Client ID">
  <input id="accessToken" name="accessToken" type="password" aria-label="Access token">
  <fieldset disabled><input id="password" name="password" aria-label="API Token"></fieldset>
  <input id="storeUrl" name="storeUrl" aria-label="API path">
  <input id="name" name="name" aria-label="Name">
  <input id="other" aria-label="Other">
  <button id="button" disabled>Connect</button>
</form><p id="outside">Outside the form</p></bigcommerce-connect>`;

interface Transfer {
  text?: string;
  files?: { text: string; type?: string }[];
}

declare global {
  /** Dispatches an event with data at the element with this id; says whether it was prevented. */
  var transfer: (type: string, id: string, data: Transfer) => boolean;
  /** The types of the events that controls have fired, by id. */
  var fired: string[];
}

inEveryEngine("The element (BigCommerce's file)", (engine) => {
  const form = setUpElementPage(engine);

  async function open(body = FORM): Promise<void> {
    await form.open(body);
    await form.run(() => {
      globalThis.transfer = (type, id, { text, files = [] }) => {
        const init = { bubbles: true, cancelable: true, composed: true };
        const dataTransfer = new DataTransfer();
        const event =
          type === 'paste'
            ? new ClipboardEvent(type, { ...init, clipboardData: dataTransfer })
            : new DragEvent(type, { ...init, dataTransfer });
        // Firefox gives a paste data of its own.
        const data = (event as ClipboardEvent).clipboardData ?? dataTransfer;
        if (text !== undefined) data.setData('text/plain', text);
        for (const { text, type = 'text/plain' } of files) {
          data.items.add(new File([text], 'file', { type }));
        }
        return !document.getElementById(id)?.dispatchEvent(event);
      };
      globalThis.fired = [];
      for (const type of ['input', 'change']) {
        document.addEventListener(type, ({ target }) => {
          fired.push(`${type} ${(target as Element).id}`);
        });
      }
    });
  }

  const transfer = (type: string, id: string, data: Transfer) =>
    form.run((type, id, data) => globalThis.transfer(type, id, data), type, id, data);
  const drop = (id: string, ...texts: string[]) =>
    transfer('drop', id, { files: texts.map((text) => ({ text })) });

  const values = () =>
    form.run(() =>
      Object.fromEntries(
        ['clientId', 'accessToken', 'storeUrl', 'name'].map((id) => [
          id,
          (document.getElementById(id) as HTMLInputElement).value,
        ]),
      ),
    );

  for (const [way, take] of [
    ['dropped on the element', () => drop('outside', FILE)],
    ['dropped on its file input', () => drop('file', FILE)],
    ['dropped after other files', () => drop('clientId', 'a picture', 'x'.repeat(70_000), FILE)],
    ['chosen', () => choose(FILE)],
  ] as const) {
    test(`fills the form when the file is ${way}, and moves the focus to the button`, async () => {
      await open();
      await take();
      await form.waitForStatus(FILLED);
      assert.deepEqual(await values(), VALUES);
      assert.equal(await form.focused(), 'button');
      const id = await form.find('[role=status]').getAttribute('id');
      assert.equal(await form.find('#button').getAttribute('aria-describedby'), id);
      assert.equal(await form.find('#file').getAttribute('value'), '', 'the input is emptied');
      assert.equal(await form.find('#password').getAttribute('value'), '');
      await form.find('#name').click();
      assert.equal(await form.find('#button').getAttribute('aria-describedby'), null);
      assert.deepEqual(form.sandbox.requests, [], 'nothing is sent');
      const fired = await form.run(() => globalThis.fired);
      for (const type of ['input', 'change']) {
        assert.ok(fired.includes(`${type} accessToken`), `it fires ${type}, not only ${fired}`);
      }
      assert.equal((await form.submit()).type, 'connected');
      assert.deepEqual(await values(), { ...VALUES, accessToken: '' });
      await drop('outside', FILE);
      await choose(FILE);
      assert.deepEqual(await values(), { ...VALUES, accessToken: '' }, 'ignored after success');
    });
  }

  /** Chooses a file with this text through the driver. */
  async function choose(text: string): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
    const path = join(folder, 'BigCommerceAPI-credentials-shop.txt');
    writeFileSync(path, text);
    try {
      await form.find('#file').sendKeys(path);
      await form.run(() => new Promise((resolve) => setTimeout(resolve, 200)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  for (const [as, data] of [
    ['text', { text: FILE }],
    ['a file', { files: [{ text: FILE }] }],
    ['a file and its name', { text: 'credentials.txt', files: [{ text: FILE }] }],
  ] as [string, Transfer][]) {
    test(`fills the form when the file is pasted as ${as}, and leaves the focus`, async () => {
      await open();
      await form.find('#clientId').click();
      assert.equal(await transfer('paste', 'clientId', data), true, 'the paste is prevented');
      await form.waitForStatus(FILLED);
      assert.deepEqual(await values(), VALUES);
      assert.equal(await form.focused(), 'clientId');
    });
  }

  test('leaves any other paste and drag to the page', async () => {
    await open();
    for (const [type, id, data] of [
      ['paste', 'clientId', { text: '9abc' }],
      ['paste', 'other', { text: FILE }],
      ['paste', 'clientId', { text: 'a\tb', files: [{ text: FILE, type: 'image/png' }] }],
      ['dragenter', 'clientId', { text: FILE }],
      ['dragover', 'clientId', { text: FILE }],
      ['drop', 'clientId', { text: FILE }],
      ['dragover', 'photo', { files: [{ text: FILE }] }],
      ['drop', 'photo', { files: [{ text: FILE }] }],
    ] as [string, string, Transfer][]) {
      assert.equal(await transfer(type, id, data), false, `${type} ${id}`);
    }
    await form.run(() => {
      const outside = document.getElementById('outside');
      outside?.addEventListener('drop', (event) => event.preventDefault());
    });
    await drop('outside', FILE);
    await form.run(() => new Promise((resolve) => setTimeout(resolve, 200)));
    assert.deepEqual(await values(), EMPTY);
  });

  test('moves the focus to the first empty field, keeps a name, and removes errors of what it fills', async () => {
    await open();
    await form.type('name', 'Mine');
    await form.submit();
    assert.ok((await form.count('.bigcommerce-error')) > 0);
    await drop('outside', `CLIENT ID: 9abc\nACCESS TOKEN: ${TOKEN}\nNAME: From file`);
    await form.waitForStatus('Filled in from the file: Client ID, Access token.');
    assert.deepEqual(await values(), { ...VALUES, name: 'Mine', storeUrl: '' });
    assert.equal(await form.focused(), 'storeUrl');
    assert.equal(await form.count('[aria-invalid]'), 1);
  });

  test('fills nothing if the form does not ask for the kind of account of the file', async () => {
    await open();
    await drop('outside', LEGACY_FILE);
    await form.waitForStatus(
      'These values belong to a Legacy API account, but this form is for another type of API account. Nothing was filled in.',
    );
    assert.deepEqual(await values(), EMPTY);
    await open(ELEMENT);
    await drop('first', FILE);
    await form.waitForStatus(/store-level/);
    assert.equal(await form.find('#name').getAttribute('value'), 'My shop');
  });

  test('fires credentials with the kind and the fields of a file, before it fills the controls that are enabled then', async () => {
    await open();
    await form.run(() => {
      first.addEventListener('credentials', ({ detail }) => {
        Object.assign(globalThis, { detail });
        document.querySelector('fieldset')?.removeAttribute('disabled');
      });
    });
    await drop('outside', LEGACY_FILE);
    await form.waitForStatus('Filled in from the file: API Token, API path.');
    assert.deepEqual(await form.run(() => Reflect.get(globalThis, 'detail')), {
      kind: 'legacy',
      fields: ['username', 'password', 'storeUrl'],
    });
  });

  test("says that another file is not BigCommerce's, in the page's own words if it has some", async () => {
    await open();
    await drop('outside', 'a picture');
    await form.waitForStatus(/not the file/);
    await form.run(() => {
      first.messages = {
        otherFile: 'Andere Datei',
        otherKind: (kind) => `Anderes Konto: ${kind}`,
        filled: (names) => `Eingetragen: ${names}`,
      };
    });
    await drop('outside', 'a picture');
    await form.waitForStatus('Andere Datei');
    await drop('outside', LEGACY_FILE);
    await form.waitForStatus('Anderes Konto: legacy');
    await drop('outside', FILE);
    await form.waitForStatus('Eingetragen: accessToken,clientId,name,storeUrl');
    assert.equal(await form.find('[role=status]').getAttribute('class'), 'bigcommerce-filled');
  });

  test('has its status from the first dragenter on, and lets drags through disabled controls until they end', async () => {
    const events = () =>
      form.run(() =>
        ['password', 'clientId'].map(
          (id) => getComputedStyle(document.getElementById(id) as Element).pointerEvents,
        ),
      );
    const files = { files: [{ text: FILE }] };
    await open();
    assert.equal(await form.count('[role=status]'), 0);
    for (const end of ['dragleave', 'drop']) {
      assert.equal(await transfer('dragenter', 'first', files), true, 'dragenter is prevented');
      assert.equal(await transfer('dragover', 'clientId', files), true, 'dragover is prevented');
      assert.equal(await form.count('[role=status]'), 1);
      assert.deepEqual(await events(), ['none', 'auto']);
      await transfer(end, 'first', files);
      assert.deepEqual(await events(), ['auto', 'auto'], end);
    }
  });

  test('ignores a file during a call, and keeps it from opening in the tab', async () => {
    form.respondTo('/held', () => {});
    await open(FORM.replace('id="first"', 'id="first" base-url="/held"'));
    await drop('outside', FILE);
    await form.waitForStatus(FILLED);
    await form.button().click();
    await form.waitForStatus('Connecting…');
    const file = FILE.replace('9abc', 'another');
    assert.equal(await drop('outside', file), true, 'the drop is prevented');
    const isPrevented = await transfer('paste', 'clientId', { text: file });
    assert.equal(isPrevented, true, 'the paste is prevented');
    await form.run(() => new Promise((resolve) => setTimeout(resolve, 200)));
    assert.deepEqual(await values(), VALUES);
    assert.equal(await form.status(), 'Connecting…');
  });
});
