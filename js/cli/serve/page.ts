// The onboarding page, which the build puts beside this file.
import { readdirSync, readFileSync } from 'node:fs';
import { extname, sep } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { contentSecurityPolicy } from './policy.js';

const FOLDER = new URL('./page/', import.meta.url);

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** Returns what answers a `GET` of each file, by its path below the page's URL. */
export function readPage(frameAncestors: string): Map<string, (request: Request) => Response> {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
    .filter((name) => extname(name) in TYPES)
    .map((name) => name.replaceAll(sep, '/'));
  return new Map(
    names.map((name) => {
      const plain = readFileSync(new URL(name, FOLDER));
      const compressed = brotliCompressSync(plain);
      const headers = {
        'content-type': TYPES[extname(name)] ?? '',
        'content-security-policy': contentSecurityPolicy(frameAncestors),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        vary: 'accept-encoding',
        // The names of the assets contain a hash of their content.
        'cache-control': name.startsWith('assets/')
          ? 'public, max-age=31536000, immutable'
          : 'no-cache',
      };
      return [
        name === 'index.html' ? '' : name,
        (request) =>
          acceptsBrotli(request)
            ? new Response(compressed, { headers: { ...headers, 'content-encoding': 'br' } })
            : new Response(plain, { headers }),
      ];
    }),
  );
}

function acceptsBrotli({ headers }: Request): boolean {
  return /\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers.get('accept-encoding') ?? '');
}
