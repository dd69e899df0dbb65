import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { linkedCrates, standardLibrary } from '../../scripts/crates.js';

const PROJECT = new URL('../..', import.meta.url);

const read = (path: string) => readFileSync(new URL(path, PROJECT), 'utf8');

/** The npm packages in the commands: esbuild names each file that it bundles. */
function bundledPackages(): string[] {
  const files = read('dist/cli.js').matchAll(/^\s*\/\/ node_modules\/((?:@[^/]+\/)?[^/\n]+)\//gm);
  return [...new Set(Array.from(files, ([, name = '']) => name))].sort();
}

suite('The dependencies', { timeout: 600_000 }, () => {
  test('of the installed package are none, and React is an optional peer', () => {
    const manifest = JSON.parse(read('package.json'));
    for (const name of ['dependencies', 'optionalDependencies']) {
      assert.equal(manifest[name], undefined, name);
    }
    assert.deepEqual(manifest.peerDependencies, { react: '>=18' });
    assert.deepEqual(manifest.peerDependenciesMeta, { react: { optional: true } });
  });

  for (const lock of ['package-lock.json', 'scripts/bench/package-lock.json']) {
    test(`in ${lock} have hashes, and come from the registry that npm is set up for`, () => {
      const { packages } = JSON.parse(read(lock)) as {
        packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>;
      };
      const installed = Object.entries(packages).filter(([path]) => path !== '');
      assert.ok(installed.length > 20, `${installed.length} packages`);
      for (const [path, { integrity, resolved, link }] of installed) {
        assert.match(integrity ?? '', /^sha512-/, path);
        // Neither a URL nor a folder.
        assert.deepEqual([resolved, link], [undefined, undefined], path);
      }
    });
  }

  test('in package.json are pinned to a version', () => {
    const { devDependencies } = JSON.parse(read('package.json'));
    for (const [name, version] of Object.entries(devDependencies)) {
      assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
    }
  });

  test('in Cargo.lock come from crates.io, with hashes', () => {
    const crates = read('Cargo.lock').split('[[package]]\n').slice(1);
    const own = [
      'authenticate-bigcommerce',
      'build-dyn-probe',
      'build-probe',
      'wasm-bindgen-tools',
    ];
    const others = crates.filter(
      (crate) => !own.some((name) => crate.startsWith(`name = "${name}"`)),
    );
    assert.ok(others.length > 20, `${others.length} crates`);
    for (const crate of others) {
      assert.match(
        crate,
        /\nsource = "registry\+https:\/\/github\.com\/rust-lang\/crates\.io-index"\n/,
      );
      assert.match(crate, /\nchecksum = "[0-9a-f]{64}"\n/);
    }
  });

  test('that are compiled or bundled in are listed in the SBOM, with hash and licence', () => {
    execFileSync('npm', ['run', 'sbom'], { cwd: PROJECT, stdio: 'pipe' });
    const { bomFormat, metadata, components } = JSON.parse(read('target/sbom.cdx.json'));
    assert.deepEqual(
      [bomFormat, metadata.component.name],
      ['CycloneDX', 'authenticate-bigcommerce'],
    );
    const names = components.map(({ name }: { name: string }) => name);
    assert.deepEqual(names, [
      ...linkedCrates().map(({ name }) => name),
      ...bundledPackages(),
      'std',
    ]);
    for (const { name, purl, hashes, licenses } of components) {
      assert.match(licenses[0].expression, /\b(MIT|Apache-2\.0|Unlicense)\b/, name);
      if (name === 'std') continue;
      assert.match(purl, /^pkg:(cargo|npm)\/[\w%/-]+@[\d.]+$/);
      assert.match(hashes[0].content, /^([0-9a-f]{64}){1,2}$/, name);
    }
  });

  test('that are compiled or bundled in have the text of their licence in THIRD-PARTY-NOTICES', () => {
    const [, ...notices] = read('THIRD-PARTY-NOTICES').split(/^-{80}\n(?=.+\n-{80}\n)/m);
    const crates = linkedCrates();
    const names = crates.map(({ name }) => name);
    for (const name of ['gloo-net', 'js-sys', 'serde', 'serde-wasm-bindgen', 'talc', 'web-sys']) {
      assert.ok(names.includes(name), `${name} is linked`);
    }
    // Only the tests and the build use these.
    for (const name of ['build-probe', 'proptest', 'syn', 'wasm-bindgen-cli', 'serde_derive']) {
      assert.ok(!names.includes(name), `${name} is not linked`);
    }
    const packages = bundledPackages();
    for (const name of ['@hono/node-server', 'hono', 'jose', 'standardwebhooks']) {
      assert.ok(packages.includes(name), `${name} is bundled`);
    }
    const lock = JSON.parse(read('package-lock.json')).packages;
    assert.deepEqual(
      notices.map((notice) => notice.slice(0, notice.indexOf('\n'))),
      [
        ...crates.map(({ name, version }) => `${name} ${version}`),
        ...packages.map((name) => `${name} ${lock[`node_modules/${name}`].version}`),
        `Rust's standard library ${standardLibrary()}`,
      ],
    );
    for (const notice of notices) {
      assert.match(notice, /(Permission is hereby granted|Anyone is free).+WITHOUT WARRANTY/s);
      if (/^unicode/.test(notice)) assert.match(notice, /UNICODE LICENSE V3.+WITHOUT WARRANTY/s);
    }
  });
});
