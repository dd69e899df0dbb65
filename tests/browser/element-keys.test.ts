import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { suite, test } from 'node:test';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { ELEMENT, HELD, PASSWORD, SECOND, setUpElementPage } from './element-page.js';

declare global {
  /** A copy of the element before the first submit. */
  var copy: BigCommerceConnect;
}

// Which key a call gets does not depend on the engine.
suite('The element (idempotency keys)', { timeout: 600_000 }, () => {
  const form = setUpElementPage('Chromium');

  test('keeps its idempotency key until a value changes', async () => {
    await form.open();
    form.failWith({ kind: 'respond', status: 400, body: '{}' });
    const change = (name: string, value: unknown) =>
      form.run(
        (name, value) => {
          first.config = { ...first.config, [name]: value };
        },
        name,
        value,
      );
    const seen = new Set<string>();
    const isNewKey = async () => {
      await form.submit();
      const { size } = seen;
      return seen.add(form.keys().at(-1)).size > size;
    };
    assert.equal(await isNewKey(), true, 'the first submit has a key');
    assert.equal(await isNewKey(), false, 'nothing changed');
    await change('timeout', 5000);
    assert.equal(await isNewKey(), false, 'the timeout does not count');
    await form.find('#password').sendKeys('x');
    assert.equal(await isNewKey(), true, 'an input changed');
    await change('events', { callbackUrl: 'https://events.example' });
    assert.equal(await isNewKey(), true, 'the config changed');
    await form.run((url) => first.setAttribute('base-url', url), `${form.sandbox.url}/`);
    assert.equal(await isNewKey(), true, 'an attribute changed');
    assert.equal(await isNewKey(), false, 'nothing changed');
    for (const [expected, isNew] of [
      ['Bearer one', true],
      ['Bearer two', false],
      ['Bearer three', false],
    ] as const) {
      await form.run((header) => {
        const token = header.replace('Bearer ', '');
        first.config = { sessionToken: token === 'two' ? token : async () => token };
      }, expected);
      assert.equal(await isNewKey(), isNew, 'the session token does not count');
      // A lookup, where the key is not new.
      const request = form.sandbox.requests.filter(({ method }) => method !== 'OPTIONS').at(-1);
      assert.equal(request?.headers.authorization, expected);
    }
    assert.match(form.keys()[0] ?? '', /^idempotency-key:[0-9a-f]{32}$/);
  });

  /** Keeps a copy of the element, for `mountCopy`. */
  const copyElement = () =>
    form.run(() => {
      globalThis.copy = first.cloneNode(true) as BigCommerceConnect;
    });

  /** Replaces the element by its copy. */
  async function mountCopy(): Promise<void> {
    await form.run(() => first.replaceWith(copy));
    await form.configure();
  }

  for (const when of ['again', 'in a copy after a timeout', 'in a copy during the call']) {
    test(`finds the instance of a lost response when it is submitted ${when}`, async () => {
      await form.open();
      await copyElement();
      let lose = () => {};
      const lost = new Promise<void>((resolve) => {
        lose = resolve;
      });
      form.sandbox.onRequest = ({ method }) => {
        if (method !== 'POST') return undefined;
        lose();
        return { kind: 'hold-after' };
      };
      if (when.endsWith('call')) {
        await form.button().click();
        await lost;
      } else {
        await form.run(() => first.setAttribute('timeout', '1000'));
        assert.equal((await form.submit()).detail.code, 'ERR_TIMEOUT');
        await form.run(() => first.removeAttribute('timeout'));
      }
      form.sandbox.onRequest = undefined;
      if (when !== 'again') await mountCopy();
      const { type, detail } = await form.submit();
      assert.equal(type, 'connected');
      assert.deepEqual([...form.sandbox.instances.keys()], [detail.id]);
    });
  }

  test('follows the call of another element that was submitted with equal values', async () => {
    await form.open(ELEMENT + SECOND);
    // The same fields, in another order and place.
    await form.run((url) => {
      second.removeAttribute('base-url');
      const entries = Object.entries({ ...first.config, baseUrl: url });
      second.config = Object.fromEntries(entries.reverse());
    }, form.sandbox.url);
    form.failWith({ kind: 'delay', ms: 300 });
    await form.run(() => {
      for (const form of document.forms) form.requestSubmit();
    });
    const events = [await form.settled(), await form.settled()];
    assert.deepEqual(events.map(({ id }) => id).sort(), ['first', 'second']);
    const [id] = form.sandbox.instances.keys();
    for (const { type, detail } of events) assert.deepEqual([type, detail.id], ['connected', id]);
    assert.equal(form.sandbox.instances.size, 1);
    assert.equal(form.sent('POST').length, 1);
  });

  test('does not abort a call that another element follows, until that one is removed, too', async () => {
    await form.open(HELD + SECOND.replace('id="second"', 'id="second" base-url="/held"'));
    const held = new Promise<ServerResponse>((resolve) => {
      form.respondTo('/held', resolve);
    });
    await form.run(() => {
      for (const form of document.forms) form.requestSubmit();
    });
    const response = await held;
    const closed = once(response, 'close').then(() => true);
    await form.run(() => first.remove());
    const pause = form.run(() => new Promise((resolve) => setTimeout(resolve, 300)));
    assert.equal(await Promise.race([closed, pause]), null, 'the other one waits');
    assert.equal(await form.find('#second form').getAttribute('aria-busy'), 'true');
    await form.run(() => second.remove());
    assert.equal(await closed, true, 'the call is aborted');
  });

  test('remembers submitted values only as a salted SHA-256 digest', async () => {
    await form.open();
    form.failWith({ kind: 'respond', status: 400, body: '{}' });
    // Its bytes are digested, too.
    await form.run(() => api.preload());
    const { digested, remembered } = await form.run(async () => {
      const digested: string[] = [];
      const remembered: string[] = [];
      const { digest } = crypto.subtle;
      // Firefox runs this with built-in objects of its own.
      const { prototype } = (window as unknown as typeof globalThis).Map;
      const { set } = prototype;
      crypto.subtle.digest = async (algorithm, data) => {
        const text = new TextDecoder().decode(data);
        // The module's own file, which is checked before it is compiled.
        if (text.startsWith('\0asm')) return digest.call(crypto.subtle, algorithm, data);
        digested.push(`${algorithm} ${text}`);
        const sum = await digest.call(crypto.subtle, algorithm, data);
        prototype.set = function (key, value) {
          // No longer: drivers use maps in the page, too.
          if (typeof value === 'object') prototype.set = set;
          remembered.push(`${key} ${JSON.stringify(value)}`);
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
    assert.match(
      remembered.at(-1) ?? '',
      new RegExp(`^${sum} \\{"idempotencyKey":"[\\da-f]+"\\}$`),
    );
    assert.doesNotMatch(remembered.join(), new RegExp(PASSWORD));
  });

  test('keeps its key on a page without crypto.subtle, until it is removed', async () => {
    await form.open();
    await copyElement();
    await form.run(() => {
      // As on pages that come over http.
      Object.defineProperty(crypto, 'subtle', { value: undefined });
    });
    form.failWith({ kind: 'respond', status: 400, body: '{}' });
    await form.submit();
    await form.submit();
    await mountCopy();
    await form.submit();
    const [key, again, afterwards] = form.keys();
    assert.equal(again, key);
    assert.notEqual(afterwards, key);
    await form.find('#password').sendKeys('x');
    await form.submit();
    assert.notEqual(form.keys().at(-1), afterwards, 'a value changed');
  });
});
