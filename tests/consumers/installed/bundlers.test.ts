import { suite } from 'node:test';
import { testBundlers } from '../bundler.js';

suite('The package, bundled with', { timeout: 1_200_000 }, () => {
  testBundlers(
    [
      {
        name: 'webpack 5',
        bundle: ({ run }, script) => run('node', 'webpack.js', script),
        bundlesWorkers: true,
      },
      {
        name: 'Rollup',
        bundle: ({ run }, script) => run('rollup', script, '--config', '--dir', 'out'),
      },
    ],
    'with bundlers',
  );
});
