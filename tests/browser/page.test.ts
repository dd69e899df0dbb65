import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { By, Key, logging, until, type WebDriver } from 'selenium-webdriver';
import { type PageServer, servePage } from '../../www/serve.js';
import { startBrowser } from './engines.js';

suite('The page', { timeout: 120_000 }, () => {
  let page: PageServer;
  let browser: WebDriver;

  before(async () => {
    page = await servePage(0);
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.quit();
    await page?.close();
  });

  beforeEach(async () => {
    page.sandbox.requests.length = 0;
    await browser.get(page.url);
    await browser.wait(until.elementIsEnabled(button()), 10_000);
  });
  afterEach(async () => {
    const entries = await browser.manage().logs().get(logging.Type.BROWSER);
    const errors = entries.filter(({ message }) => !message.includes('the server responded with'));
    assert.deepEqual(errors, [], 'nothing on the console, CSP violations included');
  });

  const button = () => browser.findElement(By.css('form button'));
  const text = (selector: string) => browser.findElement(By.css(selector)).getText();
  const error = (id: string) => By.css(`#${id} + .bigcommerce-error`);
  const focused = () => browser.switchTo().activeElement().getAttribute('id');

  async function fill(values: Record<string, string>): Promise<void> {
    for (const [id, value] of Object.entries({
      username: 'shop',
      password: '0123456789abcdef',
      storeUrl: 'store-wuxeae6.mybigcommerce.com',
      name: 'My shop',
      ...values,
    })) {
      await browser.findElement(By.id(id)).sendKeys(value);
    }
  }

  test('connects a store and shows its id and token', async () => {
    await fill({ tags: 'Docs' });
    await button().click();
    await browser.wait(until.elementIsVisible(browser.findElement(By.id('connected'))), 10_000);
    const [instance] = page.sandbox.instances.values();
    assert.equal(await text('#instance-id'), String(instance?.id));
    assert.equal(await text('#instance-token'), instance?.token);
    assert.equal(await focused(), 'connected-title');
  });

  test('sends what the guide sends, without the secrets being in the page', async () => {
    await fill({ tags: 'Docs' });
    await button().click();
    await browser.wait(until.elementIsVisible(browser.findElement(By.id('connected'))), 10_000);
    const [lookup, creation, ...rest] = page.sandbox.requests;
    const tag = new URL(lookup?.path ?? '', page.url).searchParams.get('tags[]') ?? '';
    assert.match(tag, /^idempotency-key:/);
    const { method, path, headers, body } = creation ?? assert.fail('nothing was created');
    assert.equal(`${method} ${path}`, 'POST /elements/api-v2/instances');
    assert.deepEqual(rest, []);
    assert.equal(headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(body), {
      element: { key: 'bigcommerce' },
      configuration: {
        username: 'shop',
        password: '0123456789abcdef',
        'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
      },
      tags: ['Docs', tag, 'subject:merchant'],
      name: 'My shop',
    });
  });

  test('is usable by keyboard alone', async () => {
    const values = ['shop', '0123456789abcdef', 'store-wuxeae6.mybigcommerce.com', 'My shop'];
    for (const value of values) await browser.actions().sendKeys(Key.TAB, value).perform();
    await browser.actions().sendKeys(Key.ENTER).perform();
    await browser.wait(until.elementIsVisible(browser.findElement(By.id('connected'))), 10_000);
  });

  test('shows why BigCommerce refused the credentials', async () => {
    await fill({ username: 'refused' });
    await button().click();
    const status = browser.findElement(By.css('[role="status"]'));
    await browser.wait(until.elementTextContains(status, 'Invalid API token'), 10_000);
    assert.equal(await button().getAttribute('aria-disabled'), null);
  });

  test('says at each field what is wrong with it and goes to the first', async () => {
    await fill({ username: ' ', storeUrl: 'https://api.bigcommerce.com/stores/abc/v3/' });
    await button().click();
    const message = await browser.wait(until.elementLocated(error('username')), 10_000);
    assert.match(await message.getText(), /Username/);
    assert.match(await browser.findElement(error('storeUrl')).getText(), /V3/);
    assert.deepEqual(await browser.findElements(error('name')), []);
    assert.equal(await focused(), 'username');
    const username = browser.findElement(By.id('username'));
    assert.equal(await username.getAttribute('aria-invalid'), 'true');
    await username.sendKeys('shop');
    assert.deepEqual(
      await browser.findElements(error('username')),
      [],
      'mending the field takes the message away',
    );
    assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
  });

  test('never puts a value into its address', async () => {
    await fill({});
    await button().click();
    await browser.wait(until.elementIsVisible(browser.findElement(By.id('connected'))), 10_000);
    assert.equal(await browser.getCurrentUrl(), page.url);
  });
});
