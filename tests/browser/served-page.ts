// The onboarding page, served as `npm start` does. The suites about it share it.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { By, logging } from 'selenium-webdriver';
import type { Fault } from '../../js/sandbox/sandbox.js';
import { type PageServer, servePage } from '../../www/serve.js';
import { type Engine, startBrowser } from './engines.js';
import { open, STATUS, type Visit } from './page-states.js';

/** Opens a browser for the suite, and gives what its tests do with the page. */
export function setUpPage(engine: Engine, onOpen: (page: PageServer, visit: Visit) => void) {
  let page: PageServer;
  let visit: Visit;

  before(async () => {
    page = await servePage(0);
    visit = { page, browser: await startBrowser(engine) };
    onOpen(page, visit);
    await visit.browser.manage().window().setRect({ width: 1200, height: 900 });
  });
  after(async () => {
    await visit?.browser.quit();
    await page?.close();
  });

  beforeEach(() => open(visit));
  afterEach(async () => {
    // The other drivers have no log.
    if (engine !== 'Chromium') return;
    const entries = await visit.browser.manage().logs().get(logging.Type.BROWSER);
    const errors = entries.filter(({ message }) => !message.includes('Failed to load resource'));
    assert.deepEqual(errors, [], 'nothing on the console, CSP violations included');
  });

  const find = (selector: string) => visit.browser.findElement(By.css(selector));
  const text = (selector: string) => find(selector).getText();
  const status = () => visit.browser.findElement(STATUS).getText();
  const focused = () => visit.browser.switchTo().activeElement().getAttribute('id');
  const source = () =>
    visit.browser.executeScript<string>('return document.documentElement.outerHTML');
  /** The message at the field with this id. */
  const error = (id: string) => text(`#${id} ~ .bigcommerce-error`);
  const sent = (method: string) =>
    page.sandbox.requests
      .filter((request) => request.method === method)
      .map(({ path, body }) => ({ path, ...JSON.parse(body) }));

  /** Holds each request up until `release` is called; then its fault happens, if any. */
  function holdUp(fault?: Fault): () => void {
    let release = () => {};
    const released = new Promise<Fault | undefined>((resolve) => {
      release = () => resolve(fault);
    });
    page.sandbox.onRequest = () => released;
    return release;
  }

  return { error, find, focused, holdUp, sent, source, status, text };
}
