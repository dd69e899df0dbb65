// The tests of the package with each bundler.
import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { projectsIn } from '../snippets.js';
import { type Consumer, makeConsumer } from './consumer.js';
import { filesOf, servePage, startVisitor, type Visitor } from './visitor.js';

export interface Bundler {
  name: string;
  /** Bundles one of the consumer's scripts into `out`; `index.html` loads it. */
  bundle(consumer: Consumer, script: string): Promise<{ stderr: string }>;
  /** What its users must do after that. */
  finish?(consumer: Consumer): Promise<unknown>;
  /** Whether it bundles workers as well. */
  bundlesWorkers?: true;
}

const SECTIONS = projectsIn('docs/bundlers.md');

/** The commands of a section of docs/bundlers.md, without the installation. */
export function commandsFor(section: string): string[] {
  const { commands } = SECTIONS.get(section) ?? assert.fail(`no section ${section}`);
  return commands
    .filter((command) => !command.startsWith('npm install'))
    .map((command) => command.replace(/^npx /, ''));
}

/** A file of a section of docs/bundlers.md. */
export function fileFor(section: string, name: string): string {
  return SECTIONS.get(section)?.files.get(name) ?? assert.fail(`${section} has no ${name}`);
}

/** Tests bundlers in a consumer that has them all. */
export function testBundlers(bundlers: Bundler[], installed?: 'with bundlers'): void {
  let consumer: Consumer;
  let visitor: Visitor;
  before(async () => {
    consumer = await makeConsumer(installed);
    visitor = await startVisitor();
  });
  after(async () => {
    await visitor?.[Symbol.asyncDispose]();
    consumer?.[Symbol.dispose]();
  });

  for (const { name, bundle, finish, bundlesWorkers } of bundlers) {
    suite(name, () => {
      const bundled = async (script: string) => {
        rmSync(join(consumer.folder, 'out'), { recursive: true, force: true });
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
        const out = join(consumer.folder, 'out');
        // Most bundlers make no page.
        if (!existsSync(join(out, 'index.html'))) {
          copyFileSync(join(consumer.folder, 'index.html'), join(out, 'index.html'));
        }
        await using page = await servePage(visitor.sandbox, filesOf(out));
        await visitor.connect(page.origin);
      };

      test('connects a store, with one .wasm file and a silent console', () =>
        connect('connect.js'));

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
}
