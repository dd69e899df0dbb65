import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What is made or fetched; all else is what a checkout has. */
const MADE = new Set(['.git', 'dist', 'node_modules', 'target', 'corpus', 'artifacts']);

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
  test('makes the same bytes in another folder, with nothing of either in them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'another-place-'));
    try {
      cpSync(PROJECT, folder, { recursive: true, filter: (path) => !MADE.has(basename(path)) });
      symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
      cpSync(join(PROJECT, 'target/debug/wasm-bindgen'), join(folder, 'target/debug/wasm-bindgen'));
      execFileSync('npm', ['run', 'build'], { cwd: folder, stdio: 'pipe' });
      const built = hashes(join(folder, 'dist'));
      assert.ok(built['authenticate_bigcommerce.wasm']);
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
