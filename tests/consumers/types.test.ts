import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Consumer, makeConsumer } from './consumer.js';

suite("The package's types", { timeout: 600_000 }, () => {
  let consumer: Consumer;
  before(async () => {
    consumer = await makeConsumer();
    const source = fileURLToPath(new URL('../package/types.ts', import.meta.url));
    copyFileSync(source, join(consumer.folder, 'types.ts'));
  });
  after(() => consumer?.[Symbol.dispose]());

  const resolutions = [
    { module: 'esnext', moduleResolution: 'bundler' },
    { module: 'nodenext', moduleResolution: 'nodenext' },
  ];
  for (const resolution of resolutions) {
    test(`take and refuse what they should, found as by ${resolution.moduleResolution}`, async () => {
      const compilerOptions = {
        ...resolution,
        target: 'es2022',
        lib: ['es2022', 'dom'],
        // Neither Node's nor any others' types, and all that there are are checked.
        types: [],
        skipLibCheck: false,
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
      };
      const config = { compilerOptions, files: ['types.ts'] };
      writeFileSync(join(consumer.folder, 'tsconfig.json'), JSON.stringify(config));
      // The compiler's complaints are what it prints.
      await consumer.run('tsc', '-p', '.').catch(({ stdout, stderr }) => {
        throw new Error(stdout + stderr);
      });
    });
  }
});
