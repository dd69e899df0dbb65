// A page with <bigcommerce-connect-form>: one of ours in a suite about the form, or any other.
import type { BigCommerceConnectForm } from 'authenticate-bigcommerce/form';
import type { WebDriver, WebElement } from 'selenium-webdriver';
import { setUpElementPage } from './element-page.js';
import type { Engine } from './engines.js';
import { SECRETS } from './sandboxed-page.js';

export const TOKEN = 'k3xt0kenk3xt0ken';
export const API_PATH = 'https://api.bigcommerce.com/stores/wuxeae6/v3/';
export const FILE = `ACCESS TOKEN: ${TOKEN}\nCLIENT ID: 9abc\nNAME: From file\nAPI PATH: ${API_PATH}\n`;
export const LEGACY_FILE =
  'USERNAME: me\nAPI TOKEN: 0123456789abcdef\nAPI PATH: https://store-a.mybigcommerce.com/api/v2/';

export const FORM = '<bigcommerce-connect-form id="first"></bigcommerce-connect-form>';

/** An element in the page's first form, once there is one. */
export const inForm = (browser: WebDriver, selector: string) =>
  browser.executeScript<WebElement | null>(
    `const form = document.querySelector('bigcommerce-connect-form');
     return form?.shadowRoot?.querySelector(arguments[0]);`,
    selector,
  );

/** Where the focus is in the first form: an id, or else a class, a type or its parent's part. */
export const focusInForm = (browser: WebDriver) =>
  browser.executeScript<string>(
    `const { activeElement } = document.querySelector('bigcommerce-connect-form').shadowRoot;
     if (!activeElement) return '';
     const { id, className, parentElement } = activeElement;
     return id || className || activeElement.getAttribute('type') || String(parentElement?.part);`,
  );

/** Waits until an element in the first form is seen, and has this text. */
export async function waitInForm(
  browser: WebDriver,
  selector: string,
  text = /^/,
): Promise<WebElement> {
  const find = async () => {
    try {
      const element = await inForm(browser, selector);
      if (!(await element?.isDisplayed())) return null;
      return text.test((await element?.getText()) ?? '') ? element : null;
    } catch {
      // The form has replaced it meanwhile.
      return null;
    }
  };
  return (await browser.wait(find, 60_000, `${selector}: ${text}`)) as WebElement;
}

/** Drags a file with this text to the element with this id, or to the page; says what was prevented. */
const drop = (browser: WebDriver, text: string, id?: string) =>
  browser.executeScript<boolean[]>(
    `const [text, id] = arguments;
     const dataTransfer = new DataTransfer();
     dataTransfer.items.add(new File([text], 'credentials.txt', { type: 'text/plain' }));
     const init = { dataTransfer, bubbles: true, cancelable: true, composed: true };
     const target = id ? document.getElementById(id) : document.body;
     return ['dragenter', 'dragover', 'drop'].map(
       (type) => !target.dispatchEvent(new DragEvent(type, init)),
     );`,
    text,
    id,
  );

/** Drops BigCommerce's file on the page, and waits until the form is filled. */
export async function dropFile(browser: WebDriver, text = FILE): Promise<void> {
  await waitInForm(browser, '[type=submit]');
  await drop(browser, text);
  await waitInForm(browser, 'summary.filled');
}

/** Connects a store with nothing but the file. */
export async function connect(browser: WebDriver, text = FILE): Promise<void> {
  await dropFile(browser, text);
  // WebKit's driver cannot click in a frame of another site.
  await browser.executeScript('arguments[0].click()', await inForm(browser, '[type=submit]'));
  await waitInForm(browser, '.success .label');
}

export type FormPage = ReturnType<typeof setUpFormPage>;

/** Opens a browser for the suite, and gives what its tests do with the form. */
export function setUpFormPage(engine: Engine) {
  const element = setUpElementPage(engine);
  const { page, run } = element;

  /** Opens a page with `body` and the form, which calls the sandbox. */
  async function open(
    body = FORM,
    properties: Partial<
      Pick<BigCommerceConnectForm, 'messages' | 'defaultValues' | 'scopes' | 'helpUrls'>
    > = {},
  ): Promise<void> {
    await element.openWithoutScript(body);
    await run(
      (url, config, properties) => {
        for (const form of document.querySelectorAll('bigcommerce-connect-form')) {
          if (!form.hasAttribute('base-url')) form.setAttribute('base-url', url);
          Object.assign(form, { config, ...properties });
        }
      },
      page.sandbox.url,
      SECRETS,
      properties,
    );
    await run(() => importModule('/dist/form.js'));
  }

  const find = (selector: string) => inForm(page.browser, selector) as Promise<WebElement>;
  const count = (selector: string): Promise<number> =>
    page.browser.executeScript(
      "return document.querySelector('bigcommerce-connect-form').shadowRoot.querySelectorAll(arguments[0]).length",
      selector,
    );

  /** Fills the fields by hand. */
  const fill = (values: Record<string, string>) =>
    run((values) => {
      const root = document.querySelector('bigcommerce-connect-form')?.shadowRoot;
      for (const [id, text] of Object.entries(values)) {
        const input = root?.querySelector<HTMLInputElement>(`#${id}`);
        if (!input) throw new Error(`There is no ${id}.`);
        input.value = text;
        input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
      }
    }, values);

  return {
    element,
    page,
    get sandbox() {
      return page.sandbox;
    },
    ...{ count, fill, find, open, run },
    ...{ failWith: element.failWith, respondTo: element.respondTo, settled: element.settled },
    text: async (selector: string) => (await find(selector)).getText(),
    value: async (selector: string) => (await find(selector)).getAttribute('value'),
    click: async (selector: string) => (await find(selector)).click(),
    type: async (selector: string, keys: string) => (await find(selector)).sendKeys(keys),
    isShown: async (selector: string) => (await find(selector)).isDisplayed(),
    focused: () => focusInForm(page.browser),
    waitForText: (selector: string, text?: RegExp) => waitInForm(page.browser, selector, text),
    drop: (text: string, id = 'first') => drop(page.browser, text, id),
    dropFile: (text?: string) => dropFile(page.browser, text),
  };
}
