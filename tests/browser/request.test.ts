import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { before, beforeEach, test } from 'node:test';
import { BlankPage, type Report, setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';
import { HostileServer, INSTANCE } from './hostile-server.js';

const SESSION = { sessionToken: 'the-session-token' };
const SECRETS = { userSecret: 'the-user-secret', organizationSecret: 'the-organization-secret' };

interface Sent {
  url: string;
  body: { configuration: Record<string, string> };
}

/** Texts put together at random from `pieces`. */
function generated(count: number, pieces: readonly string[]): string[] {
  const any = () => pieces[randomInt(pieces.length)] ?? '';
  return Array.from({ length: count }, () => Array.from({ length: randomInt(6) }, any).join(''));
}

inEveryEngine('The request', (engine) => {
  const page = setUp(new BlankPage(engine));
  const server = setUp(new HostileServer());
  /** The requests to the page's own origin. */
  let own: { method: string; path: string; headers: IncomingHttpHeaders }[];

  before(async () => {
    page.onRequest = ({ method = '', url = '', headers }, response) => {
      if (url === '/moved') sendMovedPage(response, page.origin, server.url);
      else if (url.includes('/instances')) {
        own.push({ method, path: url, headers });
        // Browsers would store such a response to a GET.
        response.setHeader('cache-control', 'max-age=600');
        response.end(JSON.stringify(method === 'GET' ? [] : { ...INSTANCE, id: own.length }));
      } else return false;
      return true;
    };
    // Cookies are sent to every port of a host, unless the request omits them.
    await page.browser.manage().addCookie({ name: 'session', value: 'secret', path: '/' });
  });
  beforeEach(() => {
    server.reset();
    own = [];
  });

  function connect(changes: Record<string, unknown>): Promise<Report> {
    return page.run((config) => report(api.authenticateBigCommerce(config as never)), {
      ...server.config,
      ...changes,
    });
  }

  /** What the page sent to the other origin; WebKit requests an icon there by itself. */
  const arrived = () => server.requests.filter(({ path }) => path !== '/favicon.ico');

  for (const [where, baseUrl] of [
    ['a path', () => '/api/cloud-elements'],
    ["a URL of the page's origin", () => `${page.origin}/api/cloud-elements`],
    ['another origin', () => server.url],
  ] as [string, () => string][]) {
    test(`to ${where} sends no referrer, and cookies only to the page's origin and without secrets`, async () => {
      for (const [secrets, expected] of [
        [SECRETS, `User ${SECRETS.userSecret}, Organization ${SECRETS.organizationSecret}`],
        [SESSION, `Bearer ${SESSION.sessionToken}`],
        [{}, undefined],
      ] as const) {
        own = [];
        server.reset();
        const { error } = await connect({ baseUrl: baseUrl(), ...secrets });
        assert.equal(error, undefined);
        const [post, ...more] = [...own, ...arrived()];
        assert.deepEqual(more, [], 'one request');
        const { referer, origin, cookie, authorization } = post?.headers ?? {};
        assert.equal(referer, undefined);
        assert.equal(origin, page.origin, 'the origin stays, for CORS and CSRF checks');
        const isOwn = where !== 'another origin' && secrets !== SECRETS;
        assert.equal(cookie, isOwn ? 'session=secret' : undefined);
        assert.equal(authorization, expected);
      }
    });
  }

  test('sets redirect, cache, referrer policy and credentials itself', async () => {
    const settings = await page.run(
      async (url, secrets) => {
        const { fetch } = globalThis;
        const seen: unknown[] = [];
        globalThis.fetch = (...[input, init]: Parameters<typeof fetch>) => {
          const { redirect, cache, referrerPolicy, credentials, method } = new Request(input, init);
          seen.push([method, redirect, cache, referrerPolicy, credentials]);
          return Promise.reject(new Error('seen'));
        };
        const config = { username: 'u', password: 'p', storeUrl: 's.example', name: 'n' };
        const idempotencyKey = '0123456789abcdef';
        await outcome(api.authenticateBigCommerce({ ...config, ...secrets, baseUrl: url }));
        const own = { ...config, baseUrl: '/api' };
        await outcome(api.authenticateBigCommerce({ ...own, instanceId: 7 }));
        await outcome(api.authenticateBigCommerce({ ...own, idempotencyKey, timeout: 200 }));
        globalThis.fetch = fetch;
        return seen;
      },
      server.url,
      SECRETS,
    );
    assert.deepEqual(settings, [
      ['POST', 'manual', 'default', 'no-referrer', 'omit'],
      ['PUT', 'manual', 'default', 'no-referrer', 'same-origin'],
      ['GET', 'manual', 'no-store', 'no-referrer', 'same-origin'],
    ]);
  });

  test('is sent each time, and no response is taken from the cache or kept in it', async () => {
    const baseUrl = '/api';
    const ids = [];
    for (const changes of [{}, {}, { instanceId: 3 }, { instanceId: 3 }]) {
      ids.push((await connect({ baseUrl, ...changes })).instance?.id);
    }
    assert.deepEqual(ids, [1, 2, 3, 4]);
    for (let calls = 0; calls < 2; calls++) {
      await connect({ baseUrl, idempotencyKey: 'the-key-0123456789' });
    }
    const methods = own.map(({ method }) => method);
    assert.deepEqual(methods, ['POST', 'POST', 'PUT', 'PUT', 'GET', 'POST', 'GET', 'POST']);
    const lookup = own.find(({ method }) => method === 'GET');
    assert.equal(
      lookup?.path,
      '/api/instances?tags%5B%5D=idempotency-key:the-key-0123456789',
      'in characters that every server takes',
    );
    for (const path of ['/api/instances', '/api/instances/3', lookup?.path ?? '']) {
      own = [];
      await page.run(async (path) => {
        await (await fetch(path, { cache: 'force-cache' })).text();
        // The response to a GET is kept, but not in the sessions of WebKit's driver.
        await (await fetch(path, { cache: 'force-cache' })).text();
      }, path);
      assert.equal(own.length, engine === 'WebKit' ? 2 : 1, `requests for ${path}`);
    }
    assert.deepEqual(await page.run(() => caches.keys()), []);
  });

  test("goes to the page's own origin from a page whose <base> is on another", async () => {
    await page.open('/moved');
    const base = await page.run(() => document.baseURI);
    assert.equal(new URL(base).origin, server.url, 'the <base> counts');
    assert.equal((await connect({ baseUrl: '/api/cloud-elements/' })).error, undefined);
    assert.deepEqual(
      own.map(({ path }) => path),
      ['/api/cloud-elements/instances'],
    );
    assert.equal(arrived().length + server.preflights, 0, 'nothing went elsewhere');
    await page.open();
  });

  /** What is sent for each value of a field; null if nothing is. */
  const sentFor = (field: string, values: readonly string[]) =>
    page.run(
      async (field, values) => {
        const { fetch } = globalThis;
        await api.preload();
        let sent: Sent | null;
        globalThis.fetch = async (...given) => {
          const request = new Request(...given);
          sent = { url: request.url, body: await request.json() };
          return Response.json({ id: 1, token: 'token' });
        };
        const results: (Sent | null)[] = [];
        for (const value of values) {
          sent = null;
          const valid = { username: 'u', password: 'p', storeUrl: 's.example', name: 'n' };
          const config = { ...valid, baseUrl: '/api', [field]: value };
          const { issues } = await outcome(api.authenticateBigCommerce(config));
          if ((issues === undefined) !== (sent !== null)) throw new Error(value);
          results.push(sent);
        }
        globalThis.fetch = fetch;
        return results;
      },
      field,
      values,
    );

  test("goes to the baseUrl as the browser's URL parses it, or is not sent", async () => {
    const values = generated(500, [
      ...'https:// http:// https: ftp:// // / / \\ .. . @ : % ? # %2e%2e /api x'.split(' '),
      ...'localhost 127.0.0.1 127.1 [::1] 0x7f.1 api.example é.example :8443 me@ me:pw@'.split(' '),
      ...[' ', '\t', '\x85', '\u2028'],
    ]);
    const expected = await page.run(
      (values) =>
        values.map((given) => {
          const value = given.trim();
          if (/[\p{Cc}?#]|^\/[/\\]/u.test(value)) return null;
          const isPath = value.startsWith('/');
          const address = isPath ? location.origin + value : value;
          if (!URL.canParse(address)) return null;
          const { protocol, origin, hostname, username, password, pathname } = new URL(address);
          const isLoopback = /^(.*\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(hostname);
          const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback);
          if (isPath ? origin !== location.origin : !isSafe) return null;
          if (username || password) return null;
          // Parses the sent URL again, for paths such as //x/../y.
          return new URL(`${origin}${pathname.replace(/\/$/, '')}/instances`).href;
        }),
      values,
    );
    for (const [at, sent] of (await sentFor('baseUrl', values)).entries()) {
      assert.equal(sent?.url ?? null, expected[at], JSON.stringify(values[at]));
    }
  });

  test("has the storeUrl as the browser's URL parses it, or is not sent", async () => {
    const values = generated(600, [
      ...'https:// HTTPS:// http:// https: :// store-1.mybigcommerce.com S.example'.split(' '),
      ...'/api/v2 /api/v2/ / / /api /v3 /V2 // .. . - _ ~ ! @ : :443 ? # % %41'.split(' '),
      ...'[ ] [::1] 127.1 1.2.3.4 0x7f 256 é ß １ 。 – 日本 xn-- xn--bro-hoa 😀'.split(' '),
      ...'\u200d \u0301 \uff0f \ufeff \x85 \t \\ < > | ^ " \' { ` *'.split(' '),
      ...[' ', '\u3000'],
    ]);
    const expected = await page.run(
      (values) =>
        values.map((value) => {
          const parts =
            /^(?:[hH][tT][tT][pP][sS]:\/\/)?([^/?#@:]+|\[[^/?#@]+)(?:\/|\/api\/v2\/?)?$/u.exec(
              value.trim(),
            );
          const [, host = ''] = parts ?? [];
          // Including the invisible characters that URL drops, such as the byte order mark.
          const dropped = /[\p{White_Space}\p{Cc}\\\u00ad\u200b-\u200f\u2060\ufeff]/u;
          // URL would take it for a dot.
          if (/[。–]/.test(host)) return null;
          if (host === '' || dropped.test(host)) return null;
          if (!URL.canParse(`https://${host}`)) return null;
          const { hostname } = new URL(`https://${host}`);
          const isAscii = /^\p{ASCII}+$/u.test(host);
          if (isAscii && hostname !== host.toLowerCase()) return null;
          if (!/^[\w-]+(\.[\w-]+)+$/.test(hostname) || /\.\d+$/.test(hostname)) return null;
          return `https://${hostname}/api/v2`;
        }),
      values,
    );
    for (const [at, sent] of (await sentFor('storeUrl', values)).entries()) {
      const url = sent?.body.configuration['store.url'] ?? null;
      assert.equal(url, expected[at], JSON.stringify(values[at]));
    }
  });

  test('is not steered by a polluted Object.prototype, nor is its config', async () => {
    const evil = 'https://evil.example';
    const results = await page.run(
      async (config, evil) => {
        await api.preload();
        const pollution: Record<string, unknown> = {
          ...{ baseUrl: evil, instanceId: 5, events: { callbackUrl: evil }, tags: ['evil'] },
          ...{ idempotencyKey: 'key-of-somebody-else', callbackUrl: evil, timeout: 1 },
          ...{ clientId: 'evil', sessionToken: () => 'evil', path: evil, unrelated: 'evil' },
          // Members of the settings of fetch and of elements; not `mode`, which WebKit's streams read.
          ...{ method: 'DELETE', signal: AbortSignal.abort(), cache: 'only-if-cached' },
          ...{ integrity: 'sha256-evil', keepalive: true, window: 5 },
          ...{ duplex: 'half', body: 'evil', redirect: 'follow', referrer: evil },
          ...{ credentials: 'include', headers: { evil }, attributes: 'evil', priority: 'evil' },
        };
        const prototype = Object.prototype as unknown as Record<string, unknown>;
        for (const [name, value] of Object.entries(pollution)) {
          Object.defineProperty(prototype, name, { value, configurable: true, writable: true });
        }
        // An own field, since the page's own literals inherit it as well.
        const { baseUrl } = config;
        const missing = await report(api.authenticateBigCommerce({ name: 'x', baseUrl } as never));
        const connected = await report(api.authenticateBigCommerce(config as never));
        for (const name of Object.keys(pollution)) delete prototype[name];
        return [missing.error?.fields.code, connected.error ?? connected.instance?.id];
      },
      { ...server.config, baseUrl: `${page.origin}/api` },
      evil,
    );
    assert.deepEqual(results, ['ERR_CONFIG', 1]);
    const [post, ...more] = own;
    assert.deepEqual(more, []);
    assert.equal(`${post?.method} ${post?.path}`, 'POST /api/instances');
    assert.doesNotMatch(JSON.stringify(post?.headers), /evil/);
  });
});

/** A page of `origin` whose relative URLs all point to `elsewhere`. */
function sendMovedPage(response: ServerResponse, origin: string, elsewhere: string): void {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end(`<!doctype html><title></title><base href="${elsewhere}/">
    <script type="module" src="${origin}/page.js"></script>`);
}
