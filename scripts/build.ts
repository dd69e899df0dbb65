// Builds the package into dist/: the wasm module, one ES module that loads it, the custom element on
// top of it, and the types.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { build } from 'esbuild';

const NAME = 'authenticate_bigcommerce';
const TARGET = 'wasm32-unknown-unknown';
const GLUE = 'target/wasm-bindgen';

process.chdir(new URL('..', import.meta.url).pathname);

run('cargo', 'build', '--release', '--locked', '--target', TARGET, '--target-dir', 'target');
run(
  'target/debug/wasm-bindgen',
  // The target whose glue leaves loading to others; ours is src/load.ts.
  ...['--target', 'bundler', '--no-typescript', '--out-dir', GLUE],
  `target/${TARGET}/release/${NAME}.wasm`,
);

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: ['src/index.ts', 'src/connect.ts'],
  // What the other entries import of the first: in them, it would be there twice.
  external: ['./index.js'],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
});
run(
  'node_modules/.bin/wasm-opt',
  ...['-Oz', '--strip-debug', '--strip-producers', '--strip-target-features'],
  ...['-o', `dist/${NAME}.wasm`, `${GLUE}/${NAME}_bg.wasm`],
);
run('node_modules/.bin/tsc', '-p', 'src');

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
