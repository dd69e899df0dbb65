import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { connect } from '../browser/form-page.js';
import { filesOf, type Site, servePage, startVisitor, type Visitor } from '../consumers/visitor.js';
import { filesIn, readDocument } from '../snippets.js';

const PAGE = 'docs/form.md';
const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const [, html = ''] = /^```html\n(.*?)^```$/ms.exec(readDocument(PAGE)) ?? [];

suite('The examples in docs/form.md', { timeout: 300_000 }, () => {
  let visitor: Visitor;
  let site: Site;

  before(async () => {
    visitor = await startVisitor();
    const list = filesIn(PAGE).get('list.js') ?? assert.fail('no list.js');
    const files = filesOf(DIST, {
      '/page.html': `<!doctype html><title></title>${html}`,
      '/list.js': list
        .replace("'authenticate-bigcommerce/form'", "'./form.js'")
        .replace('console.log', '(globalThis.listed = []).push'),
    });
    site = await servePage(visitor.sandbox, (request, response) => {
      request.url = request.url?.replace('/authenticate-bigcommerce', '') ?? '';
      files(request, response);
    });
  });
  after(async () => {
    await site?.[Symbol.asyncDispose]();
    await visitor?.[Symbol.asyncDispose]();
  });

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
    assert.deepEqual(await visitor.takeErrors(), []);
  });
});
