// Builds the package into dist/: the wasm module, the ES module that loads it, the custom element on
// top of it, the proxy, and the types.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const NAME = 'authenticate_bigcommerce';
const TARGET = 'wasm32-unknown-unknown';
const COMPILED = `target/${TARGET}/release/${NAME}.wasm`;
const GLUE = 'target/wasm-bindgen';
const OPTIMISED = `${GLUE}/${NAME}.wasm`;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

// Panics name their source files; the builder's home folder is nobody's business.
const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
run(
  'cargo',
  ...['build', '--release', '--locked', '--target', TARGET, '--target-dir', 'target'],
  ...['--config', `build.rustflags = ["--remap-path-prefix=${registry}=/registry"]`],
);
// Optimising takes seconds, of which most starts of the page can do without.
if (!isNewer(OPTIMISED, COMPILED, 'package-lock.json', 'scripts/build.ts')) {
  run(
    'target/debug/wasm-bindgen',
    // The target whose glue leaves loading to others; ours is src/load.ts.
    ...['--target', 'bundler', '--no-typescript', '--out-dir', GLUE],
    COMPILED,
  );
  run(
    'node_modules/.bin/wasm-opt',
    ...['-Oz', '--strip-debug', '--strip-producers', '--strip-target-features'],
    // Inlining makes the file smaller, but 1.4 kB larger once it is compressed (brotli).
    ...['--always-inline-max-function-size=0', '--one-caller-inline-max-function-size=20'],
    ...['-o', OPTIMISED, `${GLUE}/${NAME}_bg.wasm`],
  );
}

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/index.ts', 'src/connect.ts', 'src/proxy/index.ts'],
  outbase: 'src',
  // What the element imports of the first: bundled, it would be there twice.
  external: ['./index.js'],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
});
copyFileSync(OPTIMISED, `dist/${NAME}.wasm`);
run('node_modules/.bin/tsc', '-p', 'src');

function isNewer(file: string, ...sources: string[]): boolean {
  const age = (path: string) => statSync(path).mtimeMs;
  return existsSync(file) && sources.every((source) => age(source) < age(file));
}

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
