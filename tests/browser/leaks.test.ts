import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { afterEach, before, suite, test } from 'node:test';
import type { AuthenticateConfig, ErrorCode } from 'authenticate-bigcommerce';
import type { Fault, RecordedRequest } from '../../js/sandbox/sandbox.js';
import { setUp } from './blank-page.js';
import { takeConsole } from './engines.js';
import { HELD, holdTimeouts } from './held-timeouts.js';
import { keepModule } from './kept-module.js';
import { SandboxedPage, SECRETS } from './sandboxed-page.js';

/** Values that occur nowhere else: a piece of one anywhere is a leak. */
type Canaries = Record<'password' | 'token', string> & {
  [Name in Optional]?: string;
};

type Optional =
  | 'clientId'
  | 'accessToken'
  | 'clientSecret'
  | 'userSecret'
  | 'organizationSecret'
  | 'sessionToken';

const KINDS = ['ASCII', 'non-ASCII', 'store-level account', 'session token'] as const;

/** What a page can see of a failed call. */
interface Seen {
  code: unknown;
  message: string;
  texts: string[];
  inMemory: string[];
}

declare global {
  /** What this file needs in the page; `watch` defines it. */
  var leaks: {
    /** The pieces of `canaries` that are in the module's memory. */
    inMemory: (canaries: string[]) => string[];
    /** Resolves to what can be seen of a call's error, once it has failed. */
    failure: (call: Promise<unknown>, canaries: string[]) => Promise<Seen>;
    /** Aborts `call`, which is in flight. */
    controller?: AbortController;
    call?: Promise<Seen>;
  };
}

/** Runs in the page. */
function watch(): void {
  const PIECE = 8;
  /** Bytes as text, because that is the fastest to search. */
  const findable = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes);
  const utf16 = (text: string) =>
    new Uint8Array(Uint16Array.from(text, (_, at) => text.charCodeAt(at)).buffer);
  const utf8 = (text: string) => new TextEncoder().encode(text);

  const inMemory = (canaries: string[]) => {
    const bytes = findable(new Uint8Array(globalThis.keptModule?.memory.buffer ?? []));
    return canaries.flatMap((canary) => {
      // Pieces, because a text that is partly overwritten has leaked too.
      const letters = [...canary];
      const pieces = Array.from({ length: letters.length / 4 - 1 }, (_, at) =>
        letters.slice(at * 4, at * 4 + PIECE).join(''),
      );
      return pieces.filter((piece) =>
        [utf8, utf16].some((encode) => bytes.includes(findable(encode(piece)))),
      );
    });
  };

  globalThis.leaks = {
    inMemory,
    failure: async (call, canaries) => {
      try {
        await call;
      } catch (error) {
        // Before anything else happens.
        const found = inMemory(canaries);
        for (const write of [console.error, console.log, console.dir]) write(error);
        console.error('Rendered as %s, %o and %O', error, error, error);
        console.table([error]);
        Promise.reject(error);
        const { code, message } = error as Error & { code: unknown };
        return { code, message, texts: renderings(error as Error), inMemory: found };
      }
      throw new Error('The call did not fail.');
    },
  };
}

function canaries(kind: (typeof KINDS)[number]): Canaries {
  const ascii = () => randomBytes(30).toString('base64url');
  const any = () => {
    const letters = [...'äöüßéñøåçłžёжщλωאבगかな漢字한글€😀🔑🦊'];
    return Array.from({ length: 40 }, () => letters[randomInt(letters.length)]).join('');
  };
  const text = kind === 'non-ASCII' ? any : ascii;
  return {
    password: text(),
    token: text(),
    ...(kind === 'session token'
      ? { sessionToken: ascii() }
      : { userSecret: ascii(), organizationSecret: ascii() }),
    ...(kind === 'store-level account' && {
      ...{ clientId: ascii(), accessToken: any(), clientSecret: ascii() },
    }),
  };
}

suite('Secrets', { timeout: 600_000 }, () => {
  const page = setUp(new SandboxedPage('Chromium'));
  /** The events of the console, with its previews. */
  let consoleEvents: string[];
  let settleConsole: () => Promise<void>;

  before(async () => {
    await page.run(keepModule);
    await page.run(watch);
    await page.run(holdTimeouts, HELD);
    const devtools = await page.browser.createCDPConnection('page');
    devtools._wsConnection.on('message', (message: Buffer) => consoleEvents.push(String(message)));
    consoleEvents = [];
    await devtools.send('Runtime.enable', {});
    await devtools.send('Log.enable', {});
    // Its response comes after all earlier events.
    settleConsole = () => devtools.send('Runtime.evaluate', { expression: '0' });
  });
  afterEach(() => {
    consoleEvents = [];
    page.sandbox.onRequest = undefined;
  });

  const config = ({ token: _, password, ...secrets }: Canaries) =>
    ({
      ...(secrets.clientId === undefined && { username: 'shop', password }),
      storeUrl: 's.example',
      name: 'My shop',
      ...secrets,
      baseUrl: page.sandbox.url,
    }) as unknown as AuthenticateConfig;

  /** A response that repeats the whole request and a token in all fields. */
  function echo(status: number, { token, ...secrets }: Canaries, more: object = {}) {
    const secret = String(secrets.userSecret ?? secrets.sessionToken);
    return ({ headers, body }: RecordedRequest): Fault => {
      const text = `It was ${headers.authorization} ${body}`;
      return {
        kind: 'respond',
        status,
        headers: {
          'content-type': 'application/json',
          'retry-after': secret,
          'x-request-id': secret,
        },
        body: JSON.stringify({
          ...{ message: text, requestId: text, providerMessage: text, error: text, cause: text },
          ...{ name: text, stack: text, code: text, issues: [text], status: text, token },
          configuration: JSON.parse(body).configuration,
          ...more,
        }),
      };
    };
  }

  function assertNothingOf(canaries: Canaries, where: string, texts: string[]): void {
    for (const [name, canary] of Object.entries(canaries)) {
      for (let at = 0; at + 8 <= canary.length; at += 4) {
        const piece = canary.slice(at, at + 8);
        const escaped = JSON.stringify(piece).slice(1, -1);
        const leak = texts.find((text) => text.includes(piece) || text.includes(escaped));
        assert.equal(leak, undefined, `${where}: the ${name} shows`);
      }
    }
  }

  /** Asserts that a call failed with `code` and that nothing of `canaries` shows anywhere. */
  async function assertNoLeak(seen: Seen, code: ErrorCode, canaries: Canaries, label: string) {
    assert.equal(seen.code, code, label);
    assert.deepEqual(seen.inMemory, [], `${label}: nothing is in the module's memory`);
    assertNothingOf(canaries, `${label}, the error`, seen.texts);
    await settleConsole();
    const isShown = consoleEvents.some((text) => /consoleAPICalled.*"preview"/.test(text));
    assert.ok(isShown, `${label}: the console shows the error`);
    assertNothingOf(canaries, `${label}, the console's events`, consoleEvents);
    const logged = await takeConsole(page.browser);
    const isLogged = logged.some(
      (text) => text.includes(code) || /BigCommerceAuthError/.test(text),
    );
    assert.ok(isLogged, `${label}: the browser's log shows the error`);
    assertNothingOf(canaries, `${label}, the browser's log`, logged);
    consoleEvents = [];
  }

  function fail(config: object, canaries: Canaries): Promise<Seen> {
    return page.run(
      (config, canaries) => leaks.failure(api.authenticateBigCommerce(config as never), canaries),
      config,
      Object.values(canaries),
    );
  }

  test('do not leak if the module cannot be loaded', async () => {
    const secret = canaries('ASCII');
    const seen = await page.run(
      async (config, canaries) => {
        const { instantiate } = WebAssembly;
        WebAssembly.instantiate = () => Promise.reject<never>(new Error('not today'));
        const call = api.authenticateBigCommerce(config);
        return leaks.failure(call, canaries).finally(() => {
          WebAssembly.instantiate = instantiate;
        });
      },
      config(secret),
      Object.values(secret),
    );
    await assertNoLeak(seen, 'ERR_LOAD', secret, 'ERR_LOAD');
  });

  test('are found by this file while they are in memory', async () => {
    const secret = canaries('non-ASCII');
    page.sandbox.onRequest = echo(200, secret, { id: 1 });
    const found = await page.run(
      async (config, canaries) => {
        await api.preload();
        const { URL } = globalThis;
        const found = new Set<string>();
        // While the store's URL is read, the module does hold the credentials.
        globalThis.URL = class extends URL {
          constructor(...args: [string]) {
            super(...args);
            for (const piece of leaks.inMemory(canaries)) found.add(piece);
          }
        } as typeof URL;
        await api.authenticateBigCommerce(config);
        globalThis.URL = URL;
        return [...found];
      },
      config(secret),
      [secret.password],
    );
    assert.equal(found.length, 9, 'the whole password is in memory while it is needed');
  });

  for (const kind of KINDS) {
    test(`do not stay in memory after a success, with ${kind} values`, async () => {
      const secret = canaries(kind);
      page.sandbox.onRequest = echo(200, secret, { id: 1, name: 'My shop' });
      const { instance, found } = await page.run(
        async (config, canaries) => {
          const instance = await api.authenticateBigCommerce(config);
          return { instance, found: leaks.inMemory(canaries) };
        },
        config(secret),
        Object.values(secret),
      );
      assert.deepEqual(instance, { id: 1, token: secret.token, name: 'My shop' });
      assert.deepEqual(found, []);
    });

    test(`do not leak if a response repeats them, with ${kind} values`, async () => {
      // Where a handler adds the account's secrets, the second code.
      for (const [codes, status, body = {}] of [
        ['ERR_RESPONSE', 200],
        ['ERR_RESPONSE', 200, { id: 'text' }],
        ['ERR_RESPONSE ERR_HANDLER', 300],
        ['ERR_REJECTED', 400],
        ['ERR_UNAUTHORIZED ERR_HANDLER', 401, { providerMessage: 5 }],
        ['ERR_NOT_FOUND', 404, { providerMessage: 5 }],
        ['ERR_CONFLICT', 409],
        ['ERR_RATE_LIMITED', 429],
        ['ERR_SERVER', 500],
        ['ERR_SERVER', 503, { padding: 'x'.repeat(2 ** 20) }],
        ['ERR_REJECTED ERR_HANDLER', 400, { requestId: 5, providerMessage: 5 }],
        ['ERR_SERVER', 503, '<password>'],
        ['ERR_RESPONSE', 200, '<token>'],
        ['ERR_RESPONSE ERR_HANDLER', 200, '<p><password></p>'],
        ['ERR_RESPONSE', 200, '[{"token":"<token>"}]'],
        ['ERR_RESPONSE', 200, '{"id":1,"token":"<token>"'],
        ['ERR_RESPONSE ERR_HANDLER', 302, '<password>'],
      ] as [codes: string, status: number, body?: string | object][]) {
        const secret = canaries(kind);
        const [direct = '', behind = direct] = codes.split(' ');
        const code = (kind === 'session token' ? behind : direct) as ErrorCode;
        const fill = (text: string) =>
          text.replace('<password>', secret.password).replace('<token>', secret.token);
        page.sandbox.onRequest =
          typeof body === 'string'
            ? () => ({ kind: 'respond', status, body: fill(body) })
            : echo(status, secret, body);
        const seen = await fail(config(secret), secret);
        await assertNoLeak(seen, code, secret, `${status} ${JSON.stringify(body).slice(0, 50)}`);
        if ([401, 404, 409, 429, 500].includes(status)) assert.match(seen.message, /\[redacted\]/);
      }
    });

    test(`do not leak if the config is refused, with ${kind} values`, async () => {
      const secret = canaries(kind);
      const { password, userSecret = secret.sessionToken } = secret;
      for (const change of [
        { name: '' },
        { password: password.repeat(20) },
        { password: [password], userSecret: { userSecret } },
        { userSecret: ` ${userSecret}`, organizationSecret: `${password},` },
        { sessionToken: ` ${userSecret}` },
        { storeUrl: `https://${password}/x`, baseUrl: `http://${password}` },
        { tags: [`subject:${password}`, 5], timeout: password },
      ]) {
        const seen = await fail({ ...config(secret), ...change }, secret);
        await assertNoLeak(seen, 'ERR_CONFIG', secret, Object.keys(change).join());
      }
    });

    test(`do not leak while the response is pending, nor after an abort or a timeout, with ${kind} values`, async () => {
      for (const [code, timeout] of [
        ['ERR_ABORTED', 30_000],
        ['ERR_TIMEOUT', HELD],
      ] as const) {
        const secret = canaries(kind);
        const arrived = new Promise<void>((resolve) => {
          page.sandbox.onRequest = () => {
            resolve();
            return { kind: 'hold' };
          };
        });
        await page.run(
          (config, canaries) => {
            leaks.controller = new AbortController();
            const { signal } = leaks.controller;
            const call = api.authenticateBigCommerce({ ...config, signal });
            leaks.call = leaks.failure(call, canaries);
          },
          { ...config(secret), timeout },
          Object.values(secret),
        );
        await arrived;
        const [waiting, seen] = await page.run(
          async (canaries, isAborted) => {
            const waiting = leaks.inMemory(canaries);
            if (isAborted) leaks.controller?.abort();
            else expire();
            return [waiting, await leaks.call] as const;
          },
          Object.values(secret),
          code === 'ERR_ABORTED',
        );
        assert.deepEqual(waiting, [], 'nothing is in memory while the response is pending');
        await assertNoLeak(seen as Seen, code, secret, code);
      }
    });
  }

  test('do not leak while the body is read, nor after an abort', async () => {
    const secret = canaries('non-ASCII');
    const [waiting, seen] = await page.run(
      async (config, { password, token }, canaries) => {
        const { fetch } = globalThis;
        let arrive = () => {};
        const arrived = new Promise<void>((resolve) => {
          arrive = resolve;
        });
        const body = JSON.stringify({ id: 1, token, configuration: { password } });
        globalThis.fetch = async () => {
          const chunks = [body.slice(0, -1), ''];
          const stream = new ReadableStream({
            pull(controller) {
              const chunk = chunks.shift();
              if (chunk) controller.enqueue(new TextEncoder().encode(chunk));
              // The second pull means that the first chunk was read.
              else arrive();
            },
          });
          return new Response(stream);
        };
        const controller = new AbortController();
        const call = api.authenticateBigCommerce({ ...config, signal: controller.signal });
        const failure = leaks.failure(call, canaries);
        await arrived;
        // After the microtasks in which the module gets the chunk.
        await new Promise((resolve) => setTimeout(resolve));
        const waiting = leaks.inMemory(canaries);
        controller.abort(new DOMException('enough', 'AbortError'));
        globalThis.fetch = fetch;
        return [waiting, await failure] as const;
      },
      config(secret),
      secret,
      Object.values(secret),
    );
    assert.deepEqual(waiting, [], 'nothing is in memory between two chunks of the body');
    await assertNoLeak(seen, 'ERR_ABORTED', secret, 'half a body');
  });

  test('are not in the page, its URL or its storage, and are sent only in their place', async () => {
    const secret = canaries('ASCII');
    page.sandbox.requests.length = 0;
    const held = { ...secret, ...SECRETS };
    const { token } = await page.connect(config(held));
    await page.connect({ ...config(held), username: 'refused' });
    held.token = String(token);
    const kept = await page.run(async () => [
      location.href,
      document.title,
      document.cookie,
      document.documentElement.outerHTML,
      JSON.stringify([history.state, localStorage, sessionStorage]),
      JSON.stringify(performance.getEntries()),
      JSON.stringify([await indexedDB.databases(), await caches.keys()]),
      localStorage.length + sessionStorage.length,
    ]);
    assertNothingOf(held, 'the page', kept.map(String));
    assert.equal(kept.at(-1), 0, 'nothing is stored');
    const sent = page.sandbox.requests.map(({ path, headers: { authorization, ...others } }) =>
      JSON.stringify([path, others]),
    );
    assert.equal(sent.length, 4);
    assertNothingOf(held, 'URLs and other headers', sent);
  });
});
