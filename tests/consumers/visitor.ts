// A browser that opens consumers' pages, and the sandbox in which they connect a store.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { logging, type WebDriver } from 'selenium-webdriver';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { startBrowser } from '../browser/engines.js';

/** The strictest policy that lets the package work. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

export interface Visitor extends AsyncDisposable {
  sandbox: Sandbox;
  browser: WebDriver;
  /** What was written to the console since the last call. */
  takeErrors(): Promise<string[]>;
  /** Opens a page and waits until it has connected a store, with nothing on the console. */
  connect(url: string): Promise<void>;
}

export async function startVisitor(): Promise<Visitor> {
  const sandbox = await startSandbox();
  const browser = await startBrowser();
  const takeErrors = async () => {
    const entries = await browser.manage().logs().get(logging.Type.BROWSER);
    return entries.map(({ message }) => message);
  };
  return {
    sandbox,
    browser,
    takeErrors,
    async connect(url) {
      await browser.get(url);
      const isConnected = async () => /^Connected \d+$/.test(await browser.getTitle());
      const connected = await browser.wait(isConnected, 120_000).catch(() => false);
      assert.deepEqual(await takeErrors(), [], 'nothing on the console');
      assert.ok(connected, 'the page connects a store');
      const [, id] = (await browser.getTitle()).split(' ');
      assert.ok(sandbox.instances.delete(Number(id)), 'in the sandbox');
    },
    async [Symbol.asyncDispose]() {
      await browser.quit();
      await sandbox.close();
    },
  };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on a free port; leaving its scope ends it. */
export interface Site extends AsyncDisposable {
  origin: string;
  server: Server;
}

/**
 * Serves a page with the handler to the sandbox beside it, under a strict policy with `addition` at
 * its end.
 */
export async function servePage(sandbox: Sandbox, page: Listener, addition = ''): Promise<Site> {
  const proxy = getRequestListener(
    createProxy({
      userSecret: sandbox.userSecret,
      organizationSecret: sandbox.organizationSecret,
      baseUrl: sandbox.url,
      authorize: () => ({ subject: 'merchant' }),
    }),
  );
  return serve((request, response) => {
    if (request.url?.startsWith('/api/cloud-elements/')) return proxy(request, response);
    response.setHeader('content-security-policy', POLICY + addition);
    page(request, response);
  });
}

export async function serve(listener: Listener): Promise<Site> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Answers with the files of a folder, some of them replaced by those in `changed`. */
export function filesOf(folder: string, changed: Record<string, string> = {}): Listener {
  return async ({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://page');
    const path = pathname === '/' ? '/index.html' : pathname;
    const body = changed[path] ?? (await readFile(join(folder, path)).catch(() => undefined));
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': TYPES[extname(path)] });
    response.end(body);
  };
}
