import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { By, Key, logging, until, type WebDriver } from 'selenium-webdriver';
import { contentSecurityPolicy } from '../../js/cli/serve/policy.js';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { type Site, serve } from '../consumers/visitor.js';
import { readDocument } from '../snippets.js';
import { startBrowser } from './engines.js';
import { BUTTON, choose, fill, KINDS, submit, waitUntilConnected } from './page-states.js';

const folder = fileURLToPath(new URL('../../dist/page', import.meta.url));

const BASE = '/shops/connect/';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

suite('The static build of the page', { timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let site: Site;
  let browser: WebDriver;
  /** Where the handler is. */
  let mount: string;
  /** What the host removes from the page. */
  let unwanted: RegExp;

  before(async () => {
    sandbox = await startSandbox();
    const proxy = getRequestListener(
      createProxy({
        userSecret: sandbox.userSecret,
        organizationSecret: sandbox.organizationSecret,
        baseUrl: sandbox.url,
        authorize: () => ({ subject: 'merchant' }),
      }),
    );
    site = await serve((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://page');
      if (pathname.startsWith(`${mount}/`)) return proxy(request, response);
      if (!pathname.startsWith(BASE)) return response.writeHead(404).end();
      const file = join(folder, pathname.slice(BASE.length) || 'index.html');
      if (!existsSync(file)) return response.writeHead(404).end();
      response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
      response.setHeader('content-security-policy', contentSecurityPolicy());
      const body = readFileSync(file);
      response.end(
        extname(file) === '.html'
          ? String(body)
              .replace('base-url="api/cloud-elements"', `base-url="${mount}"`)
              .replaceAll(unwanted, '')
          : body,
      );
    });
    browser = await startBrowser();
  });
  beforeEach(() => {
    mount = `${BASE}api/cloud-elements`;
    unwanted = /$^/g;
  });
  after(async () => {
    await browser?.quit();
    await site?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });
  afterEach(async () => {
    const errors = await browser.manage().logs().get(logging.Type.BROWSER);
    assert.deepEqual(errors, [], 'nothing on the console, CSP violations included');
  });

  async function connect(kind: (typeof KINDS)[number] = 'store-level'): Promise<void> {
    await browser.get(site.origin + BASE);
    await browser.wait(until.elementIsEnabled(browser.findElement(BUTTON)), 60_000);
    const visit = { browser, page: { url: site.origin, sandbox } };
    await fill(visit, {}, kind);
    sandbox.instances.clear();
    await submit(visit);
    await waitUntilConnected(visit);
    assert.equal(sandbox.instances.size, 1);
  }

  test('connects a store from below any path, with either kind of account', async () => {
    for (const kind of KINDS) await connect(kind);
  });

  test('finds the handler at the base-url in its index.html, and needs no optional parts', async () => {
    mount = '/elsewhere/ce';
    unwanted = /<details id="(tags|events|renewal)">.*?<\/details>/gs;
    await connect();
    assert.equal((await browser.findElements(By.css('.options details'))).length, 0);
  });

  test('can be filled in, but not sent, before its script is loaded', async () => {
    unwanted = /<script.*?<\/script>/g;
    await browser.get(site.origin + BASE);
    const visit = { browser, page: { url: site.origin, sandbox } };
    for (const [kind, first, other] of [
      ['legacy', '#username', '#clientId'],
      ['store-level', '#clientId', '#username'],
    ] as const) {
      await choose(visit, kind);
      assert.equal(await browser.findElement(By.css(first)).isDisplayed(), true);
      assert.equal(await browser.findElement(By.css(other)).isDisplayed(), false);
      await fill(visit, { name: `My shop${Key.ENTER}` }, kind);
    }
    assert.equal(await browser.findElement(BUTTON).isEnabled(), false);
    assert.equal(await browser.getCurrentUrl(), site.origin + BASE);
    assert.equal(await browser.findElement(By.id('username')).getAttribute('value'), 'shop');
  });

  test('needs the Content-Security-Policy that docs/page.md shows', () => {
    assert.ok(
      readDocument('docs/page.md').includes(
        `\nContent-Security-Policy: ${contentSecurityPolicy()}\n`,
      ),
    );
  });

  test('takes less than 44 kB on the first visit', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, brotliCompressSync(readFileSync(join(folder, name))).length] as const);
    const sum = files.reduce((bytes, [, size]) => bytes + size, 0);
    assert.ok(sum < 44_000, JSON.stringify(files));
  });

  test('does not show the test credentials of the sandbox', () => {
    assert.ok(!readFileSync(join(folder, 'index.html'), 'utf8').includes('test-credentials'));
  });
});
