import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { type PageServer, servePage } from '../../www/serve.js';
import { environmentOf } from '../cli/command.js';
import { instanceBody } from './instance-body.js';
import { MOUNT } from './served-handler.js';

suite('The demo with an account in the environment', { timeout: 300_000 }, () => {
  let service: Sandbox;
  let page: PageServer;

  before(async () => {
    // In place of the real service.
    service = await startSandbox();
    const account = environmentOf(service);
    Object.assign(process.env, account);
    try {
      page = await servePage(0);
    } finally {
      for (const name of Object.keys(account)) delete process.env[name];
    }
  });
  after(async () => {
    await page?.close();
    await service?.close();
  });

  const create = (headers: object) =>
    fetch(new URL(`${MOUNT}/instances`, page.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(instanceBody()),
    });

  test('calls the service of the environment with its secrets', async () => {
    const response = await create({ 'sec-fetch-site': 'same-origin' });
    assert.equal(response.status, 200);
    assert.deepEqual([...service.instances.keys()], [(await response.json()).id]);
    assert.deepEqual(page.sandbox.requests, []);
  });

  test('lists no test credentials', async () => {
    const html = await (await fetch(page.url)).text();
    assert.match(html, /<bigcommerce-connect/);
    assert.doesNotMatch(html, /test-credentials/);
  });

  test('serves no secret with the page and its scripts', async () => {
    for (const path of ['', 'page.ts', '@vite/client', '@vite/env']) {
      const text = await (await fetch(new URL(path, page.url))).text();
      assert.ok(text.length > 0, `something at /${path}`);
      for (const secret of [service.userSecret, service.organizationSecret]) {
        assert.ok(!text.includes(secret), `a secret in /${path}`);
      }
    }
  });
});
