import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { By, Key, type WebDriver } from 'selenium-webdriver';
import { type PageServer, servePage } from '../../www/serve.js';
import { inEveryEngine, takeConsole } from './engines.js';
import { API_PATH, connect, focusInForm, TOKEN, waitInForm } from './form-page.js';
import { leave, sharedBrowser } from './shared-browser.js';

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

const CONFIGURATION = {
  'authentication.type': 'custom',
  'oauth.api.key': '9abc',
  'oauth.api.secret': TOKEN,
  'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
};

inEveryEngine('The page', (engine) => {
  let page: PageServer;
  let browser: WebDriver;

  before(async () => {
    page = await servePage(0);
    browser = await sharedBrowser(engine);
  });
  after(async () => {
    await leave(browser);
    await page?.close();
  });
  beforeEach(async () => {
    page.sandbox.instances.clear();
    await browser.get(page.url);
    page.sandbox.requests.length = 0;
  });
  afterEach(async () => {
    const errors = await takeConsole(browser);
    const others = errors.filter((message) => !message.includes('Failed to load resource'));
    assert.deepEqual(others, [], 'nothing on the console, CSP violations included');
  });

  const find = (selector: string) => browser.findElement(By.css(selector));
  const sent = (method: string) =>
    page.sandbox.requests.filter((request) => request.method === method);
  const focused = () => focusInForm(browser);

  test('connects a store with the documented body, and keeps nothing in its address or in storage', async () => {
    await connect(browser);
    const [{ path, body } = assert.fail('nothing was sent'), ...rest] = sent('POST');
    assert.deepEqual(rest, []);
    assert.equal(path, '/elements/api-v2/instances');
    const { tags, ...others } = JSON.parse(body);
    assert.equal(tags.length, 2);
    for (const tag of tags) assert.match(tag, /^(idempotency-key|subject):/);
    assert.deepEqual(others, {
      element: { key: 'bigcommerce' },
      configuration: CONFIGURATION,
      name: 'From file',
    });
    assert.equal(await browser.getCurrentUrl(), page.url);
    const stored = 'return [localStorage.length, sessionStorage.length, document.cookie]';
    assert.deepEqual(await browser.executeScript(stored), [0, 0, '']);
  });

  test('can be used by keyboard alone, in German: connect, come back, reconnect, disconnect', async () => {
    const press = (...keys: string[]) =>
      browser
        .actions()
        .sendKeys(...keys)
        .perform();
    /** Moves the focus on to the element with this id or class. */
    const reach = async (id: string) => {
      for (let keys = 0; keys < 20 && (await focused()) !== id; keys++) await press(Key.TAB);
      assert.equal(await focused(), id, 'the focus after 20 tabs');
    };
    const waitForGerman = async (selector: string, text: RegExp) => {
      // The page has set its own language by then.
      await waitInForm(browser, '.root');
      await browser.executeScript("document.documentElement.lang = 'de'");
      await waitInForm(browser, selector, text);
    };
    const typeCredentials = async () => {
      await reach('values');
      await press(Key.ENTER);
      await reach('clientId');
      await press('9abc', Key.TAB, TOKEN);
    };

    await waitForGerman('[type=submit]', /^Verbinden$/);
    await typeCredentials();
    await press(Key.TAB, API_PATH, Key.ENTER);
    await waitForGerman('.success .label', /^wuxeae6 ist verbunden$/);
    assert.equal(await focused(), 'label');

    await browser.navigate().refresh();
    await waitForGerman('.connections', /^wuxeae6/);
    const [id = 0] = page.sandbox.instances.keys();
    await reach(`reconnect-${id}`);
    await press(Key.ENTER);
    await waitForGerman('form .label', /^wuxeae6 erneut verbinden$/);
    assert.equal(await focused(), 'label');
    await reach('quiet');
    await press(Key.ENTER);
    assert.equal(await focused(), `reconnect-${id}`);
    await press(Key.ENTER);
    await typeCredentials();
    await press(Key.ENTER);
    await waitForGerman('.success .label', /^wuxeae6 ist verbunden$/);
    const [{ path, body } = assert.fail('nothing was sent'), ...rest] = sent('PUT');
    assert.deepEqual(rest, []);
    assert.match(path, new RegExp(`/${id}$`));
    assert.deepEqual(JSON.parse(body).configuration, CONFIGURATION);
    assert.equal(JSON.parse(body).name, 'wuxeae6');
    await press(Key.TAB, Key.ENTER);
    await waitInForm(browser, `#disconnect-${id}`);
    assert.equal(await focused(), 'connections-label');

    await reach(`disconnect-${id}`);
    await press(Key.ENTER);
    await waitForGerman('.question', /^Verbindung zu wuxeae6 trennen\? /);
    await press(Key.ESCAPE);
    assert.equal(await focused(), `disconnect-${id}`);
    await press(Key.ENTER, Key.TAB, Key.ENTER);
    await waitForGerman('.view [role=status]', /^Die Verbindung zu wuxeae6 ist getrennt\.\s/);
    assert.equal(await focused(), 'connections-label');
    assert.equal(page.sandbox.instances.size, 0);
  });

  test('shows only developers the test credentials, and what was not tried', async () => {
    await find('#test-credentials > summary').click();
    const text = await find('#test-credentials').getText();
    assert.match(text, /usernames and client IDs.*not tried/s);
    assert.doesNotMatch(await find('main').getText(), /not tried/);
  });

  const skip = engine !== 'Chromium' && 'axe-core finds the same in each engine';

  test('has no violations that axe-core finds', { skip }, async () => {
    await find('#test-credentials > summary').click();
    await waitInForm(browser, '[type=submit]');
    await browser.executeScript(AXE);
    const violations = await browser.executeAsyncScript<unknown[]>(
      'axe.run().then(({ violations }) => arguments[0](violations.map(({ id }) => id)))',
    );
    assert.deepEqual(violations, []);
  });

  test('has a second page, plain.html, whose HTML form calls the function', async () => {
    await browser.get(`${page.url}plain.html`);
    const button = find('button');
    await browser.wait(() => button.isEnabled(), 60_000);
    const status = (text: RegExp) =>
      browser.wait(async () => text.test(await find('#status').getText()), 60_000, `${text}`);
    for (const [id, text] of [
      ['clientId', 'refused'],
      ['accessToken', TOKEN],
      ['storeUrl', 'ftp://x'],
      ['name', 'My shop'],
    ] as const) {
      await find(`#${id}`).sendKeys(text);
    }
    await button.click();
    await status(/marked fields/);
    assert.match(await find('#storeUrl-error').getText(), /https:/);
    assert.equal(await find('#storeUrl').getAttribute('aria-invalid'), 'true');
    assert.equal(await browser.switchTo().activeElement().getAttribute('id'), 'storeUrl');
    await find('#storeUrl').clear();
    await find('#storeUrl').sendKeys(API_PATH);
    await button.click();
    await status(/BigCommerce says: Invalid API token/);
    await find('#clientId').sendKeys(Key.BACK_SPACE);
    await find('#clientId').sendKeys(Key.ENTER);
    await status(/^My shop is connected\.$/);
    assert.equal(page.sandbox.instances.size, 1);
    assert.equal(await find('#accessToken').getAttribute('value'), '');
    assert.equal(await find('#storeUrl').getAttribute('aria-invalid'), 'false');
  });
});
