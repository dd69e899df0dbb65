// The page's states and how a merchant comes to them, for the tests and for the pictures.
import assert from 'node:assert/strict';
import { By, until, type WebDriver } from 'selenium-webdriver';
import type { PageServer } from '../../www/serve.js';

/** A browser that has the page open. */
export interface Visit {
  browser: WebDriver;
  page: Pick<PageServer, 'url' | 'sandbox'>;
}

/** What connects a store, by the ids of the fields. */
const VALUES = {
  username: 'shop',
  storeUrl: 'store-wuxeae6.mybigcommerce.com',
  password: '0123456789abcdef',
  name: 'My shop',
};

export const BUTTON = By.css('form [type="submit"]');
export const STATUS = By.css('bigcommerce-connect > [role="status"]');

/** Opens the page anew, with nothing from before in it or in the sandbox. */
export async function open({ browser, page }: Visit): Promise<void> {
  page.sandbox.onRequest = undefined;
  page.sandbox.instances.clear();
  await browser.get(page.url);
  await browser.wait(until.elementIsEnabled(browser.findElement(BUTTON)), 60_000);
  page.sandbox.requests.length = 0;
}

/** Types values into the fields with these ids, after those that connect a store. */
export async function fill({ browser }: Visit, values: Record<string, string> = {}): Promise<void> {
  for (const [id, value] of Object.entries({ ...VALUES, ...values })) {
    const field = browser.findElement(By.id(id));
    await field.clear();
    await field.sendKeys(value);
  }
}

export async function submit({ browser }: Visit): Promise<void> {
  await browser.findElement(BUTTON).click();
}

/** Unfolds the part with this id. */
export async function unfold({ browser }: Visit, id: string): Promise<void> {
  await browser.findElement(By.css(`#${id} > summary`)).click();
}

/** Waits for what the element says; of a failure, its headline suffices. */
export async function said({ browser }: Visit, words: string): Promise<void> {
  const status = await browser.wait(until.elementLocated(STATUS), 60_000);
  await browser.wait(until.elementTextContains(status, words), 60_000);
}

export async function connected({ browser }: Visit): Promise<void> {
  await browser.wait(
    until.elementIsVisible(browser.findElement(By.id('connected'))),
    60_000,
    'connected',
  );
}

/** Each brings a page that was just opened into the state of this name. */
export const STATES = {
  async empty() {},
  filled: (visit) => fill(visit),
  'help open': (visit) => unfold(visit, 'help'),
  async 'optional parts open'(visit) {
    for (const id of ['tags', 'events', 'renewal']) await unfold(visit, id);
  },
  async invalid(visit) {
    for (const id of ['tags', 'events', 'renewal']) await unfold(visit, id);
    await fill(visit, {
      username: ' ',
      storeUrl: 'https://api.bigcommerce.com/stores/abc/v3/',
      'first-tag': 'subject:me',
      'callback-url': 'hooks.example',
      interval: 'often',
      'existing-id': 'first',
    });
    await submit(visit);
    await said(visit, 'marked fields');
  },
  async connecting(visit) {
    visit.page.sandbox.onRequest = () => ({ kind: 'hold' });
    await fill(visit);
    await submit(visit);
    await said(visit, 'Connecting');
  },
  async refused(visit) {
    await fill(visit, { username: 'refused' });
    await submit(visit);
    await said(visit, 'These values were refused');
  },
  async 'rate limited'(visit) {
    visit.page.sandbox.onRequest = ({ method }) =>
      method === 'POST'
        ? { kind: 'answer', status: 429, headers: { 'retry-after': '120' } }
        : undefined;
    await fill(visit);
    await submit(visit);
    await said(visit, 'Too many tries');
  },
  async 'not set up'(visit) {
    // As something that is not the service answers, at a wrong address of it.
    visit.page.sandbox.onRequest = () => ({ kind: 'answer', status: 405 });
    await fill(visit);
    await submit(visit);
    await said(visit, 'not set up right');
  },
  async 'no answer'(visit) {
    visit.page.sandbox.onRequest = () => ({ kind: 'hold' });
    // The default is a minute.
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').setAttribute('timeout', 500)",
    );
    await fill(visit);
    await submit(visit);
    await said(visit, 'It took too long');
  },
  async connected(visit): Promise<void> {
    await fill(visit);
    await submit(visit);
    await connected(visit);
  },
  async 'token shown'(visit): Promise<void> {
    await STATES.connected(visit);
    await visit.browser.findElement(By.id('show-token')).click();
  },
  async renewed(visit): Promise<void> {
    await STATES.connected(visit);
    const [id] = visit.page.sandbox.instances.keys();
    assert.ok(id);
    await visit.browser.findElement(By.id('again')).click();
    await unfold(visit, 'renewal');
    await fill(visit, { name: 'My renewed shop', 'existing-id': String(id) });
    await submit(visit);
    await connected(visit);
  },
  'test credentials': (visit) => unfold(visit, 'test-credentials'),
} satisfies Record<string, (visit: Visit) => Promise<void>>;

/** Shows the page as in a light or dark system, which not every driver can imitate. */
export async function setScheme({ browser }: Visit, scheme: 'light' | 'dark'): Promise<void> {
  await browser.executeScript('document.documentElement.style.colorScheme = arguments[0]', scheme);
}
