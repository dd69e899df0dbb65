import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { transform } from 'esbuild';

const PROJECT = new URL('../..', import.meta.url);

suite('The package', { timeout: 60_000 }, () => {
  test('holds the module, the wasm, the types and nothing stray', () => {
    const [{ files }] = JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: PROJECT,
        encoding: 'utf8',
      }),
    );
    assert.deepEqual(files.map(({ path }: { path: string }) => path).sort(), [
      'LICENSE',
      'README.md',
      'dist/answer.d.ts',
      'dist/attempt.d.ts',
      'dist/authenticate.d.ts',
      'dist/authenticate_bigcommerce.wasm',
      'dist/call.d.ts',
      'dist/connect.d.ts',
      'dist/connect.js',
      'dist/error.d.ts',
      'dist/index.d.ts',
      'dist/index.js',
      'dist/load.d.ts',
      'dist/proxy/body.d.ts',
      'dist/proxy/index.d.ts',
      'dist/proxy/index.js',
      'dist/proxy/refusal.d.ts',
      'dist/proxy/service.d.ts',
      'dist/retry-after.d.ts',
      'dist/text.d.ts',
      'dist/types.d.ts',
      'package.json',
    ]);
  });

  test('exports what it says and no more', async () => {
    const exported = await import('authenticate-bigcommerce');
    assert.deepEqual(Object.keys(exported).sort(), [
      'BigCommerceAuthError',
      'authenticateBigCommerce',
      'preload',
    ]);
    assert.deepEqual(Object.keys(await import('authenticate-bigcommerce/proxy')), ['createProxy']);
  });

  test('has a proxy that is one plain file: no wasm, no imports, nothing of Node', () => {
    const module = readFileSync(new URL('dist/proxy/index.js', PROJECT), 'utf8');
    assert.doesNotMatch(module, /\bimport\b|\brequire\b|wasm|WebAssembly|\bprocess\b|\bBuffer\b/i);
  });

  test("can be imported where there is no page, the element's entry too", async () => {
    assert.equal('HTMLElement' in globalThis, false);
    assert.deepEqual(Object.keys(await import('authenticate-bigcommerce/connect')), []);
  });

  test('has an element of at most 3,000 bytes, which shares the function', async () => {
    const element = readFileSync(new URL('dist/connect.js', PROJECT), 'utf8');
    assert.match(element, /from "\.\/index\.js"/);
    const { code } = await transform(element, { minify: true, format: 'esm' });
    const { length } = brotliCompressSync(code);
    assert.ok(length > 1000 && length <= 3000, `${length} bytes`);
  });

  test('names its wasm file once, for bundlers emit it once for each', () => {
    const module = readFileSync(new URL('dist/index.js', PROJECT), 'utf8');
    assert.equal(module.split('import.meta.url').length - 1, 1);
    assert.equal(module.split('authenticate_bigcommerce.wasm').length - 1, 1);
  });

  test('stays within its budget of bytes', () => {
    const wasm = readFileSync(new URL('dist/authenticate_bigcommerce.wasm', PROJECT));
    const { length } = brotliCompressSync(wasm);
    assert.ok(length < 15_000, `the wasm takes ${length} bytes (brotli)`);
  });

  test('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(new URL('package.json', PROJECT), 'utf8'));
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
      assert.equal(scripts[name], undefined, name);
    }
  });
});
