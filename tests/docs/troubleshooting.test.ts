// Produces each symptom on the page. tests/handler/setup-mistakes.test.ts has those of the handler
// and of servers in front of it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { BlankPage, setUp } from '../browser/blank-page.js';
import { MOUNT, optionsFor } from '../handler/served-handler.js';
import { examplesIn, messagesIn } from '../snippets.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = 'docs/troubleshooting.md';
const MESSAGES = messagesIn(PAGE);
/** The messages that tests/handler/setup-mistakes.test.ts checks. */
const OF_MISTAKES =
  /^(?:The (?:handler|server at baseUrl) |createProxy:|.* from the server at baseUrl)/;
const FILE = '/dist/authenticate_bigcommerce.wasm';

const CONFIG = {
  username: 'shop',
  password: '0123456789abcdef',
  storeUrl: 'store-wuxeae6.mybigcommerce.com',
  name: 'My shop',
};

const OPTIONS = {
  userSecret: 'user-secret',
  organizationSecret: 'organization-secret',
  authorize: () => ({ subject: 'ann' }),
};

suite('docs/troubleshooting.md', { timeout: 300_000 }, () => {
  const page = setUp(new BlankPage());
  let sandbox: Sandbox;
  const seen = new Set<string>();

  before(async () => {
    sandbox = await startSandbox();
  });
  after(async () => {
    await sandbox?.close();
  });
  afterEach(() => {
    page.onRequest = undefined;
    sandbox.onRequest = undefined;
  });

  function assertQuoted(message: unknown): void {
    seen.add(String(message));
    assert.ok(MESSAGES.includes(String(message)), `${PAGE} quotes ${message}`);
  }

  /** Opens a page with this policy and content; `files` replace those of the server. */
  async function open(policy: string, content = '', files: Record<string, string | Buffer> = {}) {
    const other = `<!doctype html><title></title><script type="module" src="/page.js"></script>${content}`;
    page.onRequest = ({ url = '' }, response) => {
      const body = url === '/other' ? other : files[url];
      if (body === undefined) return false;
      const type = url.endsWith('.js') ? 'text/javascript' : 'text/html';
      response.writeHead(body === '' ? 404 : 200, {
        'content-type': type,
        'content-security-policy': policy,
      });
      response.end(body);
      return true;
    };
    await page.open('/other');
  }

  test('quotes the error of a call to Cloud Elements without CORS', async () => {
    await page.open();
    const error = await page.connect({ ...CONFIG, ...optionsFor(sandbox) });
    assert.equal(error.code, 'ERR_NETWORK');
    assertQuoted(error.message);
  });

  test('quotes the error of a call without a response', async () => {
    await page.open();
    page.onRequest = ({ url }) => url?.startsWith('/held/') ?? false;
    const error = await page.connect({ ...CONFIG, baseUrl: '/held', timeout: 100 });
    assert.equal(error.code, 'ERR_TIMEOUT');
    assertQuoted(error.message);
  });

  const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
  for (const [what, policy, file, cause] of [
    ['is missing', POLICY, '', /^Error: The server answered 404\.$/],
    ['is a page', POLICY, '<!doctype html>', /^Error: This is not the file of this release/],
    [
      'must not be compiled',
      POLICY.replace(" 'wasm-unsafe-eval'", ''),
      undefined,
      /^CompileError: .*Content Security Policy/,
    ],
    [
      'must not be fetched',
      POLICY.replace(/connect-src.*/, ''),
      undefined,
      /^TypeError: Failed to fetch/,
    ],
  ] as const) {
    test(`quotes the error of a module that ${what}, whose cause shows why`, async () => {
      await open(policy, '', file === undefined ? {} : { [FILE]: file });
      const { error } = await page.run((config) => report(api.authenticateBigCommerce(config)), {
        ...CONFIG,
        baseUrl: '/nowhere',
      });
      assert.equal(error?.fields.code, 'ERR_LOAD');
      assertQuoted(error?.message);
      assert.match(error?.cause ?? '', cause);
    });
  }

  test('quotes the 404 of a handler that gets all requests', async () => {
    const handler = createProxy({ ...OPTIONS, onError: () => undefined });
    const response = await handler(new Request('https://shop.example/'));
    assert.equal(response.status, 404);
    assertQuoted(await response.text());
  });

  const FORM = '<form method="post"><button disabled>Connect</button></form>';
  const ELEMENT = `<bigcommerce-connect base-url="/nowhere">${FORM}</bigcommerce-connect>`;

  test('is right that a button stays disabled if its script lacks the files beside it', async () => {
    await open(POLICY, `<script type="module" src="/alone/connect.js"></script>${ELEMENT}`, {
      '/alone/connect.js': readFileSync(join(PROJECT, 'dist/connect.js')),
    });
    const state = await page.run(async () => {
      const script = '/alone/connect.js';
      const outcome = await import(script).then(String, () => 'failed');
      return [outcome, document.querySelector('button')?.disabled];
    });
    assert.deepEqual(state, ['failed', true]);
  });

  test('has an example that prints the error of a call, and nothing for a prevented submit', async () => {
    await open(POLICY, `<script type="module" src="/dist/connect.js"></script>${ELEMENT}`);
    const [example = '', ...others] = examplesIn(PAGE);
    assert.deepEqual(others, []);
    await page.run(() => customElements.whenDefined('bigcommerce-connect').then(() => undefined));
    await page.browser.executeScript(example);
    const printed = await page.run(async () => {
      const printed: unknown[] = [];
      console.error = (error) => printed.push(error.code);
      const form = document.querySelector('form') as HTMLFormElement;
      const failed = new Promise((resolve) => document.addEventListener('failed', resolve));
      const prevent = (event: Event) => event.preventDefault();
      form.addEventListener('submit', prevent);
      form.requestSubmit();
      printed.push(form.ariaBusy);
      form.removeEventListener('submit', prevent);
      form.requestSubmit();
      await failed;
      return printed;
    });
    assert.deepEqual(printed, [null, 'ERR_CONFIG']);
  });

  test('is right that a callback to this machine is accepted, with 15 minutes between polls', async () => {
    const options = { ...OPTIONS, ...optionsFor(sandbox), allowEvents: true };
    const handler = getRequestListener(createProxy(options));
    page.onRequest = (request, response) => {
      if (!request.url?.startsWith(`${MOUNT}/`)) return false;
      handler(request, response);
      return true;
    };
    await page.open();
    const callbackUrl = 'http://localhost:3000/events';
    const { id } = await page.connect({ ...CONFIG, baseUrl: MOUNT, events: { callbackUrl } });
    const { configuration } = sandbox.instances.get(Number(id)) ?? assert.fail('no instance');
    assert.equal(configuration['event.notification.callback.url'], callbackUrl);
    assert.equal(configuration['event.poller.refresh_interval'], '15');
  });

  test("quotes what TypeScript reports with Node's old resolution, and without Node's types", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'types-'));
    try {
      mkdirSync(join(folder, 'node_modules'));
      symlinkSync(PROJECT, join(folder, 'node_modules/authenticate-bigcommerce'));
      const file = join(folder, 'handler.ts');
      writeFileSync(file, "export * from 'authenticate-bigcommerce/proxy';\nprocess.env;\n");
      const errorsWith = async (...settings: string[]) => {
        const options = ['--noEmit', ...settings, file];
        const tsc6 = join(PROJECT, 'node_modules/.bin/tsc6');
        const { stdout } = await promisify(execFile)(tsc6, options, { cwd: folder }).catch(
          (error) => error,
        );
        return [...stdout.matchAll(/error TS.*/g)].map(([error]) => error);
      };
      const old = ['--module', 'esnext', '--moduleResolution', 'node10'];
      const [found, missing] = [
        await errorsWith('--module', 'nodenext'),
        await errorsWith(...old, '--ignoreDeprecations', '6.0'),
      ];
      assert.deepEqual([found.length, missing.length], [1, 2], String([found, missing]));
      for (const error of missing) assertQuoted(error);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('quotes only messages that a test has seen', () => {
    const others = MESSAGES.filter((message) => !OF_MISTAKES.test(message));
    assert.deepEqual(others.sort(), [...seen].sort());
  });
});
