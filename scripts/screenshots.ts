// Takes a screenshot of each state of the page: in light and dark, 320 and 390 pixels wide, and with
// forced colors.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Driver } from 'selenium-webdriver/chrome.js';
import { startBrowser } from '../tests/browser/engines.js';
import {
  fill,
  open,
  STATES,
  setScheme,
  submit,
  waitForStatus,
} from '../tests/browser/page-states.js';
import { servePage } from '../www/serve.js';

const FOLDER = fileURLToPath(new URL('../screenshots/', import.meta.url));

const VIEWS = [
  ['light', 'light', 1200],
  ['dark', 'dark', 1200],
  ['320', 'light', 320],
  ['390', 'light', 390],
  ['forced', 'light', 1200],
] as const;

const page = await servePage(0);
const browser = (await startBrowser()) as Driver;
const visit = { browser, page };
const offline = async () => {
  await fill(visit);
  await browser.setNetworkConditions({
    offline: true,
    latency: 0,
    download_throughput: 0,
    upload_throughput: 0,
  });
  await submit(visit);
  await waitForStatus(visit, 'You are offline');
};
try {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER);
  for (const [state, show] of [...Object.entries(STATES), ['offline', offline] as const]) {
    for (const [view, scheme, width] of VIEWS) {
      await browser.deleteNetworkConditions();
      await browser.manage().window().setRect({ width, height: 900 });
      await browser.sendDevToolsCommand('Emulation.setEmulatedMedia', {
        features: [{ name: 'forced-colors', value: view === 'forced' ? 'active' : 'none' }],
      });
      await open(visit);
      await setScheme(visit, scheme);
      await show(visit);
      // The window must be higher than the page by its frame.
      const height = await browser.executeScript<number>(
        'return outerHeight - innerHeight + document.documentElement.scrollHeight',
      );
      await browser.manage().window().setRect({ width, height });
      const picture = await browser.takeScreenshot();
      writeFileSync(`${FOLDER}/${state.replaceAll(' ', '-')}-${view}.png`, picture, 'base64');
    }
  }
} finally {
  await browser.quit();
  await page.close();
}
