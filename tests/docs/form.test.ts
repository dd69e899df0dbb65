import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { connect } from '../browser/form-page.js';
import { DIST, filesOf, servePage, useVisitor } from '../consumers/visitor.js';
import type { Site } from '../server.js';
import { examplesIn, filesIn } from '../snippets.js';

const PAGE = 'docs/form.md';
const [html = ''] = examplesIn(PAGE, 'html');

suite('The examples in docs/form.md', { timeout: 300_000 }, () => {
  const visitor = useVisitor();
  let site: Site;

  before(async () => {
    const list = filesIn(PAGE).get('list.js') ?? assert.fail('no list.js');
    const files = filesOf(DIST, {
      '/page.html': `<!doctype html><title></title>${html}`,
      '/list.js': list
        .replace("'authenticate-bigcommerce/form'", "'./form.js'")
        .replace('console.log', '(globalThis.listed = []).push'),
    });
    site = await servePage(visitor.sandbox, files);
  });
  after(() => site?.[Symbol.asyncDispose]());

  test('connect a store, and list what is connected', async () => {
    const { browser } = visitor;
    await browser.get(`${site.origin}/page.html`);
    await connect(browser);
    const listed = await browser.executeAsyncScript(
      `const [done] = arguments;
       import('/list.js').then(() => done(globalThis.listed), (error) => done(String(error)));`,
    );
    const [instance] = visitor.sandbox.instances.values();
    assert.deepEqual((listed as unknown[]).slice(0, 2), [instance?.id, 'From file']);
    await visitor.assertSilence();
  });
});
