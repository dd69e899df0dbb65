// The browsers that all suites of a process share, because they take seconds to start.
import { after } from 'node:test';
import type { WebDriver } from 'selenium-webdriver';
import { type Engine, startBrowser, takeConsole } from './engines.js';

const browsers = new Map<Engine, Promise<WebDriver>>();

after(() => Promise.all([...browsers.values()].map(async (browser) => (await browser).quit())));

/** Starts an engine's browser, or gives the one that another suite has left. */
export function sharedBrowser(engine: Engine = 'Chromium'): Promise<WebDriver> {
  const browser = browsers.get(engine) ?? startBrowser(engine);
  browsers.set(engine, browser);
  return browser;
}

/** Leaves the browser to the next suite: with default timeouts, and no cookies, page or console. */
export async function leave(browser: WebDriver | undefined): Promise<void> {
  if (!browser) return;
  await browser.manage().deleteAllCookies();
  // WebDriver's default: https://w3c.github.io/webdriver/#dfn-timeouts-configuration
  await browser.manage().setTimeouts({ pageLoad: 300_000, script: 30_000 });
  await browser.get('about:blank');
  await takeConsole(browser);
}
