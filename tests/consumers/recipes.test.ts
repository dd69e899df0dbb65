import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { parseEnv } from 'node:util';
import { instanceBody } from '../handler/instance-body.js';
import { MOUNT } from '../handler/served-handler.js';
import { filesIn } from '../snippets.js';
import { useConsumer } from './consumer.js';
import { assemble, connectStore, packagesOf, RECIPES, recipe } from './recipe.js';
import { useVisitor } from './visitor.js';

const SERVERS = ["Node's http", 'Express 5', 'Fastify 5', 'Hono'];
const FRONT_ENDS = ['Without a framework', 'React', 'Vue 3', 'Svelte 5'];
/** In slow-recipes.test.ts. */
const SLOW = [
  'Deno',
  'Bun',
  'Cloudflare Workers',
  'Next.js 16',
  'Nuxt 4',
  'Angular 20',
  "Bun's HTML imports",
];

suite('A recipe of docs/frameworks.md', { timeout: 600_000 }, () => {
  const consumer = useConsumer('quick-recipes');
  const visitor = useVisitor();

  test('is tested here or in slow-recipes.test.ts', () => {
    assert.deepEqual([...RECIPES.keys()].sort(), [...SERVERS, ...FRONT_ENDS, ...SLOW].sort());
  });

  test('has the handler of docs/handler.md', () => {
    const file = 'connect-handler.js';
    const handler = filesIn('docs/handler.md').get(file);
    for (const { files } of RECIPES.values()) assert.equal(files.get(file), handler);
  });

  for (const name of RECIPES.keys()) {
    test(`installs what its files import: ${name}`, () => {
      const files = [...recipe(name).files.values()];
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

  for (const name of SERVERS) {
    test(`connects a store with ${name}`, async () => {
      await using project = assemble(name, consumer, visitor.sandbox);
      await project.build();
      const server = await project.start();
      await connectStore(visitor, server);
      if (!recipe(name).files.get('server.js')?.includes('/api/settings')) return;
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
      await using project = assemble(name, consumer, visitor.sandbox);
      await project.build();
      const server = await project.start();
      await connectStore(visitor, server);
      const { port } = new URL(server.origin);
      const vite = await project.start('npx vite', { PORT: port });
      await connectStore(visitor, { ...server, origin: vite.origin });
    });
  }

  test('passes on the host of the page in development, unlike a proxy with only a target', async () => {
    await using project = assemble('Without a framework', consumer, visitor.sandbox);
    const server = await project.start();
    const { port } = new URL(server.origin);
    /** The status for a page whose browser does not send `Sec-Fetch-Site`. */
    const statusBehindVite = async () => {
      const { origin } = await project.start('npx vite', { PORT: port });
      const headers = { origin, 'content-type': 'application/json' };
      const body = JSON.stringify(instanceBody());
      const init = { method: 'POST', headers, body };
      return (await fetch(`${origin}${MOUNT}/instances`, init)).status;
    };
    assert.equal(await statusBehindVite(), 200);
    const config = join(project.folder, 'vite.config.js');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace(/\{ (target): (.*) \} \}/, '$2 }'));
    assert.equal(await statusBehindVite(), 403);
    await server.printed(/createProxy: 403 A page of http:\/\/localhost:\d+ called/);
    visitor.sandbox.instances.clear();
  });

  test('answers 401 without DEMO_MERCHANT', async () => {
    await using project = assemble("Node's http", consumer, visitor.sandbox);
    const { origin } = await project.start(undefined, { DEMO_MERCHANT: '' });
    const headers = { origin, 'content-type': 'application/json' };
    const init = { method: 'POST', headers, body: JSON.stringify(instanceBody()) };
    assert.equal((await fetch(`${origin}${MOUNT}/instances`, init)).status, 401);
  });

  test('has a sandbox that writes the environment of the servers', async () => {
    await using project = assemble('Hono', consumer, visitor.sandbox);
    const sandbox = await project.start('node sandbox.js');
    const env = parseEnv(readFileSync(join(project.folder, '.env'), 'utf8'));
    const {
      CLOUD_ELEMENTS_USER_SECRET: user,
      CLOUD_ELEMENTS_ORGANIZATION_SECRET: org,
      ...rest
    } = env;
    assert.deepEqual(rest, {
      CLOUD_ELEMENTS_BASE_URL: `${sandbox.origin}/elements/api-v2`,
      DEMO_MERCHANT: 'ann',
    });
    const headers = { authorization: `User ${user}, Organization ${org}` };
    const lookup = await fetch(`${rest.CLOUD_ELEMENTS_BASE_URL}/instances`, { headers });
    assert.equal(lookup.status, 404, 'the secrets are right, and there is no instance');
  });
});
