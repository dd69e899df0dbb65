// A page with <bigcommerce-connect-form>. The suites about the form share it.
import type { BigCommerceConnectForm } from 'authenticate-bigcommerce/form';
import type { WebElement } from 'selenium-webdriver';
import { SECRETS, setUpElementPage } from './element-page.js';
import type { Engine } from './engines.js';

export const TOKEN = 'k3xt0kenk3xt0ken';
export const API_PATH = 'https://api.bigcommerce.com/stores/wuxeae6/v3/';
export const FILE = `ACCESS TOKEN: ${TOKEN}\nCLIENT ID: 9abc\nNAME: From file\nAPI PATH: ${API_PATH}\n`;
export const LEGACY_FILE =
  'USERNAME: me\nAPI TOKEN: 0123456789abcdef\nAPI PATH: https://store-a.mybigcommerce.com/api/v2/';

export const FORM = '<bigcommerce-connect-form id="first"></bigcommerce-connect-form>';

type Properties = Partial<
  Pick<BigCommerceConnectForm, 'messages' | 'defaultValues' | 'scopes' | 'helpUrls'>
>;

/** Opens a browser for the suite, and gives what its tests do with the form. */
export function setUpFormPage(engine: Engine) {
  return makeFormPage(setUpElementPage(engine));
}

export type FormPage = ReturnType<typeof makeFormPage>;

/** What can be done with the form. */
export function makeFormPage(page: ReturnType<typeof setUpElementPage>) {
  /** Opens a page with `body` and the form, which calls the sandbox. */
  async function open(body = FORM, properties: Properties = {}): Promise<void> {
    await page.openWithoutScript(body);
    await page.run(
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
    await page.run(() => importModule('/dist/form.js'));
  }

  /** An element in the first form. */
  const find = (selector: string): Promise<WebElement> =>
    page.page.browser.executeScript(
      "return document.querySelector('bigcommerce-connect-form').shadowRoot.querySelector(arguments[0])",
      selector,
    );
  const count = (selector: string): Promise<number> =>
    page.page.browser.executeScript(
      "return document.querySelector('bigcommerce-connect-form').shadowRoot.querySelectorAll(arguments[0]).length",
      selector,
    );
  const text = async (selector: string) => (await find(selector)).getText();
  const value = async (selector: string) => (await find(selector)).getAttribute('value');
  const click = async (selector: string) => (await find(selector)).click();
  const type = async (selector: string, keys: string) => (await find(selector)).sendKeys(keys);
  /** Where the focus is in the first form: an id, or else a class or the type. */
  const focused = () =>
    page.run(() => {
      const element = document.querySelector('bigcommerce-connect-form')?.shadowRoot?.activeElement;
      return element?.id || element?.className || element?.getAttribute('type') || '';
    });

  /** Drops a file with this text at the element with this id, which need not be in a form. */
  const drop = (text: string, id = 'first') =>
    page.run(
      (text, id) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([text], 'credentials.txt', { type: 'text/plain' }));
        const init = { dataTransfer, bubbles: true, cancelable: true, composed: true };
        return ['dragenter', 'dragover', 'drop'].map(
          (type) => !document.getElementById(id)?.dispatchEvent(new DragEvent(type, init)),
        );
      },
      text,
      id,
    );

  const waitForText = async (selector: string, expected: string | RegExp) => {
    const matches = async () => {
      const element = await find(selector);
      return element && new RegExp(expected).test(await element.getText());
    };
    await page.page.browser.wait(matches, 60_000, `${selector}: ${expected}`);
  };

  /** Fills the fields by hand. */
  async function fill(values: Record<string, string>): Promise<void> {
    for (const [id, text] of Object.entries(values)) {
      await page.run(
        (id, text) => {
          const root = document.querySelector('bigcommerce-connect-form')?.shadowRoot;
          const input = root?.querySelector<HTMLInputElement>(`#${id}`);
          if (!input) throw new Error(`There is no ${id}.`);
          input.value = text;
          input.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
        },
        id,
        text,
      );
    }
  }

  return {
    get page() {
      return page.page;
    },
    get sandbox() {
      return page.sandbox;
    },
    run: page.run,
    ...{ click, count, drop, fill, find, focused, open, text, type, value, waitForText },
    ...{ failWith: page.failWith, respondTo: page.respondTo, settled: page.settled },
  };
}
