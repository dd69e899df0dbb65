import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, suite, test } from 'node:test';
import { By, until } from 'selenium-webdriver';
import { filesIn, projectsIn } from '../snippets.js';
import { skipSlowInstall, useConsumer } from './consumer.js';
import { assemble, connectStore, submitStore } from './recipe.js';
import { ERROR_STATUS, REFUSAL, useVisitor } from './visitor.js';

/** Shows the recipe's component and another page in turns. */
const ANGULAR_PAGES = `
import { Component, provideZonelessChangeDetection, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { ConnectStore } from './connect-store';

@Component({
  selector: 'body',
  imports: [ConnectStore],
  template: \`
    @if (isAway()) { <a href="#back" (click)="isAway.set(false)">Back</a> }
    @else { <a href="#away" (click)="isAway.set(true)">Away</a> <connect-store /> }
  \`,
})
class Pages {
  readonly isAway = signal(false);
}

bootstrapApplication(Pages, { providers: [provideZonelessChangeDetection()] });
`;

const NUXT_PAGES = {
  'index.vue':
    '<template><main><NuxtLink to="/away">Away</NuxtLink> <ConnectStore /></main></template>',
  'away.vue': '<template><main><NuxtLink to="/">Back</NuxtLink></main></template>',
};

suite('A recipe of docs/frameworks.md', { timeout: 1_200_000, skip: skipSlowInstall }, () => {
  const consumer = useConsumer('slow-recipes');
  const visitor = useVisitor();
  // Its install script copies the program into its package.
  before(() => consumer.run('npm', 'rebuild', 'bun'));

  /**
   * On the page that `connectStore` has left: goes to another one of the same application and back,
   * by the links `Away` and `Back`, has a store refused and connects it.
   */
  async function comeBack(refusal = REFUSAL): Promise<void> {
    const { browser, sandbox } = visitor;
    for (const link of ['Away', 'Back']) {
      await browser.wait(until.elementLocated(By.linkText(link)), 20_000).click();
    }
    await submitStore(visitor, { clientId: 'refused' }, refusal);
    await submitStore(visitor);
    assert.equal(sandbox.instances.size, 1);
    await visitor.assertSilence(ERROR_STATUS);
    sandbox.instances.clear();
  }

  for (const name of ['Deno', 'Bun', "Bun's HTML imports", 'Cloudflare Workers']) {
    test(`connects a store with ${name}`, async () => {
      await using recipe = assemble(name, consumer, visitor.sandbox);
      await recipe.build();
      await connectStore(visitor, await recipe.start());
      if (name !== "Bun's HTML imports") return;
      await connectStore(visitor, await recipe.start(undefined, { NODE_ENV: 'production' }));
    });
  }

  test('connects a store with Angular, built and in development, and again after it left', async () => {
    await using recipe = assemble('Angular 20', consumer, visitor.sandbox);
    await recipe.build();
    const server = await recipe.start();
    const tags = ['onboarding'];
    await connectStore(visitor, server, tags);
    writeFileSync(join(recipe.folder, 'src/main.ts'), ANGULAR_PAGES);
    const { port } = new URL(server.origin);
    const { origin } = await recipe.start('npx ng serve --port 0', { PORT: port });
    await connectStore(visitor, { ...server, origin }, tags);
    await comeBack(/^BigCommerce refused: compare/);
  });

  test('connects a store with Nuxt, built and in development, and again after it left', async () => {
    await using recipe = assemble('Nuxt 4', consumer, visitor.sandbox);
    const settings = { HOST: 'localhost' };
    await recipe.build();
    await connectStore(visitor, await recipe.start(undefined, settings));
    rmSync(join(recipe.folder, 'app/app.vue'));
    mkdirSync(join(recipe.folder, 'app/pages'));
    for (const [name, code] of Object.entries(NUXT_PAGES)) {
      writeFileSync(join(recipe.folder, 'app/pages', name), code);
    }
    const development = await recipe.start('npx nuxt dev --port 0', settings);
    // It prints its address first, and answers 503 until it is ready.
    const isReady = async () => (await fetch(development.origin)).ok;
    await visitor.browser.wait(isReady, 120_000, 'nuxt dev is ready');
    await connectStore(visitor, development);
    await comeBack();
  });

  test('of docs/testing.md passes with Jest', async () => {
    const [file, page] = ['store.test.js', 'docs/testing.md'];
    writeFileSync(
      join(consumer.folder, file),
      filesIn(page).get(file) ?? assert.fail(`no ${file}`),
    );
    const command =
      projectsIn(page).get('In Jest 30')?.commands.at(-1) ?? assert.fail('no command');
    const { stderr } = await consumer.run('sh', '-c', `${command} ${file}`);
    assert.match(stderr, /1 passed, 1 total/);
  });

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
    const message = 'Connected, with the message of a server component.';
    await visitor.browser.wait(until.elementTextIs(status, message), 60_000);
    const [instance] = visitor.sandbox.instances.values();
    assert.ok(instance?.tags.includes('onboarding'), 'the config has arrived');
    await visitor.assertSilence();
    visitor.sandbox.instances.clear();

    const textOf = async (path: string) => (await fetch(turbopack.origin + path)).text();
    const ours = /ERR_LOAD|BigCommerceAuthError|\.wasm/;
    assert.match(await textOf('/rendered'), /<main data-error="BigCommerceAuthError">/);
    const scripts = [...(await textOf('/unused')).matchAll(/src="(\/_next\/[^"]+\.js[^"]*)"/g)];
    const texts = await Promise.all(scripts.map(([, path = '']) => textOf(path)));
    assert.doesNotMatch(texts.join(), ours, 'no byte where the import is unused');
    const built = consumer.files('.next/static', '.js').map((file) => readFileSync(file, 'utf8'));
    assert.match(built.join(), ours);

    // Which files a deployment needs is not tested, and takes as long as the rest of the build.
    const config = "export default { outputFileTracingExcludes: { 'next-server': ['**/*'] } };";
    writeFileSync(join(consumer.folder, 'next.config.js'), config);
    await consumer.run('next', 'build', '--webpack');
    await connectStore(visitor, await recipe.start());
  });
});
