import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { instanceBody, KEY } from './instance-body.js';
import { elsewhere, useHandler } from './served-handler.js';

type Headers = Record<string, string | string[] | undefined>;

const SHOP = 'https://shop.example';

suite('The handler accepts requests', { timeout: 600_000 }, () => {
  const handler = useHandler();

  /** Without the Sec-Fetch-Site that is sent by default. */
  const withHeaders = (headers: Headers) => ({
    headers: { 'sec-fetch-site': undefined, ...headers },
  });

  async function accepted(headers: Headers): Promise<void> {
    const { status } = await handler.create(instanceBody(), withHeaders(headers));
    assert.equal(status, 200, JSON.stringify(headers));
  }

  async function refused(headers: Headers): Promise<void> {
    await handler.bothRefused(403, { body: instanceBody(), ...withHeaders(headers) });
    if (Object.keys(headers).length === 0) return;
    await handler.refused(403, 'GET', `/instances?tags[]=${KEY}`, withHeaders(headers));
  }

  test('whose Sec-Fetch-Site or Origin is of the same origin', async () => {
    await accepted({ 'sec-fetch-site': 'same-origin' });
    // Behind TLS termination, the handler's URL begins with http:.
    await accepted({ 'sec-fetch-site': 'same-origin', origin: SHOP });
    await accepted({ origin: handler.origin });
  });

  for (const headers of [
    {},
    ...['cross-site', 'same-site', 'none', '', 'Same-Origin', 'same-origin, same-origin'].map(
      (site) => ({ 'sec-fetch-site': site }),
    ),
    { 'sec-fetch-site': ['same-origin', 'cross-site'] },
    { 'sec-fetch-site': ['cross-site', 'same-origin'] },
    ...['null', '', 'https://other.example'].map((origin) => ({ origin })),
    { origin: ['https://other.example', 'http://127.0.0.1'] },
  ] as Headers[]) {
    test(`but not with the headers ${JSON.stringify(headers)}`, () => refused(headers));
  }

  test('but not of another site, though the Origin is the same', async () => {
    await refused({ 'sec-fetch-site': 'cross-site', origin: handler.origin });
  });

  test('but not of an Origin that differs in scheme, port or host alone', async () => {
    const { port } = new URL(handler.origin);
    for (const origin of [
      ...[`https://127.0.0.1:${port}`, 'http://127.0.0.1', `http://localhost:${port}`],
      ...[`${handler.origin}.example`, `${handler.origin}/`],
    ]) {
      await refused({ origin });
    }
  });

  test('for a lookup with neither header, as old browsers send them', async () => {
    assert.equal((await handler.find(KEY, withHeaders({}))).status, 200);
  });

  const skip = elsewhere.serve !== undefined;
  test('but not of an Origin other than the option origin, whatever Sec-Fetch-Site is', {
    skip,
  }, async () => {
    handler.options = { origin: SHOP };
    const site = { 'sec-fetch-site': 'same-origin' };
    for (const headers of [site, { ...site, origin: SHOP }, { origin: SHOP }]) {
      await accepted(headers);
    }
    for (const origin of ['https://evil.example', handler.origin, 'null', '']) {
      await refused({ ...site, origin });
      await refused({ origin });
    }
  });
});
