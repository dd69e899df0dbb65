// The onboarding page. The suites about it share what they do with the form on it.
import type { WebDriver, WebElement } from 'selenium-webdriver';
import { FILE } from './form-page.js';

/** An element in the page's form, once there is one. */
export const inForm = (browser: WebDriver, selector: string) =>
  browser.executeScript<WebElement | null>(
    `const form = document.querySelector('bigcommerce-connect-form');
     return form?.shadowRoot?.querySelector(arguments[0]);`,
    selector,
  );

/** Waits until an element in the page's form is seen, and has this text. */
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

/** Drops BigCommerce's file on the page, and waits until the form is filled. */
export async function dropFile(browser: WebDriver, text = FILE): Promise<void> {
  await waitInForm(browser, '[type=submit]');
  await browser.executeScript(
    `const dataTransfer = new DataTransfer();
     dataTransfer.items.add(new File([arguments[0]], 'credentials.txt'));
     const init = { dataTransfer, bubbles: true, cancelable: true };
     document.body.dispatchEvent(new DragEvent('drop', init));`,
    text,
  );
  await waitInForm(browser, 'summary.filled');
}

/** Connects a store with nothing but the file. */
export async function connect(browser: WebDriver, text = FILE): Promise<void> {
  await dropFile(browser, text);
  await (await waitInForm(browser, '[type=submit]')).click();
  await waitInForm(browser, '.success .label');
}
