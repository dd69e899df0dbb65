import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ELEMENT, setUpElementPage } from './element-page.js';
import { FILE, FORM, makeFormPage } from './form-page.js';
import { inEveryEngine } from './in-every-engine.js';

const GERMAN = '/dist/languages/de.js';

inEveryEngine('The languages', { timeout: 1_200_000 }, (engine) => {
  const element = setUpElementPage(engine);
  const form = makeFormPage(element);

  const setLang = (selector: string, lang: string) =>
    element.run(
      (selector, lang) => document.querySelector(selector)?.setAttribute('lang', lang),
      selector,
      lang,
    );
  const isLoaded = (path: string) => element.page.requests.includes(`GET ${path}`);
  const waitForStatus = (text: RegExp) =>
    element.page.browser.wait(async () => text.test(await element.status()), 60_000, `${text}`);

  test('of the page are loaded by the element at the first focus, and change status and errors alone', async () => {
    await element.open();
    await setLang('html', 'de-AT');
    await element.run(() => first.querySelector('form')?.reset());
    assert.equal(isLoaded(GERMAN), false);
    await element.type('username', ' ');
    await element.type('name', 'Laden');
    await element.submit();
    assert.match(await element.message('username'), /^Geben Sie den Username/);
    const error = element.find('#username + .bigcommerce-error');
    assert.equal(await error.getAttribute('lang'), 'de');
    await setLang('html', 'pt');
    const isPortuguese = async () => (await error.getAttribute('lang')) === 'pt-BR';
    await element.page.browser.wait(isPortuguese, 60_000);
    assert.equal(await element.find('#name').getAttribute('value'), 'Laden');
    assert.equal(await element.focused(), 'username');
  });

  test('of the element go before those of the page, and unknown ones are English', async () => {
    await element.open(ELEMENT.replace('id="first"', 'id="first" lang="fr_CA"'));
    element.failWith({ kind: 'respond', status: 429, headers: { 'retry-after': '120' } });
    await setLang('html', 'de');
    // Without a focus.
    await element.run(() => first.querySelector('form')?.requestSubmit());
    await waitForStatus(/Patientez 2 minutes,/);
    assert.equal(await element.find('[role=status]').getAttribute('lang'), 'fr');
    await setLang('#first', 'tlh');
    await waitForStatus(/^There were too many attempts\./);
    await element.run(() => {
      first.messages = { ERR_RATE_LIMITED: 'Warten: {wait}' };
    });
    await setLang('#first', 'it');
    await waitForStatus(/^Warten: 2 minuti$/);
  });

  test('stay English where they cannot be loaded', async () => {
    element.respondTo(GERMAN, (response) => response.writeHead(503).end());
    await element.open(ELEMENT.replace('id="first"', 'id="first" lang="de"'));
    await element.type('username', ' ');
    await element.submit();
    assert.match(await element.message('username'), /^Enter the Username/);
    assert.ok(isLoaded(GERMAN));
    const errors = await element.page.takeErrors();
    assert.deepEqual(
      errors.filter((error) => !/503/.test(error)),
      [],
    );
  });

  test('of the page are those of the form at once, which keeps what was typed', async () => {
    await element.openWithoutScript(FORM);
    await setLang('html', 'de');
    await element.run(() => importModule('/dist/form.js'));
    await form.waitForText('[type=submit]', /^Verbinden$/);
    await form.drop(FILE);
    await form.waitForText('[role=status]', /^Aus der Datei übernommen: /);
    await setLang('html', 'ja');
    await form.waitForText('[type=submit]', /^接続/);
    assert.equal(await form.value('#clientId'), '9abc');
    assert.equal(await (await form.find('.root')).getAttribute('lang'), 'ja');
    assert.match(await form.text('summary.filled'), /Client ID、Access token、API path/);
    assert.doesNotMatch(await form.text('.root'), /\b(connect|file|the|your)\b/i);
  });
});
