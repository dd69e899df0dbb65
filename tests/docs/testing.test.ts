import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { TEST_CREDENTIALS } from '../../js/sandbox/sandbox.js';
import { examplesIn, filesIn, readDocument } from '../snippets.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const PAGE = 'docs/testing.md';

/** The part that the page leaves to its readers. */
const SETUP = `
  import { readFile } from 'node:fs/promises';
  import { getRequestListener } from '@hono/node-server';
  import { createProxy } from 'authenticate-bigcommerce/proxy';
  import { startBrowser } from '${pathToFileURL(join(PROJECT, 'tests/browser/engines.ts'))}';
  import { serve } from '${pathToFileURL(join(PROJECT, 'tests/server.ts'))}';

  const page = \`<!doctype html>
    <title>Connect</title>
    <script type="module" src="/dist/connect.js"></script>
    <bigcommerce-connect base-url="/api/cloud-elements">
      <form method="post">
        <input name="username"> <input name="password"> <input name="storeUrl"> <input name="name">
        <button disabled>Connect</button>
      </form>
    </bigcommerce-connect>\`;

  export const openBrowser = () => startBrowser();

  export async function startServer(env) {
    const proxy = getRequestListener(createProxy({
      userSecret: env.CLOUD_ELEMENTS_USER_SECRET,
      organizationSecret: env.CLOUD_ELEMENTS_ORGANIZATION_SECRET,
      baseUrl: env.CLOUD_ELEMENTS_BASE_URL,
      authorize: () => ({ subject: 'merchant' }),
    }));
    const site = await serve(async (request, response) => {
      const { url } = request;
      if (url.startsWith('/api/cloud-elements/')) return proxy(request, response);
      if (url === '/') return response.setHeader('content-type', 'text/html').end(page);
      const file = await readFile('${PROJECT}' + url).catch(() => undefined);
      const type = url.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
      response.writeHead(file ? 200 : 404, { 'content-type': type }).end(file);
    });
    return { url: site.origin, stop: () => site[Symbol.asyncDispose]() };
  }`;

suite('docs/testing.md', { timeout: 300_000 }, () => {
  test('has only files that are run, those without a browser in tests/consumers', () => {
    const files = ['connect.test.js', 'store.test.js', 'page.test.js'];
    assert.deepEqual([...filesIn(PAGE).keys()], files);
    assert.deepEqual(examplesIn(PAGE), []);
  });

  test('has a table of all test credentials of the sandbox', () => {
    const rows = readDocument(PAGE).matchAll(/^\| `([a-z\d-]+)` \| ([^|]+) \|$/gm);
    const credentials = Object.fromEntries(
      [...rows].map(([, name, outcome]) => [name ?? '', outcome ?? '']),
    );
    assert.deepEqual(credentials, TEST_CREDENTIALS);
  });

  test('has a browser test that passes', async () => {
    // Within the project, so that the packages are found by their names.
    const folder = mkdtempSync(join(PROJECT, 'target', 'testing-'));
    try {
      writeFileSync(join(folder, 'page.test.js'), filesIn(PAGE).get('page.test.js') ?? '');
      writeFileSync(join(folder, 'setup.js'), SETUP);
      // With it, the inner test would report to this one instead of printing.
      const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--test-reporter=tap', 'page.test.js'],
        { cwd: folder, env, timeout: 240_000 },
      );
      assert.match(stdout, /^# pass 1$/m);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('Each page in docs/ with snippets is read by a test', () => {
  const tests = readdirSync(join(PROJECT, 'tests'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .map((file) => readFileSync(join(PROJECT, 'tests', file), 'utf8'))
    .join('\n');
  const pages = readdirSync(join(PROJECT, 'docs')).map((page) => `docs/${page}`);
  const unread = pages.filter(
    (page) => readDocument(page).includes('\n```js') && !tests.includes(`'${page}'`),
  );
  assert.deepEqual(unread, []);
});

test('Each file in the documents is named in the text before it, because fences are not shown', () => {
  const pages = readdirSync(join(PROJECT, 'docs')).map((page) => `docs/${page}`);
  for (const page of ['README.md', ...pages]) {
    for (const [, before = '', name] of readDocument(page).matchAll(/([^\n]*)\n+```\w+ (\S+)\n/g)) {
      assert.ok(before.includes(`\`${name}\``), `${page}: ${name} after "${before}"`);
    }
  }
});
