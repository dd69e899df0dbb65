import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ELEMENT } from './element-page.js';
import { FORM, setUpFormPage } from './form-page.js';

const GERMAN = '/dist/languages/de.js';

// Which language is shown does not depend on the engine.
suite('The languages', { timeout: 600_000 }, () => {
  const form = setUpFormPage('Chromium');
  const { element } = form;

  const setLang = (selector: string, lang: string) =>
    element.run(
      (selector, lang) => document.querySelector(selector)?.setAttribute('lang', lang),
      selector,
      lang,
    );
  const isLoaded = (path: string) => element.page.requests.includes(`GET ${path}`);

  test('of the page are loaded by the element at the first focus, and change status and errors alone', async () => {
    await element.open();
    await setLang('html', 'de-AT');
    await element.run(() => first.querySelector('form')?.reset());
    assert.equal(isLoaded(GERMAN), false, 'the language is not loaded yet');
    await element.type('username', ' ');
    await element.type('name', 'Laden');
    await element.submit();
    assert.match(await element.message('username'), /^Geben Sie den Username/);
    const error = element.find('#username + .bigcommerce-error');
    assert.equal(await error.getAttribute('lang'), 'de');
    await setLang('html', 'pt');
    const isPortuguese = async () => (await error.getAttribute('lang')) === 'pt-BR';
    await element.page.browser.wait(isPortuguese, 60_000, 'the error is not in Portuguese');
    assert.equal(await element.find('#name').getAttribute('value'), 'Laden');
    assert.equal(await element.focused(), 'username');
  });

  test('of the element go before those of the page, and unknown ones are English', async () => {
    await element.open(ELEMENT.replace('id="first"', 'id="first" lang="fr_CA"'));
    element.failWith({ kind: 'respond', status: 429, headers: { 'retry-after': '120' } });
    await setLang('html', 'de');
    // Without a focus.
    await element.run(() => first.querySelector('form')?.requestSubmit());
    await element.waitForStatus(/Patientez 2 minutes,/);
    assert.equal(await element.find('[role=status]').getAttribute('lang'), 'fr');
    await setLang('#first', 'tlh');
    await element.waitForStatus(/^There were too many attempts\./);
    await element.run(() => {
      first.messages = { ERR_RATE_LIMITED: 'Warten: {wait}' };
    });
    await setLang('#first', 'it');
    await element.waitForStatus(/^Warten: 2 minuti$/);
  });

  test('stay English where they cannot be loaded', async () => {
    element.respondTo(GERMAN, (response) => response.writeHead(503).end());
    await element.open(ELEMENT.replace('id="first"', 'id="first" lang="de"'));
    await element.type('username', ' ');
    await element.submit();
    assert.match(await element.message('username'), /^Enter the Username/);
    assert.ok(isLoaded(GERMAN), 'the page has tried to load the language');
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
    await form.dropFile();
    await form.waitForText('[role=status]', /^Aus der Datei übernommen: /);
    await setLang('html', 'ja');
    await form.waitForText('[type=submit]', /^接続/);
    assert.equal(await form.value('#clientId'), '9abc');
    assert.equal(await (await form.find('.root')).getAttribute('lang'), 'ja');
    assert.match(await form.text('summary.filled'), /Client ID、Access token、API path/);
    assert.doesNotMatch(await form.text('.root'), /\b(connect|file|the|your)\b/i);
  });
});
