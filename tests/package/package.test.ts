import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { transform } from 'esbuild';
import { sizeOf } from '../../scripts/size.js';

const PROJECT = new URL('../..', import.meta.url);

/** The most bytes that a page may download for the function, minified and with brotli. */
const BUDGET = { wasm: 27_400, javascript: 4_150, total: 31_500 };

function read(name: string): Buffer {
  return readFileSync(new URL(name, PROJECT));
}

/** Runs a command in the project, without a new build. */
function run(command: string, ...args: string[]) {
  return runIn(fileURLToPath(PROJECT), command, ...args);
}

function runIn(folder: string, command: string, ...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    env: {
      ...process.env,
      PATH: [join(fileURLToPath(PROJECT), 'node_modules/.bin'), process.env.PATH].join(delimiter),
      // Without it, prepack would build again.
      npm_config_ignore_scripts: 'true',
    },
    encoding: 'utf8',
    timeout: 180_000,
  });
  assert.ifError(error);
  assert.equal(status, 0, stdout + stderr);
  return { stdout, stderr };
}

/** The anchors of a document's headings, as GitHub and npm make them. */
function anchorsOf(document: string): string[] {
  return [...document.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/ /g, '-'),
  );
}

/** The pages in docs/. */
const DOCUMENTS = readdirSync(new URL('docs', PROJECT)).map((name) => `docs/${name}`);

/** The languages of element and form, with their types. */
const TAGS = readdirSync(new URL('js/languages', PROJECT))
  .map((file) => file.replace('.ts', ''))
  .filter((name) => /^[a-z]{2}(-[A-Z]{2})?$/.test(name));
const LANGUAGES = TAGS.flatMap((tag) =>
  ['.d.ts', '.js'].map((end) => `dist/languages/${tag}${end}`),
);

/** Files that are linked but not packed. */
const NOT_PACKED = ['www/screenshot.png', 'CONTRIBUTING.md'];

suite('The package', { timeout: 300_000 }, () => {
  /** The paths of its files. */
  let paths: string[];
  before(() => {
    const [{ files }] = JSON.parse(run('npm', 'pack', '--dry-run', '--json').stdout);
    paths = files.map(({ path }: { path: string }) => path);
  });

  test('contains the scripts, the wasm, the types, the documents and no other files', () => {
    const isPage = (path: string) => path.startsWith('dist/page/');
    const page = paths.filter(isPage).map((path) => path.replace(/-[\w-]{8}\./, '.'));
    assert.deepEqual(
      page.sort(),
      [
        'dist/page/assets/authenticate_bigcommerce.wasm',
        // What both pages share.
        'dist/page/assets/dist.js',
        'dist/page/assets/icon.svg',
        'dist/page/assets/index.css',
        'dist/page/assets/index.js',
        'dist/page/assets/plain.css',
        'dist/page/assets/plain.js',
        ...TAGS.filter((tag) => tag !== 'en').map((tag) => `dist/page/assets/${tag}.js`),
        'dist/page/index.html',
        'dist/page/plain.html',
      ].sort(),
    );
    assert.deepEqual(paths.filter((path) => !isPage(path)).sort(), [
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'SECURITY.md',
      'THIRD-PARTY-NOTICES',
      'custom-elements.json',
      'dist/authenticate_bigcommerce.wasm',
      'dist/base.js',
      'dist/cli.js',
      'dist/connect.d.ts',
      'dist/connect.js',
      'dist/form.d.ts',
      'dist/form.js',
      'dist/index.d.ts',
      'dist/index.js',
      ...LANGUAGES,
      'dist/proxy.d.ts',
      'dist/proxy.js',
      'dist/react.d.ts',
      'dist/react.js',
      'dist/sandbox.d.ts',
      'dist/sandbox.js',
      ...DOCUMENTS,
      'package.json',
    ]);
  });

  test('has documents whose links lead to files in it', () => {
    for (const document of paths.filter((path) => path.endsWith('.md'))) {
      for (const [, target = ''] of read(document)
        .toString()
        .matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
        const [path = '', anchor] = target.split('#');
        const linked = path === '' ? document : join(document, '..', path);
        const message = `${document} links to ${target}`;
        if (!NOT_PACKED.includes(linked)) assert.ok(paths.includes(linked), message);
        if (!anchor) continue;
        assert.ok(anchorsOf(read(linked).toString()).includes(anchor), message);
      }
    }
  });

  test('exports the documented names and no others', async () => {
    const exported = await import('authenticate-bigcommerce');
    assert.deepEqual(Object.keys(exported).sort(), [
      'BigCommerceAuthError',
      'authenticateBigCommerce',
      'createIdempotencyKey',
      'preload',
    ]);
    assert.deepEqual(Object.keys(await import('authenticate-bigcommerce/proxy')), ['createProxy']);
    assert.equal('HTMLElement' in globalThis, false, 'there is no page here');
    const connect = await import('authenticate-bigcommerce/connect');
    assert.deepEqual(Object.keys(connect), ['BigCommerceConnect']);
    assert.deepEqual(Object.keys(await import('authenticate-bigcommerce/form')).sort(), [
      'BigCommerceConnectForm',
      'disconnect',
      'listConnections',
      'loadLanguage',
    ]);
    const react = await import('authenticate-bigcommerce/react');
    assert.deepEqual(Object.keys(react), ['BigCommerceConnect', 'BigCommerceConnectForm']);
    const module = read('dist/react.js').toString();
    assert.match(module, /^(['"])use client\1;/, 'bundlers take it for a client component');
    const sandbox = await import('authenticate-bigcommerce/sandbox');
    assert.deepEqual(Object.keys(sandbox), ['startSandbox']);
  });

  test('has a proxy in one file, without wasm, imports or globals of Node', () => {
    const module = read('dist/proxy.js').toString();
    assert.doesNotMatch(module, /\bimport\b|\brequire\b|wasm|WebAssembly|\bprocess\b|\bBuffer\b/i);
  });

  test('has a sandbox and commands in a file each, which import only from Node and the package', () => {
    for (const [file, others] of [
      ['sandbox', []],
      ['cli', ['./index.js', './proxy.js', './sandbox.js']],
    ] as const) {
      const module = read(`dist/${file}.js`).toString();
      const imports = [...module.matchAll(/^import\b.*? from "([^"]*)";|\bimport\("([^"]*)"\)/gm)];
      const names = imports.map(([, from, loaded]) => from ?? loaded ?? '');
      assert.ok(names.length > 0, `${file} imports something`);
      assert.deepEqual([...new Set(names.filter((name) => !/^node:/.test(name)))].sort(), others);
    }
  });

  test('has types of the sandbox without the hooks for its own tests', () => {
    const types = read('dist/sandbox.d.ts').toString();
    assert.doesNotMatch(types, /\bimport\b|onRequest|lookupLag|ignoreTagFilter|Fault/);
    const exported = [...types.matchAll(/^export(?: type)? \{(.*)\};$/gm)]
      .flatMap(([, names = '']) => names.split(','))
      .map((name) => name.replace(/^.* as /, '').trim());
    assert.deepEqual(exported.sort(), [
      'Sandbox',
      'SandboxInstance',
      'SandboxOptions',
      'SandboxRequest',
      'startSandbox',
    ]);
  });

  for (const [name, entries, budget, shared] of [
    ['an element', ['connect', 'base'], 8_000, 'index'],
    ['a form', ['form'], 10_100, 'base'],
  ] as const) {
    test(`has ${name} of at most ${budget} bytes, which imports what it shares`, async (t) => {
      let sum = 0;
      for (const entry of entries) {
        const source = read(`dist/${entry}.js`).toString();
        if (entry !== 'base') assert.match(source, new RegExp(`from "\\./${shared}\\.js"`));
        const { code } = await transform(source, { minify: true, format: 'esm' });
        sum += brotliCompressSync(code).length;
      }
      t.diagnostic(`${sum} bytes`);
      assert.ok(sum > 1000 && sum <= budget, `${sum} bytes`);
    });
  }

  test('names its wasm file once, because bundlers emit it for each mention', () => {
    const module = read('dist/index.js').toString();
    assert.equal(module.split('import.meta.url').length - 1, 1);
    assert.equal(module.split('authenticate_bigcommerce.wasm').length - 1, 1);
  });

  test('stays within its budget of bytes', async (t) => {
    const { wasm, javascript, total } = await sizeOf(new URL('dist/', PROJECT));
    const sizes = `${wasm} wasm + ${javascript} JavaScript = ${total}`;
    t.diagnostic(sizes);
    assert.ok(wasm <= BUDGET.wasm, sizes);
    assert.ok(javascript <= BUDGET.javascript, sizes);
    assert.ok(total <= BUDGET.total, sizes);
  });

  test('uses only what the browsers in the README support', async () => {
    const [, chrome, firefox, safari] =
      /Chrome and Edge from (\d+), Firefox from (\d+), Safari from ([\d.]*\d)/.exec(
        read('README.md').toString(),
      ) ?? [];
    const target = [`chrome${chrome}`, `edge${chrome}`, `firefox${firefox}`, `safari${safari}`];
    for (const file of ['index', 'base', 'connect', 'form', 'react'].map(
      (entry) => `dist/${entry}.js`,
    )) {
      const code = read(file).toString();
      assert.deepEqual(await transform(code, { target }), await transform(code), file);
    }
    // https://webassembly.org/features/
    const features = 'reference-types multivalue bulk-memory bulk-memory-opt sign-ext'.split(' ');
    run(
      ...(['wasm-opt', '--mvp-features', '--enable-nontrapping-float-to-int'] as const),
      ...features.map((feature) => `--enable-${feature}`),
      ...['dist/authenticate_bigcommerce.wasm', '-o', '/dev/null'],
    );
  });

  test('takes only the versions of Node in the README, which have what its loader uses', () => {
    const [, first, second] =
      /Node from (\d+\.\d+) or (\d+\.\d+);/.exec(read('README.md').toString()) ?? [];
    const { engines } = JSON.parse(read('package.json').toString());
    assert.equal(engines.node, `^${first} || >=${second}`);
    const types = read('node_modules/@types/node/process.d.ts').toString();
    const [, since] = /@since v(\d+\.\d+)\.\d+\s+\*\/\s+getBuiltinModule</.exec(types) ?? [];
    assert.equal(since, first);
  });

  test('has a changelog that names its version', () => {
    const { version } = JSON.parse(read('package.json').toString());
    assert.ok(read('CHANGELOG.md').toString().includes(`\n## ${version} - `), version);
  });

  test('passes publint', () => {
    run('publint', '--strict');
  });

  test('has types that are found from ES modules and by bundlers', () => {
    // The .wasm file has no types.
    const wasm = '--exclude-entrypoints=authenticate_bigcommerce.wasm';
    run('attw', '--pack', '--profile=esm-only', wasm);
  });

  test('can be published without a warning', () => {
    const scratch = mkdtempSync(join(tmpdir(), 'publish-'));
    const warnings = (folder: string) => {
      const npm = ['--offline', `--cache=${join(scratch, 'cache')}`, '--loglevel=warn'];
      return runIn(folder, 'npm', 'publish', '--dry-run', ...npm).stderr.split('\n');
    };
    const make = (name: string, manifest: object) => {
      const folder = join(scratch, name);
      mkdirSync(folder);
      writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
      return folder;
    };
    try {
      // npm warns about its settings and about the login for any package.
      const others = warnings(make('plain', { name: 'plain-package', version: '1.0.0' }));
      const own = (folder: string) => warnings(folder).filter((line) => !others.includes(line));
      assert.deepEqual(own(fileURLToPath(PROJECT)), []);
      const manifest = JSON.parse(read('package.json').toString());
      const faults = { repository: 'somebody/something', bin: { command: 'nowhere.js' } };
      const seen = own(make('faulty', { ...manifest, ...faults })).join('\n');
      for (const fault of Object.keys(faults))
        assert.match(seen, new RegExp(fault), `npm warns about ${fault}`);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });

  test('runs nothing when it is installed', () => {
    const { scripts } = JSON.parse(read('package.json').toString());
    for (const name of ['preinstall', 'install', 'postinstall', 'prepare']) {
      assert.equal(scripts[name], undefined, name);
    }
  });
});
