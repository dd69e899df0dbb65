import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Consumer, makeConsumer } from '../consumer.js';
import { assemble, connectStore } from '../recipe.js';
import { startVisitor, type Visitor } from '../visitor.js';

suite("A recipe of the page on frameworks, put together from the page's words,", {
  timeout: 1_200_000,
}, () => {
  let consumer: Consumer;
  let visitor: Visitor;
  before(async () => {
    consumer = await makeConsumer('with slow recipes');
    visitor = await startVisitor();
  });
  after(async () => {
    await visitor?.[Symbol.asyncDispose]();
    consumer?.[Symbol.dispose]();
  });

  for (const name of ['Deno', 'Bun', 'Cloudflare Workers']) {
    test(`connects a store with ${name}`, async () => {
      // Its package holds the program, which its own script puts in place.
      if (name === 'Bun') await consumer.run('npm', 'rebuild', 'bun');
      await using recipe = assemble(name, consumer, visitor.sandbox);
      await recipe.build();
      await connectStore(visitor, await recipe.start());
    });
  }

  test('connects a store with Next.js, built without secrets by either bundler', async () => {
    // Turbopack takes no linked packages.
    await using recipe = assemble('Next.js 16', consumer, visitor.sandbox, consumer.folder);
    const unused = new URL('../project/app/unused/page.js', import.meta.url);
    mkdirSync(join(recipe.folder, 'app/unused'));
    copyFileSync(fileURLToPath(unused), join(recipe.folder, 'app/unused/page.js'));
    await recipe.build();
    assert.equal(consumer.files('.next/static', '.wasm').length, 1);
    const turbopack = await recipe.start();
    await connectStore(visitor, turbopack);

    const textOf = async (path: string) => (await fetch(turbopack.origin + path)).text();
    const traces = async (path: string) => {
      const names = (await textOf(path)).matchAll(/src="(\/_next\/[^"]+\.js[^"]*)"/g);
      const texts = await Promise.all([...names].map(([, name = '']) => textOf(name)));
      return texts.join().match(/ERR_LOAD|BigCommerceAuthError|\.wasm/g) ?? [];
    };
    assert.notDeepEqual(await traces('/'), []);
    assert.deepEqual(await traces('/unused'), [], 'no byte where the import is unused');
  });
});
