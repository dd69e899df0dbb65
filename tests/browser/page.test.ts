import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { By, Key, logging, until } from 'selenium-webdriver';
import type { Driver } from 'selenium-webdriver/chrome.js';
import { TEST_CREDENTIALS } from '../../js/sandbox/sandbox.js';
import { type PageServer, servePage } from '../../www/serve.js';
import { startBrowser } from './engines.js';
import { inEveryEngine } from './in-every-engine.js';
import {
  BUTTON,
  connected,
  fill,
  open,
  STATES,
  STATUS,
  said,
  setScheme,
  submit,
  unfold,
  type Visit,
} from './page-states.js';

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

inEveryEngine('The page', { timeout: 1_200_000 }, (engine) => {
  let page: PageServer;
  let visit: Visit;

  before(async () => {
    page = await servePage(0);
    visit = { page, browser: await startBrowser(engine) };
    await visit.browser.manage().window().setRect({ width: 1200, height: 900 });
  });
  after(async () => {
    await visit?.browser.quit();
    await page?.close();
  });

  beforeEach(() => open(visit));
  afterEach(async () => {
    // The others' drivers have no log.
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
  /** What stands at the field with this id. */
  const error = (id: string) => text(`#${id} ~ .bigcommerce-error`);
  const sent = (method: string) =>
    page.sandbox.requests
      .filter((request) => request.method === method)
      .map(({ path, body }) => ({ path, ...JSON.parse(body) }));

  test('connects a store and shows its name and id', async () => {
    assert.equal(await find('#connected').isDisplayed(), false);
    await fill(visit);
    await submit(visit);
    await connected(visit);
    const [instance] = page.sandbox.instances.values();
    assert.equal(await text('#instance-name'), 'My shop');
    assert.equal(await text('#instance-id'), String(instance?.id));
    assert.equal(await focused(), 'connected-title');
    assert.equal(await text('#connected-title'), 'Your store is connected');
    assert.equal(await find('#setup').isDisplayed(), false);
  });

  test('has the token in it only while it is shown', async () => {
    await STATES.connected(visit);
    const [instance] = page.sandbox.instances.values();
    const token = instance?.token ?? assert.fail('nothing was created');
    assert.ok(!(await source()).includes(token), 'before');
    const toggle = find('#show-token');
    assert.equal(await toggle.getAccessibleName(), 'Show instance token');
    await toggle.click();
    assert.equal(await text('#instance-token'), token);
    assert.equal(await toggle.getAccessibleName(), 'Hide instance token');
    await toggle.click();
    assert.ok(!(await source()).includes(token), 'afterwards');
  });

  test('copies id and token and says so', async () => {
    for (const what of ['id', 'token'] as const) {
      await STATES.connected(visit);
      const instance = [...page.sandbox.instances.values()].at(-1);
      await find(`#copy-${what}`).click();
      await visit.browser.wait(
        until.elementTextIs(find('#copied'), `The ${what} is copied.`),
        60_000,
      );
      await find('#again').click();
      await find('#username').sendKeys(Key.chord(Key.CONTROL, 'v'));
      const pasted = await find('#username').getAttribute('value');
      assert.equal(pasted, String(instance?.[what]));
    }
  });

  test('connects another store, with nothing left of the first', async () => {
    await STATES['token shown'](visit);
    const token = await text('#instance-token');
    await find('#again').click();
    assert.equal(await focused(), 'username');
    assert.ok(!(await source()).includes(token));
    for (const input of await visit.browser.findElements(By.css('form input:not([type=checkbox])')))
      assert.equal(await input.getAttribute('value'), '');
    await fill(visit, { name: 'My second shop' });
    await submit(visit);
    await connected(visit);
    assert.equal(await text('#instance-name'), 'My second shop');
    assert.equal(page.sandbox.instances.size, 2);
  });

  test('sends what the guide sends, without the secrets being in the page', async () => {
    await unfold(visit, 'tags');
    await fill(visit, { 'first-tag': 'Docs' });
    await submit(visit);
    await connected(visit);
    const [creation, ...rest] = page.sandbox.requests;
    const { method, path, headers, body } = creation ?? assert.fail('nothing was created');
    assert.equal(`${method} ${path}`, 'POST /elements/api-v2/instances');
    assert.deepEqual(rest, []);
    assert.equal(headers['content-type'], 'application/json');
    const { tags, ...others } = JSON.parse(body);
    const marks = tags.filter((tag: string) => /^(idempotency-key|subject):/.test(tag));
    assert.equal(marks.length, 2);
    assert.deepEqual(
      tags.filter((tag: string) => !marks.includes(tag)),
      ['Docs'],
    );
    assert.deepEqual(others, {
      element: { key: 'bigcommerce' },
      configuration: {
        username: 'shop',
        password: '0123456789abcdef',
        'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
      },
      name: 'My shop',
    });
  });

  test('is usable by keyboard alone', async () => {
    const type = (...keys: string[]) =>
      visit.browser
        .actions()
        .sendKeys(...keys)
        .perform();
    const tabTo = async (id: string) => {
      for (let tabs = 0; (await focused()) !== id; tabs++) {
        assert.ok(tabs < 20, `${id} is within 20 tabs`);
        await type(Key.TAB);
      }
    };
    await tabTo('username');
    await type('shop', Key.TAB, 'store-wuxeae6.mybigcommerce.com', Key.TAB, '0123456789abcdef');
    await type(Key.TAB, 'My shop', Key.ENTER);
    await connected(visit);
    await tabTo('show-token');
    await type(Key.SPACE);
    assert.notEqual(await text('#instance-token'), '');
    await tabTo('again');
    await type(Key.ENTER);
    assert.equal(await focused(), 'username');
  });

  test('says why BigCommerce refused, and what to give to the support', async () => {
    await STATES.refused(visit);
    assert.match(await status(), /^These values were refused\n.*“Invalid API token”\n/);
    assert.match(await status(), /\nReference for support: [0-9a-f]{24}$/);
    assert.equal(await visit.browser.findElement(BUTTON).getAttribute('aria-disabled'), null);
    await fill(visit);
    await submit(visit);
    await connected(visit);
  });

  test('has a headline for each kind of refusal', async () => {
    const headlines: Record<string, string> = {
      refused: 'These values were refused',
      forbidden: 'Access was denied',
      conflict: 'It is connected already',
      'server-error': 'The service has a problem',
    };
    for (const [username, headline] of Object.entries(headlines)) {
      await fill(visit, { username });
      await submit(visit);
      await said(visit, headline);
    }
  });

  test('says that it is not set up right, and that the values are not the reason', async () => {
    await STATES['not set up'](visit);
    assert.match(
      await status(),
      /^This page is not set up right\nYour values are not the reason\./,
    );
  });

  test('says after a time too long that the service has a problem, where it answered', async () => {
    page.sandbox.onRequest = () => ({ kind: 'answer', status: 503 });
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').setAttribute('timeout', 1500)",
    );
    await fill(visit);
    await submit(visit);
    await said(visit, 'It took too long');
    assert.match(await status(), /\nThe service has a problem\. Wait a minute\./);
  });

  test('tells whoever runs it that its base-url is wrong', async () => {
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').setAttribute('base-url', 'nowhere')",
    );
    await fill(visit);
    await submit(visit);
    await said(visit, 'about base-url: Must be');
  });

  test('keeps the style of a headline that takes two lines, as in a window 390 px wide', async () => {
    page.sandbox.onRequest = () => ({ kind: 'answer', status: 400, body: '{"requestId":"1"}' });
    // Not all browsers have windows so narrow.
    await visit.browser.executeScript("document.documentElement.style.maxInlineSize = '390px'");
    await fill(visit);
    await submit(visit);
    const headline = 'These values were refused';
    await said(visit, headline);
    const { lines, styles, signColor } = await visit.browser.executeScript<{
      lines: number;
      styles: { text: string; color: string; fontWeight: string }[];
      signColor: string;
    }>(
      `const [status, { length }] = arguments;
       const texts = document.createTreeWalker(status, NodeFilter.SHOW_TEXT);
       const styles = [];
       const range = document.createRange();
       while (texts.nextNode()) {
         const { data, parentElement } = texts.currentNode;
         if (styles.length === 0) range.setStart(texts.currentNode, 0);
         if (styles.length === 0) range.setEnd(texts.currentNode, length);
         const { color, fontWeight } = getComputedStyle(parentElement);
         styles.push({ text: data, color, fontWeight });
       }
       const tops = [...range.getClientRects()].map(({ top }) => top);
       return {
         lines: new Set(tops).size,
         styles,
         signColor: getComputedStyle(status, '::before').color,
       };`,
      await visit.browser.findElement(STATUS),
      headline,
    );
    assert.ok(lines > 1, 'it wraps');
    const [first, ...rest] = styles;
    assert.deepEqual(first, { text: headline, color: signColor, fontWeight: '600' });
    assert.ok(rest.length > 0, 'there is more below it');
    for (const { text, color, fontWeight } of rest) {
      assert.equal(fontWeight, '400', text);
      assert.notEqual(color, signColor, text);
    }
  });

  test('brings what it says into the window', async () => {
    const isSeen = async () => {
      const status = await visit.browser.findElement(STATUS);
      return visit.browser.executeScript<boolean>(
        'const { top, bottom } = arguments[0].getBoundingClientRect(); return top >= 0 && bottom <= innerHeight',
        status,
      );
    };
    page.sandbox.onRequest = () => ({ kind: 'hold' });
    await fill(visit, { name: `My shop${Key.ENTER}` });
    await said(visit, 'Connecting…');
    assert.ok(await isSeen(), 'at work');
    await open(visit);
    await fill(visit, { username: 'refused', name: `My shop${Key.ENTER}` });
    await said(visit, 'refused');
    assert.ok(await isSeen(), 'refused');
    await fill(visit, { name: `My shop${Key.ENTER}` });
    await connected(visit);
    assert.equal(await visit.browser.executeScript('return scrollY'), 0, 'connected');
  });

  test('says how long to wait after too many tries', async () => {
    await STATES['rate limited'](visit);
    assert.match(await status(), /\nWait 2 minutes, then/);
  });

  test('says once that it is at work, and then connects', async () => {
    await fill(visit, { username: 'slow' });
    await visit.browser.executeScript(`
      const status = document.querySelector('bigcommerce-connect > [role="status"]');
      window.announced = [];
      let isAwaited = false;
      // Screen readers hear of all that changes before a frame at once.
      new MutationObserver(() => {
        if (!isAwaited) {
          requestAnimationFrame(() => {
            isAwaited = false;
            window.announced.push(status.textContent);
          });
        }
        isAwaited = true;
      }).observe(status, { childList: true, characterData: true, subtree: true });`);
    await submit(visit);
    await said(visit, 'Connecting…');
    assert.equal(await visit.browser.findElement(STATUS).isDisplayed(), true);
    await connected(visit);
    const announced = await visit.browser.executeScript<string[]>('return window.announced');
    assert.equal(announced.filter((words) => words.startsWith('Connecting…')).length, 1);
  });

  test('says that no answer came, and succeeds with the next try', async () => {
    await STATES['no answer'](visit);
    page.sandbox.onRequest = undefined;
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').removeAttribute('timeout')",
    );
    await submit(visit);
    await connected(visit);
    assert.equal(page.sandbox.instances.size, 1);
  });

  test('says at each field what is wrong with it and goes to the first', async () => {
    await fill(visit, { username: ' ', storeUrl: 'https://api.bigcommerce.com/stores/abc/v3/' });
    await submit(visit);
    await said(visit, 'marked fields');
    assert.match(await error('username'), /Username/);
    assert.match(await error('storeUrl'), /V3/);
    assert.deepEqual(await visit.browser.findElements(By.css('#name ~ .bigcommerce-error')), []);
    assert.equal(await focused(), 'username');
    const username = find('#username');
    assert.equal(await username.getAttribute('aria-invalid'), 'true');
    await username.sendKeys('shop');
    assert.deepEqual(
      await visit.browser.findElements(By.css('#username ~ .bigcommerce-error')),
      [],
      'mending the field takes the message away',
    );
    assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
  });

  for (const [part, id, value, message] of [
    ['tags', 'first-tag', 'subject:me', /reserved/],
    ['events', 'callback-url', 'hooks.example', /https:/],
    ['events', 'interval', '1.5', /1 to 1440/],
    ['events', 'signature-key', 'secret', /https:/],
    ['renewal', 'existing-id', 'first', /whole number/],
  ] as const) {
    test(`unfolds the ${part} again where ${id} is not usable`, async () => {
      await unfold(visit, part);
      await fill(visit, { [id]: value });
      await unfold(visit, part);
      await submit(visit);
      await said(visit, 'marked fields');
      // Events need a callback URL, whatever else is given.
      const field = part === 'events' ? 'callback-url' : id;
      assert.equal(await focused(), field);
      assert.match(await error(id === 'signature-key' ? field : id), message);
      assert.equal(await find(`#${field}`).getAttribute('aria-invalid'), 'true');
      const description = await find(`#${field}`).getAttribute('aria-describedby');
      assert.ok(description?.includes('error'));
      await find(`#${field}`).sendKeys('1');
      assert.equal(await find(`#${field}`).getAttribute('aria-invalid'), null);
      assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
    });
  }

  test('sets up events', async () => {
    await unfold(visit, 'events');
    await fill(visit, {
      'callback-url': 'https://hooks.example/events',
      interval: '30',
      'signature-key': 'signature-secret',
    });
    await find('[value="orders"]').click();
    await submit(visit);
    await connected(visit);
    const [{ configuration } = assert.fail('nothing was created')] = sent('POST');
    assert.equal(configuration['event.notification.callback.url'], 'https://hooks.example/events');
    assert.equal(configuration['event.poller.refresh_interval'], '30');
    assert.equal(configuration['event.notification.signature.key'], 'signature-secret');
    assert.deepEqual(Object.keys(configuration['event.poller.configuration']), ['orders']);
    assert.equal(await find('#signature-key').getAttribute('value'), '', 'the key is cleared');
  });

  test('sends up to three tags', async () => {
    await unfold(visit, 'tags');
    await fill(visit);
    const tags = await visit.browser.findElements(By.name('tags'));
    for (const [index, input] of tags.entries()) await input.sendKeys(`tag ${index}`);
    await submit(visit);
    await connected(visit);
    const [{ tags: sentTags } = assert.fail('nothing was created')] = sent('POST');
    const ownTags = sentTags.filter((tag: string) => tag.startsWith('tag '));
    assert.deepEqual(ownTags, ['tag 0', 'tag 1', 'tag 2']);
  });

  test('goes on with what was submitted, whatever is filled in meanwhile', async () => {
    page.sandbox.onRequest = ({ method }) =>
      method === 'POST' ? { kind: 'delay', ms: 3000 } : undefined;
    await fill(visit);
    await submit(visit);
    await said(visit, 'Connecting…');
    await visit.browser.executeScript(`
      document.querySelector('#existing-id').value = '5';
      document.querySelector('form').requestSubmit();`);
    await connected(visit);
    page.sandbox.onRequest = undefined;
    assert.equal(await text('#connected-title'), 'Your store is connected');
  });

  test('renews a connection that is there', async () => {
    await STATES.renewed(visit);
    const [[id, instance] = assert.fail('nothing there'), ...others] = [...page.sandbox.instances];
    assert.deepEqual(others, [], 'no second one was made');
    assert.equal(instance.name, 'My renewed shop');
    assert.match(sent('PUT')[0].path, new RegExp(`/${id}$`));
    assert.equal(await text('#connected-title'), 'Your connection is renewed');
    await find('#again').click();
    await fill(visit);
    await submit(visit);
    await connected(visit);
    assert.equal(await text('#connected-title'), 'Your store is connected');
  });

  test('lists the test credentials of the sandbox', async () => {
    await unfold(visit, 'test-credentials');
    const texts = async (tag: string) => {
      const elements = await visit.browser.findElements(By.css(`#test-credentials ${tag}`));
      return Promise.all(elements.map((element) => element.getText()));
    };
    assert.deepEqual(await texts('dt'), Object.keys(TEST_CREDENTIALS));
    assert.deepEqual(await texts('dd'), Object.values(TEST_CREDENTIALS));
  });

  test('never puts a value into its address or into storage', async () => {
    await STATES['token shown'](visit);
    assert.equal(await visit.browser.getCurrentUrl(), page.url);
    const stored = 'return [localStorage.length, sessionStorage.length, document.cookie]';
    assert.deepEqual(await visit.browser.executeScript(stored), [0, 0, '']);
  });

  for (const [state, bring] of Object.entries(STATES)) {
    suite(state, () => {
      test('gives axe-core nothing to find, in light and in dark', async () => {
        await bring(visit);
        await visit.browser.executeScript(AXE);
        for (const scheme of ['light', 'dark'] as const) {
          await setScheme(visit, scheme);
          const violations = await visit.browser.executeAsyncScript<unknown[]>(`
            const done = arguments[0];
            axe.run({ rules: { 'target-size': { enabled: true } } }).then(({ violations }) =>
              done(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])));`);
          assert.deepEqual(violations, [], scheme);
        }
      });

      test('fits into a narrow window, in either direction', async () => {
        const { width, height } = await visit.browser.manage().window().getRect();
        // As narrow as the browser goes, which in some is more.
        await visit.browser.manage().window().setRect({ width: 320, height });
        try {
          await bring(visit);
          for (const direction of ['ltr', 'rtl']) {
            const overflow = await visit.browser.executeScript(
              `const root = document.documentElement;
               root.dir = arguments[0];
               return [...document.querySelectorAll('body *')]
                 .filter((element) => {
                   const { left, right, width } = element.getBoundingClientRect();
                   return width > 1 && (left < 0 || right > innerWidth);
                 })
                 .map(({ outerHTML }) => outerHTML)
                 .concat(root.scrollWidth > root.clientWidth ? ['the page'] : []);`,
              direction,
            );
            assert.deepEqual(overflow, [], direction);
          }
        } finally {
          await visit.browser.manage().window().setRect({ width, height });
        }
      });
    });
  }

  const skip = engine !== 'Chromium' && 'other engines or their drivers do not let us do this';
  suite('with the tools of Chromium', { skip }, () => {
    const chromium = () => visit.browser as Driver;

    // Only what is in the window shifts.
    before(() => visit.browser.manage().window().setRect({ width: 1200, height: 2400 }));

    for (const [state, bring] of Object.entries(STATES)) {
      test(`does not shift: ${state}`, async () => {
        await visit.browser.executeScript(`
          window.shifts = [];
          new PerformanceObserver((list) => shifts.push(
            ...list.getEntries()
              .filter(({ hadRecentInput }) => !hadRecentInput)
              .map(({ value, sources }) => [value, sources.map(({ node }) => node?.outerHTML)]),
          )).observe({ type: 'layout-shift', buffered: true });`);
        await bring(visit);
        // An entry comes with the frame after its shift.
        const shifts = await visit.browser.executeAsyncScript(
          'const [done] = arguments; requestAnimationFrame(() => setTimeout(() => done(shifts), 50))',
        );
        assert.deepEqual(shifts, []);
      });
    }

    test('selects the token where the browser has no clipboard for it', async () => {
      // Not one of the addresses that browsers trust without https.
      await visit.browser.get(page.url.replace('127.0.0.1', '0.0.0.0'));
      await visit.browser.wait(until.elementIsEnabled(find('form [type="submit"]')), 60_000);
      await STATES.connected(visit);
      const [instance] = page.sandbox.instances.values();
      await find('#copy-token').click();
      await visit.browser.wait(until.elementTextContains(find('#copied'), 'is selected'), 60_000);
      const selected = await visit.browser.executeScript('return String(getSelection())');
      assert.equal(selected, instance?.token);
    });

    test('says that one is offline, and goes on where the connection comes back', async () => {
      await fill(visit);
      const network = { latency: 0, download_throughput: -1, upload_throughput: -1 };
      await chromium().setNetworkConditions({ offline: true, ...network });
      try {
        await submit(visit);
        await said(visit, 'You are offline');
      } finally {
        await chromium().setNetworkConditions({ offline: false, ...network });
        await chromium().deleteNetworkConditions();
      }
      await connected(visit);
    });

    test('turns nothing where less motion is asked for', async () => {
      await STATES.connecting(visit);
      const animation = () =>
        visit.browser.executeScript(
          `return getComputedStyle(document.querySelector('bigcommerce-connect > [role="status"]'), '::after').animationName`,
        );
      const emulate = (value: string) =>
        chromium().sendDevToolsCommand('Emulation.setEmulatedMedia', {
          features: [{ name: 'prefers-reduced-motion', value }],
        });
      assert.equal(await animation(), 'turn');
      await emulate('reduce');
      assert.equal(await animation(), 'none');
      await emulate('');
    });
  });
});
