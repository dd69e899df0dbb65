// The states of the page, each with the steps that lead to it, for tests and screenshots.
import assert from 'node:assert/strict';
import { By, until, type WebDriver } from 'selenium-webdriver';
import type { Fault } from '../../js/sandbox/sandbox.js';
import type { PageServer } from '../../www/serve.js';

/** A browser with the page open. */
export interface Visit {
  browser: WebDriver;
  page: Pick<PageServer, 'url' | 'sandbox'>;
}

/** The kinds of BigCommerce API accounts, by the ids of their radio buttons. */
export const KINDS = ['store-level', 'legacy'] as const;

export type Kind = (typeof KINDS)[number];

/** Values that connect a store, by the ids of the fields. */
export const VALUES = {
  'store-level': {
    clientId: 'shop',
    accessToken: '0123456789abcdef',
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

/** Opens a new page, and clears the sandbox. */
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
 * Chooses the kind of account and enters the values that connect a store, changed by `values`. Only
 * the name is typed: WebDriver takes long to type and to click.
 */
export async function fill(
  { browser }: Visit,
  values: Record<string, string> = {},
  kind: Kind = 'store-level',
): Promise<void> {
  const { name, ...others } = { ...VALUES[kind], ...values };
  await browser.executeScript(
    `const [kind, values] = arguments;
     document.getElementById(kind).click();
     for (const [id, value] of Object.entries(values)) {
       const field = document.getElementById(id);
       field.value = value;
       field.dispatchEvent(new InputEvent('input', { bubbles: true }));
     }`,
    kind,
    { ...others, name: '' },
  );
  await browser.findElement(By.id('name')).sendKeys(name);
}

export async function submit({ browser }: Visit): Promise<void> {
  await browser.findElement(BUTTON).click();
}

/** Opens the `<details>` with this id. */
export async function unfold({ browser }: Visit, id: string): Promise<void> {
  await browser.findElement(By.css(`#${id} > summary`)).click();
}

/** Waits until the element's status contains a text, such as the headline of a failure. */
export async function waitForStatus({ browser }: Visit, text: string): Promise<void> {
  const status = await browser.wait(until.elementLocated(STATUS), 60_000);
  await browser.wait(until.elementTextContains(status, text), 60_000);
}

export async function waitUntilConnected({ browser }: Visit): Promise<void> {
  await browser.wait(
    until.elementIsVisible(browser.findElement(By.id('connected'))),
    60_000,
    'connected',
  );
}

/** Drops BigCommerce's file beside the form; resolves to whether that was prevented. */
export async function drop({ browser }: Visit): Promise<boolean> {
  const { clientId, accessToken, storeUrl, name } = VALUES['store-level'];
  return browser.executeScript<boolean>(
    `const dataTransfer = new DataTransfer();
     dataTransfer.items.add(new File([arguments[0]], 'BigCommerceAPI-credentials-shop.txt'));
     const init = { dataTransfer, bubbles: true, cancelable: true };
     return ['dragenter', 'dragover', 'drop'].every(
       (type) => !document.querySelector('h1').dispatchEvent(new DragEvent(type, init)),
     );`,
    `ACCESS TOKEN: ${accessToken}\nCLIENT ID: ${clientId}\nNAME: ${name}\nAPI PATH: ${storeUrl}`,
  );
}

const OPTIONAL_PARTS = ['tags', 'events', 'renewal'];

/** Functions that bring a newly opened page into the state of that name. */
export const STATES = {
  async empty() {},
  legacy: (visit) => choose(visit, 'legacy'),
  filled: (visit) => fill(visit),
  'filled from the file': async (visit) => {
    await drop(visit);
    await waitForStatus(visit, 'Filled in');
  },
  'help open': (visit) => unfold(visit, 'help'),
  async invalid(visit) {
    for (const id of OPTIONAL_PARTS) await unfold(visit, id);
    const values = { 'callback-url': 'hooks.example', interval: 'often', 'existing-id': 'first' };
    const blank = { clientId: ' ', accessToken: ' ', storeUrl: ' ' };
    await fill(visit, { ...values, ...blank, 'first-tag': 'subject:me' });
    await submit(visit);
    await waitForStatus(visit, 'marked fields');
  },
  async 'other kind offered'(visit) {
    await fill(visit, { storeUrl: VALUES['store-level'].storeUrl }, 'legacy');
    await submit(visit);
    await waitForStatus(visit, 'marked fields');
  },
  async connecting(visit) {
    visit.page.sandbox.onRequest = () => ({ kind: 'hold' });
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'Connecting');
  },
  async refused(visit) {
    await fill(visit, { clientId: 'refused' });
    await submit(visit);
    await waitForStatus(visit, 'These values were refused');
  },
  async 'rate limited'(visit) {
    const fault: Fault = { kind: 'respond', status: 429, headers: { 'retry-after': '120' } };
    visit.page.sandbox.onRequest = ({ method }) => (method === 'POST' ? fault : undefined);
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'Too many tries');
  },
  async 'not set up'(visit) {
    // As another server answers, at a wrong base URL.
    visit.page.sandbox.onRequest = () => ({ kind: 'respond', status: 405 });
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'not set up correctly');
  },
  async 'no response'(visit) {
    visit.page.sandbox.onRequest = () => ({ kind: 'hold' });
    // The default is a minute.
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').setAttribute('timeout', 500)",
    );
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'It took too long');
  },
  async connected(visit): Promise<void> {
    await fill(visit);
    await submit(visit);
    await waitUntilConnected(visit);
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
    await waitUntilConnected(visit);
  },
  'test credentials': (visit) => unfold(visit, 'test-credentials'),
} satisfies Record<string, (visit: Visit) => Promise<void>>;

/** Shows the page as on a light or dark system, which not every driver can emulate. */
export async function setScheme({ browser }: Visit, scheme: 'light' | 'dark'): Promise<void> {
  await browser.executeScript('document.documentElement.style.colorScheme = arguments[0]', scheme);
}
