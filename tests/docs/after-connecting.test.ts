import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Instance, type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { environmentOf } from '../cli/command.js';
import { filesIn } from '../snippets.js';

const FILES = filesIn('docs/after-connecting.md');

const VALUES = {
  username: 'shop',
  password: '0123456789abcdef',
  storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
};

suite('The server of docs/after-connecting.md', { timeout: 120_000 }, () => {
  let sandbox: Sandbox;
  let folder: string;
  /** The exports of the files. */
  const server: Record<string, (...args: unknown[]) => Promise<unknown>> = {};

  before(async () => {
    sandbox = await startSandbox();
    // The files read these when they are imported.
    const { env } = process;
    process.env = { ...env, ...environmentOf(sandbox) };
    folder = mkdtempSync(join(tmpdir(), 'after-connecting-'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    for (const [name, code] of FILES) writeFileSync(join(folder, name), code);
    try {
      for (const name of FILES.keys()) {
        Object.assign(server, await import(pathToFileURL(join(folder, name)).href));
      }
    } finally {
      process.env = env;
    }
  });
  after(async () => {
    await sandbox?.close();
    if (folder) rmSync(folder, { recursive: true });
  });
  afterEach(() => {
    sandbox.onRequest = undefined;
  });

  /** A new instance, as a page connects it. */
  async function connect(): Promise<Instance> {
    const { username, password, storeUrl } = VALUES;
    const response = await fetch(`${sandbox.url}/instances`, {
      method: 'POST',
      headers: {
        authorization: `User ${sandbox.userSecret}, Organization ${sandbox.organizationSecret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({
        element: { key: 'bigcommerce' },
        configuration: { username, password, 'store.url': storeUrl },
        name: 'My shop',
        tags: ['subject:0123', 'onboarding'],
      }),
    });
    const { id } = (await response.json()) as Instance;
    return sandbox.instances.get(id) ?? assert.fail('an instance');
  }

  test('has only files that are run here', () => {
    assert.deepEqual(
      [...FILES.keys()],
      [
        'cloud-elements.js',
        'orders.js',
        'check.js',
        'renew.js',
        'rename.js',
        'switch.js',
        'disconnect.js',
      ],
    );
  });

  test("reads the store's orders with token and User Secret", async () => {
    const { token } = await connect();
    const orders = (await server.listOrders?.(token)) as unknown[];
    assert.ok(orders.length > 0);
    const { headers } = sandbox.requests.at(-1) ?? assert.fail('a request');
    assert.equal(headers.authorization, `User ${sandbox.userSecret}, Element ${token}`);
  });

  test('tells working, disabled and deleted connections apart', async () => {
    const { id, token } = await connect();
    const check = () => server.checkConnection?.(id, token);
    assert.equal(await check(), 'works');
    await server.disable?.(id);
    assert.equal(await check(), 'disabled');
    await server.enable?.(id);
    assert.equal(await check(), 'works');
    await server.disconnect?.(id);
    assert.equal(await check(), 'deleted');
    assert.equal(sandbox.instances.get(id), undefined);
  });

  test('does not take an error of BigCommerce for a disabled instance', async () => {
    const { id, token } = await connect();
    for (const status of [403, 500]) {
      sandbox.onRequest = ({ path }) =>
        path.endsWith('/ping') ? { kind: 'respond', status, body: '{}' } : undefined;
      await assert.rejects(async () => server.checkConnection?.(id, token), { status });
    }
  });

  test('does not take wrong secrets for a deleted instance', async () => {
    const { id, token } = await connect();
    sandbox.onRequest = () => ({ kind: 'respond', status: 401, body: '{}' });
    await assert.rejects(async () => server.checkConnection?.(id, token), { status: 401 });
  });

  test('renews the credentials and leaves name and tags as they are', async () => {
    const { id, token, name, tags } = await connect();
    assert.equal(await server.renew?.(id, { ...VALUES, password: 'fedcba9876543210' }), token);
    const instance = sandbox.instances.get(id);
    assert.equal(instance?.configuration.password, 'fedcba9876543210');
    assert.deepEqual([instance?.name, instance?.tags], [name, tags]);
    const [put, ...others] = sandbox.requests.slice(-1);
    assert.deepEqual([put?.method, others], ['PUT', []]);
    assert.ok(put?.body.includes('"subject:0123"'), put?.body);
  });

  test('renames a connection and nothing else', async () => {
    const before = structuredClone(await connect());
    await server.rename?.(before.id, 'My other shop');
    assert.deepEqual(sandbox.instances.get(before.id), { ...before, name: 'My other shop' });
  });
});
