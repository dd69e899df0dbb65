import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

const PASSWORD = 'pass/word+"ü"&token';

/** How a service or a gateway may write what it was sent. */
const WRITTEN: Record<string, string> = {
  'percent-encoded': encodeURIComponent(PASSWORD),
  'as a form encodes it': new URLSearchParams({ '': PASSWORD }).toString().slice(1),
  'with JSON escapes': PASSWORD.replace(/[^a-z]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  }),
  'with entities': PASSWORD.replace(/[^a-z]/g, (unit) => `&#${unit.charCodeAt(0)};`),
  'in base64': Buffer.from(PASSWORD).toString('base64'),
  'in base64url, within other data': Buffer.from(`a:${PASSWORD}:b`).toString('base64url'),
};

suite('The message of the service', { timeout: 600_000 }, () => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  let config: Record<string, unknown>;

  before(async () => {
    opened = await openSandboxedPage();
    ({ page, sandbox } = opened);
    config = { ...opened.config, password: PASSWORD };
  });
  after(() => opened?.[Symbol.asyncDispose]());
  afterEach(() => {
    sandbox.onRequest = undefined;
  });

  async function failWith(body: object) {
    sandbox.onRequest = () => ({ kind: 'respond', status: 400, body: JSON.stringify(body) });
    return page.connect(config);
  }

  for (const [how, written] of Object.entries(WRITTEN)) {
    test(`is left out if it repeats a secret ${how}`, async () => {
      const text = `Login failed: ${written}.`;
      const error = await failWith({ message: text, requestId: text, providerMessage: text });
      assert.equal(error.message, 'Cloud Elements answered 400.');
      assert.deepEqual(
        [error.code, error.requestId, error.providerMessage],
        ['ERR_REJECTED', undefined, undefined],
      );
      assert.ok(!JSON.stringify(error).includes(written));
    });
  }

  test('loses its control and direction characters and its line ends', async () => {
    const text = 'a\r\nb\u0000\u202ec\u2066d\u200b e\u2028f';
    const error = await failWith({ message: text, requestId: text, providerMessage: text });
    assert.equal(error.message, 'Cloud Elements answered 400: a bcd e f');
    assert.deepEqual([error.requestId, error.providerMessage], ['a bcd e f', 'a bcd e f']);
  });

  test('takes at most ten times as long to redact if it is hostile', async () => {
    const userSecret = 'a'.repeat(1024);
    const [harmless, ...hostile] = await page.run(
      async (config, userSecret) => {
        const SIZE = 1_000_000;
        const times: number[] = [];
        const texts = [
          'The store said no. ',
          'a',
          `${'a'.repeat(1023)}b`,
          '%61',
          '&#97',
          '\\u0061',
        ];
        const { fetch } = globalThis;
        for (const part of texts) {
          const text = part.repeat(SIZE / part.length);
          const response = JSON.stringify({ message: text });
          globalThis.fetch = async () => new Response(response, { status: 400 });
          const taken = [];
          for (let round = 0; round < 5; round++) {
            const start = performance.now();
            await outcome(api.authenticateBigCommerce({ ...config, userSecret } as never));
            taken.push(performance.now() - start);
          }
          times.push(Math.min(...taken));
        }
        globalThis.fetch = fetch;
        return times;
      },
      config,
      userSecret,
    );
    for (const taken of hostile) {
      assert.ok(taken < 10 * (harmless ?? 0), `${taken} ms, and ${harmless} ms for a harmless one`);
    }
  });
});

const limit = { timeout: 600_000 };

test('A polluted prototype changes neither the config nor the request', limit, async () => {
  await using opened = await openSandboxedPage();
  const { page, sandbox } = opened;
  const { baseUrl, ...rest } = opened.config;
  const { instance, missing } = await page.run(
    async (config, baseUrl) => {
      await api.preload();
      const pollution: Record<string, unknown> = {
        baseUrl: 'https://evil.example',
        instanceId: 5,
        events: { callbackUrl: 'https://evil.example' },
        idempotencyKey: 'key-of-somebody-else',
        callbackUrl: 'https://evil.example',
        tags: ['evil'],
        timeout: 1,
        // Members of fetch's init.
        integrity: 'sha256-evil',
        mode: 'no-cors',
        keepalive: true,
        window: 5,
        duplex: 'half',
      };
      const prototype = Object.prototype as unknown as Record<string, unknown>;
      for (const [name, value] of Object.entries(pollution)) {
        Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
      }
      const missing = await outcome(api.authenticateBigCommerce({ name: 'x', baseUrl } as never));
      const instance = await outcome(api.authenticateBigCommerce({ ...config, baseUrl } as never));
      for (const name of Object.keys(pollution)) delete prototype[name];
      return { missing, instance };
    },
    rest,
    baseUrl,
  );
  assert.equal(typeof instance.token, 'string', JSON.stringify(instance));
  assert.equal(missing.code, 'ERR_CONFIG');
  const requests = sandbox.requests.filter(({ method }) => method !== 'OPTIONS');
  assert.deepEqual(
    requests.map(({ method, path }) => `${method} ${path}`),
    ['POST /elements/api-v2/instances'],
  );
  const body = JSON.parse(requests[0]?.body ?? '');
  assert.deepEqual(Object.keys(body), ['element', 'configuration', 'name']);
  assert.deepEqual(Object.keys(body.configuration), ['username', 'password', 'store.url']);
});
