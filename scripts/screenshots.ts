// Takes a screenshot of each state of the form: in light and dark, 320, 768 and 1440 pixels wide, with
// forced colors, from right to left, and in German and Japanese, for which the machine needs fonts.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Driver } from 'selenium-webdriver/chrome.js';
import de from '../js/languages/de.js';
import ja from '../js/languages/ja.js';
import { makeElementPage } from '../tests/browser/element-page.js';
import { makeFormPage } from '../tests/browser/form-page.js';
import { STATES } from '../tests/browser/form-states.js';
import { openSandboxedPage } from '../tests/browser/sandboxed-page.js';

const FOLDER = fileURLToPath(new URL('../screenshots/', import.meta.url));

const VIEWS = [
  ['light', 768, 'light', 'none', { lang: 'en', dir: 'ltr' }],
  ['dark', 768, 'dark', 'none', { lang: 'en', dir: 'ltr' }],
  ['320', 320, 'light', 'none', { lang: 'en', dir: 'ltr' }],
  ['1440', 1440, 'light', 'none', { lang: 'en', dir: 'ltr' }],
  ['forced', 768, 'light', 'active', { lang: 'en', dir: 'ltr' }],
  ['rtl', 768, 'light', 'none', { lang: 'en', dir: 'rtl' }],
  ['de', 320, 'light', 'none', de],
  ['de-dark', 768, 'dark', 'none', de],
  ['ja', 320, 'light', 'none', ja],
  ['ja-dark', 768, 'dark', 'none', ja],
] as const;

await using opened = await openSandboxedPage('Chromium');
const element = makeElementPage();
element.use(opened);
const form = makeFormPage(element);
const browser = opened.page.browser as Driver;

rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
for (const [state, bring] of Object.entries(STATES)) {
  for (const [view, width, scheme, forced, messages] of VIEWS) {
    element.reset();
    await browser.manage().window().setRect({ width, height: 900 });
    await browser.sendDevToolsCommand('Emulation.setEmulatedMedia', {
      features: [{ name: 'forced-colors', value: forced }],
    });
    await bring(form);
    // The window must be higher than the page by its frame.
    const height = await browser.executeScript<number>(
      `const [scheme, messages] = arguments;
       const root = document.documentElement;
       root.style.colorScheme = scheme;
       root.dir = messages.dir;
       document.querySelector('bigcommerce-connect-form').messages = messages;
       document.querySelector('h1').hidden = true;
       return outerHeight - innerHeight + root.scrollHeight;`,
      scheme,
      messages,
    );
    await browser.manage().window().setRect({ width, height });
    const picture = await browser.takeScreenshot();
    writeFileSync(`${FOLDER}/${state.replaceAll(' ', '-')}-${view}.png`, picture, 'base64');
  }
}
