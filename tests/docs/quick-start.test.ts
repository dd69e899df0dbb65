import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { WebDriver } from 'selenium-webdriver';
import { connect, dropFile, FILE, waitInForm } from '../browser/form-page.js';
import { leave, sharedBrowser } from '../browser/shared-browser.js';
import { Program } from '../program.js';
import { examplesIn, filesIn } from '../snippets.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

suite("The README's quick start", { timeout: 600_000 }, () => {
  let folder: string;
  let server: Program;
  let browser: WebDriver;

  before(async () => {
    // Within the project, so that it finds the project's packages.
    folder = mkdtempSync(join(PROJECT, 'target', 'quick-start-'));
    for (const [name, code] of filesIn('README.md')) writeFileSync(join(folder, name), code);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(PROJECT, join(folder, 'node_modules', 'authenticate-bigcommerce'));
    server = new Program('node', ['server.mjs'], {
      cwd: folder,
      env: { ...process.env, PORT: '0' },
    });
    const [address] = await server.printed(/http:\S+/);
    browser = await sharedBrowser();
    await browser.manage().setTimeouts({ script: 120_000 });
    await browser.get(address);
  });
  after(async () => {
    await leave(browser);
    await server?.[Symbol.asyncDispose]();
    if (folder) rmSync(folder, { recursive: true });
  });

  test('has a server and a page', () => {
    assert.deepEqual([...filesIn('README.md').keys()], ['server.mjs', 'index.html']);
  });

  test('shows a failure, then connects, and reports both to the page and the server', async () => {
    await browser.executeScript(
      `window.seen = [];
       const showConnected = (id) => seen.push(id);
       console.error = (...values) => seen.push(values);
       ${examplesIn('README.md')[1]}`,
    );
    await dropFile(browser, FILE.replace('CLIENT ID: 9abc', 'CLIENT ID: refused'));
    await (await waitInForm(browser, '[type=submit]')).click();
    await waitInForm(browser, '[role=status]', /Invalid API token/);
    await connect(browser);
    const [failure, id] = (await browser.executeScript('return seen')) as [string[], number];
    assert.equal(failure[0], 'ERR_REJECTED');
    await server.printed(new RegExp(`^save id ${id} and its token for me$`, 'm'));
  });

  test('shows what is connected to a merchant who comes back', async () => {
    await browser.navigate().refresh();
    await waitInForm(browser, '.connections', /From file/);
  });
});
