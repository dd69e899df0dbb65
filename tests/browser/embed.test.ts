import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { By, until } from 'selenium-webdriver';
import { filesOf, servePage, startVisitor } from '../consumers/visitor.js';
import { readDocument } from '../snippets.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

test('The HTML example in docs/element.md connects a store', { timeout: 300_000 }, async () => {
  await using visitor = await startVisitor();
  const { browser, sandbox } = visitor;
  const [, example = ''] = /^```html\n(.*?)^```$/ms.exec(readDocument('docs/element.md')) ?? [];
  const files = filesOf(DIST, { '/index.html': `<!doctype html><title></title>${example}` });
  await using site = await servePage(sandbox, (request, response) => {
    request.url = request.url?.replace('/authenticate-bigcommerce', '') ?? '';
    files(request, response);
  });
  await browser.get(site.origin);
  const button = browser.findElement(By.css('button'));
  await browser.wait(until.elementIsEnabled(button), 60_000);
  for (const [name, value] of Object.entries({
    username: 'shop',
    password: '0123456789abcdef',
    storeUrl: 'store-wuxeae6.mybigcommerce.com',
    name: 'My shop',
  })) {
    await browser.findElement(By.name(name)).sendKeys(value);
  }
  await button.click();
  const status = await browser.wait(until.elementLocated(By.css('[role=status]')), 60_000);
  await browser.wait(until.elementTextContains(status, 'Your store is connected.'), 60_000);
  const [instance] = sandbox.instances.values();
  assert.equal(instance?.configuration.username, 'shop');
  assert.deepEqual(await visitor.takeErrors(), []);
});
