import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { instanceBody, KEY } from './instance-body.js';
import { type HandlerResponse, useHandler } from './served-handler.js';

type Headers = Record<string, string | string[] | undefined>;

const SHOP = 'https://shop.example';
const APP = 'https://app.example';

suite('The handler', { timeout: 600_000 }, () => {
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

  test('accepts requests whose Sec-Fetch-Site or Origin is of the same origin', async () => {
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
    test(`refuses requests with the headers ${JSON.stringify(headers)}`, () => refused(headers));
  }

  test('refuses requests of another site, though the Origin is the same', async () => {
    await refused({ 'sec-fetch-site': 'cross-site', origin: handler.origin });
  });

  test('refuses requests whose Origin differs only in scheme, port or host', async () => {
    const { port } = new URL(handler.origin);
    for (const origin of [
      ...[`https://127.0.0.1:${port}`, 'http://127.0.0.1', `http://localhost:${port}`],
      ...[`${handler.origin}.example`, `${handler.origin}/`],
    ]) {
      await refused({ origin });
    }
  });

  test('accepts lookups with neither header, as old browsers send them', async () => {
    assert.equal((await handler.find(KEY, withHeaders({}))).status, 200);
  });

  test('refuses an Origin other than the option origin, whatever Sec-Fetch-Site is', async () => {
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

  suite('with allowedOrigins', () => {
    const ALLOWED = { allowedOrigins: ['https://other.example', APP] };
    const site = { 'sec-fetch-site': 'cross-site' };
    const question = { 'access-control-request-method': 'DELETE' };

    /** The headers of CORS in a response. */
    const corsOf = ({ headers }: HandlerResponse) =>
      Object.fromEntries(
        Object.entries(headers).filter(([name]) => /^(vary|access-control-.*)$/.test(name)),
      );
    const READABLE = {
      vary: 'Origin',
      'access-control-allow-origin': APP,
      'access-control-expose-headers': 'retry-after',
    };

    test('accepts requests of their pages, which can read errors too', async () => {
      handler.options = ALLOWED;
      const headers = { ...site, origin: APP };
      for (const [status, send] of [
        [200, () => handler.create(instanceBody(), { headers })],
        [200, () => handler.find(KEY, withHeaders({ origin: APP }))],
        [404, () => handler.update(5, instanceBody(), { headers })],
        [405, () => handler.delete(5, { headers })],
        [400, () => handler.create({}, { headers })],
        [401, () => handler.list({ headers, as: '' })],
      ] as const) {
        const response = await send();
        assert.deepEqual([response.status, corsOf(response)], [status, READABLE]);
      }
    });

    test('accepts requests of the same origin, with a Vary header for caches', async () => {
      handler.options = ALLOWED;
      for (const origin of [undefined, handler.origin]) {
        const response = await handler.create(instanceBody(), { headers: { origin } });
        assert.deepEqual([response.status, corsOf(response)], [200, { vary: 'Origin' }]);
      }
      handler.options = {};
      assert.deepEqual(corsOf(await handler.create()), {});
    });

    test('refuses requests of other pages, which cannot read why', async () => {
      handler.options = ALLOWED;
      for (const origin of [
        ...['https://evil.example', `${APP}.evil.example`, `${APP}/`, `${APP}:444`, 'null'],
        ...['http://app.example', 'https://APP.example', `${APP}, ${APP}`, '*', ''],
      ]) {
        const headers = { ...site, origin };
        const response = await handler.create(instanceBody(), { headers });
        assert.deepEqual([response.status, corsOf(response)], [403, { vary: 'Origin' }], origin);
        const asked = await handler.send('OPTIONS', '/instances/5', {
          headers: { ...headers, ...question },
        });
        assert.deepEqual([asked.status, corsOf(asked)], [405, { vary: 'Origin' }], origin);
      }
      for (const { status, message } of handler.reports) {
        if (status === 403) assert.match(message, /but only pages of http.*, https:\/\/app/);
      }
    });

    test('answers preflights of their pages without calling authorize', async () => {
      let calls = 0;
      handler.options = { ...ALLOWED, userSecret: '', authorize: () => void calls++ as never };
      for (const path of ['/instances', '/connections', '/elsewhere']) {
        const response = await handler.send('OPTIONS', path, {
          as: '',
          headers: { ...site, origin: APP, ...question },
        });
        assert.equal(response.status, 204);
        assert.deepEqual(corsOf(response), {
          ...READABLE,
          'access-control-allow-methods': 'GET, POST, PUT, DELETE',
          'access-control-allow-headers': 'authorization, content-type',
          'access-control-max-age': '7200',
        });
      }
      assert.equal(calls, 0);
      // No preflight.
      const { status } = await handler.send('OPTIONS', '/instances', { headers: { origin: APP } });
      assert.equal(status, 405);
    });
  });
});
