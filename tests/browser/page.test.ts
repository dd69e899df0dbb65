import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { By, Key, logging, until } from 'selenium-webdriver';
import type { Driver } from 'selenium-webdriver/chrome.js';
import { type Fault, TEST_CREDENTIALS } from '../../js/sandbox/sandbox.js';
import { type PageServer, servePage } from '../../www/serve.js';
import { startBrowser } from './engines.js';
import { speedUpTimers } from './fast-timers.js';
import { inEveryEngine } from './in-every-engine.js';
import {
  BUTTON,
  choose,
  fill,
  KINDS,
  open,
  STATES,
  STATUS,
  setScheme,
  submit,
  unfold,
  VALUES,
  type Visit,
  waitForStatus,
  waitUntilConnected,
} from './page-states.js';

const AXE = readFileSync(
  new URL('../../node_modules/axe-core/axe.min.js', import.meta.url),
  'utf8',
);

/** The `configuration` for the `VALUES`, as in the vendor's documents. */
const CREDENTIALS = {
  'store-level': {
    'authentication.type': 'custom',
    'oauth.api.key': 'shop',
    'oauth.api.secret': '0123456789abcdef',
    'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
  },
  legacy: {
    username: 'shop',
    password: '0123456789abcdef',
    'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
  },
};

/** What the vendor's documents add for events. */
const EVENTS = {
  'event.notification.enabled': true,
  'event.vendor.type': 'polling',
  'event.notification.callback.url': 'https://hooks.example/events',
  'event.poller.refresh_interval': '15',
  'event.poller.configuration': {
    orders: {
      url: `/hubs/ecommerce/orders?where=min_date_modified='\${date:EEE, dd MMM yyyy HH:mm:ss Z}'`,
      idField: 'id',
      datesConfiguration: {
        updatedDateField: 'date_modified',
        updatedDateFormat: 'EEE, dd MMM yyyy HH:mm:ss Z',
        createdDateField: 'date_created',
        createdDateFormat: 'EEE, dd MMM yyyy HH:mm:ss Z',
      },
    },
  },
};

/** The first field of each kind of account. */
const FIRST_FIELD = { 'store-level': 'clientId', legacy: 'username' };

/** The field for its secret. */
const SECRET_FIELD = { 'store-level': 'clientSecret', legacy: 'password' };

const OTHER_KIND = { 'store-level': 'legacy', legacy: 'store-level' } as const;

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

  test('connects a store and shows its name and id', async () => {
    assert.equal(await find('#connected').isDisplayed(), false);
    await fill(visit);
    await submit(visit);
    await waitUntilConnected(visit);
    const [instance] = page.sandbox.instances.values();
    assert.equal(await text('#instance-name'), 'My shop');
    assert.equal(await text('#instance-id'), String(instance?.id));
    assert.equal(await focused(), 'connected-title');
    assert.equal(await text('#connected-title'), 'Your store is connected');
    assert.equal(await find('#setup').isDisplayed(), false);
  });

  test('contains the token only while it is shown', async () => {
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

  test('copies id and token, and confirms it', async () => {
    for (const what of ['id', 'token'] as const) {
      await STATES.connected(visit);
      const instance = [...page.sandbox.instances.values()].at(-1);
      await find(`#copy-${what}`).click();
      await visit.browser.wait(
        until.elementTextIs(find('#copied'), `The ${what} is copied.`),
        60_000,
      );
      await find('#again').click();
      await find('#name').sendKeys(Key.chord(Key.CONTROL, 'v'));
      const pasted = await find('#name').getAttribute('value');
      assert.equal(pasted, String(instance?.[what]));
    }
  });

  for (const kind of KINDS) {
    suite(`with a ${kind} account`, () => {
      test('connects another store, with nothing left of the first', async () => {
        await fill(visit, {}, OTHER_KIND[kind]);
        await fill(visit, {}, kind);
        await submit(visit);
        await waitUntilConnected(visit);
        await find('#show-token').click();
        const token = await text('#instance-token');
        await find('#again').click();
        assert.equal(await focused(), FIRST_FIELD[kind]);
        assert.ok(!(await source()).includes(token));
        for (const input of await visit.browser.findElements(
          By.css('form input:not([type=checkbox])'),
        )) {
          assert.equal(await input.getAttribute('value'), '');
        }
        await fill(visit, { name: 'My second shop' }, kind);
        await submit(visit);
        await waitUntilConnected(visit);
        assert.equal(await text('#instance-name'), 'My second shop');
        assert.equal(page.sandbox.instances.size, 2);
      });

      test('clears the secrets of both kinds', async () => {
        await fill(visit, {}, OTHER_KIND[kind]);
        await fill(visit, {}, kind);
        await submit(visit);
        await waitUntilConnected(visit);
        for (const id of Object.values(SECRET_FIELD)) {
          assert.equal(await find(`#${id}`).getAttribute('value'), '', id);
        }
      });

      // The other engines run the same script.
      for (const method of engine === 'Chromium' ? ['POST', 'PUT'] : ['POST']) {
        for (const events of engine === 'Chromium' ? [undefined, EVENTS] : [EVENTS]) {
          const title = `sends the documented body and no more: ${method}, ${events ? 'with' : 'without'} events`;
          test(title, async () => {
            let path = '/elements/api-v2/instances';
            if (method === 'PUT') {
              await STATES.connected(visit);
              const [id] = page.sandbox.instances.keys();
              path += `/${id}`;
              await find('#again').click();
              await unfold(visit, 'renewal');
              await find('#existing-id').sendKeys(String(id));
            }
            if (events) {
              await unfold(visit, 'events');
              await find('#callback-url').sendKeys('https://hooks.example/events');
              await find('[value="orders"]').click();
            }
            await unfold(visit, 'tags');
            await find('#first-tag').sendKeys('Docs');
            // The values for the other kind must not be sent.
            await fill(visit, {}, OTHER_KIND[kind]);
            await fill(visit, {}, kind);
            page.sandbox.requests.length = 0;
            await submit(visit);
            await waitUntilConnected(visit);
            const requests = page.sandbox.requests.filter((sent) => sent.method === method);
            const [request, ...rest] = requests;
            const { path: sentTo, headers, body } = request ?? assert.fail('nothing was sent');
            assert.deepEqual(rest, []);
            assert.equal(sentTo, path);
            assert.equal(headers['content-type'], 'application/json');
            const { tags, ...others } = JSON.parse(body);
            const isReserved = (tag: string) => /^(idempotency-key|subject):/.test(tag);
            assert.equal(tags.filter(isReserved).length, 2);
            assert.deepEqual(
              tags.filter((tag: string) => !isReserved(tag)),
              ['Docs'],
            );
            assert.deepEqual(others, {
              element: { key: 'bigcommerce' },
              configuration: { ...CREDENTIALS[kind], ...events },
              name: 'My shop',
            });
          });
        }
      }

      test('can be used by keyboard', async () => {
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
        await tabTo('store-level');
        if (kind === 'legacy') await type(Key.ARROW_DOWN);
        assert.equal(await focused(), kind);
        await tabTo(FIRST_FIELD[kind]);
        // Each field is one Tab further than the one before.
        await type(Object.values(VALUES[kind]).join(Key.TAB), Key.ENTER);
        await waitUntilConnected(visit);
        const [instance] = page.sandbox.instances.values();
        assert.deepEqual(instance?.configuration, CREDENTIALS[kind]);
        await tabTo('show-token');
        await type(Key.SPACE);
        assert.notEqual(await text('#instance-token'), '');
        await tabTo('again');
        await type(Key.ENTER);
        assert.equal(await focused(), FIRST_FIELD[kind]);
      });

      test('shows at each field what to enter, in words for merchants', async () => {
        const { storeUrl, ...blank } = VALUES[kind];
        for (const blankText of ['', ' ']) {
          await open(visit);
          await choose(visit, kind);
          for (const id of [...Object.keys(blank), 'storeUrl']) {
            // Not all drivers accept an empty text.
            if (blankText) await find(`#${id}`).sendKeys(blankText);
          }
          await submit(visit);
          await waitForStatus(visit, 'marked fields');
          assert.equal(await focused(), FIRST_FIELD[kind]);
          for (const id of [...Object.keys(blank), 'storeUrl']) {
            const field = find(`#${id}`);
            assert.equal(await field.getAttribute('aria-invalid'), 'true', id);
            const message = await error(id);
            assert.match(message, /^(Enter|Paste) /, id);
            assert.doesNotMatch(
              message,
              /clientId|clientSecret|storeUrl|username and password/,
              id,
            );
            if (!/storeUrl|name$/.test(id) && kind === 'legacy')
              assert.match(message, /Legacy API Settings/, id);
          }
          assert.match(
            await error('storeUrl'),
            {
              'store-level': /api\.bigcommerce\.com\/stores/,
              legacy: /api\/v2/,
            }[kind],
          );
        }
        assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
      });

      test('shows where to look if the values were refused', async () => {
        await fill(visit, { [FIRST_FIELD[kind]]: 'refused' }, kind);
        await submit(visit);
        await waitForStatus(visit, 'These values were refused');
        assert.match(
          await status(),
          {
            'store-level': /\nCompare .* create another API account/,
            legacy: /\nCompare .* Legacy API Settings/,
          }[kind],
        );
        await fill(visit, { [FIRST_FIELD[kind]]: 'forbidden' }, kind);
        await submit(visit);
        await waitForStatus(visit, 'Access was denied');
        assert.match(
          await status(),
          {
            'store-level': /in Store-level API accounts/,
            legacy: /in Legacy API Settings/,
          }[kind],
        );
      });

      test('shows where its values are found, and no other values', async () => {
        await choose(visit, kind);
        for (const part of await visit.browser.findElements(By.css(`.${OTHER_KIND[kind]}`))) {
          assert.equal(await part.isDisplayed(), false);
        }
        assert.equal(await find(`.steps.${kind}`).isDisplayed(), true);
        const drawings = await visit.browser.findElements(By.css('.panel'));
        const shown = [];
        for (const drawing of drawings) {
          if (await drawing.isDisplayed()) shown.push(await drawing.getAttribute('aria-label'));
        }
        assert.equal(shown.length, 1);
        for (const id of [FIRST_FIELD[kind], SECRET_FIELD[kind], 'storeUrl']) {
          const label = await text(`label[for="${id}"]`);
          const [, mark, name = ''] = /^(\d)\s+(.*)$/.exec(label) ?? [];
          assert.match(shown[0] ?? '', new RegExp(`${name}, marked ${mark}\\b`, 'i'));
        }
      });
    });
  }

  test('asks for a store-level account by default', async () => {
    assert.equal(await find('#store-level').isSelected(), true);
    assert.equal(await find('#clientId').isDisplayed(), true);
    assert.equal(await find('#username').isDisplayed(), false);
  });

  test('keeps what was typed for one kind while the other is chosen', async () => {
    await fill(visit, {}, 'store-level');
    await choose(visit, 'legacy');
    assert.equal(await find('#clientSecret').isDisplayed(), false);
    await find('#username').sendKeys('shop');
    await choose(visit, 'store-level');
    for (const [id, value] of Object.entries(VALUES['store-level'])) {
      assert.equal(await find(`#${id}`).getAttribute('value'), value);
      assert.equal(await find(`#${id}`).isDisplayed(), true);
    }
    await choose(visit, 'legacy');
    assert.equal(await find('#username').getAttribute('value'), 'shop');
  });

  test('removes the messages about the other kind of account', async () => {
    await fill(visit, { storeUrl: 'store' }, 'legacy');
    await submit(visit);
    await waitForStatus(visit, 'marked fields');
    await choose(visit, 'store-level');
    assert.equal(await status(), '');
    assert.equal(await error('storeUrl'), '');
    assert.equal(await find('#storeUrl').getAttribute('aria-invalid'), null);
  });

  test('shows the message for the submitted kind of account, whatever is chosen during the call', async () => {
    const release = holdUp({ kind: 'respond', status: 400, body: '{"requestId":"1"}' });
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'Connecting…');
    await choose(visit, 'legacy');
    assert.match(await status(), /^Connecting…/);
    release();
    await waitForStatus(visit, 'These values were refused');
    assert.match(await status(), /create another API account/);
  });

  test('disables the fields that it does not show, also after a reload', async () => {
    await choose(visit, 'legacy');
    await visit.browser.navigate().refresh();
    await visit.browser.wait(until.elementIsEnabled(visit.browser.findElement(BUTTON)), 60_000);
    for (const id of [...Object.values(FIRST_FIELD), ...Object.values(SECRET_FIELD)]) {
      const field = find(`#${id}`);
      assert.equal(await field.isEnabled(), await field.isDisplayed(), id);
    }
  });

  suite('with the path of a store-level account in the legacy form', () => {
    const OFFER = '#use-store-level';

    for (const path of [
      'https://api.bigcommerce.com/stores/wuxeae6/v3/',
      'https://api.bigcommerce.com/stores/wuxeae6/v2',
      ' API.bigcommerce.com/stores/wuxeae6/v3/',
    ]) {
      test(`offers the other form and keeps the path: ${path}`, async () => {
        await fill(visit, { storeUrl: path }, 'legacy');
        assert.equal(await text(OFFER), 'Use a store-level API account', 'before it is sent');
        assert.match(await error('storeUrl'), /store-level API account/);
        await submit(visit);
        await waitForStatus(visit, 'marked fields');
        assert.equal(await focused(), 'storeUrl');
        assert.equal(await find('#storeUrl').getAttribute('aria-invalid'), 'true');
        assert.match(await error('storeUrl'), /store-level API account/);
        assert.equal(await find('#legacy').isSelected(), true, 'nothing happens by itself');
        await find('#storeUrl').sendKeys(Key.TAB);
        assert.equal(await focused(), OFFER.slice(1));
        await find(OFFER).sendKeys(Key.ENTER);
        assert.equal(await find('#store-level').isSelected(), true);
        assert.equal(await focused(), 'clientId');
        assert.equal(await find('#storeUrl').getAttribute('value'), path);
        assert.equal(await error('storeUrl'), '');
        assert.equal(await find(OFFER).isDisplayed(), false);
        await find('#clientId').sendKeys('shop');
        await find('#clientSecret').sendKeys('0123456789abcdef');
        await submit(visit);
        await waitUntilConnected(visit);
        const [instance] = page.sandbox.instances.values();
        assert.deepEqual(instance?.configuration, CREDENTIALS['store-level']);
      });
    }

    test('offers nothing once the path is corrected', async () => {
      await STATES['other kind offered'](visit);
      await find('#storeUrl').clear();
      await find('#storeUrl').sendKeys('store-wuxeae6.mybigcommerce.com');
      assert.equal(await find(OFFER).isDisplayed(), false);
      assert.equal(await error('storeUrl'), '');
      await submit(visit);
      await waitUntilConnected(visit);
      await find('#again').click();
      assert.equal(await find(OFFER).isDisplayed(), false);
    });

    test('offers nothing for other paths, which a store-level account does not take', async () => {
      await fill(visit, { storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v3/' }, 'legacy');
      await submit(visit);
      await waitForStatus(visit, 'marked fields');
      assert.match(await error('storeUrl'), /api\/v2/);
      assert.equal(await find(OFFER).isDisplayed(), false);
    });
  });

  test('does not let browsers offer a stored login for the credentials', async () => {
    const inputs = await visit.browser.findElements(
      By.css('input:not([type=checkbox], [type=radio])'),
    );
    assert.ok(inputs.length > 10);
    for (const input of inputs) {
      const isSecret = (await input.getAttribute('type')) === 'password';
      assert.equal(
        await input.getAttribute('autocomplete'),
        isSecret ? 'new-password' : 'off',
        (await input.getAttribute('id')) ?? '',
      );
    }
  });

  test('shows why BigCommerce refused, and the reference for support', async () => {
    await STATES.refused(visit);
    assert.match(await status(), /^These values were refused\n.*“Invalid API token”\n/);
    assert.match(await status(), /\nReference for support: [0-9a-f]{24}$/);
    assert.equal(await visit.browser.findElement(BUTTON).getAttribute('aria-disabled'), null);
    await fill(visit);
    await submit(visit);
    await waitUntilConnected(visit);
  });

  test('has a headline for each kind of refusal', async () => {
    const headlines: Record<string, string> = {
      refused: 'These values were refused',
      forbidden: 'Access was denied',
      conflict: 'It is connected already',
      'server-error': 'The service has a problem',
    };
    for (const [clientId, headline] of Object.entries(headlines)) {
      await fill(visit, { clientId });
      await submit(visit);
      await waitForStatus(visit, headline);
    }
  });

  test('shows that it is not set up correctly, and that the values are not the reason', async () => {
    await STATES['not set up'](visit);
    assert.match(
      await status(),
      /^This page is not set up correctly\nYour values are not the reason\./,
    );
  });

  test('shows after a timeout that the service has a problem, if it answered', async () => {
    page.sandbox.onRequest = () => ({ kind: 'respond', status: 503 });
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').setAttribute('timeout', 1500)",
    );
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'It took too long');
    assert.match(await status(), /\nThe service has a problem\. Wait a minute\./);
  });

  test('shows developers that its base-url is wrong', async () => {
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').setAttribute('base-url', 'nowhere')",
    );
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'about base-url: Must be');
  });

  test('keeps the style of a headline that takes two lines, as in a window 390 px wide', async () => {
    page.sandbox.onRequest = () => ({ kind: 'respond', status: 400, body: '{"requestId":"1"}' });
    // Not all browsers allow windows so narrow.
    await visit.browser.executeScript("document.documentElement.style.maxInlineSize = '390px'");
    await fill(visit);
    await submit(visit);
    const headline = 'These values were refused';
    await waitForStatus(visit, headline);
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

  test('scrolls its status into view', async () => {
    const isSeen = async () => {
      const status = await visit.browser.findElement(STATUS);
      return visit.browser.executeScript<boolean>(
        'const { top, bottom } = arguments[0].getBoundingClientRect(); return top >= 0 && bottom <= innerHeight',
        status,
      );
    };
    page.sandbox.onRequest = () => ({ kind: 'hold' });
    await fill(visit, { name: `My shop${Key.ENTER}` });
    await waitForStatus(visit, 'Connecting…');
    assert.ok(await isSeen(), 'at work');
    await open(visit);
    await fill(visit, { clientId: 'refused', name: `My shop${Key.ENTER}` });
    await waitForStatus(visit, 'refused');
    assert.ok(await isSeen(), 'refused');
    await fill(visit, { name: `My shop${Key.ENTER}` });
    await waitUntilConnected(visit);
    assert.equal(await visit.browser.executeScript('return scrollY'), 0, 'connected');
  });

  test('shows how long to wait after a 429', async () => {
    await STATES['rate limited'](visit);
    assert.match(await status(), /\nWait 2 minutes, then/);
  });

  test('announces once that it is connecting', async () => {
    const release = holdUp();
    await fill(visit);
    await visit.browser.executeScript(`
      const status = document.querySelector('bigcommerce-connect > [role="status"]');
      window.announced = [];
      let isAwaited = false;
      // Screen readers get all changes before a frame at once.
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
    await waitForStatus(visit, 'Connecting…');
    assert.equal(await visit.browser.findElement(STATUS).isDisplayed(), true);
    const times = async () => {
      const announced = await visit.browser.executeScript<string[]>('return window.announced');
      return announced.filter((text) => text.startsWith('Connecting…')).length;
    };
    await visit.browser.wait(async () => (await times()) > 0, 60_000);
    release();
    await waitUntilConnected(visit);
    assert.equal(await times(), 1);
  });

  test('shows that no response came, and connects with the next submit', async () => {
    await STATES['no response'](visit);
    page.sandbox.onRequest = undefined;
    // The lost instance is looked for several times.
    await speedUpTimers(visit.browser);
    await visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').removeAttribute('timeout')",
    );
    await submit(visit);
    await waitUntilConnected(visit);
    assert.equal(page.sandbox.instances.size, 1);
  });

  test('shows what is wrong with a field until it is edited', async () => {
    await fill(visit, { clientId: ' ' });
    await submit(visit);
    await waitForStatus(visit, 'marked fields');
    const clientId = find('#clientId');
    assert.equal(await clientId.getAttribute('aria-invalid'), 'true');
    assert.deepEqual(await visit.browser.findElements(By.css('#name ~ .bigcommerce-error')), []);
    await clientId.sendKeys('shop');
    assert.equal(await clientId.getAttribute('aria-invalid'), null);
    assert.deepEqual(
      await visit.browser.findElements(By.css('#clientId ~ .bigcommerce-error')),
      [],
    );
  });

  for (const [part, id, value, message] of [
    ['tags', 'first-tag', 'subject:me', /reserved/],
    ['events', 'callback-url', 'hooks.example', /https:/],
    ['events', 'interval', '1.5', /1 to 1440/],
    ['events', 'signature-key', 'secret', /https:/],
    ['renewal', 'existing-id', 'first', /whole number/],
  ] as const) {
    test(`opens the ${part} again if ${id} is invalid`, async () => {
      await unfold(visit, part);
      await fill(visit, { [id]: value });
      await unfold(visit, part);
      await submit(visit);
      await waitForStatus(visit, 'marked fields');
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
    await waitUntilConnected(visit);
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
    await waitUntilConnected(visit);
    const [{ tags: sentTags } = assert.fail('nothing was created')] = sent('POST');
    const ownTags = sentTags.filter((tag: string) => tag.startsWith('tag '));
    assert.deepEqual(ownTags, ['tag 0', 'tag 1', 'tag 2']);
  });

  test('uses the values as they were at submit', async () => {
    const release = holdUp();
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'Connecting…');
    await visit.browser.executeScript(`
      document.querySelector('#existing-id').value = '5';
      document.querySelector('form').requestSubmit();`);
    release();
    await waitUntilConnected(visit);
    assert.equal(await text('#connected-title'), 'Your store is connected');
  });

  test('renews an existing connection', async () => {
    await STATES.renewed(visit);
    const [[id, instance] = assert.fail('nothing there'), ...others] = [...page.sandbox.instances];
    assert.deepEqual(others, [], 'no second one was made');
    assert.equal(instance.name, 'My renewed shop');
    assert.match(sent('PUT')[0].path, new RegExp(`/${id}$`));
    assert.equal(await text('#connected-title'), 'Your connection is renewed');
    await find('#again').click();
    await fill(visit);
    await submit(visit);
    await waitUntilConnected(visit);
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
    assert.match(await text('#test-credentials'), /usernames and client IDs/);
  });

  test('shows only developers what was not tried', async () => {
    const words = /not tried/;
    await unfold(visit, 'test-credentials');
    assert.match(await text('#test-credentials'), words);
    assert.doesNotMatch(await text('main'), words);
  });

  test('never puts a value into its URL or into storage', async () => {
    await STATES['token shown'](visit);
    assert.equal(await visit.browser.getCurrentUrl(), page.url);
    const stored = 'return [localStorage.length, sessionStorage.length, document.cookie]';
    assert.deepEqual(await visit.browser.executeScript(stored), [0, 0, '']);
  });

  /** Checks that everything is within a narrow window, in either direction. */
  async function assertFitsNarrowWindow(): Promise<void> {
    const { width, height } = await visit.browser.manage().window().getRect();
    // As narrow as the browser allows, which may be more.
    await visit.browser.manage().window().setRect({ width: 320, height });
    try {
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
  }

  if (engine !== 'Chromium') {
    for (const [state, bring] of Object.entries(STATES)) {
      test(`fits into a narrow window, in either direction: ${state}`, async () => {
        await bring(visit);
        await assertFitsNarrowWindow();
      });
    }
  }

  const skip = engine !== 'Chromium' && 'other engines or their drivers do not let us do this';
  suite('with the tools of Chromium', { skip }, () => {
    const chromium = () => visit.browser as Driver;

    // Only shifts within the window are reported.
    before(() => visit.browser.manage().window().setRect({ width: 1200, height: 2400 }));

    for (const [state, bring] of Object.entries(STATES)) {
      test(`has no layout shift, no violations that axe-core finds, and fits into a narrow window: ${state}`, async () => {
        await visit.browser.executeScript(`
          window.shifts = [];
          new PerformanceObserver((list) => shifts.push(
            ...list.getEntries()
              .filter(({ hadRecentInput }) => !hadRecentInput)
              .map(({ value, sources }) => [value, sources.map(({ node }) => node?.outerHTML)]),
          )).observe({ type: 'layout-shift', buffered: true });`);
        await bring(visit);
        // A shift is reported in the next frame.
        const shifts = await visit.browser.executeAsyncScript(
          'const [done] = arguments; requestAnimationFrame(() => setTimeout(() => done(shifts), 50))',
        );
        assert.deepEqual(shifts, []);

        await visit.browser.executeScript(AXE);
        for (const scheme of ['light', 'dark'] as const) {
          await setScheme(visit, scheme);
          const violations = await visit.browser.executeAsyncScript<unknown[]>(`
            const done = arguments[0];
            axe.run({ rules: { 'target-size': { enabled: true } } }).then(({ violations }) =>
              done(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])));`);
          assert.deepEqual(violations, [], scheme);
        }
        await assertFitsNarrowWindow();
      });
    }

    test('selects the token if there is no clipboard', async () => {
      // Browsers do not trust this address without HTTPS.
      await visit.browser.get(page.url.replace('127.0.0.1', '0.0.0.0'));
      await visit.browser.wait(until.elementIsEnabled(find('form [type="submit"]')), 60_000);
      await STATES.connected(visit);
      const [instance] = page.sandbox.instances.values();
      await find('#copy-token').click();
      await visit.browser.wait(until.elementTextContains(find('#copied'), 'is selected'), 60_000);
      const selected = await visit.browser.executeScript('return String(getSelection())');
      assert.equal(selected, instance?.token);
    });

    test('shows that the browser is offline, and connects once it is online', async () => {
      await fill(visit);
      const network = { latency: 0, download_throughput: -1, upload_throughput: -1 };
      await chromium().setNetworkConditions({ offline: true, ...network });
      try {
        await submit(visit);
        await waitForStatus(visit, 'You are offline');
      } finally {
        await chromium().setNetworkConditions({ offline: false, ...network });
        await chromium().deleteNetworkConditions();
      }
      await waitUntilConnected(visit);
    });

    test('has no animation if reduced motion is preferred', async () => {
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
