import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, beforeEach, suite, test } from 'node:test';
import { By } from 'selenium-webdriver';
import type { Site } from '../server.js';
import { examplesIn } from '../snippets.js';
import { skipSlowInstall, useConsumer } from './consumer.js';
import { ERROR_STATUS, filesOf, servePage, useVisitor, VALUES } from './visitor.js';

/** Milliseconds, also on a busy machine. */
const WAIT = 60_000;

/** For the styles of Turbo and htmx. */
const NONCE = 'bm9uY2Vub25jZQ==';

/** The documents' example. */
const [EXAMPLE = ''] = examplesIn('docs/frameworks.md', 'html');

/** Without the attributes that keep it in a morph. */
const ELEMENT = EXAMPLE.replace(' id="connect"', '').replace(
  ' data-turbo-permanent hx-preserve',
  '',
);

/** The HTML on the page, and the JavaScript expression for the root of the fields. */
const SUBJECTS: Record<string, [html: string, root: string]> = {
  'the element': [ELEMENT, "document.querySelector('bigcommerce-connect')"],
  "the element, with the page's own places for messages": [
    ELEMENT.replace(
      '<button',
      '<p data-error-for="clientId"></p><p role="status" data-bigcommerce-status></p><button',
    ),
    "document.querySelector('bigcommerce-connect')",
  ],
  'the element that the page keeps': [EXAMPLE, "document.querySelector('bigcommerce-connect')"],
  'the form': [
    '<bigcommerce-connect-form base-url="/api/cloud-elements"></bigcommerce-connect-form>',
    "document.querySelector('bigcommerce-connect-form')?.shadowRoot",
  ],
};

interface Library {
  /** Its scripts and settings, in the page's head. */
  head: string;
  /** Attributes of the page's body. */
  body: string;
  /** Attributes of a link that morphs the page. */
  morph: string;
}

const htmx = (config: object, ...scripts: string[]) => {
  const content = JSON.stringify({ ...config, inlineStyleNonce: NONCE });
  const tags = scripts.map((path) => `<script src="/node_modules/${path}" defer></script>`);
  return `<meta name="htmx-config" content='${content}'>${tags.join('')}`;
};

const LIBRARIES: Record<string, Library> = {
  Turbo: {
    head: `<meta name="csp-nonce" content="${NONCE}"><meta name="turbo-refresh-method" content="morph">
      <script type="module" src="/node_modules/@hotwired/turbo/dist/turbo.es2017-esm.js"></script>`,
    body: '',
    morph: 'data-turbo-action="replace"',
  },
  'htmx 2': {
    head: htmx({ allowEval: false }, 'htmx-2/dist/htmx.js', 'idiomorph/dist/idiomorph-ext.js'),
    body: 'hx-boost="true" hx-ext="morph"',
    morph: 'hx-swap="morph:innerHTML"',
  },
  'htmx 4': {
    head: htmx(
      { extensions: 'history-cache' },
      'htmx.org/dist/htmx.js',
      'htmx.org/dist/ext/hx-history-cache.js',
    ),
    body: 'hx-boost:inherited="true"',
    morph: 'hx-swap="innerMorph"',
  },
};

suite('In a page with', { timeout: 900_000, skip: skipSlowInstall }, () => {
  const consumer = useConsumer('page-libraries');
  const visitor = useVisitor();

  for (const [library, { head, body, morph }] of Object.entries(LIBRARIES)) {
    suite(library, () => {
      let site: Site;
      let content = '';
      /** The requests for pages. */
      const requests: string[] = [];

      before(async () => {
        const files = filesOf(consumer.folder);
        site = await servePage(
          visitor.sandbox,
          (request, response) => {
            const { method, url = '' } = request;
            if (url.startsWith('/node_modules/')) return files(request, response);
            const count = requests.push(`${method} ${url}`);
            response.setHeader('content-type', 'text/html');
            response.end(`<!doctype html><html lang="en"><head><title>${url} ${count}</title>${head}
              <script type="module" src="/node_modules/authenticate-bigcommerce/dist/form.js"></script>
              </head><body ${body}><p id="place">${url} ${count}</p>
              <a id="away" href="/away">Away</a> <a id="again" href="/page" ${morph}>Again</a>
              ${url === '/page' ? content : ''}</body></html>`);
          },
          `; style-src 'nonce-${NONCE}'`,
        );
      });
      after(() => site?.[Symbol.asyncDispose]());
      beforeEach(() => {
        requests.length = 0;
        visitor.sandbox.instances.clear();
        visitor.sandbox.onRequest = undefined;
      });

      for (const [subject, [html, root]] of Object.entries(SUBJECTS)) {
        const run = <Result>(script: string, ...args: unknown[]) =>
          visitor.browser.executeScript<Result>(
            `const root = ${root}; const find = (css) => root?.querySelector(css); ${script}`,
            ...args,
          );
        const wait = (script: string, message = script) =>
          visitor.browser.wait(() => run(script), WAIT, message);
        const click = (id: string) => visitor.browser.findElement(By.id(id)).click();
        const place = () => run<string>("return document.getElementById('place')?.innerText");
        /** Waits for the page with this path: Turbo shows a cached one while the visit goes on. */
        const arrive = (path: string) =>
          visitor.browser.wait(
            () =>
              run(
                `return document.getElementById('place')?.innerText.startsWith(arguments[0]) &&
                   !document.documentElement.hasAttribute('aria-busy')`,
                path,
              ),
            WAIT,
            path,
          );

        async function open(): Promise<void> {
          content = html;
          await visitor.browser.get(`${site.origin}/page`);
          await run(
            `globalThis.outcomes = [];
             for (const type of ['connected', 'failed']) {
               document.addEventListener(type, ({ detail }) => outcomes.push(detail.code ?? detail.id));
             }`,
          );
          await isReady();
        }

        const BUTTON = "find('form button:not([type=button])')";
        const isReady = () => wait(`return ${BUTTON}?.disabled === false`, 'the button is enabled');
        /** The number of attributes and texts that show an earlier call. */
        const traces = () =>
          run<number>(
            `return root.querySelectorAll('[aria-invalid], [aria-busy], [aria-disabled], .bigcommerce-error, [data-error-for]:not(:empty), [role=status]:not(:empty)').length`,
          );

        const submit = (clientId: string) =>
          run(
            `for (const [name, value] of Object.entries(arguments[0])) {
               const input = find('[name=' + name + ']');
               input.value = value;
               input.dispatchEvent(new Event('input', { bubbles: true }));
             }
             ${BUTTON}.focus();
             ${BUTTON}.click();`,
            { ...VALUES, clientId },
          );

        /** The next outcome: an error's code, or the id of an instance. */
        async function next(): Promise<string | number | undefined> {
          await wait('return outcomes.length > 0', 'an outcome');
          return run('return outcomes.shift()');
        }

        async function assertConnected(): Promise<void> {
          const id = await next();
          const [instance] = visitor.sandbox.instances.values();
          assert.equal(id, instance?.id);
          const statuses =
            "return (find('bigcommerce-connect') ?? root).querySelectorAll('[role=status]').length";
          assert.equal(await run(statuses), 1, 'one status');
          assert.deepEqual(
            requests.filter((request) => !request.startsWith('GET ')),
            [],
            'the form is not sent to the page',
          );
          const stored = await run<string>('return JSON.stringify(sessionStorage)');
          assert.ok(!stored.includes(VALUES.accessToken), 'no secret in the history');
          // The sandbox refuses on purpose.
          await visitor.assertSilence(ERROR_STATUS);
        }

        test(`${subject} comes back without old messages, and connects`, async () => {
          await open();
          const leaveAndReturn = async () => {
            assert.ok((await traces()) > 0, 'the page shows the call');
            await click('away');
            await arrive('/away');
            await visitor.browser.navigate().back();
            await arrive('/page');
            await isReady();
            assert.equal(await traces(), 0, 'the page shows no earlier call');
          };
          await submit('refused');
          assert.equal(await next(), 'ERR_REJECTED');
          await leaveAndReturn();
          await submit('');
          assert.equal(await next(), 'ERR_CONFIG');
          await leaveAndReturn();
          const called = new Promise<ServerResponse>((resolve) => {
            visitor.sandbox.onRequest = () => ({ kind: 'hold' });
            site.server.on('request', ({ url = '' }: IncomingMessage, response: ServerResponse) => {
              if (url.startsWith('/api/')) resolve(response);
            });
          });
          // Other values than below: with the same, the element first looks for their instance.
          await submit('aborted');
          const closed = once(await called, 'close');
          await leaveAndReturn();
          await closed;
          visitor.sandbox.onRequest = undefined;
          await submit('shop');
          await assertConnected();
        });

        test(`${subject} goes through a morph during a call, and connects`, async () => {
          await open();
          let release = () => {};
          const released = new Promise<undefined>((resolve) => {
            release = () => resolve(undefined);
          });
          visitor.sandbox.onRequest = () => released;
          await submit('shop');
          await run('globalThis.before = root');
          const first = await place();
          await click('again');
          await visitor.browser.wait(async () => (await place()) !== first, WAIT, 'a morph');
          await isReady();
          assert.ok(await run('return root === before'), 'the morph keeps the element');
          if (subject === 'the form' || html === EXAMPLE) {
            assert.equal(await run("return find('[name=name]').value"), VALUES.name);
          }
          release();
          await assertConnected();
        });
      }
    });
  }
});
