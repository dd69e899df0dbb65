// Builds the package into dist/: the wasm module, the ES module that loads it, the custom element on
// top of it, the handler, the sandbox, and the types.
import { copyFileSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { buildModule, run } from './wasm.js';

const NAME = 'authenticate_bigcommerce';
const GLUE = 'target/wasm-bindgen';
const TYPES = 'target/types';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

buildModule('.', NAME, GLUE);

const ENTRIES = ['index', 'connect', 'proxy'];
const NODE_ENTRIES = ['sandbox'];

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ENTRIES.map((entry) => `js/${entry}.ts`),
  // What the element imports of the first: bundled, it would be there twice.
  plugins: [
    {
      name: 'external index',
      setup: ({ onResolve }) =>
        onResolve({ filter: /\/index\.js$/ }, ({ path, importer }) =>
          isIndex(path, importer) ? { path: './index.js', external: true } : undefined,
        ),
    },
  ],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  // As in the README. Older ones lack class static blocks, a signal's reason or 'wasm-unsafe-eval'.
  target: ['chrome100', 'edge100', 'firefox102', 'safari16.4'],
  legalComments: 'none',
});
await build({
  entryPoints: NODE_ENTRIES.map((entry) => `js/${entry}.ts`),
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  // As in package.json.
  target: 'node20.16',
  legalComments: 'none',
});
copyFileSync(`${GLUE}/${NAME}.wasm`, `dist/${NAME}.wasm`);
for (const project of ['js', 'js/sandbox']) run('node_modules/.bin/tsc', '-p', project);
// One file of types for each entry.
for (const entry of [...ENTRIES, ...NODE_ENTRIES]) {
  const types = await rollup({
    input: `${TYPES}/${entry}.d.ts`,
    external: (path, importer) =>
      path.startsWith('node:') || (importer !== undefined && isIndex(path, importer)),
    plugins: [dts()],
  });
  await types.write({ file: `dist/${entry}.d.ts` });
}

/** Whether an import is that of the package's main entry. */
function isIndex(path: string, importer: string): boolean {
  return path === '../index.js' && basename(dirname(importer)) === 'element';
}
