import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { instanceBody, KEY } from './instance-body.js';
import { type ServedHandler, startHandler } from './served-handler.js';

suite('The handler accepts requests', { timeout: 600_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  type Headers = Record<string, string | string[] | undefined>;
  /** Without the Sec-Fetch-Site that is sent by default. */
  const withHeaders = (headers: Headers) => ({
    headers: { 'sec-fetch-site': undefined, ...headers },
  });
  const creation = (headers: Headers) => ({ body: instanceBody(), ...withHeaders(headers) });

  test('whose Sec-Fetch-Site or Origin is of the same origin', async () => {
    const { origin } = handler;
    for (const headers of [
      { 'sec-fetch-site': 'same-origin' },
      // Behind TLS termination, the handler's URL begins with http:.
      { 'sec-fetch-site': 'same-origin', origin: 'https://shop.example' },
      { origin },
    ]) {
      const { status } = await handler.create(instanceBody(), withHeaders(headers));
      assert.equal(status, 200, JSON.stringify(headers));
    }
  });

  for (const headers of [
    {},
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': '' },
    { 'sec-fetch-site': 'Same-Origin' },
    { 'sec-fetch-site': ['same-origin', 'cross-site'] },
    { 'sec-fetch-site': ['cross-site', 'same-origin'] },
    { 'sec-fetch-site': 'same-origin, same-origin' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'https://other.example' },
    { origin: ['https://other.example', 'http://127.0.0.1'] },
  ]) {
    test(`but not with the headers ${JSON.stringify(headers)}`, async () => {
      await handler.bothRefused(403, creation(headers));
      if (Object.keys(headers).length > 0) {
        await handler.refused(403, 'GET', `/instances?tags[]=${KEY}`, withHeaders(headers));
      }
    });
  }

  test('but not of another site, though the Origin is the same', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', origin: handler.origin };
    await handler.refused(403, 'POST', '/instances', creation(headers));
  });

  test('but not of an Origin that differs in scheme, port or host alone', async () => {
    const { port } = new URL(handler.origin);
    for (const origin of [
      `https://127.0.0.1:${port}`,
      'http://127.0.0.1',
      `http://localhost:${port}`,
      `${handler.origin}.example`,
      `${handler.origin}/`,
    ]) {
      await handler.refused(403, 'POST', '/instances', creation({ origin }));
    }
  });

  test('for a lookup with neither header, as old browsers send them', async () => {
    const { status } = await handler.find(KEY, withHeaders({}));
    assert.equal(status, 200);
  });

  test('whose Origin is the option origin, and of no other', async () => {
    handler.options = { origin: 'https://shop.example' };
    const { status } = await handler.create(
      instanceBody(),
      withHeaders({ origin: 'https://shop.example' }),
    );
    assert.equal(status, 200);
    await handler.refused(403, 'POST', '/instances', creation({ origin: handler.origin }));
  });

  test('but not of an Origin other than the option origin, whatever Sec-Fetch-Site is', async () => {
    handler.options = { origin: 'https://shop.example' };
    const site = { 'sec-fetch-site': 'same-origin' };
    for (const origin of ['https://evil.example', handler.origin, 'null', '']) {
      await handler.refused(403, 'POST', '/instances', creation({ ...site, origin }));
      await handler.refused(403, 'GET', `/instances?tags[]=${KEY}`, {
        headers: { ...site, origin },
      });
    }
    for (const headers of [site, { ...site, origin: 'https://shop.example' }]) {
      const { status } = await handler.create(instanceBody(), withHeaders(headers));
      assert.equal(status, 200);
    }
  });
});
