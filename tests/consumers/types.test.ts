import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { examplesIn } from '../snippets.js';
import { type Consumer, skipSlowInstall, useConsumer } from './consumer.js';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

interface Code {
  /** The file in tests/package that is compiled. */
  file: string;
  /** The environment, as the test's name has it. */
  environment: string;
  lib?: string[];
  /** The packages whose types are there without an import; only these are, and all are checked. */
  types?: string[];
}

const PAGE: Code = { file: 'types.ts', environment: 'a page' };

const SANDBOX: Code = {
  file: 'sandbox-types.ts',
  environment: 'a project without a page',
  lib: ['es2022'],
};

const NODE: Code = {
  file: 'node-types.ts',
  environment: 'Node',
  lib: ['es2022'],
  types: ['node'],
};

const REACT: Code = { file: 'react-types.tsx', environment: 'JSX' };

const BUNDLER = { module: 'esnext', moduleResolution: 'bundler' };
const NODENEXT = { module: 'nodenext', moduleResolution: 'nodenext' };

type Command = readonly [command: string, ...args: string[]];

/** By its path, because `tsc` is the one of a build tool. */
const TYPESCRIPT_7: Command = ['node', join(PROJECT, 'node_modules/typescript/bin/tsc')];

/** Runs a compiler; throws with its output if it fails. */
async function check({ run }: Consumer, ...[command, ...args]: Command): Promise<void> {
  await run(command, ...args).catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
}

/** Defines tests that compile code in a consumer. */
function testTypes(
  { file, environment, lib = ['es2022', 'dom'], types = [] }: Code,
  consumer: Consumer,
  compiler = TYPESCRIPT_7,
  resolutions = [BUNDLER, NODENEXT],
): void {
  for (const resolution of resolutions) {
    test(`accept right and refuse wrong code in ${environment}, with the resolution ${resolution.moduleResolution}`, async () => {
      const compilerOptions = {
        ...resolution,
        target: 'es2022',
        lib,
        types,
        typeRoots: [join(PROJECT, 'node_modules/@types')],
        jsx: 'react-jsx',
        skipLibCheck: false,
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
      };
      cpSync(join(PROJECT, 'tests/package', file), join(consumer.folder, file));
      const config = { compilerOptions, files: [file] };
      writeFileSync(join(consumer.folder, 'tsconfig.json'), JSON.stringify(config));
      await check(consumer, ...compiler, '-p', '.');
    });
  }
}

suite("The package's types", { timeout: 600_000 }, () => {
  const consumer = useConsumer('react-19');
  for (const code of [PAGE, SANDBOX, NODE, REACT]) testTypes(code, consumer);
});

suite("The package's types, with React 18,", { timeout: 600_000, skip: skipSlowInstall }, () => {
  testTypes(REACT, useConsumer('react-18'));
});

suite("The package's types, with TypeScript 5.9,", {
  timeout: 600_000,
  skip: skipSlowInstall,
}, () => {
  const consumer = useConsumer('frameworks');

  // What a resolution finds does not depend on the compiler's version.
  for (const code of [PAGE, NODE]) testTypes(code, consumer, ['tsc'], [BUNDLER]);

  /** Writes the configuration for what is in a folder. */
  function configure(folder: string): void {
    const compilerOptions = {
      ...BUNDLER,
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      verbatimModuleSyntax: true,
      // Of the framework's own types.
      skipLibCheck: true,
      noEmit: true,
    };
    const vueCompilerOptions = { strictTemplates: true };
    writeFileSync(
      join(consumer.folder, folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, vueCompilerOptions, include: ['.'] }),
    );
  }

  test("accept right and refuse wrong code in Vue's strict templates, declared as documented", async () => {
    configure('vue');
    const [declaration = ''] = examplesIn('docs/frameworks.md', 'ts');
    writeFileSync(join(consumer.folder, 'vue/connect.d.ts'), declaration);
    await check(consumer, 'vue-tsc', '-p', 'vue');
  });

  test('accept right and refuse wrong code in Svelte', async () => {
    configure('svelte');
    const { stdout } = await consumer
      .run(
        'svelte-check',
        ...['--workspace', 'svelte', '--tsconfig', 'tsconfig.json', '--output=machine'],
      )
      .catch((failure) => failure);
    const errors = [...stdout.matchAll(/ ERROR "([^"]*)" (\d+):/g)];
    assert.deepEqual(
      errors.map(([, file, line]) => [file, line]),
      ['7', '8', '9'].map((line) => ['Wrong.svelte', line]),
      stdout,
    );
  });
});
