import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Consumer, makeConsumer } from './consumer.js';

suite("The package's types", { timeout: 600_000 }, () => {
  let consumer: Consumer;
  before(async () => {
    consumer = await makeConsumer();
    for (const { file } of projects) {
      const source = fileURLToPath(new URL(`../package/${file}`, import.meta.url));
      copyFileSync(source, join(consumer.folder, file));
    }
  });
  after(() => consumer?.[Symbol.dispose]());

  const resolutions = [
    { module: 'esnext', moduleResolution: 'bundler' },
    { module: 'nodenext', moduleResolution: 'nodenext' },
  ];
  const projects = [
    { file: 'types.ts', lib: ['es2022', 'dom'], place: '' },
    { file: 'sandbox-types.ts', lib: ['es2022'], place: ' in a project without a page' },
  ];
  for (const [resolution, { file, lib, place }] of resolutions.flatMap((resolution) =>
    projects.map((project) => [resolution, project] as const),
  )) {
    const { moduleResolution } = resolution;
    test(`take and refuse what they should${place}, found as by ${moduleResolution}`, async () => {
      const compilerOptions = {
        ...resolution,
        target: 'es2022',
        lib,
        // Neither Node's nor any others' types, and all that there are are checked.
        types: [],
        skipLibCheck: false,
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
      };
      const config = { compilerOptions, files: [file] };
      writeFileSync(join(consumer.folder, 'tsconfig.json'), JSON.stringify(config));
      // The compiler's complaints are what it prints.
      await consumer.run('tsc', '-p', '.').catch(({ stdout, stderr }) => {
        throw new Error(stdout + stderr);
      });
    });
  }
});
