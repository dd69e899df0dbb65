import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import type { WebDriver } from 'selenium-webdriver';
import { contentSecurityPolicy } from '../../js/cli/serve/policy.js';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { filesOf, handlerFor } from '../consumers/visitor.js';
import { type Site, serve } from '../server.js';
import { readDocument } from '../snippets.js';
import { takeConsole } from './engines.js';
import { connect } from './form-page.js';
import { leave, sharedBrowser } from './shared-browser.js';

const folder = fileURLToPath(new URL('../../dist/page', import.meta.url));

const BASE = '/shops/connect/';

suite('The static build of the page', { timeout: 600_000 }, () => {
  let sandbox: Sandbox;
  let site: Site;
  let browser: WebDriver;
  /** Where the handler is. */
  let mount: string;

  before(async () => {
    sandbox = await startSandbox();
    const handler = handlerFor(sandbox);
    site = await serve((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://page');
      if (pathname.startsWith(`${mount}/`)) return handler(request, response);
      if (!pathname.startsWith(BASE)) return response.writeHead(404).end();
      response.setHeader('content-security-policy', contentSecurityPolicy());
      request.url = pathname.slice(BASE.length - 1);
      const html = readFileSync(join(folder, 'index.html'), 'utf8');
      const index = html.replace('base-url="api/cloud-elements"', `base-url="${mount}"`);
      filesOf(folder, { '/index.html': index })(request, response);
    });
    browser = await sharedBrowser();
  });
  beforeEach(() => {
    mount = `${BASE}api/cloud-elements`;
  });
  after(async () => {
    await leave(browser);
    await site?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });
  afterEach(async () => {
    assert.deepEqual(
      await takeConsole(browser),
      [],
      'nothing on the console, CSP violations included',
    );
  });

  async function connectAt(path: string): Promise<void> {
    sandbox.instances.clear();
    await browser.get(site.origin + path);
    await connect(browser);
    assert.equal(sandbox.instances.size, 1);
  }

  test('connects a store from below any path', () => connectAt(BASE));

  test('finds the handler at the base-url in its index.html', () => {
    mount = '/elsewhere/ce';
    return connectAt(BASE);
  });

  test('says that it needs JavaScript', () => {
    const html = readFileSync(join(folder, 'index.html'), 'utf8');
    assert.match(html, /<noscript>JavaScript is switched off/);
  });

  test('needs the Content-Security-Policy that docs/page.md shows', () => {
    assert.ok(
      readDocument('docs/page.md').includes(
        `\nContent-Security-Policy: ${contentSecurityPolicy()}\n`,
      ),
    );
  });

  test('takes less than 54 kB on the first visit', (t) => {
    const sizes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      // A visit takes one language at most, and the other page is one of its own.
      .filter(
        (name) =>
          statSync(join(folder, name)).isFile() &&
          !/^plain|\/(plain|es|fr|it|ja|nl|pt-BR)-/.test(name),
      )
      .map((name) => [name, brotliCompressSync(readFileSync(join(folder, name))).length] as const);
    const sum = sizes.reduce((bytes, [, size]) => bytes + size, 0);
    t.diagnostic(`${sum} bytes`);
    assert.ok(sum < 54_000, JSON.stringify(sizes));
  });

  test('does not show the test credentials of the sandbox', () => {
    assert.ok(!readFileSync(join(folder, 'index.html'), 'utf8').includes('test-credentials'));
  });
});
