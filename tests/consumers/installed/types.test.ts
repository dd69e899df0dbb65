import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type Consumer, makeConsumer } from '../consumer.js';
import { example } from '../framework.js';
import { check, NODE, PAGE, REACT, testTypes } from '../types.js';

suite("The package's types, with React 18,", { timeout: 600_000 }, () => {
  let consumer: Consumer;
  before(async () => {
    consumer = await makeConsumer('with React 18');
  });
  after(() => consumer?.[Symbol.dispose]());

  testTypes(REACT, () => consumer);
});

suite("The package's types, with TypeScript 5.9,", { timeout: 600_000 }, () => {
  let consumer: Consumer;
  before(async () => {
    consumer = await makeConsumer('with frameworks');
  });
  after(() => consumer?.[Symbol.dispose]());

  for (const code of [PAGE, NODE]) testTypes(code, () => consumer, ['tsc']);

  /** Writes the configuration for what is in a folder. */
  function configure(folder: string): void {
    const compilerOptions = {
      module: 'esnext',
      moduleResolution: 'bundler',
      target: 'es2022',
      lib: ['es2022', 'dom'],
      types: [],
      strict: true,
      verbatimModuleSyntax: true,
      // Of the framework's own types.
      skipLibCheck: true,
      noEmit: true,
    };
    writeFileSync(
      join(consumer.folder, folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions,
        vueCompilerOptions: { strictTemplates: true },
        include: ['.'],
      }),
    );
  }

  test("accept and refuse what they should in Vue's strict templates, declared as documented", async () => {
    configure('vue');
    const declaration = example({ document: 'docs/frameworks.md', language: 'ts' });
    writeFileSync(join(consumer.folder, 'vue/connect.d.ts'), declaration);
    await check(consumer, 'vue-tsc', '-p', 'vue');
  });

  test('accept and refuse what they should in Svelte', async () => {
    configure('svelte');
    const { stdout } = await consumer
      .run(
        'svelte-check',
        '--workspace',
        'svelte',
        '--tsconfig',
        'tsconfig.json',
        '--output=machine',
      )
      .catch((failure) => failure);
    const errors = [...stdout.matchAll(/ ERROR "([^"]*)" (\d+):/g)];
    assert.deepEqual(
      errors.map(([, file, line]) => [file, line]),
      [
        ['Wrong.svelte', '7'],
        ['Wrong.svelte', '8'],
        ['Wrong.svelte', '9'],
      ],
      stdout,
    );
  });
});
