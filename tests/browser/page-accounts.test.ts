import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
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

inEveryEngine("The page's two kinds of accounts", { timeout: 1_200_000 }, (engine) => {
  let page: PageServer;
  let visit: Visit;
  const { error, find, focused, holdUp, source, status, text } = setUpPage(
    engine,
    (opened, visited) => {
      page = opened;
      visit = visited;
    },
  );

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
});
