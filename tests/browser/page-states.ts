// The page's states and how a merchant comes to them, for the tests and for the pictures.
import assert from 'node:assert/strict';
import { By, until, type WebDriver } from 'selenium-webdriver';
import type { PageServer } from '../../www/serve.js';

/** A browser that has the page open. */
export interface Visit {
  browser: WebDriver;
  page: Pick<PageServer, 'url' | 'sandbox'>;
}

/** The kinds of BigCommerce API accounts, by the ids of their choices. */
export const KINDS = ['store-level', 'legacy'] as const;

export type Kind = (typeof KINDS)[number];

/** What connects a store, by the ids of the fields. */
export const VALUES = {
  'store-level': {
    clientId: 'shop',
    clientSecret: '0123456789abcdef',
    storeUrl: 'https://api.bigcommerce.com/stores/wuxeae6/v3/',
    name: 'My shop',
  },
  legacy: {
    username: 'shop',
    password: '0123456789abcdef',
    storeUrl: 'store-wuxeae6.mybigcommerce.com',
    name: 'My shop',
  },
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

export async function choose({ browser }: Visit, kind: Kind): Promise<void> {
  await browser.findElement(By.id(kind)).click();
}

/**
 * Chooses the kind of account and types values into the fields with these ids, after those that
 * connect a store.
 */
export async function fill(
  visit: Visit,
  values: Record<string, string> = {},
  kind: Kind = 'store-level',
): Promise<void> {
  await choose(visit, kind);
  for (const [id, value] of Object.entries({ ...VALUES[kind], ...values })) {
    const field = visit.browser.findElement(By.id(id));
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

const OPTIONAL_PARTS = ['tags', 'events', 'renewal'];

/** Each brings a page that was just opened into the state of this name. */
export const STATES = {
  async empty() {},
  legacy: (visit) => choose(visit, 'legacy'),
  filled: (visit) => fill(visit),
  'legacy filled': (visit) => fill(visit, {}, 'legacy'),
  'help open': (visit) => unfold(visit, 'help'),
  async 'legacy help open'(visit) {
    await choose(visit, 'legacy');
    await unfold(visit, 'help');
  },
  async 'optional parts open'(visit) {
    for (const id of OPTIONAL_PARTS) await unfold(visit, id);
  },
  async invalid(visit) {
    for (const id of OPTIONAL_PARTS) await unfold(visit, id);
    await fill(visit, {
      clientId: ' ',
      clientSecret: ' ',
      storeUrl: 'https://api.bigcommerce.com/stores/',
      'first-tag': 'subject:me',
      'callback-url': 'hooks.example',
      interval: 'often',
      'existing-id': 'first',
    });
    await submit(visit);
    await said(visit, 'marked fields');
  },
  async 'legacy invalid'(visit) {
    await fill(visit, { username: ' ', password: ' ', storeUrl: 'store', name: ' ' }, 'legacy');
    await submit(visit);
    await said(visit, 'marked fields');
  },
  async 'other kind offered'(visit) {
    await fill(visit, { storeUrl: VALUES['store-level'].storeUrl }, 'legacy');
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
    await fill(visit, { clientId: 'refused' });
    await submit(visit);
    await said(visit, 'These values were refused');
  },
  async 'legacy refused'(visit) {
    await fill(visit, { username: 'refused' }, 'legacy');
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
    await said(visit, 'not set up correctly');
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
