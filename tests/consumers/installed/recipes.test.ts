import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { By, until } from 'selenium-webdriver';
import { type Consumer, makeConsumer } from '../consumer.js';
import { assemble, connectStore } from '../recipe.js';
import { startVisitor, type Visitor } from '../visitor.js';

suite('A recipe of docs/frameworks.md', {
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
    // Turbopack takes no linked packages. The consumer has more pages of the same app.
    await using recipe = assemble('Next.js 16', consumer, visitor.sandbox, consumer.folder);
    await recipe.build();
    assert.equal(consumer.files('.next', '.wasm').length, 1);
    const turbopack = await recipe.start();
    await connectStore(visitor, turbopack);

    await visitor.browser.get(`${turbopack.origin}/form`);
    const button = visitor.browser.findElement(By.css('button'));
    await visitor.browser.wait(until.elementIsEnabled(button), 60_000);
    await button.click();
    const status = await visitor.browser.wait(
      until.elementLocated(By.css('[role=status]')),
      60_000,
    );
    const words = 'Connected, with words of the server.';
    await visitor.browser.wait(until.elementTextIs(status, words), 60_000);
    const [instance] = visitor.sandbox.instances.values();
    assert.ok(instance?.tags.includes('onboarding'), 'the config has arrived');
    assert.deepEqual(await visitor.takeErrors(), []);
    visitor.sandbox.instances.clear();

    const textOf = async (path: string) => (await fetch(turbopack.origin + path)).text();
    const ours = /ERR_LOAD|BigCommerceAuthError|\.wasm/;
    assert.match(await textOf('/rendered'), /<main data-error="BigCommerceAuthError">/);
    const scripts = [...(await textOf('/unused')).matchAll(/src="(\/_next\/[^"]+\.js[^"]*)"/g)];
    const texts = await Promise.all(scripts.map(([, path = '']) => textOf(path)));
    assert.doesNotMatch(texts.join(), ours, 'no byte where the import is unused');
    const built = consumer.files('.next/static', '.js').map((file) => readFileSync(file, 'utf8'));
    assert.match(built.join(), ours);

    await consumer.run('next', 'build', '--webpack');
    await connectStore(visitor, await recipe.start());
  });
});
