// Builds the package into dist/: the wasm module, an ES module for each entry, the types and the
// onboarding page. Also writes the licences of what is compiled in.
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin, transform } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { build as buildPage } from 'vite';
import { makeNotices } from './notices.js';
import { saveInputs } from './packages.js';
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
/** Modules that entries share. */
const SHARED = ['base'];
const NODE_ENTRIES = ['sandbox'];

/** An entry imports another one instead of bundling a second copy of it. */
const externalEntries: Plugin = {
  name: 'external entries',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
      const entry = kind === 'entry-point' ? undefined : entryAt(join(resolveDir, path), 'js');
      return entry ? { path: `./${entry}.js`, external: true } : undefined;
    }),
};

/** Bundlers do not minify strings. */
const minifiedStyles: Plugin = {
  name: 'minified styles',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = readFileSync(path, 'utf8');
      const { code } = await transform(css, { loader: 'css', minify: true, target: TARGET });
      return { contents: code.trim(), loader: 'text' };
    }),
};

const module = readFileSync(`${GLUE}/${NAME}.wasm`);
const integrity = `sha256-${createHash('sha256').update(module).digest('base64')}`;

// As in the README. Older browsers lack AbortSignal.any.
const TARGET = ['chrome116', 'edge116', 'firefox124', 'safari17.4'];

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: [...ENTRIES, ...SHARED].map((entry) => `js/${entry}.ts`),
  external: ['react'],
  plugins: [externalEntries, minifiedStyles],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  // Ties the JavaScript to its module: js/load.ts accepts no other.
  define: { INTEGRITY: JSON.stringify(integrity) },
  target: TARGET,
  legalComments: 'none',
});
const { metafile } = await build({
  entryPoints: {
    ...Object.fromEntries(NODE_ENTRIES.map((entry) => [entry, `js/${entry}.ts`])),
    cli: 'js/cli/index.ts',
  },
  plugins: [externalEntries],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  // As in package.json.
  target: 'node20.16',
  legalComments: 'none',
  // Comments contain file names, which must not depend on where node_modules is.
  preserveSymlinks: true,
  metafile: true,
});
chmodSync('dist/cli.js', 0o755);
copyFileSync(`${GLUE}/${NAME}.wasm`, `dist/${NAME}.wasm`);
saveInputs(metafile);
writeFileSync('THIRD-PARTY-NOTICES', `${makeNotices()}\n`);
// By its path: `.bin/tsc` is the older one that rollup-plugin-dts needs.
for (const project of ['js', 'js/sandbox']) run('node_modules/typescript/bin/tsc', '-p', project);
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

await buildPage({
  root: 'www',
  logLevel: 'warn',
  build: { outDir: '../dist/page', emptyOutDir: true },
});

/** Returns the entry in `folder` with this path, if there is one. */
function entryAt(path: string, folder: string): string | undefined {
  const shared = folder === 'js' ? SHARED : [];
  return [...ENTRIES, ...shared, ...NODE_ENTRIES].find(
    (entry) => path === resolve(folder, `${entry}.js`),
  );
}
