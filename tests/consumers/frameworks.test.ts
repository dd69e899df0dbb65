import assert from 'node:assert/strict';
import { once } from 'node:events';
import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { By } from 'selenium-webdriver';
import type { Site } from '../server.js';
import { examplesIn } from '../snippets.js';
import { type Consumer, skipSlowInstall, useConsumer } from './consumer.js';
import { type Framework, react, solid, svelte, vue } from './frameworks.js';
import { ERROR_STATUS, filesOf, servePage, useVisitor, VALUES, type Visitor } from './visitor.js';

const PAGES = fileURLToPath(new URL('pages', import.meta.url));

/** For the scripts that React writes into a page. */
const NONCE = '0123456789abcdef';

const POLICY = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-${NONCE}'; connect-src 'self'`;

const PAGE = '<!doctype html><title></title><main></main><script type="module" src=';

/** Milliseconds, also on a busy machine. */
const WAIT = 60_000;

/** An outcome that the page's component gets. */
type Outcome = ['connected', id: number] | ['failed', code: string];

type Render = (way: string, ready: Promise<void>, nonce: string, response: ServerResponse) => void;

for (const [project, frameworks, skip] of [
  ['react-19', [react('React 19')], false],
  ['react-18', [react('React 18')], skipSlowInstall],
  ['frameworks', [vue, svelte, solid], skipSlowInstall],
] as const) {
  suite('The element, in', { timeout: 600_000, skip }, () => {
    const consumer = useConsumer(project);
    const visitor = useVisitor();
    before(async () => {
      cpSync(PAGES, join(consumer.folder, 'pages'), { recursive: true });
      await visitor.browser.manage().setTimeouts({ pageLoad: WAIT });
    });
    for (const framework of frameworks) testFramework(framework, consumer, visitor);
  });
}

/** Bundles one of the pages' scripts with the documents' example. */
async function bundle(
  { document, language, compile }: Framework,
  { folder }: Consumer,
  script: string,
  options: BuildOptions,
): Promise<void> {
  const require = createRequire(join(folder, 'package.json'));
  const [source = '', ...others] = examplesIn(document, language);
  assert.deepEqual(others, [], `one example in ${language}`);
  await build({
    entryPoints: [join(folder, 'pages', script)],
    bundle: true,
    jsx: 'automatic',
    jsxDev: true,
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
          onLoad({ filter: /./, namespace: 'example' }, () => ({
            resolveDir: folder,
            ...(compile?.(source, require) ?? { contents: source, loader: 'jsx' }),
          }));
          onLoad({ filter: /\.svelte$/ }, ({ path }) =>
            compile?.(readFileSync(path, 'utf8'), require),
          );
        },
      },
    ],
    ...options,
  });
}

function testFramework(framework: Framework, consumer: Consumer, visitor: Visitor): void {
  const { name, page, server, ways, changing, bound, forms = [], isSilentAfterUnmount } = framework;
  suite(name, () => {
    let site: Site;
    /** Lets the late content be rendered. */
    let onReady: () => void;
    /** Whether the chunk of the element is missing. */
    let isBroken = false;

    before(async () => {
      const out = join(consumer.folder, 'out');
      await bundle(framework, consumer, page, { outdir: out, format: 'esm', splitting: true });
      copyFileSync(consumer.wasm, join(out, 'authenticate_bigcommerce.wasm'));
      let render: Render | undefined;
      if (server) {
        const file = join(out, 'server.cjs');
        await bundle(framework, consumer, server, {
          outfile: file,
          platform: 'node',
          format: 'cjs',
        });
        ({ render } = createRequire(import.meta.url)(file) as { render: Render });
      }
      const files = filesOf(out);
      const start = `/${page.replace(/\.\w+$/, '.js')}`;
      site = await servePage(visitor.sandbox, (request, response) => {
        const { url = '' } = request;
        const way = url.slice(1);
        response.setHeader('content-security-policy', POLICY);
        if (url === '/ready') {
          onReady();
          return response.end();
        }
        if (isBroken && way.startsWith('connect-')) return response.writeHead(503).end();
        const isPage = [...ways, ...forms, changing].includes(way);
        if (!isPage) return files(request, response);
        response.setHeader('content-type', 'text/html; charset=utf-8');
        if (!render || way.startsWith('client')) {
          return response.end(`${PAGE}"${start}"></script>`);
        }
        const ready = new Promise<void>((resolve) => {
          onReady = resolve;
        });
        render(way, ready, NONCE, response);
      });
    });
    after(() => site?.[Symbol.asyncDispose]());

    // None before the page's script has run.
    const outcomes = () =>
      visitor.browser.executeScript<Outcome[]>('return globalThis.outcomes ?? []');

    async function open(way: string): Promise<void> {
      visitor.sandbox.instances.clear();
      await visitor.browser.get(`${site.origin}/${way}`);
      await isUsable();
    }

    async function isUsable(): Promise<void> {
      const isEnabled = async () => {
        const [button] = await visitor.browser.findElements(By.css('button'));
        return button?.isEnabled();
      };
      await visitor.browser.wait(isEnabled, WAIT).catch(async () => {
        assert.fail(`the button stays disabled: ${await visitor.takeErrors()}`);
      });
    }

    async function submit(clientId: string): Promise<void> {
      await visitor.browser.executeScript(
        `const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
         for (const [name, value] of Object.entries(arguments[0])) {
           const input = document.querySelector('[name=' + name + ']');
           set.call(input, value);
           input.dispatchEvent(new Event('input', { bubbles: true }));
         }`,
        { ...VALUES, clientId },
      );
      await visitor.browser.findElement(By.css('button')).click();
    }

    /** The next outcome after the first `count` ones. */
    async function next(count: number): Promise<Outcome | undefined> {
      const hasNext = async () => (await outcomes()).length > count;
      await visitor.browser.wait(hasNext, WAIT, 'the component gets an outcome');
      return (await outcomes())[count];
    }

    const textOf = (selector: string) => visitor.browser.findElement(By.css(selector)).getText();

    /** The sandbox answers some requests with errors on purpose. */
    const assertSilence = () => visitor.assertSilence(ERROR_STATUS);

    for (const way of ways) {
      test(`gets messages, config, connected and failed on the page "${way}"`, async () => {
        await open(way);
        await submit('');
        assert.deepEqual(await next(0), ['failed', 'ERR_CONFIG']);
        assert.match(await textOf('[data-error-for=clientId], .bigcommerce-error'), /Client ID/);
        await submit('refused');
        assert.deepEqual(await next(1), ['failed', 'ERR_REJECTED']);
        assert.equal(
          await textOf('[role=status]'),
          'BigCommerce refused: compare with what BigCommerce showed.',
        );
        await submit('shop');
        const [event, id] = (await next(2)) ?? [];
        const [instance] = visitor.sandbox.instances.values();
        assert.deepEqual([event, id], ['connected', instance?.id]);
        assert.ok(instance?.tags?.includes('onboarding'), 'the config has arrived');
        await assertSilence();
      });
    }

    if (changing) {
      test('gets changed props, and calls the newest callbacks from the first listeners', async () => {
        await open(changing);
        await submit('shop');
        assert.deepEqual(await next(0), ['failed', 'timeout at step 0']);
        const step = visitor.browser.executeAsyncScript<object>(
          `const done = arguments[0];
           const element = document.querySelector('bigcommerce-connect');
           new MutationObserver(() => element.dataset.step === '2' && done({
             isReferenced: referenced() === element,
             attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
           })).observe(element, { attributes: true });
           change();
           change();`,
        );
        assert.deepEqual(await step, {
          isReferenced: true,
          attributes: {
            class: 'step-2',
            'data-step': '2',
            'base-url': '/api/2',
            'instance-id': '3',
          },
        });
        await submit('shop');
        assert.deepEqual(await next(1), ['failed', 'tags,0 at step 2']);
        assert.equal(await textOf('[role=status]'), 'Step 2');
        assert.deepEqual(
          await visitor.browser.executeScript(
            `return added.filter((type) => ['connected', 'failed'].includes(type))`,
          ),
          ['connected', 'failed'],
        );
        await assertSilence();
      });

      test('makes no call where onSubmitCapture prevents the submit, and one where onSubmit does', async () => {
        await open(changing);
        const busy = await visitor.browser.executeScript(
          `return [true, false].map((isRefused) => {
             globalThis.isRefused = isRefused;
             document.querySelector('button').click();
             return document.querySelector('form').getAttribute('aria-busy');
           });`,
        );
        assert.deepEqual(busy, [null, 'true']);
        assert.deepEqual(await next(0), ['failed', 'timeout at step 0']);
        await assertSilence();
      });
    }

    if (bound) {
      test("has the values of BigCommerce's file in its state", async () => {
        await open(bound);
        await visitor.browser.executeScript(
          `const dataTransfer = new DataTransfer();
           dataTransfer.items.add(new File([arguments[0]], 'credentials.txt'));
           const drop = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true });
           document.querySelector('bigcommerce-connect').dispatchEvent(drop);`,
          `CLIENT ID: ${VALUES.clientId}\nACCESS TOKEN: ${VALUES.accessToken}\nAPI PATH: ${VALUES.storeUrl}\nNAME: ${VALUES.name}`,
        );
        const state = () => visitor.browser.executeScript<object>('return state()');
        const isThere = async () => isDeepStrictEqual(await state(), VALUES);
        await visitor.browser.wait(isThere, WAIT).catch(() => {});
        assert.deepEqual(await state(), VALUES);
        await assertSilence();
      });
    }

    for (const way of forms) {
      test(`gets properties and events of the form that is ready to use on the page "${way}"`, async () => {
        visitor.sandbox.instances.clear();
        await visitor.browser.get(`${site.origin}/${way}`);
        const inForm = (script: string) => () =>
          visitor.browser.executeScript(
            `const root = document.querySelector('bigcommerce-connect-form').shadowRoot;
             const find = (selector) => root?.querySelector(selector);
             ${script}`,
          );
        if (way.startsWith('hydrated')) {
          await visitor.browser.wait(inForm('return globalThis.hydrate'), WAIT, 'the script');
          await inForm("find('#name').focus()")();
          await visitor.browser.actions().sendKeys('Typed').perform();
          await inForm('hydrate()')();
        }
        const label = "return find('[part=label]')?.textContent";
        const isThere = async () => (await inForm(label)()) === 'To Acme!';
        await visitor.browser.wait(isThere, WAIT, 'the form has its texts');
        await inForm(
          `for (const [id, value] of Object.entries(${JSON.stringify(VALUES)})) {
             find('#' + id).value ||= value;
           }
           find('[type=submit]').click();`,
        )();
        const [event, id] = (await next(0)) ?? [];
        const [instance] = visitor.sandbox.instances.values();
        assert.deepEqual([event, id], ['connected', instance?.id]);
        assert.ok(instance?.tags?.includes('onboarding'), 'the config has arrived');
        if (way.startsWith('hydrated')) assert.equal(instance?.name, 'Typed');
        await assertSilence();
      });
    }

    if (changing) {
      test("loads the element's script again at the next focus or submit, where it is missing", async () => {
        isBroken = true;
        visitor.sandbox.instances.clear();
        await visitor.browser.get(`${site.origin}/client`);
        assert.deepEqual(await next(0), ['failed', 'ERR_LOAD']);
        await visitor.browser.findElement(By.css('[name=clientId]')).click();
        assert.deepEqual(await next(1), ['failed', 'ERR_LOAD']);
        const requestSubmit = "document.querySelector('form').requestSubmit()";
        await visitor.browser.executeScript(requestSubmit);
        assert.deepEqual(await next(2), ['failed', 'ERR_LOAD']);
        const isPrevented = await visitor.browser.executeScript<boolean>(
          `let isPrevented;
           addEventListener('submit', (event) => {
             isPrevented = event.defaultPrevented;
             event.preventDefault();
           }, { once: true });
           const button = document.querySelector('button');
           button.setAttribute('formaction', '/draft');
           button.form.requestSubmit(button);
           button.removeAttribute('formaction');
           return isPrevented;`,
        );
        assert.equal(isPrevented, false, 'a submit to another URL is not prevented');
        isBroken = false;
        await visitor.browser.executeScript(requestSubmit);
        assert.deepEqual(await next(3), ['failed', 'ERR_CONFIG']);
        await submit('shop');
        assert.equal((await next(4))?.[0], 'connected');
        await assertSilence();
      });
    }

    test('connects when the page comes back after a refusal', async () => {
      await open(ways[0] ?? '');
      await submit('refused');
      assert.deepEqual(await next(0), ['failed', 'ERR_REJECTED']);
      await visitor.browser.get('about:blank');
      await visitor.browser.navigate().back();
      await isUsable();
      // Where the browser has kept the page, the first outcome is still there.
      const { length } = await outcomes();
      await submit('shop');
      assert.equal((await next(length))?.[0], 'connected');
      await assertSilence();
    });

    test('aborts the call when it is unmounted', async () => {
      await open(ways[0] ?? '');
      const isHeld = new Promise<void>((resolve) => {
        visitor.sandbox.onRequest = () => {
          resolve();
          return { kind: 'hold' };
        };
      });
      const called = new Promise<ServerResponse>((resolve) => {
        site.server.on('request', ({ url = '' }: IncomingMessage, response: ServerResponse) => {
          if (url.startsWith('/api/')) resolve(response);
        });
      });
      await submit('shop');
      await isHeld;
      visitor.sandbox.onRequest = undefined;
      const response = await called;
      const closed = once(response, 'close');
      await visitor.browser.executeScript('unmount()');
      await closed;
      assert.equal(response.writableFinished, false, 'the request is aborted');
      if (!isSilentAfterUnmount) assert.deepEqual(await next(0), ['failed', 'ERR_ABORTED']);
      await assertSilence();
    });
  });
}
