import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { BlankPage, setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';

interface Sent {
  url: string;
  body: { configuration: Record<string, string> };
}

/** Texts put together at random from `pieces`. */
function generated(count: number, pieces: readonly string[]): string[] {
  const any = () => pieces[randomInt(pieces.length)] ?? '';
  return Array.from({ length: count }, () => Array.from({ length: randomInt(6) }, any).join(''));
}

/** Only what engines do themselves; tests/core/config.test.ts has all else. */
inEveryEngine('A config in a page', (engine) => {
  const page = setUp(new BlankPage(engine));

  /** What is sent for each value of a field, as its URL or its body; null where it is refused. */
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

  test("sends its baseUrl as the browser's URL parses it, or is refused", async () => {
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

  test("sends its storeUrl as the browser's URL parses it, or is refused", async () => {
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
});
