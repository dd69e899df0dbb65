import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { suite, test } from 'node:test';
import { FILE, LEGACY_FILE, setUpFormPage } from './form-page.js';
import { LIST, respondWithList, STATES } from './form-states.js';

// The page's tests use the list with the keyboard in every engine.
suite("The form's list of connections", { timeout: 600_000 }, () => {
  const form = setUpFormPage('Chromium');
  test('shows store, date and state of each, and sends the session token', async () => {
    let authorization: string | undefined;
    form.respondTo('/list', (response) => {
      authorization = response.req.headers.authorization;
      const connection = { id: 7, name: '<b>Shop</b>', createdDate: 'soon', valid: false };
      const body = { connections: [connection], canDisconnect: false };
      response.writeHead(200).end(JSON.stringify(body));
    });
    await form.open(LIST.replace(' base-url="/list" show-connections', ''));
    await form.run(async () => {
      const element = document.querySelector('bigcommerce-connect-form');
      element?.setAttribute('base-url', '/list/');
      if (element) element.config = { sessionToken: async () => 't0ken' };
      element?.setAttribute('show-connections', '');
      await element?.reload();
    });
    assert.match(await form.text('.connections'), /^<b>Shop<\/b>\s*Reconnect needed\s*Reconnect$/);
    assert.equal(authorization, 'Bearer t0ken');
    const button = await form.find('#reconnect-7');
    assert.equal(await button.getAccessibleName(), 'Reconnect <b>Shop</b>');
  });

  test('shows the form at once where nothing is connected, and the focus stays', async () => {
    respondWithList(form, 200, []);
    await form.open(LIST);
    await form.waitForText('form .label', /^Connect/);
    assert.equal(await form.isShown('form > .quiet'), false, 'there is nothing to go back to');
    assert.equal(await form.focused(), '');
  });

  test('says why it cannot be shown, tries again, and lets connect anyway', async () => {
    respondWithList(form, 401);
    await form.open(LIST);
    await form.waitForText(
      '.view [role=status]',
      /cannot be shown\.\sYou are not signed in\.\sSign in /,
    );
    await form.click('.view > .quiet');
    assert.equal(await form.focused(), 'label');
    await form.click('form > .quiet');
    assert.equal(await form.text('.view > .quiet'), 'Connect anyway');
    assert.equal(await form.focused(), 'quiet', 'the focus is where it was');
    respondWithList(form);
    await form.click('.view > button');
    await form.waitForText('.connections', /Bicycles/);
    assert.equal(await form.focused(), 'connections-label', 'the button is gone');
  });

  test('gives way to the form when the file is dropped on the window', async () => {
    await STATES.list(form);
    await form.drop(FILE);
    await form.waitForText('summary.filled');
    assert.equal(await form.focused(), 'submit');
    assert.equal(await form.value('#name'), 'From file');
  });

  test('is loaded again by Cancel after a store was connected, and leaves with the attribute', async () => {
    respondWithList(form, 200, []);
    form.respondTo('/list/instances', (response) => response.end('{"id":5,"token":"t"}'));
    await form.open(LIST);
    await form.dropFile();
    await form.click('[type=submit]');
    await form.waitForText('.success .label');
    await form.click('.success .quiet:last-child');
    respondWithList(form);
    await form.click('form > .quiet');
    await form.waitForText('.connections', /Bicycles/);
    await form.run(() => {
      document.querySelector('bigcommerce-connect-form')?.removeAttribute('show-connections');
    });
    await form.waitForText('form .label', /^Connect/);
    assert.equal(await form.isShown('form > .quiet'), false, 'there is nothing to go back to');
  });

  test('is no longer loaded once show-connections is removed', { timeout: 60_000 }, async () => {
    const response = new Promise<ServerResponse>((resolve) =>
      form.respondTo('/list/connections', resolve),
    );
    await form.open(LIST);
    const closed = once(await response, 'close');
    await form.run(() => {
      document.querySelector('bigcommerce-connect-form')?.removeAttribute('show-connections');
    });
    await closed;
    await form.waitForText('form .label', /^Connect/);
  });

  test('is loaded from the origin of the page, whatever its <base> says', async () => {
    respondWithList(form);
    await form.open(`<base href="https://elsewhere.example/">${LIST}`);
    await form.waitForText('.connections', /Bicycles/);
  });

  test('leads to a form that can be used after the store that was just connected is gone', async () => {
    const connection = { id: 5, name: 'From file', storeUrl: 'https://a.example/api/v2' };
    respondWithList(form, 200, []);
    const connected: object[] = [];
    form.respondTo('/list/instances', (response) => {
      connected.push(response);
      response.end('{"id":5,"token":"t"}');
    });
    await form.open(LIST);
    for (const count of [1, 2]) {
      await form.dropFile();
      await form.click('[type=submit]');
      await form.waitForText('.success .label');
      assert.equal(connected.length, count);
      if (count === 2) respondWithList(form, 200, [connection]);
      await form.click('.success .quiet');
      // The list is empty.
      if (count === 1) await form.waitForText('form .label', /^Connect/);
    }
    await form.waitForText('#reconnect-5');
    await form.click('#reconnect-5');
    await form.drop(LEGACY_FILE);
    await form.waitForText('summary.filled');
    await form.click('[type=submit]');
    await form.waitForText('.success .label', /^From file /);
  });

  test('asks for credentials of the kind that the path shows, and keeps name and path', async () => {
    await STATES.list(form);
    for (const [id, kind, path] of [
      [1, 'store-level', 'https://store-wuxeae6.mybigcommerce.com/api/v2'],
      [2, 'legacy', 'https://shop.bicycles.example/api/v2'],
    ] as const) {
      await form.click(`#reconnect-${id}`);
      assert.equal(await (await form.find(`#${kind}`)).isSelected(), true, kind);
      await form.dropFile();
      assert.equal(await form.value('#storeUrl'), path);
      assert.notEqual(await form.value('#name'), 'From file');
      assert.equal(await form.isShown('#name'), false, 'the name is not asked for');
      await form.click('form > .quiet');
      assert.equal(await form.focused(), `reconnect-${id}`);
      assert.equal(await form.value('#accessToken'), '');
    }
    await form.click('#reconnect-3');
    assert.equal(await form.text('form .label'), 'Reconnect 3', 'without a name');
  });

  test('stays as it is when the page moves it', async () => {
    await STATES.reconnect(form);
    await form.dropFile();
    form.page.requests.length = 0;
    await form.run(() => {
      const element = document.querySelector('bigcommerce-connect-form') as Element;
      document.body.prepend(element);
    });
    assert.equal(await form.isShown('summary.filled'), true, 'the form stays filled');
    assert.deepEqual(form.page.requests, [], 'nothing is loaded again');
    await form.run(async () => {
      const element = document.querySelector('bigcommerce-connect-form') as Element;
      element.remove();
      await null;
      document.body.prepend(element);
    });
    await form.waitForText('.connections', /Bicycles/);
  });

  test('says that a store could not be disconnected, and counts one that is gone as disconnected', async () => {
    await STATES.list(form);
    await form.run(() => {
      const events: unknown[] = [];
      document.addEventListener('disconnected', ({ target, detail }: CustomEventInit & Event) => {
        events.push((target as Element).id, detail);
      });
      Object.assign(globalThis, { events });
    });
    const failure =
      / not be disconnected\.\sThis page is not set up correctly\.\s.* contact the owner of this page\.$/;
    for (const [status, source, says] of [
      [500, 'handler', failure],
      [409, 'service', failure],
      [404, 'handler', /^Bicycles is disconnected\.\s/],
    ] as const) {
      form.respondTo('/list/instances/2', (response) => {
        response.writeHead(status).end(JSON.stringify({ source }));
      });
      await form.click('#disconnect-2');
      assert.match(await form.focused(), /quiet/, 'Cancel has the focus');
      await form.click('.question button:last-child');
      await form.waitForText('.view [role=status]', says);
      const focused = await form.focused();
      assert.equal(focused, status === 404 ? 'connections-label' : 'disconnect-2');
    }
    const events = await form.run(() => Reflect.get(globalThis, 'events'));
    assert.deepEqual(events, ['first', { id: 2 }]);
  });
});
