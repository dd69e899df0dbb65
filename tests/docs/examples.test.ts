import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { WebDriver } from 'selenium-webdriver';
import { type PageServer, servePage } from '../../www/serve.js';
import { leave, sharedBrowser } from '../browser/shared-browser.js';
import { subjectTag } from '../handler/instance-body.js';
import { examplesIn, filesIn, readDocument } from '../snippets.js';

const PROJECT = new URL('../..', import.meta.url);

// tests/docs/quick-start.test.ts runs the second one.
const [connect, , ...rest] = examplesIn('README.md');
const [connectWithKey, ...restOfFunction] = examplesIn('docs/function.md');
const [handleErrors, ...restOfErrors] = examplesIn('docs/errors.md');
const [setMessages, ...restOfElement] = examplesIn('docs/element.md');
const [renew, ...restOfLater] = examplesIn('docs/after-connecting.md');

const VALUES = {
  username: 'shop',
  password: '0123456789abcdef',
  storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
  name: 'My shop',
};
const ELEMENT = `<bigcommerce-connect base-url="/api/cloud-elements"><form method="post">
  ${Object.keys(VALUES).map((name) => `<input name="${name}">`)}
</form></bigcommerce-connect>`;

const STORE_LEVEL = {
  clientId: 'shop',
  accessToken: VALUES.password,
  storeUrl: VALUES.storeUrl,
  name: VALUES.name,
};

/** What the examples have in scope: the values of both kinds of accounts. */
const SCOPE = { ...VALUES, ...STORE_LEVEL };

suite('The examples in README.md and docs/', { timeout: 600_000 }, () => {
  let page: PageServer;
  let browser: WebDriver;

  before(async () => {
    page = await servePage(0);
    browser = await sharedBrowser();
    await browser.manage().setTimeouts({ script: 120_000 });
    await browser.get(page.url);
  });
  after(async () => {
    await leave(browser);
    await page?.close();
  });

  /** Runs a snippet unchanged but for its import, with `values` in scope. */
  function run(snippet: string, values: object, result: string): Promise<unknown> {
    const dist = `/@fs${fileURLToPath(new URL('dist/index.js', PROJECT))}`;
    const code = snippet.replace(/import (.*) from 'authenticate-bigcommerce'/, (_, names) => {
      return `const ${names} = await import('${dist}')`;
    });
    return browser.executeAsyncScript(
      `const [values, done] = arguments;
       const { ${Object.keys(values).join(', ')} } = values;
       const shown = [];
       const showAtField = (...values) => shown.push(values);
       const showToMerchant = (...values) => shown.push(values);
       (async () => { ${code}; return ${result}; })().then(done, (error) => done(String(error)));`,
      values,
    );
  }

  test('are all run here', () => {
    const others = [rest, restOfFunction, restOfErrors, restOfElement, restOfLater];
    assert.deepEqual(others.flat(), []);
    assert.deepEqual(
      [...filesIn('docs/function.md').keys()],
      ['connect-form.html', 'connect-form.js'],
    );
  });

  // https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/Turning_off_form_autocompletion
  // https://developer.mozilla.org/en-US/docs/Web/HTML/Reference/Elements/button#autocomplete
  test('do not let browsers offer a stored login, or enable a button again at a reload', () => {
    const filesIn = (folder: string, end: RegExp) =>
      readdirSync(new URL(folder, PROJECT))
        .filter((name) => end.test(name))
        .map((name) => `${folder}/${name}`);
    const documents = ['README.md', ...filesIn('docs', /\.md$/), ...filesIn('www', /\.html$/)];
    const controls = documents.flatMap(
      (path) => readDocument(path).match(/<(?:input |button\b)(?![^>]*type="file")[^>]*>/g) ?? [],
    );
    for (const tag of ['<input', '<button']) {
      assert.ok(controls.filter((control) => control.startsWith(tag)).length > 9, tag);
    }
    for (const control of controls) {
      const value = control.includes('type="password"') ? 'new-password' : 'off';
      assert.match(control, new RegExp(`auto[cC]omplete="${value}"`));
    }
  });

  for (const [document, example] of Object.entries({ README: connect, function: connectWithKey })) {
    test(`connect a store: ${document}`, async () => {
      const result = await run(example ?? '', SCOPE, '{ id, token }');
      const instance = [...page.sandbox.instances.values()].at(-1);
      assert.deepEqual(result, { id: instance?.id, token: instance?.token });
      assert.equal(instance?.tags[0], subjectTag('merchant'));
    });
  }

  test('of a form connect, and keep the key only while the values are the same', async () => {
    const { requests } = page.sandbox;
    const before = requests.length;
    const files = filesIn('docs/function.md');
    const shown = await run(
      `document.body.insertAdjacentHTML('afterbegin', html);
       ${files.get('connect-form.js')}
       const fill = (values) => {
         for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
         form.dispatchEvent(new Event('input'));
       };
       const submit = async () => {
         form.querySelector('button').click();
         form.querySelector('button').click();
         const settled = () => form.ariaBusy === 'false';
         await new Promise((resolve) => {
           const observer = new MutationObserver(() => settled() && resolve(observer.disconnect()));
           observer.observe(form, { attributeFilter: ['aria-busy'] });
         });
         shown.push(status.textContent);
       };
       fill({ ...inputs, clientId: 'refused' });
       await submit();
       await submit();
       fill(inputs);
       await submit();
       shown.push(form.elements.accessToken.value);
       form.remove();`,
      { html: files.get('connect-form.html'), inputs: STORE_LEVEL },
      'shown',
    );
    assert.deepEqual(shown, [
      'Invalid API token',
      'Invalid API token',
      'Your store is connected.',
      '',
    ]);
    const posts = requests.slice(before).filter(({ method }) => method === 'POST');
    const keys = posts.map(({ body }) => String(JSON.parse(body).tags));
    assert.deepEqual([keys.length, keys[0] === keys[1], keys[1] === keys[2]], [3, true, false]);
  });

  test('renew the credentials from the page', async () => {
    const created = await run(connect ?? '', SCOPE, '{ id, token }');
    const { id, token } = created as { id: number; token: string };
    const values = { ...VALUES, id, password: 'fedcba9876543210' };
    assert.equal(await run(renew ?? '', values, 'token'), token);
    const instance = page.sandbox.instances.get(id);
    assert.equal(instance?.configuration.password, 'fedcba9876543210');
    assert.equal(instance?.tags[0], subjectTag('merchant'));
  });

  /** The element's status with the document's messages, for this username. */
  function statusFor(username: string): Promise<unknown> {
    return run(
      `document.querySelector('bigcommerce-connect')?.remove();
       document.body.insertAdjacentHTML('beforeend', element);
       const form = document.querySelector('form');
       for (const [name, value] of Object.entries(inputs)) form.elements[name].value = value;
       ${setMessages}
       const failed = new Promise((resolve) => document.addEventListener('failed', resolve));
       form.requestSubmit();
       await failed;`,
      { inputs: { ...VALUES, username }, element: ELEMENT },
      "document.querySelector('[role=status]').innerText",
    );
  }

  test('of messages are shown by the element', async () => {
    assert.match(
      String(await statusFor('refused')),
      /^BigCommerce lehnt ab\.\s+BigCommerce sagt: Invalid API token\s+Referenz: \w+$/,
    );
  });

  test('of messages work if BigCommerce gives no reason', async () => {
    page.sandbox.onRequest = ({ method }) =>
      method === 'POST' ? { kind: 'respond', status: 400, body: '{"requestId":"1"}' } : undefined;
    const status = await statusFor('shop');
    page.sandbox.onRequest = undefined;
    assert.match(String(status), /^BigCommerce lehnt ab\.\s+Referenz: 1$/);
  });

  test('of error handling tell each kind of error apart', async () => {
    const config = { ...VALUES, baseUrl: '/api/cloud-elements' };
    const outcome = (changes: object) =>
      run(
        handleErrors ?? '',
        { config: { ...config, ...changes }, form: { elements: { username: 'its field' } } },
        'shown',
      );
    const maybe =
      'Your store may already be connected. Try again in a few minutes with the same values.';
    const notSetUp = 'This page is not set up correctly.';
    for (const [changes, ...shown] of [
      [{}],
      [{ username: 'refused' }, 'Invalid API token'],
      [{ username: 'conflict' }, 'Instance already exists'],
      [{ username: 'server-error' }, maybe],
      [{ username: 'rate-limited' }, 'Try again in a few minutes.'],
      [{ username: '' }, 'its field', 'Is missing.'],
      [{ unknown: 1 }, notSetUp],
      [{ baseUrl: '/nowhere' }, notSetUp],
    ] as const) {
      assert.deepEqual(await outcome(changes), shown.length > 0 ? [shown] : []);
    }
  });
});
