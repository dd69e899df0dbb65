// Takes a screenshot of each state of the form: in light and dark, 320, 768 and 1440 pixels wide, with
// forced colors, from right to left, and in German and Japanese, for which the machine needs fonts.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Driver } from 'selenium-webdriver/chrome.js';
import { setUpFormPage, waitInForm } from '../tests/browser/form-page.js';
import { STATES } from '../tests/browser/form-states.js';

const FOLDER = fileURLToPath(new URL('../screenshots/', import.meta.url));

const VIEWS = [
  ['light', 768, 'light', 'none', 'en', 'ltr'],
  ['dark', 768, 'dark', 'none', 'en', 'ltr'],
  ['320', 320, 'light', 'none', 'en', 'ltr'],
  ['1440', 1440, 'light', 'none', 'en', 'ltr'],
  ['forced', 768, 'light', 'active', 'en', 'ltr'],
  ['rtl', 768, 'light', 'none', 'en', 'rtl'],
  ['de', 320, 'light', 'none', 'de', 'ltr'],
  ['de-dark', 768, 'dark', 'none', 'de', 'ltr'],
  ['ja', 320, 'light', 'none', 'ja', 'ltr'],
  ['ja-dark', 768, 'dark', 'none', 'ja', 'ltr'],
] as const;

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);

suite('A screenshot of the form', () => {
  const form = setUpFormPage('Chromium');

  for (const [state, bring] of Object.entries(STATES)) {
    for (const [view, width, scheme, forced, lang, dir] of VIEWS) {
      test(`${state}, ${view}`, async () => {
        const browser = form.page.browser as Driver;
        await browser.manage().window().setRect({ width, height: 900 });
        await browser.sendDevToolsCommand('Emulation.setEmulatedMedia', {
          features: [{ name: 'forced-colors', value: forced }],
        });
        await bring(form);
        await form.run((lang) => {
          document.documentElement.lang = lang;
        }, lang);
        await waitInForm(browser, `.root[lang=${lang}]`);
        // The window must be taller than the page by its frame.
        const height = await browser.executeScript<number>(
          `const [scheme, dir] = arguments;
           const root = document.documentElement;
           root.style.colorScheme = scheme;
           root.dir = dir;
           const form = document.querySelector('bigcommerce-connect-form');
           if (dir === 'rtl') form.messages = { lang: 'en', dir };
           document.querySelector('h1').hidden = true;
           return outerHeight - innerHeight + root.scrollHeight;`,
          scheme,
          dir,
        );
        await browser.manage().window().setRect({ width, height });
        const picture = await browser.takeScreenshot();
        writeFileSync(`${FOLDER}/${state.replaceAll(' ', '-')}-${view}.png`, picture, 'base64');
      });
    }
  }
});
