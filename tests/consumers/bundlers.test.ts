import { suite } from 'node:test';
import { commandsFor, testBundlers } from './bundler.js';

const [bundle = '', copy = ''] = commandsFor('esbuild');

suite('The package, bundled with', { timeout: 600_000 }, () => {
  testBundlers([
    {
      name: 'Vite',
      bundle: ({ run }) => run('vite', 'build', '--outDir', 'out'),
      bundlesWorkers: true,
    },
    {
      name: 'esbuild',
      bundle: ({ run }, script) => run('sh', '-c', bundle.replace('main.js', script)),
      finish: ({ run }) => run('sh', '-c', copy),
    },
  ]);
});
