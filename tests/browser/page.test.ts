import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { By, Key, until } from 'selenium-webdriver';
import type { Driver } from 'selenium-webdriver/chrome.js';
import { TEST_CREDENTIALS } from '../../js/sandbox/sandbox.js';
import type { PageServer } from '../../www/serve.js';
import { speedUpTimers } from './fast-timers.js';
import { inEveryEngine } from './in-every-engine.js';
import {
  BUTTON,
  fill,
  open,
  STATES,
  STATUS,
  submit,
  unfold,
  type Visit,
  waitForStatus,
  waitUntilConnected,
} from './page-states.js';
import { setUpPage } from './served-page.js';

inEveryEngine('The page', { timeout: 1_200_000 }, (engine) => {
  let page: PageServer;
  let visit: Visit;
  const { error, find, focused, holdUp, sent, source, status, text } = setUpPage(
    engine,
    (opened, visited) => {
      page = opened;
      visit = visited;
    },
  );

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

  const skip = engine !== 'Chromium' && 'other engines or their drivers do not let us do this';
  suite('with the tools of Chromium', { skip }, () => {
    const chromium = () => visit.browser as Driver;

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
