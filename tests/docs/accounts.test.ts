import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '../../js/sandbox/sandbox.js';
import { filesIn } from '../snippets.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const FILE = 'check-store-level.mjs';

test('The check in docs/accounts.md finds out which secret the store takes, and leaves no instance', async (t) => {
  const sandbox = await startSandbox({ storeLevel: 'access-token' });
  t.after(() => sandbox.close());
  // Within the project, so that the package is found by its name.
  const folder = mkdtempSync(join(PROJECT, 'target', 'accounts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const values = {
    clientId: 'client-id',
    accessToken: 'access-token',
    clientSecret: '0f'.repeat(32),
    storeUrl: 'https://api.bigcommerce.com/stores/abc123/v3/',
    userSecret: sandbox.userSecret,
    organizationSecret: sandbox.organizationSecret,
    baseUrl: sandbox.url,
  };
  writeFileSync(join(folder, FILE), filesIn('docs/accounts.md').get(FILE) ?? '');
  const { stdout } = await promisify(execFile)(process.execPath, [join(folder, FILE)], {
    env: { ...process.env, ...values },
  });
  assert.match(
    stdout,
    /^accessToken: connected, and the store answered 200\nclientSecret: Invalid credentials/,
  );
  assert.equal(sandbox.instances.size, 0);
});
