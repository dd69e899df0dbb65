import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { By, Key, logging, until, type WebDriver } from 'selenium-webdriver';
import { build } from 'vite';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { CONTENT_SECURITY_POLICY } from '../../www/serve.js';
import { type Site, serve } from '../consumers/visitor.js';
import { readDocument } from '../snippets.js';
import { startBrowser } from './engines.js';
import { BUTTON, choose, fill, KINDS, submit, VALUES, waitUntilConnected } from './page-states.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const BASE = '/shops/connect/';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

suite('The static build of the page', { timeout: 600_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  let sandbox: Sandbox;
  let site: Site;
  let browser: WebDriver;
  /** Where the handler is. */
  let mount: string;
  /** What the host removes from the page. */
  let unwanted: RegExp;

  before(async () => {
    await build({
      root: join(PROJECT, 'www'),
      build: { outDir: folder, emptyOutDir: true },
      logLevel: 'warn',
    });
    sandbox = await startSandbox();
    const proxy = getRequestListener(
      createProxy({
        userSecret: USER_SECRET,
        organizationSecret: ORGANIZATION_SECRET,
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
      response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
      const body = readFileSync(file);
      response.end(
        extname(file) === '.html'
          ? String(body).replace('/api/cloud-elements', mount).replaceAll(unwanted, '')
          : body,
      );
    });
    browser = await startBrowser();
  });
  beforeEach(() => {
    mount = '/api/cloud-elements';
    unwanted = /$^/g;
  });
  after(async () => {
    await browser?.quit();
    await site?.[Symbol.asyncDispose]();
    await sandbox?.close();
    rmSync(folder, { recursive: true });
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
    await submit(visit);
    await waitUntilConnected(visit);
  }

  for (const kind of KINDS) {
    test(`connects a store from below any path, with a ${kind} account`, async () => {
      sandbox.instances.clear();
      await connect(kind);
      assert.equal(sandbox.instances.size, 1);
    });
  }

  test('finds the handler at the base-url in its index.html', async () => {
    mount = '/elsewhere/ce';
    sandbox.instances.clear();
    await connect();
    assert.equal(sandbox.instances.size, 1);
  });

  test('connects without its optional parts', async () => {
    unwanted = /<details id="(tags|events|renewal)">.*?<\/details>/gs;
    await connect();
    assert.equal((await browser.findElements(By.css('.options details'))).length, 0);
  });

  test('can be filled in, but not sent, before its script is loaded', async () => {
    unwanted = /<script.*?<\/script>/g;
    await browser.get(site.origin + BASE);
    const visit = { browser, page: { url: site.origin, sandbox } };
    const isShown = (selector: string) => browser.findElement(By.css(selector)).isDisplayed();
    const first = { 'store-level': 'clientId', legacy: 'username' };
    assert.equal(await isShown('#clientId'), true, 'one kind is chosen by default');
    for (const kind of [...KINDS].reverse()) {
      await choose(visit, kind);
      for (const other of KINDS) {
        for (const part of [`.steps.${other}`, `.panel.${other}`, `#${first[other]}`]) {
          assert.equal(await isShown(part), other === kind, part);
        }
      }
      // Nothing is sent without the script.
      for (const [id, value] of Object.entries(VALUES[kind])) {
        const field = browser.findElement(By.id(id));
        await field.clear();
        await field.sendKeys(value, Key.ENTER);
      }
    }
    assert.equal(await browser.findElement(BUTTON).isEnabled(), false);
    assert.equal(await browser.getCurrentUrl(), site.origin + BASE);
    assert.equal(await browser.findElement(By.id('username')).getAttribute('value'), 'shop');
  });

  test('needs the Content-Security-Policy that docs/page.md shows', () => {
    assert.ok(
      readDocument('docs/page.md').includes(
        `\nContent-Security-Policy: ${CONTENT_SECURITY_POLICY}\n`,
      ),
    );
  });

  test('takes less than 42 kB on the first visit', () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, brotliCompressSync(readFileSync(join(folder, name))).length] as const);
    const sum = files.reduce((bytes, [, size]) => bytes + size, 0);
    assert.ok(sum < 42_000, JSON.stringify(files));
  });

  test('does not show the test credentials of the sandbox', () => {
    assert.ok(!readFileSync(join(folder, 'index.html'), 'utf8').includes('test-credentials'));
  });
});
