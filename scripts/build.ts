// Builds the package into dist/: the wasm module, the ES module that loads it, the custom element on
// top of it, the proxy, and the types.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { build } from 'esbuild';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const NAME = 'authenticate_bigcommerce';
const TARGET = 'wasm32-unknown-unknown';
const COMPILED = `target/${TARGET}/release/${NAME}.wasm`;
const GLUE = 'target/wasm-bindgen';
const TYPES = 'target/types';
const OPTIMISED = `${GLUE}/${NAME}.wasm`;
/** Written last. */
const LINKED = `${GLUE}/glue.js`;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// Panics name their source files; the builder's home folder is nobody's business.
const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
// RUSTFLAGS in the environment are meant for the builder's machine, and would replace these.
process.env.CARGO_ENCODED_RUSTFLAGS = `--remap-path-prefix=${registry}=/registry`;
run('cargo', 'build', '--release', '--locked', '--target', TARGET, '--target-dir', 'target');
// Optimising takes seconds, of which most starts of the page can do without.
if (!isNewer(LINKED, COMPILED, 'package-lock.json', 'scripts/build.ts')) {
  run(
    'target/debug/wasm-bindgen',
    // The target whose glue leaves loading to others; ours is src/load.ts.
    ...['--target', 'bundler', '--no-typescript', '--out-dir', GLUE],
    COMPILED,
  );
  silencePanics(`${GLUE}/${NAME}_bg.wasm`);
  const names = run(
    'node_modules/.bin/wasm-opt',
    ...['-Oz', '--strip-debug', '--strip-producers', '--strip-target-features'],
    // Inlining makes the file smaller, but larger once it is compressed.
    ...['--always-inline-max-function-size=0', '--one-caller-inline-max-function-size=20'],
    // Long names with a hash for each import and export cost 3 kB (brotli), here and in the glue.
    '--minify-imports-and-exports-and-modules',
    ...['-o', OPTIMISED, `${GLUE}/${NAME}_bg.wasm`],
  );
  writeFileSync(LINKED, linkGlue(JSON.parse(names)));
}

const ENTRIES = ['index', 'connect', 'proxy/index'];
// What the element imports of the first: bundled, it would be there twice.
const external = ['./index.js'];

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ENTRIES.map((entry) => `src/${entry}.ts`),
  outbase: 'src',
  external,
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  // As in the README. Older ones lack class static blocks, a signal's reason or 'wasm-unsafe-eval'.
  target: ['chrome100', 'edge100', 'firefox102', 'safari16.4'],
  legalComments: 'none',
});
copyFileSync(OPTIMISED, `dist/${NAME}.wasm`);
run('node_modules/.bin/tsc', '-p', 'src');
// One file of types for each entry.
for (const entry of ENTRIES) {
  const types = await rollup({ input: `${TYPES}/${entry}.d.ts`, external, plugins: [dts()] });
  await types.write({ file: `dist/${entry}.d.ts` });
}

function isNewer(file: string, ...sources: string[]): boolean {
  const age = (path: string) => statSync(path).mtimeMs;
  return existsSync(file) && sources.every((source) => age(source) < age(file));
}

/**
 * Leaves of a panic the trap that it ends in: nobody hears the message, which takes 1.6 kB (brotli)
 * to compose.
 */
function silencePanics(file: string): void {
  const module = binaryen.readBinary(readFileSync(file));
  const functions = Array.from({ length: module.getNumFunctions() }, (_, index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );
  for (const { name, base, params, results } of functions) {
    const isImported = base !== '';
    if (isImported || !/\bcore\b.*::fmt::|::panicking::|alloc_error_hook|rust_oom/.test(name))
      continue;
    module.removeFunction(name);
    module.addFunction(name, params, results, [], module.unreachable());
  }
  writeFileSync(file, module.emitBinary());
}

/** wasm-bindgen's glue with the module's short names. */
function linkGlue(names: { imports: [string, string, string][]; exports: [string, string][] }) {
  const short = new Map(names.exports);
  const glue = readFileSync(`${GLUE}/${NAME}_bg.js`, 'utf8').replace(
    /\bwasm\.(\w+)/g,
    (_, name) => `wasm.${short.get(name)}`,
  );
  const imports = names.imports.map(([, name, short]) => `${JSON.stringify(short)}: ${name}`);
  return `${glue}
    export const imports = { a: { ${imports.join()} } };
    export function start(exports) {
      wasm = exports;
      wasm.${short.get('__wbindgen_start')}();
    }`;
}

/** Returns what the command prints. */
function run(command: string, ...args: string[]): string {
  const { status, error, stdout } = spawnSync(command, args, {
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
  return stdout;
}
