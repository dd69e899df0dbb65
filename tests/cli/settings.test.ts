import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readSettings } from '../../js/cli/serve/settings.js';
import { readDocument } from '../snippets.js';
import { INSTANCE_KEY } from './back-end.js';
import { run } from './command.js';

const VALID = {
  CLOUD_ELEMENTS_USER_SECRET: 'user-secret',
  CLOUD_ELEMENTS_ORGANIZATION_SECRET: 'organization-secret',
  CLOUD_ELEMENTS_BASE_URL: 'https://api.cloud-elements.com/elements/api-v2',
  SESSION_KEY: 'x'.repeat(32),
  INSTANCE_URL: 'https://shop.example/instances',
  INSTANCE_KEY,
};

const SESSION = { SESSION_KEY: undefined };

/** Settings that cannot be used, by the variable that the issue names. */
const REFUSED: Record<string, Record<string, string | undefined>[]> = {
  CLOUD_ELEMENTS_USER_SECRET: ['', ' ', 'User Secret: abc', '"abc"', 'a b', 'a\u200bc'].map(
    (value) => ({ CLOUD_ELEMENTS_USER_SECRET: value }),
  ),
  CLOUD_ELEMENTS_ORGANIZATION_SECRET: [{ CLOUD_ELEMENTS_ORGANIZATION_SECRET: undefined }],
  CLOUD_ELEMENTS_BASE_URL: [undefined, 'x', 'http://api.example', 'https://api.example/?a'].map(
    // ALLOW_HTTP is about the host's own servers.
    (value) => ({ CLOUD_ELEMENTS_BASE_URL: value, ALLOW_HTTP: '1' }),
  ),
  'Exactly one of SESSION_URL, SESSION_KEY, SESSION_JWKS_URL': [
    SESSION,
    { SESSION_URL: 'https://shop.example/session' },
    { SESSION_JWKS_URL: 'https://shop.example/keys' },
  ],
  SESSION_URL: [
    'x',
    '/session',
    'ftp://a.example',
    'https://u@a.example',
    'https://a.example/#a',
    'http://a.example',
    'http://localhost.example',
  ].map((value) => ({ ...SESSION, SESSION_URL: value })),
  SESSION_JWKS_URL: [{ ...SESSION, SESSION_JWKS_URL: 'http://a.example/' }],
  SESSION_KEY: [{ SESSION_KEY: 'x'.repeat(31) }, { SESSION_KEY: `${'x'.repeat(31)}   ` }],
  INSTANCE_URL: [{ INSTANCE_URL: undefined }, { INSTANCE_URL: 'http://a.example/' }],
  INSTANCE_KEY: [
    undefined,
    INSTANCE_KEY.slice(6),
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    `whsec_${'*'.repeat(44)}`,
  ].map((value) => ({ INSTANCE_KEY: value })),
  ORIGIN: ['a.example', 'https://a.example/'].map((value) => ({ ORIGIN: value })),
  ALLOWED_ORIGINS: ['*', ',', 'https://a.example https://b.example/'].map((value) => ({
    ALLOWED_ORIGINS: value,
  })),
  FRAME_ANCESTORS: ['*', 'all', "'none'; script-src *", 'https://a.example/path'].map((value) => ({
    FRAME_ANCESTORS: value,
  })),
  BASE_PATH: ['/', 'a', '/a/', '/a//b', '/:a', '/*', '/..', '/a/./b', '/a?b'].map((value) => ({
    BASE_PATH: value,
  })),
  PORT: ['x', '65536', '-1', '80 '.repeat(2)].map((value) => ({ PORT: value })),
  ALLOW_EVENTS: [{ ALLOW_EVENTS: 'true' }],
  ALLOW_DISCONNECT: [{ ALLOW_DISCONNECT: 'yes' }],
  ALLOW_HTTP: [{ ALLOW_HTTP: 'toString' }],
  PAGE: [{ PAGE: 'off' }],
};

suite('The settings of serve', { timeout: 120_000 }, () => {
  for (const [variable, environments] of Object.entries(REFUSED)) {
    test(`are refused with an issue of ${variable} alone, without its value`, () => {
      for (const changes of environments) {
        const env = { ...VALID, ...changes };
        assert.throws(
          () => readSettings(env),
          ({ message }: Error) => {
            const [, issue = '', ...others] = message.split('\n');
            assert.ok(issue.startsWith(`  ${variable} `), message);
            assert.deepEqual(others, [], JSON.stringify(changes));
            for (const value of Object.values(env)) {
              assert.ok(!value || value.length < 4 || !message.includes(value), message);
            }
            return true;
          },
        );
      }
    });
  }

  test('have defaults, and are trimmed', () => {
    const { session, ...settings } = readSettings({ ...VALID, PAGE: ' ', HOST: '' });
    assert.equal(session.audience, 'authenticate-bigcommerce');
    assert.deepEqual(
      [settings.port, settings.host, settings.basePath, settings.frameAncestors, settings.hasPage],
      [8787, '127.0.0.1', '', "'none'", true],
    );
    const changed = readSettings({
      ...VALID,
      ...{ ...SESSION, SESSION_URL: ' http://back-end:3000/session?a=b ', ALLOW_HTTP: '1' },
      ...{ INSTANCE_URL: 'http://[::1]/', BASE_PATH: '/a/b', PAGE: '0' },
      ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080\thttps://c.example',
      FRAME_ANCESTORS: "'self',https://*.mybigcommerce.com",
    });
    assert.equal(changed.session.url, 'http://back-end:3000/session?a=b');
    assert.deepEqual(changed.allowedOrigins, [
      'https://a.example',
      'http://b.example:8080',
      'https://c.example',
    ]);
    assert.equal(changed.frameAncestors, "'self' https://*.mybigcommerce.com");
    assert.equal(changed.hasPage, false);
  });

  test('are those of docs/back-ends.md and of --help', async () => {
    const names = new Set<string>();
    const env = new Proxy<NodeJS.ProcessEnv>(VALID, {
      get: (target, name) => {
        names.add(String(name));
        return target[String(name)];
      },
    });
    readSettings(env);
    const [, , settings = ''] = readDocument('docs/back-ends.md').split(/^## /m);
    const rows = settings.match(/^\| `[A-Z].*?\|/gm) ?? [];
    const documented = rows.flatMap((cells) => cells.match(/\b[A-Z_]{4,}\b/g) ?? []);
    assert.deepEqual(documented.sort(), [...names].sort());
    const { stdout } = await run(['serve', '--help']);
    for (const name of names) assert.match(stdout, new RegExp(`\\b${name}\\b`));
  });

  test('are all reported at once, with exit status 1', async () => {
    const { status, stdout, stderr } = await run(['serve'], {
      ...VALID,
      INSTANCE_KEY: 'x',
      PORT: 'y',
      SESSION_URL: 'z',
    });
    assert.deepEqual([status, stdout], [1, '']);
    const named = [...stderr.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
    assert.deepEqual(named.sort(), ['Exactly', 'INSTANCE_KEY', 'PORT', 'SESSION_URL']);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });
});
