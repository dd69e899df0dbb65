import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { after, before, beforeEach, suite, test } from 'node:test';
import { type BlankPage, openBlankPage, type Report } from './blank-page.js';
import { type HostileServer, INSTANCE, startHostileServer } from './hostile-server.js';
import { inEveryEngine } from './in-every-engine.js';

const SECRETS = { userSecret: 'the-user-secret', organizationSecret: 'the-organization-secret' };

inEveryEngine('The request', { timeout: 300_000 }, (engine) => {
  let page: BlankPage;
  let server: HostileServer;
  /** The `POST`s to the page's own origin. */
  let posts: { path: string; headers: IncomingHttpHeaders }[];

  before(async () => {
    page = await openBlankPage(engine);
    server = await startHostileServer();
    page.onRequest = (request, response) => {
      if (request.url === '/moved') sendMovedPage(response, page.origin, server.url);
      else if (request.method === 'POST') {
        posts.push({ path: request.url ?? '', headers: request.headers });
        request.resume().on('end', () => {
          response.writeHead(200, { connection: 'close' }).end(JSON.stringify(INSTANCE));
        });
      } else return false;
      return true;
    };
    // Cookies are sent to every port of a host, unless the request omits them.
    await page.browser.manage().addCookie({ name: 'session', value: 'secret', path: '/' });
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await server?.close();
  });
  beforeEach(() => {
    server.reset();
    posts = [];
  });

  function connect(changes: Record<string, unknown>): Promise<Report> {
    return page.run((config) => report(api.authenticateBigCommerce(config as never)), {
      ...server.config,
      ...changes,
    });
  }

  /** The headers of the one `POST` that a call with `changes` sends, wherever it goes. */
  async function headersOf(changes: Record<string, unknown>): Promise<IncomingHttpHeaders> {
    assert.deepEqual(await connect(changes), { instance: INSTANCE, isPlain: true });
    const [post, ...more] = [...posts, ...arrived()];
    assert.deepEqual(more, [], 'one POST');
    return post?.headers ?? {};
  }

  /** What the page sent to the other origin; WebKit requests an icon there by itself. */
  const arrived = () => server.requests.filter(({ path }) => path !== '/favicon.ico');

  const targets: [where: string, baseUrl: () => string][] = [
    ['a path', () => '/api/cloud-elements'],
    ["a URL of the page's origin", () => `${page.origin}/api/cloud-elements`],
    ['another origin', () => server.url],
  ];

  for (const [where, baseUrl] of targets) {
    suite(`to ${where}`, () => {
      test('bypasses the cache', async () => {
        const headers = await headersOf({ baseUrl: baseUrl() });
        assert.equal(headers['cache-control'], 'no-cache');
        assert.equal(headers.pragma, 'no-cache');
      });

      test('sends no referrer', async () => {
        const headers = await headersOf({ baseUrl: baseUrl(), ...SECRETS });
        assert.equal(headers.referer, undefined);
        assert.equal(headers.origin, page.origin, 'the origin stays, for CORS and CSRF checks');
      });

      test('has no cookie if it has secrets', async () => {
        const headers = await headersOf({ baseUrl: baseUrl(), ...SECRETS });
        assert.equal(headers.cookie, undefined);
        assert.equal(
          headers.authorization,
          `User ${SECRETS.userSecret}, Organization ${SECRETS.organizationSecret}`,
        );
      });

      const own = where !== 'another origin';
      test(`has ${own ? 'the' : 'no'} cookie if it has no secrets`, async () => {
        const headers = await headersOf({ baseUrl: baseUrl() });
        assert.equal(headers.cookie, own ? 'session=secret' : undefined);
        assert.equal(headers.authorization, undefined);
      });
    });
  }

  test('sets redirect, cache, referrer policy and credentials itself', async () => {
    const settings = await page.run(
      async (url, secrets) => {
        const { fetch } = globalThis;
        const seen: unknown[] = [];
        globalThis.fetch = (...[input, init]: Parameters<typeof fetch>) => {
          const { redirect, cache, referrerPolicy, credentials, method } = new Request(input, init);
          seen.push({ redirect, cache, referrerPolicy, credentials, method });
          return Promise.reject(new Error('seen'));
        };
        const config = { username: 'u', password: 'p', storeUrl: 's.example', name: 'n' };
        await outcome(api.authenticateBigCommerce({ ...config, ...secrets, baseUrl: url }));
        await outcome(api.authenticateBigCommerce({ ...config, baseUrl: '/api' }));
        globalThis.fetch = fetch;
        return seen;
      },
      server.url,
      SECRETS,
    );
    const common = {
      redirect: 'error',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      method: 'POST',
    };
    assert.deepEqual(settings, [
      { ...common, credentials: 'omit' },
      { ...common, credentials: 'same-origin' },
    ]);
  });

  test("goes to the page's own origin from a page whose <base> is on another", async () => {
    await page.open('/moved');
    const base = await page.run(() => document.baseURI);
    assert.equal(new URL(base).origin, server.url, 'the <base> counts');
    await headersOf({ baseUrl: '/api/cloud-elements/' });
    assert.deepEqual(
      posts.map(({ path }) => path),
      ['/api/cloud-elements/instances'],
    );
    assert.equal(arrived().length + server.preflights, 0, 'nothing went elsewhere');
    await page.open();
  });
});

/** A page of `origin` whose relative URLs all point to `elsewhere`. */
function sendMovedPage(response: ServerResponse, origin: string, elsewhere: string): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end(`<!doctype html><title></title><base href="${elsewhere}/">
    <script type="module" src="${origin}/page.js"></script>`);
}
