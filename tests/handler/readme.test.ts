import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { until } from 'selenium-webdriver';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { startBrowser } from '../browser/engines.js';
import { filesIn } from '../snippets.js';
import { instanceBody, MOUNT, newKey, subjectTag } from './front.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FILES = filesIn('docs/frameworks.md');

/** What the recipe leaves to its reader. */
const YOURS = {
  'merchants.js': `
    export async function findMerchant(cookie) {
      const [, id] = /(?:^|; )session=(\\w+)/.exec(cookie ?? '') ?? [];
      return id ? { id } : undefined;
    }
    export async function saveInstance(...instance) {
      console.log('saved ' + JSON.stringify(instance));
    }`,
  'app.js': `
    import { readFile } from 'node:fs/promises';
    const page = \`<!doctype html>
      <title></title>
      <script type="importmap">{ "imports": { "authenticate-bigcommerce": "/dist/index.js" } }</script>
      <script>
        var username = 'shop', password = '0123456789abcdef', storeUrl = 'shop.example', name = 'My shop';
        var idempotencyKey = '${newKey()}';
      </script>
      <script type="module" src="/page.js"></script>
      <script type="module">document.title = 'done';</script>\`;
    export async function app({ url }, response) {
      if (url === '/') {
        response.setHeader('set-cookie', 'session=ann; HttpOnly; SameSite=Lax');
        return response.writeHead(200, { 'content-type': 'text/html' }).end(page);
      }
      const folder = url.startsWith('/dist/') ? '${PROJECT}' : import.meta.dirname;
      const body = await readFile(folder + url).catch(() => undefined);
      const type = url.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
      response.writeHead(body ? 200 : 404, { 'content-type': type }).end(body);
    }`,
  'page.js': `
    import { authenticateBigCommerce } from 'authenticate-bigcommerce';
    const baseUrl = '/api/cloud-elements';
    await authenticateBigCommerce({ username, password, storeUrl, name, baseUrl, idempotencyKey });`,
  // Says where the recipe listens, which only whoever starts it for good knows beforehand.
  'announce.js': `
    import { Server } from 'node:http';
    const { listen } = Server.prototype;
    Server.prototype.listen = function (...args) {
      this.once('listening', () => console.log('listening ' + this.address().port));
      return listen.apply(this, args);
    };`,
};

suite("The README's recipe", { timeout: 600_000 }, () => {
  let folder: string;
  let sandbox: Sandbox;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    sandbox = await startSandbox();
    env = {
      ...process.env,
      CLOUD_ELEMENTS_USER_SECRET: USER_SECRET,
      CLOUD_ELEMENTS_ORGANIZATION_SECRET: ORGANIZATION_SECRET,
      CLOUD_ELEMENTS_BASE_URL: sandbox.url,
      PORT: '0',
    };
    // Within the project, so that the package is found by its name.
    folder = mkdtempSync(join(PROJECT, 'target', 'recipe-'));
    for (const [name, code] of [...FILES, ...Object.entries(YOURS)]) {
      mkdirSync(join(folder, dirname(name)), { recursive: true });
      writeFileSync(join(folder, name), code);
    }
  });
  after(async () => {
    await sandbox?.close();
    if (folder) rmSync(folder, { recursive: true });
  });

  test('is made of files that are all run here', () => {
    assert.deepEqual([...FILES.keys()].sort(), [
      'app/api/cloud-elements/[...path]/route.js',
      'hono.js',
      'proxy.js',
      'server.js',
      'worker.js',
    ]);
  });

  test('connects a store with page, handler and Node', async () => {
    const server = spawn('node', ['--import', './announce.js', 'server.js'], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
    const next = async (word: string): Promise<string> => {
      const { value = '' } = await lines.next();
      assert.ok(value.startsWith(`${word} `), `${word}, not ${value}`);
      return value.slice(word.length + 1);
    };
    const browser = await startBrowser();
    try {
      await browser.get(`http://127.0.0.1:${await next('listening')}/`);
      await browser.wait(until.titleIs('done'), 120_000);
      const saved = JSON.parse(await next('saved'));
      const [instance, ...others] = sandbox.instances.values();
      assert.deepEqual(others, []);
      assert.deepEqual(saved, ['ann', instance?.id, instance?.token]);
      assert.ok(instance?.tags.includes(subjectTag('ann')), String(instance?.tags));
      await browser.manage().deleteAllCookies();
      const status = await browser.executeAsyncScript(
        `const done = arguments[0];
         fetch('${MOUNT}/instances', {
           method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}',
         }).then(({ status }) => done(status));`,
      );
      assert.equal(status, 401);
    } finally {
      await browser.quit();
      server.kill();
      await once(server, 'exit');
    }
  });

  type Handler = (request: Request) => Response | Promise<Response>;
  for (const [host, file, methods] of [
    [
      'Next.js',
      'app/api/cloud-elements/[...path]/route.js',
      (module: Record<string, Handler>) => module,
    ],
    [
      'Workers',
      'worker.js',
      ({ default: { fetch } }: { default: { fetch: Handler } }) => ({
        GET: fetch,
        POST: fetch,
        PUT: fetch,
      }),
    ],
    [
      'Hono',
      'hono.js',
      ({ app: { fetch } }: { app: { fetch: Handler } }) => ({
        GET: fetch,
        POST: fetch,
        PUT: fetch,
      }),
    ],
  ] as const) {
    test(`takes each method under ${host}`, async (t) => {
      t.mock.method(console, 'log', () => undefined);
      t.mock.method(process, 'emitWarning', () => undefined);
      for (const name of Object.keys(env)) {
        if (!name.startsWith('CLOUD_ELEMENTS_')) continue;
        process.env[name] = env[name];
        t.after(() => delete process.env[name]);
      }
      const module = await import(pathToFileURL(join(folder, file)).href);
      const handlers: Record<string, Handler> = methods(module);
      const call = (method: string, path: string, body?: object, session = 'session=ann') =>
        handlers[method]?.(
          new Request(`https://shop.example${MOUNT}${path}`, {
            method,
            body: body ? JSON.stringify(body) : null,
            headers: {
              'sec-fetch-site': 'same-origin',
              'content-type': 'application/json',
              cookie: session,
            },
          }),
        ) ?? assert.fail(`${basename(file)} has no ${method}`);
      const tag = `idempotency-key:${newKey()}`;
      const created = await call('POST', '/instances', instanceBody({ tags: [tag] }));
      assert.equal(created.status, 200);
      const { id } = await created.json();
      const found = await (await call('GET', `/instances?tags[]=${tag}`)).json();
      assert.equal(found[0].id, id);
      const updated = await call('PUT', `/instances/${id}`, instanceBody({ name: 'Renamed' }));
      assert.equal((await updated.json()).name, 'Renamed');
      const strange = await call('PUT', `/instances/${id}`, instanceBody(), 'session=bob');
      assert.equal(strange.status, 404);
      assert.equal((await call('POST', '/instances', instanceBody(), '')).status, 401);
    });
  }
});
