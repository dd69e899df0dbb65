import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { By, until } from 'selenium-webdriver';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../../js/sandbox/sandbox.js';
import { type Consumer, makeConsumer } from '../consumer.js';
import { startVisitor, type Visitor } from '../visitor.js';

suite('The package, in an app of Next.js,', { timeout: 1_200_000 }, () => {
  let consumer: Consumer;
  let visitor: Visitor;
  let app: ChildProcess;
  let origin = '';
  before(async () => {
    visitor = await startVisitor();
    consumer = await makeConsumer('with bundlers', {
      CLOUD_ELEMENTS_USER_SECRET: USER_SECRET,
      CLOUD_ELEMENTS_ORGANIZATION_SECRET: ORGANIZATION_SECRET,
      CLOUD_ELEMENTS_BASE_URL: visitor.sandbox.url,
    });
    await consumer.run('next', 'build');
    // Not through the command's starter, which would outlive its end.
    app = spawn(
      process.execPath,
      ['node_modules/next/dist/bin/next', 'start', '--port=0', '--hostname=127.0.0.1'],
      { cwd: consumer.folder, env: consumer.env, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    for await (const line of createInterface(app.stdout as NodeJS.ReadableStream)) {
      origin ||= /Local: +(\S+)/.exec(line)?.[1] ?? '';
      if (line.includes('Ready')) break;
    }
  });
  after(async () => {
    if (app && app.exitCode === null) {
      app.kill('SIGKILL');
      await once(app, 'exit');
    }
    await visitor?.[Symbol.asyncDispose]();
    consumer?.[Symbol.dispose]();
  });

  const textOf = async (path: string) => (await fetch(origin + path)).text();

  test('is imported by a page that the server renders', async () => {
    assert.match(await textOf('/'), /<main data-error="BigCommerceAuthError">/);
  });

  test("connects a store from the client, through the app's own route", async () => {
    await visitor.connect(origin);
  });

  test("connects a store with a server component's form", async () => {
    const { browser, sandbox } = visitor;
    await browser.get(`${origin}/form`);
    const button = browser.findElement(By.css('button'));
    await browser.wait(until.elementIsEnabled(button), 60_000);
    await button.click();
    const status = await browser.wait(until.elementLocated(By.css('[role=status]')), 60_000);
    await browser.wait(until.elementTextIs(status, 'Connected, with words of the server.'), 60_000);
    const [instance] = sandbox.instances.values();
    assert.ok(instance?.tags.includes('onboarding'), 'the config has arrived');
    assert.deepEqual(await visitor.complaints(), []);
  });

  test('has one .wasm file', () => {
    assert.equal(consumer.files('.next', '.wasm').length, 1);
  });

  test('leaves no byte where the import is unused', async () => {
    const traces = async (path: string) => {
      const names = (await textOf(path)).matchAll(/src="(\/_next\/[^"]+\.js[^"]*)"/g);
      const texts = await Promise.all([...names].map(([, name = '']) => textOf(name)));
      return texts.join().match(/ERR_LOAD|BigCommerceAuthError|\.wasm/g) ?? [];
    };
    assert.notDeepEqual(await traces('/'), []);
    assert.deepEqual(await traces('/unused'), []);
  });
});
