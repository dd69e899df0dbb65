import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import { By, until } from 'selenium-webdriver';
import { DIST, filesOf, servePage, useVisitor } from '../consumers/visitor.js';
import type { Site } from '../server.js';
import { examplesIn, filesIn } from '../snippets.js';

const PAGE = 'docs/element.md';
const [first = '', bothKinds = '', ...others] = examplesIn(PAGE, 'html');

suite('The HTML example in docs/element.md', { timeout: 300_000 }, () => {
  const visitor = useVisitor();
  let site: Site;

  before(async () => {
    const files = filesOf(DIST, {
      '/first.html': `<!doctype html><title></title>${first}<script type="module" src="/window.js"></script>`,
      '/window.js': filesIn(PAGE).get('window.js') ?? '',
      '/both-kinds.html': `<!doctype html><title></title>${bothKinds}`,
      '/kinds.js': filesIn(PAGE).get('kinds.js') ?? '',
    });
    site = await servePage(visitor.sandbox, files);
  });
  after(() => site?.[Symbol.asyncDispose]());
  beforeEach(() => visitor.sandbox.instances.clear());

  async function open(path: string): Promise<void> {
    await visitor.browser.get(site.origin + path);
    const button = visitor.browser.findElement(By.css('button'));
    await visitor.browser.wait(until.elementIsEnabled(button), 60_000);
  }

  /** Submits these values; resolves to the configuration of the new instance. */
  async function connect(values: Record<string, string>): Promise<Record<string, unknown>> {
    const { browser, sandbox } = visitor;
    for (const [name, value] of Object.entries({ ...values, name: 'My shop' })) {
      await browser.findElement(By.name(name)).sendKeys(value);
    }
    await browser.findElement(By.css('button')).click();
    const status = await browser.wait(until.elementLocated(By.css('[role=status]')), 60_000);
    await browser.wait(until.elementTextContains(status, 'Your store is connected.'), 60_000);
    await visitor.assertSilence();
    const [instance] = sandbox.instances.values();
    return instance?.configuration ?? {};
  }

  const LEGACY = {
    username: 'shop',
    password: '0123456789abcdef',
    storeUrl: 'store-wuxeae6.mybigcommerce.com',
  };
  const STORE_LEVEL = {
    clientId: 'client-id',
    accessToken: 'access-token',
    storeUrl: 'https://api.bigcommerce.com/stores/wuxeae6/v3/',
  };

  test('connects a store', async () => {
    await open('/first.html');
    assert.equal((await connect(STORE_LEVEL))['oauth.api.key'], 'client-id');
  });

  test('takes a file that is dropped anywhere, with the script for the window', async () => {
    await open('/first.html');
    await visitor.browser.executeScript(
      `const dataTransfer = new DataTransfer();
       dataTransfer.items.add(new File(['CLIENT ID: client-id API PATH: there'], 'credentials.txt'));
       const init = { dataTransfer, bubbles: true, cancelable: true };
       document.documentElement.dispatchEvent(new DragEvent('drop', init));`,
    );
    const status = await visitor.browser.wait(until.elementLocated(By.css('[role=status]')));
    await visitor.browser.wait(until.elementTextContains(status, 'Client ID, API path'), 60_000);
  });

  test('for both kinds of accounts connects with a store-level account', async () => {
    await open('/both-kinds.html');
    const configuration = await connect(STORE_LEVEL);
    assert.equal(configuration['oauth.api.secret'], 'access-token');
    assert.equal(configuration.username, undefined);
  });

  test('for both kinds of accounts connects with a Legacy account', async () => {
    await open('/both-kinds.html');
    await visitor.browser.findElement(By.name('clientId')).sendKeys('client-id');
    await visitor.browser.findElement(By.css('[value="legacy"]')).click();
    const configuration = await connect(LEGACY);
    assert.equal(configuration.username, 'shop');
    assert.equal(configuration['oauth.api.key'], undefined);
  });

  test('is one of two', () => {
    assert.deepEqual(others, []);
  });
});
