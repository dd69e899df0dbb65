import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BlankPage, openBlankPage } from './blank-page.js';
import { INSTANCE } from './hostile-server.js';
import { inEveryEngine } from './in-every-engine.js';

inEveryEngine("The browser's cache", { timeout: 300_000 }, (engine) => {
  let page: BlankPage;

  before(async () => {
    page = await openBlankPage(engine);
    page.onRequest = (request, response) => {
      if (!request.url?.startsWith('/api/')) return false;
      request.resume().on('end', () => {
        const headers = { 'content-type': 'application/json', 'cache-control': 'max-age=3600' };
        response.writeHead(200, headers).end(JSON.stringify(INSTANCE));
      });
      return true;
    };
  });
  after(() => page?.[Symbol.asyncDispose]());

  for (const [method, path, changes] of [
    ['POST', '/api/instances', {}],
    ['PUT', '/api/instances/5', { instanceId: 5 }],
  ] as const) {
    test(`keeps no response to a ${method}, though the server allows it`, async () => {
      const config = { username: 'u', password: 'p', storeUrl: 's.example', name: 'n' };
      const connect = () => page.connect({ ...config, baseUrl: '/api', ...changes });
      page.requests.length = 0;
      assert.equal((await connect()).id, INSTANCE.id);
      assert.equal((await connect()).id, INSTANCE.id);
      await page.run(async (path) => {
        await (await fetch(path, { cache: 'force-cache' })).text();
        // The response to a GET is kept, but not in the sessions of WebKit's driver.
        await (await fetch(path, { cache: 'force-cache' })).text();
      }, path);
      const gets = Array(engine === 'WebKit' ? 2 : 1).fill(`GET ${path}`);
      assert.deepEqual(
        page.requests.filter((request) => request.includes('/api/')),
        [`${method} ${path}`, `${method} ${path}`, ...gets],
      );
    });
  }
});
