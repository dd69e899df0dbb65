import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SignJWT } from 'jose';
import { By, type WebDriver } from 'selenium-webdriver';
import { type Served, startServe } from '../cli/back-end.js';
import { subjectTag } from '../handler/instance-body.js';
import { type Site, serve } from '../server.js';
import { inEveryEngine } from './engines.js';
import { connect as connectStore, dropFile, waitInForm } from './form-page.js';
import { leave, sharedBrowser } from './shared-browser.js';

const KEY = 'session-key-0123456789-0123456789';

const sign = (name: string | undefined, { subject = 'ann', lasts = 3600 } = {}) =>
  new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(subject)
    .setAudience('authenticate-bigcommerce')
    .setExpirationTime(Math.floor(Date.now() / 1000) + lasts)
    .sign(new TextEncoder().encode(KEY));

inEveryEngine('The page of serve', (engine) => {
  let browser: WebDriver;
  /** A page of another site, which shows this one in a frame. */
  let host: Site;
  let frame = '';
  let byCookie: Served;
  let byToken: Served;

  before(async () => {
    host = await serve((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>Host</title><iframe src="${frame}" width="1000" height="800"></iframe>`,
      );
    });
    byCookie = await startServe();
    byToken = await startServe(() => ({
      SESSION_URL: undefined,
      SESSION_KEY: KEY,
      FRAME_ANCESTORS: host.origin.replace('127.0.0.1', 'localhost'),
      BASE_PATH: '/connect',
    }));
    browser = await sharedBrowser(engine);
  });
  after(async () => {
    await leave(browser);
    for (const part of [byToken, byCookie, host]) await part?.[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    for (const { sandbox } of [byCookie, byToken]) sandbox.instances.clear();
    for (const { url } of [byCookie, byToken]) {
      await browser.get(url);
      await browser.executeScript('sessionStorage.clear()');
    }
    await browser.get('about:blank');
  });

  const find = (selector: string) => browser.findElement(By.css(selector));
  const stored = () => browser.executeScript<number>('return sessionStorage.length');
  const heading = () => find('main:not([hidden]) h1').getText();

  async function connect({ sandbox }: Served): Promise<void> {
    await connectStore(browser);
    const [{ tags } = assert.fail('an instance')] = sandbox.instances.values();
    assert.equal(tags[0], subjectTag('ann'));
  }

  async function openLink(token: string): Promise<void> {
    const link = `${byToken.url}#session=${token}`;
    // Of two addresses that differ in their fragment alone, the second loads no page.
    await browser.get(link);
    await browser.wait(async () => (await browser.getCurrentUrl()) === byToken.url, 60_000);
  }

  test('connects a store of the merchant whom a cookie signs in', async () => {
    await browser.get(byCookie.url);
    await browser.manage().addCookie({ name: 'session', value: 'ann' });
    await browser.navigate().refresh();
    await connect(byCookie);
  });

  test('connects a store by a link, whose token leaves the address and the storage', async () => {
    await openLink(await sign('<b>Shop</b> &\n\u202eSöhne'));
    const label = /^Connect your BigCommerce store to <b>Shop<\/b> & Söhne$/;
    await waitInForm(browser, '[part=label]', label);
    await browser.navigate().refresh();
    await waitInForm(browser, '[part=label]', label);
    assert.equal(await stored(), 1);
    await connect(byToken);
    assert.equal(await stored(), 0);
    const text = JSON.stringify(byToken.sandbox.requests);
    assert.ok(!text.includes('eyJ'), 'the service gets no token');
  });

  test('connects a store in a frame of another site, by a token in its address', async () => {
    frame = `${byToken.url}#session=${await sign('Shop')}`;
    await browser.get(host.origin.replace('127.0.0.1', 'localhost'));
    await browser.switchTo().frame(0);
    await connect(byToken);
  });

  test('asks before a link replaces the session of another', async () => {
    await openLink(await sign('Shop'));
    const name = `Evil\nCall ${'1'.repeat(200)}`;
    await openLink(await sign(name, { subject: 'eve' }));
    await browser.wait(
      async () => (await heading()) === 'This link is for another account.',
      60_000,
    );
    const buttons = await browser.findElements(By.css('main:not([hidden]) button'));
    const names = await Promise.all(buttons.map((button) => button.getText()));
    // In one line, and cut.
    const shown = `Evil Call ${'1'.repeat(90)}`;
    assert.deepEqual(names, [`Connect to ${shown}`, 'Connect to Shop']);
    await buttons[1]?.click();
    await waitInForm(browser, '[part=label]', /to Shop$/);
    await connect(byToken);
  });

  for (const [what, make, expected] of [
    ['has expired', () => sign('Shop', { lasts: -1 }), 'This link has expired.'],
    ['has no name', () => sign(undefined), 'This link is incomplete.'],
    ['is cut', async () => (await sign('Shop')).slice(0, 30), 'This link is incomplete.'],
  ] as const) {
    test(`shows that a link ${what} in place of the form, and keeps the session before it`, async () => {
      await openLink(await sign('Shop'));
      await openLink(await make());
      await browser.wait(async () => (await heading()) === expected, 60_000);
      assert.equal(await find('bigcommerce-connect-form').isDisplayed(), false);
      // Leads back to the form.
      await find('main:not([hidden]) button').click();
      await waitInForm(browser, '[part=label]', /to Shop$/);
    });
  }

  test('sends nothing once its link has expired, although a cookie signs in another merchant', async () => {
    await browser.get(`${byCookie.url}#session=${await sign('Shop')}`);
    await browser.manage().addCookie({ name: 'session', value: 'eve' });
    await dropFile(browser);
    const outcome = await browser.executeAsyncScript(
      `const done = arguments[0];
       const form = document.querySelector('bigcommerce-connect-form');
       for (const type of ['connected', 'failed']) form.addEventListener(type, () => done(type));
       window.Date.now = () => 9e15;
       form.shadowRoot.querySelector('[type=submit]').click();`,
    );
    assert.equal(outcome, 'failed');
    assert.equal(await heading(), 'This link has expired.');
    assert.equal(await stored(), 0);
    assert.equal(byCookie.sandbox.instances.size, 0);
  });
});
