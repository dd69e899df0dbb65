import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Builder, logging, type WebDriver } from 'selenium-webdriver';
import { Options, ServiceBuilder } from 'selenium-webdriver/chrome.js';

/** Where the driver is that set-up found or installed. */
export function chromedriver(): string {
  for (const folder of process.env.PATH?.split(delimiter) ?? []) {
    const file = join(folder, 'chromedriver');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {}
  }
  throw new Error('There is no chromedriver on the PATH: run `sh scripts/setup.sh chromium`.');
}

/** Starts a headless Chromium; `quit()` ends it. */
export function startChromium(): Promise<WebDriver> {
  const options = new Options();
  options.addArguments(
    '--headless=new',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  );
  // Chromium's own sandbox does not start as root, as in most containers.
  if (process.getuid?.() === 0) options.addArguments('--no-sandbox');
  const logs = new logging.Preferences();
  logs.setLevel(logging.Type.BROWSER, logging.Level.WARNING);
  options.setLoggingPrefs(logs);
  return new Builder()
    .forBrowser('chrome')
    .setChromeOptions(options)
    .setChromeService(new ServiceBuilder(chromedriver()))
    .build();
}
