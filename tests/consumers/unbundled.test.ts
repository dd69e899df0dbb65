import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { build } from 'esbuild';
import { createServer as createVite } from 'vite';
import { serve } from '../server.js';
import { filesIn } from '../snippets.js';
import { useConsumer } from './consumer.js';
import { filesOf, servePage, useVisitor } from './visitor.js';

suite('The package, not bundled,', { timeout: 600_000 }, () => {
  const consumer = useConsumer();
  const visitor = useVisitor();

  /** The consumer's page, whose scripts import the installed package by its path. */
  function page(script: string, addition = '') {
    const source = (name: string) =>
      readFileSync(join(consumer.folder, name), 'utf8').replace(
        "'authenticate-bigcommerce'",
        "'/node_modules/authenticate-bigcommerce/dist/index.js'",
      );
    const files = filesOf(consumer.folder, {
      '/index.html': `<!doctype html><title></title><script type="module" src="/${script}"></script>`,
      [`/${script}`]: source(script),
      '/worker.js': source('worker.js'),
    });
    return servePage(visitor.sandbox, files, addition);
  }

  test('has one .wasm file, beside that of the page', () => {
    const wasm = consumer.files('node_modules/authenticate-bigcommerce', '.wasm');
    assert.deepEqual(
      wasm.filter((path) => !path.includes('/dist/page/')),
      [consumer.wasm],
    );
  });

  const LANGUAGES = ['de', 'es', 'fr', 'it', 'ja', 'nl', 'pt-BR'].map(
    (tag) => `languages/${tag}.js`,
  );

  /** What each entry imports, directly or indirectly: files of the package and other modules. */
  const GRAPH: Record<string, { files: string[]; modules: string[] }> = {
    '.': { files: ['index.js'], modules: [] },
    './connect': { files: ['base.js', 'connect.js', 'index.js', ...LANGUAGES], modules: [] },
    './form': {
      files: ['base.js', 'connect.js', 'form.js', 'index.js', ...LANGUAGES],
      modules: [],
    },
    './languages/*': { files: ['languages/de.js'], modules: [] },
    './react': {
      files: ['base.js', 'connect.js', 'form.js', 'index.js', ...LANGUAGES, 'react.js'],
      modules: ['react'],
    },
    './proxy': { files: ['proxy.js'], modules: [] },
    './sandbox': {
      files: ['sandbox.js'],
      modules: ['node:crypto', 'node:events', 'node:http', 'node:net', 'node:timers/promises'],
    },
  };

  test('imports these files and modules and no others, from each entry', async () => {
    const folder = join(consumer.folder, 'node_modules/authenticate-bigcommerce');
    const { exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const graph: typeof GRAPH = {};
    for (const [entry, { default: path, node = path }] of Object.entries<Record<string, string>>(
      exports,
    )) {
      if (!node) continue;
      const { metafile } = await build({
        // All languages import the same.
        entryPoints: [join(folder, node.replace('*', 'de'))],
        absWorkingDir: join(folder, 'dist'),
        bundle: true,
        format: 'esm',
        // In the graph, but not followed.
        packages: 'external',
        metafile: true,
        write: false,
      });
      const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
      const modules = imports.filter(({ external }) => external).map(({ path }) => path);
      graph[entry] = {
        files: Object.keys(metafile.inputs).sort(),
        modules: [...new Set(modules)].sort(),
      };
    }
    assert.deepEqual(graph, GRAPH);
  });

  for (const [where, script, addition] of [
    ['a page', 'connect.js'],
    [
      'a page with Trusted Types',
      'connect.js',
      "; require-trusted-types-for 'script'; trusted-types 'none'",
    ],
    ['a module worker', 'connect-in-worker.js'],
  ] as const) {
    test(`connects a store from ${where}`, async () => {
      await using site = await page(script, addition);
      await visitor.connect(site.origin);
    });
  }

  test('connects a store with the .wasm file of another origin, whatever its content type', async () => {
    const headers = { 'access-control-allow-origin': '*', 'content-type': 'text/plain' };
    let downloads = 0;
    await using host = await serve((_, response) => {
      downloads++;
      response.writeHead(200, headers).end(readFileSync(consumer.wasm));
    });
    await using site = await page('connect-hosted.js', ` ${host.origin}`);
    await visitor.connect(`${site.origin}/?wasm=${host.origin}/hosted`);
    assert.equal(downloads, 1, 'one download');
  });

  test("connects a store on Vite's development server", async () => {
    await using site = await servePage(visitor.sandbox, (request, response) =>
      vite.middlewares(request, response),
    );
    const vite = await createVite({
      root: consumer.folder,
      configFile: false,
      logLevel: 'warn',
      appType: 'mpa',
      server: { middlewareMode: true, ws: { server: site.server } as never },
    });
    try {
      await visitor.connect(`${site.origin}/`);
    } finally {
      await vite.close();
    }
  });

  test('connects a store from Node', async () => {
    const { sandbox } = visitor;
    const account = [sandbox.url, sandbox.userSecret, sandbox.organizationSecret];
    const { stdout, stderr } = await consumer.run('node', 'connect-from-node.js', ...account);
    // Node prints warnings about its environment for any script.
    const plain = await consumer.run('node', 'nothing.js');
    assert.deepEqual(withoutProcess(stderr), withoutProcess(plain.stderr));
    assert.ok(sandbox.instances.delete(Number(stdout)), `the sandbox has instance ${stdout}`);
  });

  test("is tested by the user's test in docs/testing.md", async () => {
    const code = filesIn('docs/testing.md').get(USERS_TEST) ?? '';
    writeFileSync(join(consumer.folder, USERS_TEST), code);
    const { stdout } = await consumer.run('node', '--test-reporter=tap', USERS_TEST);
    assert.match(stdout, /^# pass 2$/m);
  });
});

/** The first test in docs/testing.md. */
const USERS_TEST = 'connect.test.js';

/** The output of Node without its process id. */
function withoutProcess(lines: string): string {
  return lines.replace(/^\(node:\d+\)/gm, '(node)');
}
