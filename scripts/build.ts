// Builds the package into dist/: the wasm module, an ES module for each entry, and the types. Beside
// it, the licences of what is compiled in.
import { createHash } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { makeNotices } from './notices.js';
import { buildModule, run } from './wasm.js';

const NAME = 'authenticate_bigcommerce';
const GLUE = 'target/wasm-bindgen';
const TYPES = 'target/types';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

buildModule('.', NAME, GLUE);

const LANGUAGES = readdirSync('js/languages')
  .map((file) => `languages/${file.replace('.ts', '')}`)
  .filter((entry) => /\/[a-z]{2}(-[A-Z]{2})?$/.test(entry));
const ENTRIES = ['index', 'connect', 'form', 'react', 'proxy', ...LANGUAGES];
/** What entries share. */
const SHARED = ['base'];
const NODE_ENTRIES = ['sandbox'];

const module = readFileSync(`${GLUE}/${NAME}.wasm`);
const integrity = `sha256-${createHash('sha256').update(module).digest('base64')}`;

// As in the README. Older browsers lack AbortSignal.any.
const TARGET = ['chrome116', 'edge116', 'firefox124', 'safari17.4'];

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: [...ENTRIES, ...SHARED].map((entry) => `js/${entry}.ts`),
  external: ['react'],
  // An entry imports another one instead of bundling a second copy of it.
  plugins: [
    {
      name: 'minified styles',
      setup: ({ onLoad }) =>
        onLoad({ filter: /\.css$/ }, async ({ path }) => {
          const css = readFileSync(path, 'utf8');
          // Bundlers minify no strings.
          const { code } = await transform(css, { loader: 'css', minify: true, target: TARGET });
          return { contents: code.trim(), loader: 'text' };
        }),
    },
    {
      name: 'external entries',
      setup: ({ onResolve }) =>
        onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
          const entry = kind === 'entry-point' ? undefined : entryAt(join(resolveDir, path), 'js');
          return entry ? { path: `./${entry}.js`, external: true } : undefined;
        }),
    },
  ],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  // Ties the JavaScript to its module: js/load.ts takes no other.
  define: { INTEGRITY: JSON.stringify(integrity) },
  target: TARGET,
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
writeFileSync('THIRD-PARTY-NOTICES', `${makeNotices()}\n`);
for (const project of ['js', 'js/sandbox']) run('node_modules/.bin/tsc', '-p', project);
// One file of types for each entry.
for (const entry of [...ENTRIES, ...NODE_ENTRIES]) {
  const types = await rollup({
    input: `${TYPES}/${entry}.d.ts`,
    external: (path, importer) =>
      path === 'react' ||
      path.startsWith('node:') ||
      (importer !== undefined && entryAt(resolve(dirname(importer), path), TYPES) !== undefined),
    plugins: [dts()],
  });
  await types.write({ file: `dist/${entry}.d.ts` });
}

/** The entry in `folder` with this path, if it is one. */
function entryAt(path: string, folder: string): string | undefined {
  return [...ENTRIES, ...(folder === 'js' ? SHARED : [])].find(
    (entry) => path === resolve(folder, `${entry}.js`),
  );
}
