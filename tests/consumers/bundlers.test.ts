import { suite } from 'node:test';
import { testBundlers } from './bundler.js';

suite('The package, bundled with', { timeout: 600_000 }, () => {
  testBundlers([
    {
      name: 'Vite',
      bundle: ({ run }) => run('vite', 'build', '--outDir', 'out'),
      bundlesWorkers: true,
    },
    {
      name: 'esbuild',
      bundle: ({ run }, script) =>
        run('esbuild', script, '--bundle', '--minify', '--format=esm', '--outdir=out'),
      finish: ({ run, wasm }) => run('cp', wasm, 'out'),
    },
  ]);
});
