import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { inEveryEngine } from './in-every-engine.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

inEveryEngine('authenticateBigCommerce', { timeout: 600_000 }, (engine) => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  let config: Record<string, unknown>;

  before(async () => {
    opened = await openSandboxedPage(engine);
    ({ page, sandbox } = opened);
    config = { ...opened.config, name: 'API Instance', tags: ['Docs'] };
  });
  after(() => opened?.[Symbol.asyncDispose]());
  beforeEach(() => {
    sandbox.requests.length = 0;
  });

  test('resolves to the instance, without other fields of the response', async () => {
    const instance = await page.connect(config);
    assert.deepEqual(Object.keys(instance).sort(), ['id', 'name', 'tags', 'token', 'valid']);
  });

  test("sends the guide's request", async () => {
    await page.connect(config);
    const [preflight, request, ...rest] = sandbox.requests;
    assert.equal(preflight?.method, 'OPTIONS');
    assert.deepEqual(rest, []);
    assert.equal(`${request?.method} ${request?.path}`, 'POST /elements/api-v2/instances');
    assert.equal(
      request?.headers.authorization,
      `User ${sandbox.userSecret}, Organization ${sandbox.organizationSecret}`,
    );
    assert.equal(request?.headers['content-type'], 'application/json');
    assert.equal(
      request?.body,
      JSON.stringify({
        element: { key: 'bigcommerce' },
        configuration: {
          username: 'shop',
          password: '0123456789abcdef',
          'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
        },
        tags: ['Docs'],
        name: 'API Instance',
      }),
    );
  });

  test('rejects what is no object with the same error before and after the module is loaded', async () => {
    await page.open();
    const messages = await page.run(async () => {
      const call = (config: unknown) => outcome(api.authenticateBigCommerce(config as never));
      // Concurrently, so that all calls are made before the module is loaded.
      const first = await Promise.all([null, 'text', 5, ['a'], undefined].map(call));
      return [...first, await call('text')].map(({ code, message }) => `${code}: ${message}`);
    });
    assert.equal(messages.length, 6);
    assert.deepEqual(
      [...new Set(messages)],
      ['ERR_CONFIG: The config is not usable: Must be an object.'],
    );
  });

  test("rejects with ERR_RESPONSE if the page's own fetch returns a plain object", async () => {
    const error = await page.run(async (config) => {
      const { fetch } = globalThis;
      globalThis.fetch = async () => ({ ok: true, status: 200 }) as Response;
      const result = await outcome(api.authenticateBigCommerce(config as never));
      globalThis.fetch = fetch;
      return result;
    }, config);
    assert.equal(error.code, 'ERR_RESPONSE');
  });
});
