import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'node:test';
import { commandsFor, fileFor, testBundlers } from './bundler.js';

const [bundle = '', copy = ''] = commandsFor('esbuild');
const LIBRARY_MODE = "Vite's library mode";
const [buildWidget = ''] = commandsFor(LIBRARY_MODE);

suite('The package, bundled with', { timeout: 600_000 }, () => {
  testBundlers([
    {
      name: 'Vite',
      bundle: ({ run }) => run('vite', 'build', '--outDir', 'out'),
      bundlesWorkers: true,
    },
    {
      name: 'Vite, in place of its library mode',
      bundle({ run, folder }, script) {
        const config = 'widget.config.js';
        const text = fileFor(LIBRARY_MODE, config).replace('widget.js', script);
        writeFileSync(join(folder, config), text);
        return run('sh', '-c', buildWidget);
      },
    },
    {
      name: 'esbuild',
      bundle: ({ run }, script) => run('sh', '-c', bundle.replace('main.js', script)),
      finish: ({ run }) => run('sh', '-c', copy),
    },
  ]);
});
