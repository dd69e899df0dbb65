import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import type { Site } from '../server.js';
import { type Consumer, skipSlowInstall, useConsumer } from './consumer.js';
import { filesOf, servePage, useVisitor, VALUES } from './visitor.js';

/** Milliseconds, also on a busy machine. */
const WAIT = 60_000;

/** Rules that a page may have for all its elements. */
const RULES = `
  html { font-size: 62.5% }
  * { margin: 0; padding: 0; border: 0; line-height: 3 }
  body { letter-spacing: 0.2em; word-spacing: 1em; font: italic small-caps 700 2em monospace; color: red;
    text-align: center; text-indent: 2em; text-shadow: 1px 1px red; text-transform: uppercase; white-space: pre }
  p, label, input, button, fieldset, legend, summary, a { display: none; color: lime; background: lime }
  [hidden], .hint, .label, .button { display: block !important; color: lime !important }`;

/** The style sheets, from packages of the consumer. */
const SHEETS: Record<string, (consumer: Consumer) => string | Promise<string>> = {
  Bootstrap: ({ folder }) => read(folder, 'bootstrap/dist/css/bootstrap.css'),
  'Tailwind CSS': async ({ folder }) => {
    const { compile } = createRequire(join(folder, 'package.json'))('tailwindcss');
    return (await compile(read(folder, 'tailwindcss/preflight.css'))).build([]);
  },
  'Pico CSS': ({ folder }) => read(folder, '@picocss/pico/css/pico.css'),
  'rules for all elements': () => RULES,
};

function read(folder: string, path: string): string {
  return readFileSync(join(folder, 'node_modules', path), 'utf8');
}

/** Properties that the form should inherit from the page, or that do not change it. */
const INHERITED = [
  ...['color-scheme', 'tab-size', 'text-rendering', 'text-underline-offset'],
  ...['text-size-adjust', '-webkit-tap-highlight-color'],
];

suite('The form, on a page with', { timeout: 600_000, skip: skipSlowInstall }, () => {
  const consumer = useConsumer('page-libraries');
  const visitor = useVisitor();
  let site: Site;
  let sheet = '';
  let plain: Record<string, string>;

  before(async () => {
    const files = filesOf(consumer.folder);
    site = await servePage(
      visitor.sandbox,
      (request, response) => {
        const { url = '' } = request;
        if (url.startsWith('/node_modules/')) return files(request, response);
        const isSheet = url === '/sheet.css';
        response.setHeader('content-type', isSheet ? 'text/css' : 'text/html');
        response.end(
          isSheet
            ? sheet
            : `<!doctype html><title></title><link rel="stylesheet" href="/sheet.css">
               <script type="module" src="/node_modules/authenticate-bigcommerce/dist/form.js"></script>
               <main><bigcommerce-connect-form base-url="/api/cloud-elements"></bigcommerce-connect-form></main>`,
        );
      },
      "; style-src 'self'",
    );
    plain = await styles();
  });
  after(() => site?.[Symbol.asyncDispose]());

  const run = <Result>(script: string, ...args: unknown[]) =>
    visitor.browser.executeScript<Result>(
      `const root = document.querySelector('bigcommerce-connect-form').shadowRoot;
       const find = (css) => root.querySelector(css);
       ${script}`,
      ...args,
    );

  /** Opens the page, submits the empty form, and reads the computed styles of its parts. */
  async function styles(): Promise<Record<string, string>> {
    await visitor.browser.get(site.origin);
    const isThere = "return customElements.get('bigcommerce-connect-form') !== undefined";
    await visitor.browser.wait(() => visitor.browser.executeScript(isThere), WAIT, 'the script');
    // As wide on every page, and not larger where the page's text is.
    await run(
      `const page = document.documentElement;
       if (parseFloat(getComputedStyle(page).fontSize) > 16) page.style.fontSize = '16px';
       Object.assign(document.querySelector('main').style, { width: '600px', maxWidth: 'none', padding: 0 });
       for (const details of root.querySelectorAll('details')) details.open = true;
       find('[type=submit]').click();`,
    );
    await visitor.browser.wait(() => run("return find('.bigcommerce-error')"), WAIT, 'an error');
    await run('root.activeElement.blur()');
    return run(
      `const styles = {};
       const parts = root.querySelectorAll('.root, p, ol, li, a, label, legend, summary, fieldset, input:not(.visually-hidden), button, [role=status], .bigcommerce-error');
       for (const [index, part] of parts.entries()) {
         for (const pseudo of ['', '::before', '::placeholder']) {
           const style = getComputedStyle(part, pseudo);
           for (const property of style) {
             if (property.startsWith('--') || arguments[0].includes(property)) continue;
             const name = [index, part.localName, part.className, part.id, pseudo, property].join(' ');
             styles[name] = style.getPropertyValue(property);
           }
         }
       }
       return styles;`,
      INHERITED,
    );
  }

  for (const [name, load] of Object.entries(SHEETS)) {
    test(`${name}, has the same styles as without, and connects`, async () => {
      sheet = await load(consumer);
      const styled = await styles();
      const changed = Object.entries(styled).filter(([part, value]) => plain[part] !== value);
      assert.deepEqual(changed, []);
      await run(
        `for (const [name, value] of Object.entries(arguments[0])) {
           find('#' + name).value = value;
           find('#' + name).dispatchEvent(new Event('input', { bubbles: true }));
         }
         find('[type=submit]').click();`,
        VALUES,
      );
      const isConnected = () => run("return !find('.success').hidden");
      await visitor.browser.wait(isConnected, WAIT, 'it connects');
    });
  }
});
