// A browser that opens consumers' pages, and the sandbox in which they connect a store.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { extname, join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import type { WebDriver } from 'selenium-webdriver';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { takeConsole } from '../browser/engines.js';
import { leave, sharedBrowser } from '../browser/shared-browser.js';
import { optionsFor } from '../handler/served-handler.js';
import { type Site, serve } from '../server.js';

/** The strictest policy that lets the package work. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** The path of the package's files, as in the documents. */
const FILES = '/authenticate-bigcommerce/';

/** What a merchant types into a form. */
export const VALUES = {
  clientId: 'shop',
  accessToken: '0123456789abcdef',
  storeUrl: 'store-wuxeae6.mybigcommerce.com',
  name: 'My shop',
};

/** What the element shows of a refusal, where the page has no text of its own. */
export const REFUSAL = /^BigCommerce did not accept these values\./;

/** What Chromium writes to the console for a response with an error's status. */
export const ERROR_STATUS = /Failed to load resource/;

export type Visitor = ReturnType<typeof useVisitor>;

/** For the tests of a suite, starts a browser and a sandbox. */
export function useVisitor() {
  let sandbox: Sandbox;
  let browser: WebDriver;
  before(async () => {
    sandbox = await startSandbox();
    browser = await sharedBrowser();
  });
  after(async () => {
    await leave(browser);
    await sandbox?.close();
  });

  /** Asserts that nothing was written to the console since the last call, except what matches. */
  async function assertSilence(except = /^$/): Promise<void> {
    const errors = (await takeConsole(browser)).filter((message) => !except.test(message));
    assert.deepEqual(errors, [], 'nothing on the console');
  }

  return {
    get sandbox() {
      return sandbox;
    },
    get browser() {
      return browser;
    },
    takeErrors: () => takeConsole(browser),
    assertSilence,
    /** Opens a page and waits until it has connected a store, with nothing on the console. */
    async connect(url: string): Promise<void> {
      await browser.get(url);
      const isConnected = async () => /^Connected \d+$/.test(await browser.getTitle());
      const connected = await browser.wait(isConnected, 120_000).catch(() => false);
      await assertSilence();
      assert.ok(connected, 'the page connects a store');
      const [, id] = (await browser.getTitle()).split(' ');
      assert.ok(sandbox.instances.delete(Number(id)), `the sandbox has instance ${id}`);
    },
  };
}

/** The package's files. */
export const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

/** The handler in front of the sandbox, which takes every visitor for the same merchant. */
export function handlerFor(sandbox: Sandbox): RequestListener {
  const authorize = () => ({ subject: 'merchant' });
  return getRequestListener(createProxy({ ...optionsFor(sandbox), authorize }));
}

/**
 * Serves a page with the handler to the sandbox and the package's files beside it, under a strict
 * policy with `addition` at its end.
 */
export async function servePage(
  sandbox: Sandbox,
  page: RequestListener,
  addition = '',
): Promise<Site> {
  const handler = handlerFor(sandbox);
  const dist = filesOf(DIST);
  return serve((request, response) => {
    if (request.url?.startsWith('/api/cloud-elements/')) return handler(request, response);
    response.setHeader('content-security-policy', POLICY + addition);
    if (!request.url?.startsWith(FILES)) return page(request, response);
    request.url = request.url.slice(FILES.length - 1);
    dist(request, response);
  });
}

/** Answers with the files of a folder, some of them replaced by those in `changed`. */
export function filesOf(folder: string, changed: Record<string, string> = {}): RequestListener {
  return async ({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://page');
    const path = pathname === '/' ? '/index.html' : pathname;
    const body = changed[path] ?? (await readFile(join(folder, path)).catch(() => undefined));
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': TYPES[extname(path)] });
    response.end(body);
  };
}
