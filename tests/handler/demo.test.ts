import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { type PageServer, servePage } from '../../www/serve.js';
import { instanceBody } from './instance-body.js';
import { checked, MOUNT } from './served-handler.js';

suite('The demo with an account in the environment', { timeout: 300_000 }, () => {
  let service: Sandbox;
  let page: PageServer;

  before(async () => {
    // In place of the real service.
    service = await startSandbox();
    const account = {
      CLOUD_ELEMENTS_USER_SECRET: USER_SECRET,
      CLOUD_ELEMENTS_ORGANIZATION_SECRET: ORGANIZATION_SECRET,
      CLOUD_ELEMENTS_BASE_URL: service.url,
    };
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
    const headers = Object.fromEntries(response.headers);
    const { status, body } = checked(response.status, headers, await response.text());
    assert.equal(status, 200);
    assert.deepEqual([...service.instances.keys()], [body.id]);
    assert.deepEqual(page.sandbox.requests, []);
  });

  test('refuses pages of other sites', async () => {
    service.requests.length = 0;
    const origin = 'https://other.example';
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin }, {}]) {
      assert.equal((await create(headers)).status, 403);
    }
    assert.deepEqual(service.requests, []);
  });

  test('lists no test credentials', async () => {
    const html = await (await fetch(page.url)).text();
    assert.ok(html.includes('<bigcommerce-connect'));
    assert.ok(!html.includes('test-credentials'));
  });

  test('serves no secret with the page and its scripts', async () => {
    for (const path of ['', 'page.ts', '@vite/client', '@vite/env']) {
      const text = await (await fetch(new URL(path, page.url))).text();
      assert.ok(text.length > 0, `something at /${path}`);
      for (const secret of [USER_SECRET, ORGANIZATION_SECRET]) {
        assert.ok(!text.includes(secret), `a secret in /${path}`);
      }
    }
  });
});
