import assert from 'node:assert/strict';
import { test } from 'node:test';
import { By, Key, until } from 'selenium-webdriver';
import type { PageServer } from '../../www/serve.js';
import { inEveryEngine } from './in-every-engine.js';
import {
  BUTTON,
  choose,
  fill,
  KINDS,
  open,
  STATES,
  submit,
  unfold,
  VALUES,
  type Visit,
  waitForStatus,
  waitUntilConnected,
} from './page-states.js';
import { setUpPage } from './served-page.js';

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
const SECRET_FIELD = { 'store-level': 'clientSecret', legacy: 'password' };
const OTHER_KIND = { 'store-level': 'legacy', legacy: 'store-level' } as const;
const PLACE = { 'store-level': /Store-level API accounts/, legacy: /Legacy API Settings/ };

inEveryEngine("The page's two kinds of accounts", { timeout: 1_200_000 }, (engine) => {
  let page: PageServer;
  let visit: Visit;
  const { error, find, focused, holdUp, status, text } = setUpPage(engine, (opened, visited) => {
    page = opened;
    visit = visited;
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

    test(`can be used by keyboard: ${kind}`, async () => {
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

    test(`shows at each field what to enter, in words for merchants: ${kind}`, async () => {
      const ids = Object.keys(VALUES[kind]);
      await fill(visit, Object.fromEntries(ids.map((id) => [id, ' '])), kind);
      await submit(visit);
      await waitForStatus(visit, 'marked fields');
      assert.equal(await focused(), FIRST_FIELD[kind]);
      for (const id of ids) {
        assert.equal(await find(`#${id}`).getAttribute('aria-invalid'), 'true', id);
        assert.match(await error(id), /^(Enter|Paste) (?!.*(clientId|clientSecret|storeUrl))/, id);
      }
      const path = { 'store-level': /api\.bigcommerce\.com\/stores/, legacy: /api\/v2/ }[kind];
      assert.match(await error('storeUrl'), path);
      assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
    });

    test(`shows where its values are found, and no other values: ${kind}`, async () => {
      await choose(visit, kind);
      for (const part of await visit.browser.findElements(By.css(`.${OTHER_KIND[kind]}`))) {
        assert.equal(await part.isDisplayed(), false);
      }
      assert.match(await text(`.steps.${kind}`), PLACE[kind]);
      for (const id of [FIRST_FIELD[kind], SECRET_FIELD[kind], 'storeUrl']) {
        const label = await text(`label[for="${id}"]`);
        assert.match(await text(`.steps.${kind}`), new RegExp(label, 'i'));
      }
    });
  }

  test('keeps what was typed for one kind while the other is chosen', async () => {
    assert.equal(await find('#store-level').isSelected(), true, 'by default');
    await fill(visit, {}, 'store-level');
    await choose(visit, 'legacy');
    assert.equal(await find('#clientSecret').isDisplayed(), false);
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
});
