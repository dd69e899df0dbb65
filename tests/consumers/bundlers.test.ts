import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { projectsIn } from '../snippets.js';
import { type Consumer, skipSlowInstall, useConsumer } from './consumer.js';
import { filesOf, servePage, useVisitor, type Visitor } from './visitor.js';

interface Bundler {
  name: string;
  /** Bundles one of the consumer's scripts into `out`; `index.html` loads it. */
  bundle(consumer: Consumer, script: string): Promise<{ stderr: string }>;
  /** What its users must do after that. */
  finish?(consumer: Consumer): Promise<unknown>;
  /** Whether it bundles workers as well. */
  bundlesWorkers?: true;
}

const SECTIONS = projectsIn('docs/bundlers.md');

/** A section of docs/bundlers.md: its files, and its commands without the installation. */
function section(name: string) {
  const { files, commands } = SECTIONS.get(name) ?? assert.fail(`no section ${name}`);
  return {
    file: (file: string) => files.get(file) ?? assert.fail(`${name} has no ${file}`),
    commands: commands
      .filter((command) => !command.startsWith('npm install'))
      .map((command) => command.replace(/^npx /, '')),
  };
}

const libraryMode = section("Vite's library mode");
const esbuild = section('esbuild');
const rollup = section('Rollup');
const parcel = section('Parcel');

/** The project's own bundlers. */
const OWN: Bundler[] = [
  {
    name: 'Vite',
    bundle: ({ run }) => run('vite', 'build', '--outDir', 'out'),
    bundlesWorkers: true,
  },
  {
    name: 'Vite, in place of its library mode',
    bundle({ run, folder }, script) {
      const config = 'widget.config.js';
      const text = libraryMode.file(config).replace('widget.js', script);
      writeFileSync(join(folder, config), text);
      return run('sh', '-c', libraryMode.commands[0] ?? '');
    },
  },
  {
    name: 'esbuild',
    bundle: ({ run }, script) =>
      run('sh', '-c', esbuild.commands[0]?.replace('main.js', script) ?? ''),
    finish: ({ run }) => run('sh', '-c', esbuild.commands[1] ?? ''),
  },
];

/** The consumer's bundlers. */
const INSTALLED: Bundler[] = [
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
      writeFileSync(join(folder, config), rollup.file(config));
      return run('sh', '-c', rollup.commands[0]?.replace('main.js', script) ?? '');
    },
  },
  {
    name: 'Parcel 2',
    // It bundles what `index.html` loads.
    bundle({ run, folder }) {
      writeFileSync(join(folder, 'package.json'), parcel.file('package.json'));
      return run('sh', '-c', parcel.commands[0] ?? '');
    },
    bundlesWorkers: true,
  },
];

suite('The package, bundled with', { timeout: 600_000 }, () => {
  const consumer = useConsumer();
  const visitor = useVisitor();
  for (const bundler of OWN) testBundler(bundler, consumer, visitor);
});

suite('The package, bundled with', { timeout: 1_200_000, skip: skipSlowInstall }, () => {
  const consumer = useConsumer('project');
  const visitor = useVisitor();
  for (const bundler of INSTALLED) testBundler(bundler, consumer, visitor);
});

function testBundler(
  { name, bundle, finish, bundlesWorkers }: Bundler,
  consumer: Consumer,
  visitor: Visitor,
): void {
  suite(name, () => {
    const out = join(consumer.folder, 'out');
    const bundled = async (script: string) => {
      rmSync(out, { recursive: true, force: true });
      writeFileSync(
        join(consumer.folder, 'index.html'),
        `<!doctype html><title>Consumer</title><script type="module" src="/${script}"></script>`,
      );
      return bundle(consumer, script);
    };
    const connect = async (script: string) => {
      await bundled(script);
      await finish?.(consumer);
      const [wasm = '', ...more] = consumer.files('out', '.wasm');
      assert.deepEqual(more, [], 'one .wasm file');
      assert.deepEqual(readFileSync(wasm), readFileSync(consumer.wasm));
      // Most bundlers make no page.
      if (!existsSync(join(out, 'index.html'))) {
        copyFileSync(join(consumer.folder, 'index.html'), join(out, 'index.html'));
      }
      await using page = await servePage(visitor.sandbox, filesOf(out));
      await visitor.connect(page.origin);
    };

    test('connects a store, with one .wasm file and a silent console', () => connect('connect.js'));

    if (bundlesWorkers) {
      test('connects a store from a worker', () => connect('connect-in-worker.js'));
    }

    // Rollup only warns.
    test('refuses the sandbox in a page', async () => {
      const errors = await bundled('start-sandbox.js').then(({ stderr }) => stderr, String);
      assert.match(errors, /(authenticate-bigcommerce|\.)\/sandbox\b/);
    });

    // Scripts only: Vite writes the .wasm file, but no page requests it.
    test('leaves no byte of the package if the import is unused', async () => {
      const size = async (script: string) => {
        await bundled(script);
        const files = consumer.files('out', '.js').map((file) => readFileSync(file));
        return files.reduce((bytes, { length }) => bytes + length, 0);
      };
      const bytes = await size('unused.js');
      assert.equal(bytes, await size('nothing.js'));
    });
  });
}
