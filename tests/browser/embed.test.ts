import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build, type Loader } from 'esbuild';
import { By, until } from 'selenium-webdriver';
import { compileScript, parse } from 'vue/compiler-sfc';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { readDocument } from '../snippets.js';
import { type BlankPage, openBlankPage } from './blank-page.js';

declare global {
  /** What a component said. */
  var said: [event: string, detail: Record<string, unknown>][];
  var unmount: () => void;
}

const PROJECT = new URL('../..', import.meta.url);
const DOCUMENT = readDocument('docs/react.md');

/** The document's one example in `language`. */
function example(language: string): string {
  const [[, code] = [], ...rest] = DOCUMENT.matchAll(
    new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'),
  );
  assert.deepEqual(rest, [], `one example in ${language}`);
  return code ?? assert.fail(`no example in ${language}`);
}

const PAGE = '<!doctype html><title></title><script type="module" src="/page.js"></script>';

/** What mounts the component that 'example' is. */
const MOUNT = {
  jsx: `
    import { createElement } from 'react';
    import { createRoot } from 'react-dom/client';
    import { ConnectStore } from 'example';
    const root = createRoot(document.querySelector('main'));
    root.render(createElement(ConnectStore, {
      onConnected: (detail) => said.push(['connected', detail]),
      onFailed: (detail) => said.push(['failed', { ...detail }]),
    }));
    globalThis.unmount = () => root.unmount();`,
  vue: `
    import { createApp, h } from 'vue';
    import ConnectStore from 'example';
    const app = createApp(() => h(ConnectStore, {
      onConnected: (detail) => said.push(['connected', detail]),
      onFailed: (detail) => said.push(['failed', { ...detail }]),
    }));
    app.mount('main');
    globalThis.unmount = () => app.unmount();`,
};

/** The component as its framework's compiler makes it, mounted, with all but the package in it. */
async function bundle(language: 'jsx' | 'vue'): Promise<string> {
  let contents = example(language);
  let loader: Loader = 'jsx';
  if (language === 'vue') {
    const isCustomElement = (tag: string) => tag === 'bigcommerce-connect';
    const { descriptor } = parse(contents, { templateParseOptions: { isCustomElement } });
    contents = compileScript(descriptor, { id: 'example', inlineTemplate: true }).content;
    loader = 'js';
  }
  const { outputFiles } = await build({
    stdin: { contents: MOUNT[language], resolveDir: fileURLToPath(PROJECT) },
    bundle: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    plugins: [
      {
        name: 'example',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /^example$/ }, ({ path }) => ({ path, namespace: 'example' }));
          onResolve({ filter: /^authenticate-bigcommerce\/connect$/ }, () => ({
            path: '/authenticate-bigcommerce/connect.js',
            external: true,
          }));
          onLoad({ filter: /./, namespace: 'example' }, () => ({
            contents,
            loader,
            resolveDir: fileURLToPath(PROJECT),
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? assert.fail('nothing was built');
}

suite("The documents' example in", { timeout: 900_000 }, () => {
  let page: BlankPage;
  let sandbox: Sandbox;
  /** The page's own answer to the request that came last. */
  let answer: ServerResponse;

  before(async () => {
    page = await openBlankPage();
    sandbox = await startSandbox();
    const files: Record<string, string> = {
      '/html': `<main>${example('html')}</main>`,
      '/jsx': '<main></main><script type="module" src="/jsx.js"></script>',
      '/jsx.js': await bundle('jsx'),
      '/vue': '<main></main><script type="module" src="/vue.js"></script>',
      '/vue.js': await bundle('vue'),
    };
    page.onRequest = (request, response) => {
      const { url = '' } = request;
      const file = url.startsWith('/authenticate-bigcommerce/')
        ? readFileSync(new URL(url.replace('/authenticate-bigcommerce', 'dist'), PROJECT))
        : files[url];
      if (url.startsWith('/api/cloud-elements')) {
        answer = response;
        forward(request, response);
      } else if (file !== undefined) {
        const isScript = url.endsWith('.js');
        response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
        response.setHeader(
          'content-security-policy',
          "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
        );
        response.end(isScript || file instanceof Buffer ? file : PAGE + file);
      }
      return file !== undefined || url.startsWith('/api/');
    };
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });

  /** Passes a request on to the sandbox, with the secrets added, as a page's own server does. */
  async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const authorization = `User ${USER_SECRET}, Organization ${ORGANIZATION_SECRET}`;
    const body = await text(request);
    const answer = await fetch(url.replace('/api/cloud-elements', sandbox.url), {
      method,
      headers: { authorization, 'content-type': headers['content-type'] ?? '' },
      body: body || null,
    }).catch(() => undefined);
    // None comes where the sandbox holds it until it is closed.
    if (answer) response.writeHead(answer.status).end(await answer.text());
  }

  /** Opens the example with `username` and the rest in its form. */
  async function open(language: string, username: string): Promise<void> {
    sandbox.instances.clear();
    sandbox.requests.length = 0;
    await page.open(`/${language}`);
    await page.run(() => {
      globalThis.said ??= [];
    });
    const button = await page.browser.wait(until.elementLocated(By.css('button')), 60_000);
    await page.browser.wait(until.elementIsEnabled(button), 60_000);
    for (const [name, value] of Object.entries({
      username,
      password: '0123456789abcdef',
      storeUrl: 'store-wuxeae6.mybigcommerce.com',
      name: 'My shop',
    })) {
      await page.browser.findElement(By.name(name)).sendKeys(value);
    }
    await button.click();
  }

  const status = (words: string) =>
    page.browser.wait(
      until.elementTextContains(page.browser.findElement(By.css('[role=status]')), words),
      60_000,
    );

  async function assertNoComplaints(): Promise<void> {
    assert.deepEqual(await page.complaints(), []);
  }

  test('plain HTML connects a store', async () => {
    await open('html', 'shop');
    await status('Your store is connected.');
    const [instance] = sandbox.instances.values();
    assert.equal(instance?.configuration.username, 'shop');
    await assertNoComplaints();
  });

  for (const [language, framework] of [
    ['jsx', 'React 19'],
    ['vue', 'Vue 3'],
  ] as const) {
    suite(framework, () => {
      test('has twenty lines at most', () => {
        const lines = example(language).trimEnd().split('\n').length;
        assert.ok(lines <= 20, `${lines} lines`);
      });

      test('connects a store and says so', async () => {
        await open(language, 'shop');
        await status('Your store is connected.');
        const [instance] = sandbox.instances.values();
        const [[event, detail] = assert.fail('nothing was said'), ...rest] = await page.run(
          () => said,
        );
        assert.deepEqual(
          [event, detail.id, detail.token],
          ['connected', instance?.id, instance?.token],
        );
        assert.deepEqual(rest, []);
        await assertNoComplaints();
      });

      test('says what is wrong, in words of its own', async () => {
        await open(language, 'refused');
        await status('BigCommerce refused: compare with Legacy API Settings.');
        assert.deepEqual(
          (await page.run(() => said)).map(([event, { code }]) => [event, code]),
          [['failed', 'ERR_REJECTED']],
        );
        await page.browser.findElement(By.name('username')).clear();
        await page.browser.findElement(By.css('button')).click();
        const error = page.browser.findElement(By.css('[data-error-for=username]'));
        await page.browser.wait(until.elementTextContains(error, 'Username'), 60_000);
        await assertNoComplaints();
      });

      test('aborts the call when it is unmounted', async () => {
        const isHeld = new Promise<void>((resolve) => {
          sandbox.onRequest = () => {
            resolve();
            return { kind: 'hold' };
          };
        });
        await open(language, 'shop');
        await isHeld;
        const closed = once(answer, 'close');
        await page.run(() => unmount());
        await closed;
        assert.equal(answer.writableFinished, false);
        sandbox.onRequest = undefined;
        await assertNoComplaints();
      });
    });
  }
});
