import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { suite, test } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import { readTable, whole } from '../handler/tables.js';
import type { BlankPage } from './blank-page.js';
import { type Config, type Make, raise, type Sent, setUpConfigPage } from './config-page.js';
import { inEveryEngine } from './in-every-engine.js';

/** The page's origin in the tables. */
const ORIGIN = 'https://shop.example';

/** Texts put together at random from `pieces`. */
function generated(count: number, pieces: readonly string[], most = 6): string[] {
  const any = () => pieces[randomInt(pieces.length)] ?? '';
  return Array.from({ length: count }, () => Array.from({ length: randomInt(most) }, any).join(''));
}

inEveryEngine('The config', { timeout: 600_000 }, (engine) => {
  let page: BlankPage;
  let sandbox: Sandbox;
  const {
    accepted,
    assertUrls,
    refused,
    setting,
    testRefusals,
    validate,
    validateAll,
    validateCases,
    validateEach,
  } = setUpConfigPage(engine, (opened) => {
    ({ page, sandbox } = opened);
  });

  suite('the fields with a table in tests/vectors/', () => {
    /** How to give a value of a table, and where it is sent. */
    const TABLES: [
      table: string,
      field: string,
      give: (value: string) => object,
      sent: (sent: Sent) => unknown,
    ][] = [
      ...['username', 'password'].map((field): (typeof TABLES)[number] => [
        'text',
        field,
        (value) => ({ [field]: value }),
        ({ body }) => body.configuration[field],
      ]),
      ['text', 'name', (name) => ({ name }), ({ body }) => body.name],
      ['text', 'clientId', storeLevel('clientId'), setting('oauth.api.key')],
      ['text', 'clientSecret', storeLevel('clientSecret'), setting('oauth.api.secret')],
      ['tag', 'tags.0', (tag) => ({ tags: [tag] }), ({ body }) => body.tags?.[0]],
      ['store-url', 'storeUrl', (storeUrl) => ({ storeUrl }), setting('store.url')],
      ['store-level-url', 'storeUrl', storeLevel('storeUrl'), setting('store.url')],
      [
        'base-url',
        'baseUrl',
        (baseUrl) => ({ baseUrl }),
        ({ url }) => url.replace(page.origin, ORIGIN).replace(/\/instances$/, ''),
      ],
      ...['userSecret', 'organizationSecret'].map((field): (typeof TABLES)[number] => [
        'account-secret',
        field,
        (value) => ({ userSecret: 's', organizationSecret: 's', [field]: value }),
        ({ authorization }) =>
          /^User (\S+), Organization (\S+)$/.exec(authorization ?? '')?.[
            field === 'userSecret' ? 1 : 2
          ],
      ]),
      [
        'signature-key',
        'events.signatureKey',
        (signatureKey) => ({ events: { callbackUrl: 'https://e.example', signatureKey } }),
        setting('event.notification.signature.key'),
      ],
      [
        'callback-url',
        'events.callbackUrl',
        (callbackUrl) => ({ events: { callbackUrl } }),
        setting('event.notification.callback.url'),
      ],
    ];

    function storeLevel(field: string): (value: string) => object {
      return (value) => ({ username: '', password: '', clientId: 'id', [field]: value });
    }

    for (const [table, field, give, sent] of TABLES) {
      test(`${field} is accepted and refused as in the table ${table}`, async () => {
        const rows = readTable(table).filter(
          ({ given }) =>
            // A blank one of these counts as absent; other tests cover that.
            (!field.startsWith('client') || whole(given).trim() !== '') &&
            // Not every engine refuses this URL.
            given !== 'https://xn--a.example/api/v2',
        );
        const results = await validateEach(
          rows.map(({ given }) => give(whole(given))),
          (valid, given) => ({ ...valid, ...given }),
        );
        for (const [at, { given, core, says = '' }] of rows.entries()) {
          const label = JSON.stringify(given);
          if (core === null) {
            const issues = refused(results[at], label);
            assert.deepEqual(Object.keys(issues), [field], label);
            assert.ok(issues[field]?.includes(says), label);
          } else assert.equal(sent(accepted(results[at], label)), whole(core), label);
        }
      });
    }
  });

  suite('texts', () => {
    const TEXTS = ['username', 'password', 'storeUrl', 'name'];

    test('are refused if they are missing or blank', async () => {
      const absent = await validateEach(TEXTS, (valid, field) => {
        delete valid[field];
        return valid;
      });
      const empty = await validateEach(TEXTS, (valid, field) => ({ ...valid, [field]: '' }));
      const blank = await validateEach(TEXTS, (valid, field) => ({
        ...valid,
        [field]: ' \t\ufeff ',
      }));
      const WORDS = [/Username/, /API Token/, /API Path/, /name for the connection/];
      for (const results of [absent, empty, blank]) {
        for (const [at, field] of TEXTS.entries()) {
          const issues = refused(results[at], field);
          assert.deepEqual(Object.keys(issues), [field]);
          assert.match(issues[field] ?? '', WORDS[at] ?? /^$/);
          assert.match(issues[field] ?? '', /missing/);
        }
      }
    });

    test('must be strings, not values that convert to strings', async () => {
      const fields = [...TEXTS, 'userSecret', 'organizationSecret', 'baseUrl'];
      const makes: ((valid: Config, field: string) => unknown)[] = [
        (valid, field) => ({ ...valid, [field]: null }),
        (valid, field) => ({ ...valid, [field]: 5 }),
        (valid, field) => ({ ...valid, [field]: true }),
        (valid, field) => ({ ...valid, [field]: 5n }),
        (valid, field) => ({ ...valid, [field]: Symbol('text') }),
        (valid, field) => ({ ...valid, [field]: ['text'] }),
        (valid, field) => ({ ...valid, [field]: Object('text') }),
        (valid, field) => ({ ...valid, [field]: { toString: () => 'text' } }),
        (valid, field) => ({ ...valid, [field]: () => 'text' }),
      ];
      for (const make of makes) {
        for (const [at, result] of (await validateEach(fields, make)).entries()) {
          const label = `${fields[at]}: ${make}`;
          assert.equal(refused(result, label)[fields[at] ?? ''], 'Must be a string.', label);
        }
      }
    });

    test("are trimmed as JavaScript's trim() does", async () => {
      const inner = ['shop', 'my shop', 'é', '😀', '\0', '\ufffd'];
      // All white space, and characters that others take for white space.
      const margins = [
        ...Array.from({ length: 0x21 }, (_, code) => String.fromCharCode(code)),
        ...'\x7f\x85\xa0\xad\u1680\u180e\u2028\u2029\u202f\u205f\u2060\u3000\ufeff',
        ...Array.from({ length: 16 }, (_, low) => String.fromCharCode(0x2000 + low)),
      ];
      const texts = [
        ...margins.map((margin) => `${margin}shop${margin}`),
        ...generated(300, [...margins, ...inner]),
      ];
      const results = await validateEach(texts, (valid, text) => ({
        ...valid,
        username: text,
        password: text,
        name: text,
        tags: [text],
      }));
      for (const [at, text] of texts.entries()) {
        const label = JSON.stringify(text);
        const trimmed = text.trim();
        if (trimmed === '') {
          const issues = refused(results[at], label);
          assert.deepEqual(Object.keys(issues), ['username', 'password', 'name', 'tags.0'], label);
        } else if (/\p{Cc}/u.test(trimmed)) {
          const issues = refused(results[at], label);
          assert.deepEqual(Object.keys(issues), ['tags.0'], label);
        } else {
          const { body } = accepted(results[at], label);
          const { username, password } = body.configuration;
          assert.deepEqual(
            [username, password, body.name, body.tags],
            [trimmed, trimmed, trimmed, [trimmed]],
          );
        }
      }
    });

    test('must not contain a lone surrogate', async () => {
      const surrogates = ['\\ud800', 'a\\udc00', '\\udc00\\ud800b', '\\ufffd\\ud83d', '😀\\ude00'];
      const fields = [
        ...[...TEXTS, 'clientId', 'clientSecret', 'userSecret', 'organizationSecret'],
        ...['baseUrl', 'tags'],
      ];
      const cases = fields.flatMap((field) => surrogates.map((escaped) => ({ field, escaped })));
      const results = await validateEach(cases, (valid, { field, escaped }) => {
        const text = JSON.parse(`"${escaped}"`);
        const secrets = { userSecret: 'secret', organizationSecret: 'secret' };
        if (/^client/.test(field)) {
          Object.assign(valid, { username: '', password: '', clientId: 'id' });
        }
        return { ...valid, ...secrets, [field]: field === 'tags' ? ['whole', text] : text };
      });
      for (const [at, { field, escaped }] of cases.entries()) {
        const path = field === 'tags' ? 'tags.1' : field;
        const issues = refused(results[at], `${field}: ${escaped}`);
        assert.deepEqual(Object.keys(issues), [path]);
        assert.match(issues[path] ?? '', /surrogate/, escaped);
      }
      // U+FFFD itself is a character like any other.
      const [replacement] = await validate((valid) => ({ ...valid, name: '\ufffd😀\ufffd' }));
      assert.equal(accepted(replacement, 'U+FFFD').body.name, '\ufffd😀\ufffd');
    });
  });

  suite('credentials', () => {
    const LEGACY = { username: 'shop', password: 'api-token' };
    const STORE_LEVEL = { clientId: 'client-id', clientSecret: 'client-secret' };
    const STORE = { 'store.url': 'https://store-abc123.mybigcommerce.com/api/v2' };
    const CUSTOM = { 'authentication.type': 'custom', 'oauth.api.key': 'client-id' };

    test('of either kind of account are sent as the service documents them', async () => {
      const cases: [given: object, sent: object][] = [
        [LEGACY, { ...LEGACY, ...STORE }],
        [{ ...STORE_LEVEL }, { ...CUSTOM, 'oauth.api.secret': 'client-secret', ...STORE }],
        [
          { clientId: ' client-id\n', clientSecret: '\tclient-secret ' },
          { ...CUSTOM, 'oauth.api.secret': 'client-secret', ...STORE },
        ],
        [{ clientId: 'client-id' }, { ...CUSTOM, ...STORE }],
        // A form can have the inputs of both.
        [
          { ...LEGACY, clientId: '', clientSecret: ' ' },
          { ...LEGACY, ...STORE },
        ],
        [
          { ...STORE_LEVEL, username: ' ', password: '\ufeff' },
          { ...CUSTOM, 'oauth.api.secret': 'client-secret', ...STORE },
        ],
        [
          { clientId: 'client-id', clientSecret: '' },
          { ...CUSTOM, ...STORE },
        ],
        [
          {
            clientId: 'client-id',
            storeUrl: 'https://api.bigcommerce.com/stores/abc123/v3/',
          },
          { ...CUSTOM, ...STORE },
        ],
      ];
      const results = await validateEach(
        cases.map(([given]) => given),
        ({ username, password, ...valid }, given) => ({ ...valid, ...given }),
      );
      for (const [at, [given, sent]] of cases.entries()) {
        const label = JSON.stringify(given);
        const { configuration } = accepted(results[at], label).body;
        assert.deepEqual(configuration, sent, label);
      }
    });

    test('of both kinds of accounts are one issue', () =>
      testRefusals({
        'all four': [
          (valid) => ({ ...valid, clientId: 'id', clientSecret: 'secret' }),
          { clientId: /not be given with username or password/ },
        ],
        'a username and a clientId': [
          ({ password, ...valid }) => ({ ...valid, clientId: 'id' }),
          { clientId: /not be given with/ },
        ],
        'a password and a clientSecret': [
          ({ username, ...valid }) => ({ ...valid, clientSecret: 'secret' }),
          { clientId: /not be given with/ },
        ],
        'with a path of the newer kind': [
          (valid) => ({
            ...valid,
            clientId: 'id',
            storeUrl: 'https://api.bigcommerce.com/stores/abc123/v3/',
          }),
          { clientId: /not be given with/ },
        ],
        'although they are invalid': [
          (valid) => ({ ...valid, username: 5, clientId: null }),
          { clientId: /not be given with/ },
        ],
      }));

    test('are named in the message if they are missing', () =>
      testRefusals({
        all: [
          ({ username, password, ...valid }) => valid,
          { username: /Username.* missing/, password: /API Token.* missing/ },
        ],
        'all of blanks': [
          (valid) => ({ ...valid, username: ' ', password: '', clientId: '\n', clientSecret: '' }),
          { username: /Username.* missing/, password: /API Token.* missing/ },
        ],
        'the Client ID': [
          ({ username, password, ...valid }) => ({ ...valid, clientSecret: 'secret' }),
          { clientId: /Client ID.* missing/ },
        ],
        'the API Token': [
          ({ password, ...valid }) => ({ ...valid, clientId: '' }),
          { password: /API Token.* missing/ },
        ],
      }));
  });

  suite('tags', () => {
    test('are sent as given, and only if given', async () => {
      const cases: Record<string, readonly [Make, string[] | undefined]> = {
        absent: [(valid) => valid, undefined],
        undefined: [(valid) => ({ ...valid, tags: undefined }), undefined],
        'a frozen array': [(valid) => ({ ...valid, tags: Object.freeze(['a']) }), ['a']],
        'an array of another realm': [
          (valid) => {
            const frame = document.body.appendChild(document.createElement('iframe'));
            const realm = frame.contentWindow as unknown as typeof globalThis;
            return { ...valid, tags: realm.Array.of('a', 'b') };
          },
          ['a', 'b'],
        ],
      };
      for (const [label, result, tags] of await validateCases(cases)) {
        const { body } = accepted(result, label);
        assert.deepEqual(body.tags, tags, label);
        assert.equal('tags' in body, tags !== undefined, label);
      }
    });

    test('are refused with the path of each issue', () =>
      testRefusals({
        'a set': [(valid) => ({ ...valid, tags: new Set(['a']) }), { tags: /array of strings/ }],
        'a hole': [
          (valid) => ({ ...valid, tags: Object.assign([], { 0: 'a', 2: 'c' }) }),
          { 'tags.1': /string/ },
        ],
      }));
  });

  suite('the secrets', () => {
    test('are sent in one header, and need no baseUrl', async () => {
      const [result] = await validate(({ baseUrl, ...valid }) => ({
        ...valid,
        userSecret: 'user+/=',
        organizationSecret: '!"#~',
      }));
      const { url, authorization } = accepted(result, 'both');
      assert.equal(authorization, 'User user+/=, Organization !"#~');
      assert.equal(url, 'https://api.cloud-elements.com/elements/api-v2/instances');
    });

    test('go together, and are required unless baseUrl is given', () =>
      testRefusals({
        neither: [
          ({ baseUrl, ...valid }) => valid,
          { userSecret: /unless baseUrl/, organizationSecret: /unless baseUrl/ },
        ],
        'baseUrl undefined': [
          (valid) => ({ ...valid, baseUrl: undefined }),
          { userSecret: /unless baseUrl/, organizationSecret: /unless baseUrl/ },
        ],
        'one without baseUrl': [
          ({ baseUrl, ...valid }) => ({ ...valid, userSecret: 'secret' }),
          { organizationSecret: /together/ },
        ],
        'one with baseUrl': [
          (valid) => ({ ...valid, userSecret: 'secret' }),
          { organizationSecret: /together/ },
        ],
        'the other with baseUrl': [
          (valid) => ({ ...valid, organizationSecret: 'secret', userSecret: undefined }),
          { userSecret: /together/ },
        ],
        'an invalid baseUrl counts as given': [
          (valid) => ({ ...valid, baseUrl: 'x' }),
          { baseUrl: /https:/ },
        ],
      }));
  });

  suite('baseUrl', () => {
    test("is validated and sent as the browser's URL parses it", async () => {
      const values = generated(500, [
        ...'https:// http:// https: ftp:// // / / \\ .. . @ : % ? # %2e%2e /api x'.split(' '),
        ...'localhost 127.0.0.1 127.1 [::1] 0x7f.1 api.example é.example :8443 me@ me:pw@'.split(
          ' ',
        ),
        ...[' ', '\t', '\x85', '\u2028'],
      ]);
      const results = await validateEach(values, (valid, baseUrl) => ({ ...valid, baseUrl }));
      const expected = await page.run(
        (values) =>
          values.map((value) => {
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
      assertUrls('baseUrl', values, results, expected, ({ url }) => url);
    });
  });

  suite('storeUrl', () => {
    test("is validated and sent as the browser's URL parses it", async () => {
      const values = generated(600, [
        ...'https:// HTTPS:// http:// https: :// store-1.mybigcommerce.com S.example'.split(' '),
        ...'/api/v2 /api/v2/ / / /api /v3 /V2 // .. . - _ ~ ! @ : :443 ? # % %41'.split(' '),
        ...'[ ] [::1] 127.1 1.2.3.4 0x7f 256 é ß １ 。 日本 xn-- xn--bro-hoa 😀'.split(' '),
        ...'\u200d \u0301 \uff0f \ufeff \x85 \t \\ < > | ^ " \' { ` *'.split(' '),
        ...[' ', '\u3000'],
      ]);
      const results = await validateEach(values, (valid, storeUrl) => ({ ...valid, storeUrl }));
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
      assertUrls('storeUrl', values, results, expected, setting('store.url'));
    });
  });

  suite('timeout', () => {
    test('is a number from 1 to 2147483647', async () => {
      const cases: Record<string, readonly [Make, boolean]> = {
        '2147483647': [(valid) => ({ ...valid, timeout: 2147483647 }), true],
        '1000.5': [(valid) => ({ ...valid, timeout: 1000.5 }), true],
        undefined: [(valid) => ({ ...valid, timeout: undefined }), true],
        '0': [(valid) => ({ ...valid, timeout: 0 }), false],
        '0.5': [(valid) => ({ ...valid, timeout: 0.5 }), false],
        '-1': [(valid) => ({ ...valid, timeout: -1 }), false],
        NaN: [(valid) => ({ ...valid, timeout: Number.NaN }), false],
        Infinity: [(valid) => ({ ...valid, timeout: Number.POSITIVE_INFINITY }), false],
        '2147483648': [(valid) => ({ ...valid, timeout: 2147483648 }), false],
        '"5"': [(valid) => ({ ...valid, timeout: '5' }), false],
        null: [(valid) => ({ ...valid, timeout: null }), false],
        true: [(valid) => ({ ...valid, timeout: true }), false],
        '5n': [(valid) => ({ ...valid, timeout: 5n }), false],
        'new Number(5)': [(valid) => ({ ...valid, timeout: Object(5) }), false],
        'a date': [(valid) => ({ ...valid, timeout: new Date(5000) }), false],
        'a hostile object': [
          (valid) => ({ ...valid, timeout: { [Symbol.toPrimitive]: () => assert.fail() } }),
          false,
        ],
      };
      for (const [label, result, fits] of await validateCases(cases)) {
        if (fits) accepted(result, label);
        else {
          assert.deepEqual(refused(result, label), {
            timeout: 'Must be a number of milliseconds from 1 to 2147483647.',
          });
        }
      }
    });

    test('of 1 ms rejects with ERR_TIMEOUT', async () => {
      sandbox.onRequest = () => ({ kind: 'hold' });
      const { code } = await page.connect({
        username: 'shop',
        password: '0123456789abcdef',
        storeUrl: 's.example',
        name: 'My shop',
        baseUrl: sandbox.url,
        timeout: 1,
      });
      sandbox.onRequest = undefined;
      assert.equal(code, 'ERR_TIMEOUT');
    });
  });

  suite('signal', () => {
    test('is an AbortSignal of any realm', async () => {
      const cases: Record<string, Make> = {
        "this page's": (valid) => ({ ...valid, signal: new AbortController().signal }),
        'a timeout': (valid) => ({ ...valid, signal: AbortSignal.timeout(60_000) }),
        "an iframe's": (valid) => {
          const frame = document.body.appendChild(document.createElement('iframe'));
          const { AbortController } = frame.contentWindow as unknown as typeof globalThis;
          return { ...valid, signal: new AbortController().signal };
        },
      };
      for (const [label, result] of await validateAll(cases)) accepted(result, label);
    });

    test('is refused if it is no AbortSignal', () => {
      const signal = /AbortSignal/;
      return testRefusals({
        null: [(valid) => ({ ...valid, signal: null }), { signal }],
        'a controller': [(valid) => ({ ...valid, signal: new AbortController() }), { signal }],
        true: [(valid) => ({ ...valid, signal: true }), { signal }],
        text: [(valid) => ({ ...valid, signal: 'abort' }), { signal }],
        'an empty object': [(valid) => ({ ...valid, signal: {} }), { signal }],
        'an event target': [(valid) => ({ ...valid, signal: new EventTarget() }), { signal }],
        window: [(valid) => ({ ...valid, signal: window }), { signal }],
        'a function': [(valid) => ({ ...valid, signal: () => undefined }), { signal }],
        'only aborted': [(valid) => ({ ...valid, signal: { aborted: true } }), { signal }],
        'only a listener': [
          (valid) => ({ ...valid, signal: { addEventListener: () => undefined } }),
          { signal },
        ],
        'a listener for ever': [
          (valid) => ({ ...valid, signal: { aborted: false, addEventListener: () => undefined } }),
          { signal },
        ],
        'aborted as text': [
          (valid) => ({ ...valid, signal: Object.assign(new EventTarget(), { aborted: 'no' }) }),
          { signal },
        ],
      });
    });

    test('that only resembles an AbortSignal is refused or ignored', async () => {
      const cases: Record<string, Make> = {
        'throws when a listener is given back': (valid) => ({
          ...valid,
          signal: { aborted: false, addEventListener: () => undefined, removeEventListener: raise },
        }),
        'throws when a listener is given': (valid) => ({
          ...valid,
          signal: { aborted: false, addEventListener: raise, removeEventListener: () => undefined },
        }),
        'is the prototype': (valid) => ({ ...valid, signal: AbortSignal.prototype }),
        'is a proxy of one': (valid) => ({
          ...valid,
          signal: new Proxy(new AbortController().signal, {}),
        }),
      };
      for (const [label, result] of await validateAll(cases)) {
        if (result.code === 'ERR_CONFIG') refused(result, label);
        else accepted(result, label);
      }
    });
  });
});
