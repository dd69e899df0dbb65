import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { build } from 'esbuild';
import { By, Key, until } from 'selenium-webdriver';
import { filesIn } from '../snippets.js';
import { skipSlowInstall, useConsumer } from './consumer.js';
import { ERROR_STATUS, filesOf, REFUSAL, servePage, useVisitor, VALUES } from './visitor.js';

const FILES = filesIn('docs/frameworks.md');

suite('The element, with controls of', { timeout: 600_000, skip: skipSlowInstall }, () => {
  const consumer = useConsumer('component-libraries');
  const visitor = useVisitor();

  for (const [name, file, button] of [
    ['UI5 Web Components', 'ui5', 'ui5-button'],
    ['Web Awesome', 'web-awesome', 'wa-button'],
  ] as const) {
    test(`${name}: shows errors, connects, and connects again after it was moved`, async () => {
      const { browser, sandbox } = visitor;
      const out = join(consumer.folder, 'out', file);
      const script = join(consumer.folder, `${file}.js`);
      writeFileSync(script, FILES.get(`${file}.js`) ?? assert.fail(`no ${file}.js`));
      await build({
        entryPoints: [script],
        bundle: true,
        format: 'esm',
        splitting: true,
        outdir: out,
      });
      copyFileSync(consumer.wasm, join(out, 'authenticate_bigcommerce.wasm'));
      writeFileSync(
        join(out, 'index.html'),
        `<!doctype html><title></title><script type="module" src="/${file}.js"></script>${FILES.get(`${file}.html`)}`,
      );
      await using page = await servePage(sandbox, filesOf(out));
      await browser.get(page.origin);

      const find = (selector: string) =>
        browser.wait(until.elementLocated(By.css(selector)), 20_000);
      /** Types as a merchant does, in place of the old value. */
      const fill = async (values: Record<string, string>) => {
        for (const [name, value] of Object.entries(values)) {
          await (await find(`form [name=${name}]`)).click();
          const keys = browser.actions().keyDown(Key.CONTROL).sendKeys('a').keyUp(Key.CONTROL);
          await keys.sendKeys(value).perform();
        }
      };
      const submit = async (outcome: RegExp) => {
        await (await find(`${button}:not([disabled])`)).click();
        await browser.wait(until.elementTextMatches(await find('[role=status]'), outcome), 60_000);
      };
      const connect = async () => {
        await fill(VALUES);
        await submit(/^Your store is connected\.$/);
        assert.equal(sandbox.instances.size, 1);
        sandbox.instances.clear();
        const token = "return document.querySelector('[name=accessToken]').value";
        assert.equal(await browser.executeScript(token), '');
      };

      await (await find(`${button}:not([disabled])`)).click();
      const error = await find('[name=clientId] + .bigcommerce-error');
      assert.match(await error.getText(), /Client ID/);
      await fill({ ...VALUES, clientId: 'refused' });
      await submit(REFUSAL);
      await connect();
      await browser.executeScript(
        `const element = document.querySelector('bigcommerce-connect');
         element.remove();
         document.body.append(element);
         element.querySelector('form').reset();`,
      );
      await connect();
      await visitor.assertSilence(ERROR_STATUS);
    });
  }
});
