import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { copyProject } from '../../scripts/copy.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** The hash of each file below `folder`, by its path. */
function hashes(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((path) => statSync(join(folder, path)).isFile())
      .map((path) => [
        path,
        createHash('sha256')
          .update(readFileSync(join(folder, path)))
          .digest('hex'),
      ]),
  );
}

suite('The build', { timeout: 1_500_000 }, () => {
  test('makes the same bytes in another folder, without the path of either in them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'another-place-'));
    try {
      copyProject(folder);
      // Vite sets it in this process, where other tests serve the page.
      const env = { ...process.env, NODE_ENV: undefined };
      execFileSync('npm', ['run', 'build'], { cwd: folder, env, stdio: 'pipe' });
      const built = hashes(join(folder, 'dist'));
      assert.ok(built['authenticate_bigcommerce.wasm'], 'the build makes the .wasm file');
      assert.deepEqual(built, hashes(join(PROJECT, 'dist')));
      for (const path of Object.keys(built)) {
        const text = readFileSync(join(folder, 'dist', path), 'latin1');
        for (const place of [folder, PROJECT, homedir()]) {
          assert.ok(!text.includes(`${place}/`), `${path} names ${place}`);
        }
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
