import assert from 'node:assert/strict';
import { basename, extname } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type Consumer, makeConsumer } from './consumer.js';
import { assemble, connectStore, packagesOf, RECIPES } from './recipe.js';
import { startVisitor, type Visitor } from './visitor.js';

const SERVERS = ["Node's http", 'Express 5', 'Fastify 5', 'Hono'];
const FRONT_ENDS = ['Without a framework', 'React', 'Vue 3', 'Svelte 5'];
/** In tests/consumers/installed. */
const SLOW = ['Deno', 'Bun', 'Cloudflare Workers', 'Next.js 16'];

suite("A recipe of the page on frameworks, put together from the page's words,", {
  timeout: 600_000,
}, () => {
  let consumer: Consumer;
  let visitor: Visitor;
  before(async () => {
    consumer = await makeConsumer('with quick recipes');
    visitor = await startVisitor();
  });
  after(async () => {
    await visitor?.[Symbol.asyncDispose]();
    consumer?.[Symbol.dispose]();
  });

  test('is tested, whichever it is', () => {
    assert.deepEqual([...RECIPES.keys()].sort(), [...SERVERS, ...FRONT_ENDS, ...SLOW].sort());
  });

  for (const name of RECIPES.keys()) {
    test(`installs what its files import: ${name}`, () => {
      const files = [...(RECIPES.get(name)?.files.values() ?? [])];
      const imports = files.flatMap((code) => [
        ...code.matchAll(/^ *(?:import|export) (?:.* from )?'((?:@[^/']+\/)?[\w-]+)[^']*';$/gm),
      ]);
      const packages = new Set(imports.map(([, imported = '']) => imported));
      packages.delete('node');
      assert.deepEqual(
        [...packages].filter((imported) => !packagesOf(name).includes(imported)),
        [],
      );
    });
  }

  test('has no file with a name that Next.js gives a meaning to', () => {
    for (const { files } of RECIPES.values()) {
      const names = [...files.keys()].map((file) => basename(file, extname(file)));
      const taken = ['proxy', 'middleware', 'instrumentation', 'instrumentation-client'];
      assert.deepEqual(
        names.filter((name) => taken.includes(name)),
        [],
      );
    }
  });

  for (const name of SERVERS) {
    test(`connects a store with ${name}`, async () => {
      await using recipe = assemble(name, consumer, visitor.sandbox);
      await recipe.build();
      const server = await recipe.start();
      await connectStore(visitor, server);
      if (!RECIPES.get(name)?.files.get('server.js')?.includes('/api/settings')) return;
      const response = await fetch(`${server.origin}/api/settings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"language":"en"}',
      });
      assert.deepEqual(await response.json(), { language: 'en' });
    });
  }

  for (const name of FRONT_ENDS) {
    test(`connects a store with Vite and ${name}, built and in development`, async () => {
      await using recipe = assemble(name, consumer, visitor.sandbox);
      await recipe.build();
      const server = await recipe.start();
      await connectStore(visitor, server);
      const { port } = new URL(server.origin);
      const vite = await recipe.start('npx vite', { PORT: port });
      await connectStore(visitor, { ...server, origin: vite.origin });
    });
  }
});
