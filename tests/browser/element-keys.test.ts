import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { ELEMENT, PASSWORD, SECOND, setUpElementPage } from './element-page.js';
import { inEveryEngine } from './in-every-engine.js';

inEveryEngine("The element's idempotency keys", { timeout: 1_200_000 }, (engine) => {
  let page: BlankPage;
  let sandbox: Sandbox;
  const { button, configure, failWith, find, keys, open, sent, settled, submit } = setUpElementPage(
    engine,
    (opened) => {
      ({ page, sandbox } = opened);
    },
  );

  test('keeps its idempotency key until a value changes', async () => {
    await open();
    failWith({ kind: 'respond', status: 400, body: '{}' });
    const change = (property: string, value: unknown) =>
      page.run(
        (property, value) => {
          first.config = { ...first.config, [property]: value };
        },
        property,
        value,
      );
    const seen: (string | null | undefined)[] = [];
    const key = async () => {
      await submit();
      const key = keys().at(-1);
      const isNew = !seen.includes(key);
      seen.push(key);
      return isNew;
    };
    assert.equal(await key(), true);
    assert.equal(await key(), false, 'nothing changed');
    await change('timeout', 5000);
    assert.equal(await key(), false, 'the timeout does not count');
    await find('#password').sendKeys('x');
    assert.equal(await key(), true, 'an input changed');
    await change('events', { callbackUrl: 'https://events.example' });
    assert.equal(await key(), true, 'the config changed');
    await page.run((url) => first.setAttribute('base-url', url), `${sandbox.url}/`);
    assert.equal(await key(), true, 'an attribute changed');
    assert.equal(await key(), false, 'nothing changed');
    assert.match(keys()[0] ?? '', /^idempotency-key:[0-9a-f]{32}$/);
  });

  test('finds the instance of a lost response when it is submitted again', async () => {
    await open(ELEMENT.replace('id="first"', 'id="first" timeout="1000"'));
    failWith({ kind: 'hold-after' });
    assert.equal((await submit()).detail.code, 'ERR_TIMEOUT');
    await page.run(() => first.removeAttribute('timeout'));
    const { type, detail } = await submit();
    assert.equal(type, 'connected');
    assert.deepEqual([...sandbox.instances.keys()], [detail.id]);
  });

  test('sends one request for a first connection', async () => {
    await open();
    assert.equal((await submit()).type, 'connected');
    const methods = sandbox.requests.map(({ method }) => method);
    assert.deepEqual(
      methods.filter((method) => method !== 'OPTIONS'),
      ['POST'],
    );
  });

  /** Keeps a copy of the element, for `mountCopy`. */
  const copyElement = () =>
    page.run(() => {
      globalThis.copy = first.cloneNode(true) as BigCommerceConnect;
    });

  /** Replaces the element by its copy. */
  async function mountCopy(): Promise<void> {
    await page.run(() => first.replaceWith(copy));
    await configure();
  }

  /** Asserts that the copy, submitted in place of the element, finds its instance. */
  async function assertCopyFindsInstance(): Promise<void> {
    sandbox.onRequest = undefined;
    await mountCopy();
    const { type, detail } = await submit();
    assert.equal(type, 'connected');
    assert.deepEqual([...sandbox.instances.keys()], [detail.id]);
  }

  test('finds the instance of a lost response after it is removed and mounted again', async () => {
    await open();
    await copyElement();
    await page.run(() => first.setAttribute('timeout', '1000'));
    failWith({ kind: 'hold-after' });
    assert.equal((await submit()).detail.code, 'ERR_TIMEOUT');
    await assertCopyFindsInstance();
  });

  test('finds the instance of a call that was in flight when it was removed', async () => {
    await open();
    await copyElement();
    const sent = new Promise<void>((resolve) => {
      sandbox.onRequest = ({ method }) => {
        if (method !== 'POST') return undefined;
        resolve();
        return { kind: 'hold-after' };
      };
    });
    await button().click();
    await sent;
    await assertCopyFindsInstance();
  });

  test('shares one call with another element that is submitted with equal values', async () => {
    await open(ELEMENT + SECOND);
    // The same fields, in another order and place.
    await page.run((url) => {
      second.removeAttribute('base-url');
      second.config = Object.fromEntries(
        Object.entries({ ...first.config, baseUrl: url }).reverse(),
      );
    }, sandbox.url);
    failWith({ kind: 'delay', ms: 300 });
    await page.run(() => {
      for (const form of document.forms) form.requestSubmit();
    });
    const events = [await settled(), await settled()];
    assert.deepEqual(new Set(events.map(({ id }) => id)), new Set(['first', 'second']));
    assert.deepEqual(
      events.map(({ type, detail }) => [type, detail.id]),
      events.map(() => ['connected', [...sandbox.instances.keys()][0]]),
    );
    assert.equal(sandbox.instances.size, 1);
    assert.equal(sent('POST').length, 1);
  });

  test('forgets the least recently used keys first', async () => {
    await open();
    failWith({ kind: 'respond', status: 400, body: '{}' });
    const submitWith = (name: string) =>
      page.run((name) => {
        const input = document.querySelector<HTMLInputElement>('#name');
        if (input) input.value = name;
        document.forms[0]?.requestSubmit();
        return globalThis.settled();
      }, name);
    for (let at = 0; at <= 50; at++) {
      await submitWith(`Shop ${at}`);
      await submitWith('Shop 1');
    }
    const keyOf = async (name: string) => {
      await submitWith(name);
      return keys().at(-1);
    };
    const [oldest, , second] = keys();
    assert.notEqual(await keyOf('Shop 0'), oldest);
    assert.equal(await keyOf('Shop 1'), second);
  });

  test('remembers submitted values only as a salted SHA-256 digest', async () => {
    await open();
    failWith({ kind: 'respond', status: 400, body: '{}' });
    const { digested, remembered } = await page.run(async () => {
      const digested: string[] = [];
      const remembered: string[] = [];
      const { digest } = crypto.subtle;
      // Firefox runs this with built-in objects of its own.
      const { prototype } = (window as unknown as typeof globalThis).Map;
      const { set } = prototype;
      crypto.subtle.digest = async (algorithm, data) => {
        digested.push(`${algorithm} ${new TextDecoder().decode(data)}`);
        const sum = await digest.call(crypto.subtle, algorithm, data);
        // Once: drivers use maps in the page, too.
        prototype.set = function (key, value) {
          prototype.set = set;
          remembered.push(`${key} ${value}`);
          return set.call(this, key, value);
        };
        return sum;
      };
      document.forms[0]?.requestSubmit();
      await globalThis.settled();
      return { digested, remembered };
    });
    const [, salted = '', ...more] = /^SHA-256 (.*)$/s.exec(digested[0] ?? '') ?? [];
    assert.deepEqual([digested.length, more], [1, []]);
    assert.match(salted, /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\{/);
    assert.ok(salted.includes(PASSWORD), 'the values are what is digested');
    const sum = createHash('sha256').update(salted).digest().join();
    assert.ok(
      remembered.some((entry) => entry.startsWith(`${sum} `)),
      'by their digest',
    );
    for (const entry of remembered) assert.ok(!entry.includes(PASSWORD), entry);
  });

  test('keeps its key on a page without crypto.subtle, until it is removed', async () => {
    await open();
    await copyElement();
    await page.run(() => {
      // As on pages that come over http.
      Object.defineProperty(crypto, 'subtle', { value: undefined });
    });
    failWith({ kind: 'respond', status: 400, body: '{}' });
    await submit();
    await submit();
    await mountCopy();
    await submit();
    const [key, again, afterwards] = keys();
    assert.equal(again, key);
    assert.notEqual(afterwards, key);
    await find('#password').sendKeys('x');
    await submit();
    assert.notEqual(keys().at(-1), afterwards, 'a value changed');
  });
});
