import assert from 'node:assert/strict';
import { test } from 'node:test';
import { By, Key, until } from 'selenium-webdriver';
import type { Driver } from 'selenium-webdriver/chrome.js';
import type { PageServer } from '../../www/serve.js';
import { speedUpTimers } from './fast-timers.js';
import { inEveryEngine } from './in-every-engine.js';
import {
  BUTTON,
  choose,
  drop,
  fill,
  KINDS,
  open,
  STATES,
  STATUS,
  submit,
  unfold,
  VALUES,
  type Visit,
  waitForStatus,
  waitUntilConnected,
} from './page-states.js';
import { setUpPage } from './served-page.js';

/** The headline for each refusal, and what is below it. */
const REFUSALS = {
  refused:
    /^These values were refused\nBigCommerce says: “Invalid API token”\nCompare .* create another API account\.\nReference for support: [0-9a-f]{24}$/,
  forbidden: /^Access was denied\n(.*\n)*.*in Store-level API accounts/,
  conflict: /^It is connected already\n/,
  'server-error': /^The service has a problem\nIt is not your values\. Wait a minute\./,
};

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

const FIRST_FIELD = { 'store-level': 'clientId', legacy: 'username' };
const SECRET_FIELD = { 'store-level': 'accessToken', legacy: 'password' };
const OTHER_KIND = { 'store-level': 'legacy', legacy: 'store-level' } as const;
const PLACE = { 'store-level': /Store-level API accounts/, legacy: /Legacy API Settings/ };

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

  const setAttribute = (name: string, value: unknown) =>
    visit.browser.executeScript(
      "document.querySelector('bigcommerce-connect').setAttribute(...arguments)",
      name,
      value,
    );

  async function connect(values: Record<string, string> = {}): Promise<void> {
    await fill(visit, values);
    await submit(visit);
    await waitUntilConnected(visit);
  }

  test('connects a store and shows its name and id, and its token only while it is wanted', async () => {
    await connect();
    const [{ id, token } = assert.fail('nothing was created')] = page.sandbox.instances.values();
    assert.equal(await text('#instance-name'), 'My shop');
    assert.equal(await text('#instance-id'), String(id));
    assert.equal(await focused(), 'connected-title');
    assert.equal(await text('#connected-title'), 'Your store is connected');
    assert.equal(await find('#setup').isDisplayed(), false);
    assert.ok(!(await source()).includes(token), 'before');
    const toggle = find('#show-token');
    assert.equal(await toggle.getAccessibleName(), 'Show instance token');
    await toggle.click();
    assert.equal(await text('#instance-token'), token);
    assert.equal(await toggle.getAccessibleName(), 'Hide instance token');
    await toggle.click();
    assert.ok(!(await source()).includes(token), 'afterwards');
  });

  test('is filled from a file dropped anywhere, for the chosen kind of account', async () => {
    await choose(visit, 'legacy');
    assert.equal(await drop(visit), true);
    await waitForStatus(visit, 'Choose “Store-level API account”');
    assert.equal(await find('#storeUrl').getAttribute('value'), '');
    await choose(visit, 'store-level');
    await drop(visit);
    await waitForStatus(visit, 'Filled in');
    await submit(visit);
    await waitUntilConnected(visit);
    assert.deepEqual(sent('POST')[0].configuration, CREDENTIALS['store-level']);
  });

  test('never puts a value into its URL or into storage', async () => {
    await STATES['token shown'](visit);
    assert.equal(await visit.browser.getCurrentUrl(), page.url);
    const stored = 'return [localStorage.length, sessionStorage.length, document.cookie]';
    assert.deepEqual(await visit.browser.executeScript(stored), [0, 0, '']);
  });

  test('copies id and token, and confirms it', async () => {
    for (const what of ['id', 'token'] as const) {
      await connect();
      const instance = [...page.sandbox.instances.values()].at(-1);
      await find(`#copy-${what}`).click();
      const isCopied = until.elementTextIs(find('#copied'), `The ${what} is copied.`);
      await visit.browser.wait(isCopied, 60_000);
      await find('#again').click();
      await find('#name').sendKeys(Key.chord(Key.CONTROL, 'v'));
      assert.equal(await find('#name').getAttribute('value'), String(instance?.[what]));
    }
  });

  test('does not let browsers offer a stored login for the credentials', async () => {
    const inputs = 'input:not([type=checkbox], [type=radio])';
    const offering = `${inputs}:not([type=password][autocomplete=new-password], :not([type=password])[autocomplete=off])`;
    assert.ok((await visit.browser.findElements(By.css(inputs))).length > 10);
    assert.deepEqual(await visit.browser.findElements(By.css(offering)), []);
  });

  test('has a headline for each kind of refusal, and connects afterwards', async () => {
    for (const [clientId, expected] of Object.entries(REFUSALS)) {
      await fill(visit, { clientId });
      await submit(visit);
      await waitForStatus(visit, expected.source.slice(1, 15));
      assert.match(await status(), expected);
    }
    await connect();
  });

  test('shows that it is not set up correctly, and that the values are not the reason', async () => {
    await STATES['not set up'](visit);
    assert.match(await status(), /^This page is not set up correctly\nYour values are not the/);
    await setAttribute('base-url', 'nowhere');
    await submit(visit);
    await waitForStatus(visit, 'about base-url: Must be');
  });

  test('shows how long to wait after a 429', async () => {
    await STATES['rate limited'](visit);
    assert.match(await status(), /\nWait 2 minutes, then/);
  });

  test('shows that no response came, and connects with the next submit', async () => {
    await STATES['no response'](visit);
    page.sandbox.onRequest = undefined;
    // The lost instance is looked for several times.
    await speedUpTimers(visit.browser);
    await setAttribute('timeout', 60_000);
    await submit(visit);
    await waitUntilConnected(visit);
    assert.equal(page.sandbox.instances.size, 1);
  });

  test('scrolls its status into view', async () => {
    await fill(visit, { clientId: 'conflict', name: `My shop${Key.ENTER}` });
    await waitForStatus(visit, 'connected already');
    const isSeen = await visit.browser.executeScript<boolean>(
      'const { top, bottom } = arguments[0].getBoundingClientRect(); return top >= 0 && bottom <= innerHeight',
      await visit.browser.findElement(STATUS),
    );
    assert.ok(isSeen);
  });

  for (const [part, id, value, message] of [
    ['tags', 'first-tag', 'subject:me', /reserved/],
    ['events', 'callback-url', 'hooks.example', /https:/],
    ['events', 'interval', '1.5', /1 to 1440/],
    ['renewal', 'existing-id', 'first', /whole number/],
  ] as const) {
    test(`opens the ${part} again if ${id} is invalid, and shows why until it is edited`, async () => {
      await unfold(visit, part);
      const callback = part === 'events' ? { 'callback-url': 'https://hooks.example' } : {};
      await fill(visit, { ...callback, [id]: value });
      await unfold(visit, part);
      await submit(visit);
      await waitForStatus(visit, 'marked fields');
      assert.equal(await focused(), id);
      assert.match(await error(id), message);
      assert.equal(await find(`#${id}`).getAttribute('aria-invalid'), 'true');
      assert.match((await find(`#${id}`).getAttribute('aria-describedby')) ?? '', /error/);
      await find(`#${id}`).sendKeys('1');
      assert.equal(await find(`#${id}`).getAttribute('aria-invalid'), null);
      assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
    });
  }

  test('sends up to three tags and the events, and clears the signature key', async () => {
    for (const part of ['tags', 'events']) await unfold(visit, part);
    const tags = await visit.browser.findElements(By.name('tags'));
    for (const [index, input] of tags.entries()) await input.sendKeys(`tag ${index}`);
    await find('[value="orders"]').click();
    await connect({
      'callback-url': 'https://hooks.example/events',
      interval: '30',
      'signature-key': 'signature-secret',
    });
    const [{ configuration, tags: sentTags } = assert.fail('nothing was sent')] = sent('POST');
    assert.equal(configuration['event.notification.callback.url'], 'https://hooks.example/events');
    assert.equal(configuration['event.poller.refresh_interval'], '30');
    assert.equal(configuration['event.notification.signature.key'], 'signature-secret');
    assert.deepEqual(Object.keys(configuration['event.poller.configuration']), ['orders']);
    assert.deepEqual(sentTags.slice(-3), ['tag 0', 'tag 1', 'tag 2']);
    assert.equal(await find('#signature-key').getAttribute('value'), '');
  });

  test('renews an existing connection, and is ready for another store', async () => {
    await STATES.renewed(visit);
    const [[id, instance] = assert.fail('nothing there'), ...others] = [...page.sandbox.instances];
    assert.deepEqual(others, [], 'no second one was made');
    assert.equal(instance.name, 'My renewed shop');
    assert.match(sent('PUT')[0].path, new RegExp(`/${id}$`));
    assert.equal(await text('#connected-title'), 'Your connection is renewed');
    await find('#show-token').click();
    const token = await text('#instance-token');
    await find('#again').click();
    assert.equal(await focused(), 'file');
    assert.ok(!(await source()).includes(token));
    for (const input of await visit.browser.findElements(
      By.css('form input:not([type=checkbox])'),
    )) {
      assert.equal(await input.getAttribute('value'), '');
    }
    await connect();
    assert.equal(await text('#connected-title'), 'Your store is connected');
    assert.equal(page.sandbox.instances.size, 2);
  });

  test('shows only developers the test credentials, and what was not tried', async () => {
    await unfold(visit, 'test-credentials');
    assert.match(await text('#test-credentials'), /usernames and client IDs.*not tried/s);
    assert.doesNotMatch(await text('main'), /not tried/);
  });

  for (const kind of KINDS) {
    test(`sends the documented body and no more, and clears the secrets of both kinds: ${kind}`, async () => {
      for (const method of ['POST', 'PUT']) {
        const [id] = page.sandbox.instances.keys();
        if (method === 'PUT') {
          await find('#again').click();
          await unfold(visit, 'renewal');
          await find('#existing-id').sendKeys(String(id));
        }
        // The values for the other kind must not be sent.
        await fill(visit, {}, OTHER_KIND[kind]);
        await fill(visit, {}, kind);
        page.sandbox.requests.length = 0;
        await submit(visit);
        await waitUntilConnected(visit);
        const requests = page.sandbox.requests.filter((sent) => sent.method === method);
        const [{ path, headers, body } = assert.fail('nothing was sent'), ...rest] = requests;
        assert.deepEqual(rest, []);
        assert.equal(path, `/elements/api-v2/instances${method === 'PUT' ? `/${id}` : ''}`);
        assert.equal(headers['content-type'], 'application/json');
        const { tags, ...others } = JSON.parse(body);
        assert.equal(tags.length, 2);
        for (const tag of tags) assert.match(tag, /^(idempotency-key|subject):/);
        const configuration = CREDENTIALS[kind];
        assert.deepEqual(others, {
          element: { key: 'bigcommerce' },
          configuration,
          name: 'My shop',
        });
        for (const id of Object.values(SECRET_FIELD)) {
          assert.equal(await find(`#${id}`).getAttribute('value'), '', id);
        }
      }
    });

    test(`shows at each field what to enter, in words for merchants: ${kind}`, async () => {
      const ids = Object.keys(VALUES[kind]);
      await fill(visit, Object.fromEntries(ids.map((id) => [id, ' '])), kind);
      await submit(visit);
      await waitForStatus(visit, 'marked fields');
      assert.equal(await focused(), FIRST_FIELD[kind]);
      for (const id of ids) {
        assert.equal(await find(`#${id}`).getAttribute('aria-invalid'), 'true', id);
        assert.match(await error(id), /^(Enter|Paste) (?!.*(clientId|accessToken|storeUrl))/, id);
      }
      const path = { 'store-level': /api\.bigcommerce\.com\/stores/, legacy: /api\/v2/ }[kind];
      assert.match(await error('storeUrl'), path);
      assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
    });
  }

  test('keeps what was typed for one kind while the other is chosen', async () => {
    assert.equal(await find('#store-level').isSelected(), true, 'by default');
    await fill(visit, {}, 'store-level');
    await choose(visit, 'legacy');
    assert.equal(await find('#accessToken').isDisplayed(), false);
    await choose(visit, 'store-level');
    for (const [id, value] of Object.entries(VALUES['store-level'])) {
      assert.equal(await find(`#${id}`).getAttribute('value'), value);
    }
  });

  test('shows the message for the submitted kind of account, whatever is chosen during the call', async () => {
    const release = holdUp({ kind: 'respond', status: 403, body: '{"requestId":"1"}' });
    await fill(visit);
    await submit(visit);
    await waitForStatus(visit, 'Connecting…');
    await choose(visit, 'legacy');
    assert.match(await status(), /^Connecting…/);
    release();
    await waitForStatus(visit, 'Access was denied');
    assert.match(await status(), PLACE['store-level']);
    await choose(visit, 'store-level');
    assert.equal(await status(), '');
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

  test('offers the other form for the path of a store-level account, and keeps the path', async () => {
    const { storeUrl } = VALUES['store-level'];
    for (const path of [storeUrl, ' API.bigcommerce.com/stores/wuxeae6/v2']) {
      await open(visit);
      await fill(visit, { storeUrl: path }, 'legacy');
      assert.equal(await find('#use-store-level').isDisplayed(), true, 'before it is sent');
    }
    await open(visit);
    await STATES['other kind offered'](visit);
    assert.equal(await focused(), 'storeUrl');
    assert.equal(await find('#storeUrl').getAttribute('aria-invalid'), 'true');
    assert.match(await error('storeUrl'), /store-level API account/);
    assert.equal(await find('#legacy').isSelected(), true, 'nothing happens by itself');
    await find('#use-store-level').click();
    assert.equal(await find('#store-level').isSelected(), true);
    assert.equal(await focused(), 'clientId');
    assert.equal(await find('#storeUrl').getAttribute('value'), storeUrl);
    assert.equal(await error('storeUrl'), '');
    assert.equal(await find('#use-store-level').isDisplayed(), false);
    await choose(visit, 'legacy');
    await find('#storeUrl').clear();
    await find('#storeUrl').sendKeys('https://store-wuxeae6.mybigcommerce.com/api/v3/');
    assert.equal(await find('#use-store-level').isDisplayed(), false, 'not for other paths');
  });

  const skip = engine !== 'Chromium' && 'other drivers do not let us do this';

  test('selects the token if there is no clipboard', { skip }, async () => {
    // Browsers do not trust this address without HTTPS.
    await open({ ...visit, page: { ...page, url: page.url.replace('127.0.0.1', '0.0.0.0') } });
    await connect();
    const [instance] = page.sandbox.instances.values();
    await find('#copy-token').click();
    await visit.browser.wait(until.elementTextContains(find('#copied'), 'is selected'), 60_000);
    const selected = await visit.browser.executeScript('return String(getSelection())');
    assert.equal(selected, instance?.token);
  });

  test('shows that the browser is offline, and connects once it is online', { skip }, async () => {
    const chromium = visit.browser as Driver;
    await fill(visit);
    const network = { latency: 0, download_throughput: -1, upload_throughput: -1 };
    await chromium.setNetworkConditions({ offline: true, ...network });
    try {
      await submit(visit);
      await waitForStatus(visit, 'You are offline');
    } finally {
      await chromium.setNetworkConditions({ offline: false, ...network });
      await chromium.deleteNetworkConditions();
    }
    await waitUntilConnected(visit);
  });
});
