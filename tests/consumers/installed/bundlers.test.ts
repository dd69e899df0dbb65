import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'node:test';
import { commandsFor, fileFor, testBundlers } from '../bundler.js';

const [rollup = ''] = commandsFor('Rollup');
const [parcel = ''] = commandsFor('Parcel');

suite('The package, bundled with', { timeout: 1_200_000 }, () => {
  testBundlers(
    [
      {
        name: 'webpack 5',
        bundle: ({ run }, script) => run('node', 'webpack.js', script),
        bundlesWorkers: true,
      },
      {
        name: 'Rspack 2',
        bundle: ({ run }, script) => run('node', 'rspack.js', script),
        bundlesWorkers: true,
      },
      {
        name: 'Rollup',
        bundle({ run, folder }, script) {
          const config = 'rollup.config.js';
          writeFileSync(join(folder, config), fileFor('Rollup', config));
          return run('sh', '-c', rollup.replace('main.js', script));
        },
      },
      {
        name: 'Parcel 2',
        // It bundles what `index.html` loads.
        bundle({ run, folder }) {
          writeFileSync(join(folder, 'package.json'), fileFor('Parcel', 'package.json'));
          return run('sh', '-c', parcel);
        },
        bundlesWorkers: true,
      },
    ],
    'with bundlers',
  );
});
