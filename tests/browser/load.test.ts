import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BlankPage, type Report, setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';
import { HELD, holdTimeouts } from './held-timeouts.js';
import { HostileServer, INSTANCE } from './hostile-server.js';

declare global {
  /** Calls `authenticateBigCommerce`, in the page. */
  var connect: (changes?: object) => Promise<Report>;
  /** Calls `preload`, in the page. */
  var preloaded: (...source: Parameters<typeof api.preload>) => Promise<Report>;
  /** Another realm of the page. */
  var frame: typeof globalThis;
  /** Calls in flight, in the page. */
  var early: Promise<Report>;
  var waiting: Promise<Report>;
  /** Aborts `waiting`. */
  var controller: AbortController;
}

const FILE = '/dist/authenticate_bigcommerce.wasm';
const ELSEWHERE = '/elsewhere.wasm';
const WASM = await readFile(new URL(`../..${FILE}`, import.meta.url));

const CONNECTED: Report = { instance: INSTANCE, isPlain: true };

type Respond = (response: ServerResponse) => void;

const good: Respond = (response) =>
  response.writeHead(200, { 'content-type': 'application/wasm' }).end(WASM);

const page200 =
  (body: string | Buffer, headers = {}): Respond =>
  (response) =>
    response.writeHead(200, { 'content-type': 'text/html', ...headers }).end(body);

/** The module with an empty section at its end: it is valid, but of another release. */
const ANOTHER = Buffer.concat([WASM, Buffer.from([0, 1, 0])]);

const NOT_OURS = /not the file of this release/;

const failures: [what: string, respond: Respond, cause: RegExp][] = [
  ['404 with the module', (response) => response.writeHead(404).end(WASM), /answered 404/],
  ['HTML that the browser may keep', page200('<p>', { 'cache-control': 'max-age=3600' }), NOT_OURS],
  ['nothing', page200(''), NOT_OURS],
  ['half of the module', page200(WASM.subarray(0, WASM.length / 2)), NOT_OURS],
  ["another release's module", page200(ANOTHER), NOT_OURS],
  ['the module compressed, and no header that says so', page200(gzipSync(WASM)), NOT_OURS],
  [
    'a response that breaks off',
    (response) => {
      response.writeHead(200, { 'content-length': WASM.length });
      response.write(WASM.subarray(0, WASM.length / 2), () => response.destroy());
    },
    /Error/,
  ],
  ['no response', (response) => response.destroy(), /Error/],
];

inEveryEngine('The module', (engine) => {
  const page = setUp(new BlankPage(engine));
  const server = setUp(new HostileServer());
  /** How the next requests for a module are answered; after them, `usual` responses. */
  let responses: Respond[];
  let usual: Respond;
  /** Responses that are not sent yet. */
  let held: ServerResponse[];

  beforeEach(async () => {
    server.reset();
    responses = [];
    usual = good;
    held = [];
    page.onRequest = respond;
    await open('/');
  });
  afterEach(async () => {
    assert.deepEqual(await page.run(() => uncaught), [], 'no uncaught error');
    for (const response of held) response.destroy();
  });

  /** Holds the response to the next request for a module in `held`. */
  function holdNext(): void {
    responses.push((response) => held.push(response));
  }

  const untilHeld = (count: number) =>
    page.browser.wait(() => held.length === count, 60_000, `not ${count} downloads in flight`);

  function respond({ url }: IncomingMessage, response: ServerResponse): boolean {
    if (url === '/strict') {
      const csp = "script-src 'self'; connect-src http://127.0.0.1:*";
      response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': csp });
      response.end('<!doctype html><title></title><script type="module" src="/page.js"></script>');
    } else if (url === '/blob') {
      response.removeHeader('content-security-policy');
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(`<!doctype html><title></title><script type="module">
        const source = await (await fetch('/dist/index.js')).blob();
        const script = await (await fetch('/page.js')).text();
        const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
        const text = script.replace('/dist/index.js', address);
        await import(URL.createObjectURL(new Blob([text], { type: 'text/javascript' })));
      </script>`);
    } else if (url === FILE || url === ELSEWHERE) {
      (responses.shift() ?? usual)(response);
    } else return false;
    return true;
  }

  /** Opens a page that has not loaded the module yet. */
  async function open(path: string): Promise<void> {
    await page.open(path);
    page.requests.length = 0;
    await page.run((config) => {
      globalThis.connect = (changes) =>
        report(api.authenticateBigCommerce({ ...config, ...changes }));
      globalThis.preloaded = (...source) => report(api.preload(...source).then(() => ({})));
      const iframe = document.createElement('iframe');
      document.body.append(iframe);
      globalThis.frame = iframe.contentWindow as never;
    }, server.config);
  }

  function assertNotLoaded({ error }: Report, cause = /./): void {
    assert.equal(error?.isOurs, true, 'rejects with a BigCommerceAuthError');
    assert.deepEqual(error?.fields, { code: 'ERR_LOAD', mayHaveCreated: false });
    assert.match(error?.cause ?? '', cause);
    assert.deepEqual(server.requests, [], 'nothing was sent');
  }

  /** The requests for a module, whatever its URL. */
  const downloads = () => page.requests.filter((request) => request.endsWith('.wasm'));

  test('is not fetched on import', async () => {
    await page.open();
    assert.deepEqual(downloads(), []);
  });

  test('is fetched once for many concurrent first calls', async () => {
    const reports = await page.run(() =>
      Promise.all([preloaded(), connect(), connect(), preloaded(), connect()]),
    );
    assert.equal(reports.filter(({ instance }) => instance).length, 5);
    assert.equal(server.requests.length, 3);
    assert.deepEqual(downloads(), [`GET ${FILE}`]);
  });

  for (const [what, respond, cause] of failures) {
    test(`fails to load with ${what}, and is fetched again`, async () => {
      usual = respond;
      assertNotLoaded(await page.run(() => connect()), cause);
      assertNotLoaded(await page.run(() => preloaded()), cause);
      usual = good;
      assert.deepEqual(await page.run(() => connect()), CONNECTED);
      // Firefox retries by itself if there is no response.
      if (engine === 'Firefox' && what === 'no response') assert.ok(downloads().length >= 3);
      else assert.equal(downloads().length, 3);
    });
  }

  test('is checked without crypto.subtle, too, as on pages without HTTPS', async () => {
    await page.run(() => Object.defineProperty(globalThis.crypto, 'subtle', { value: undefined }));
    responses = [page200(ANOTHER, { 'cache-control': 'max-age=3600' })];
    assertNotLoaded(await page.run(() => connect()));
    assert.deepEqual(await page.run(() => connect()), CONNECTED);
  });

  test('is downloaded as usual, whatever Object.prototype has', async () => {
    const report = await page.run(async () => {
      const polluted = { method: 'POST', signal: AbortSignal.abort(), integrity: 'sha256-AAAA' };
      const { prototype } = globalThis.Object;
      Object.assign(prototype, polluted);
      const report = await preloaded();
      for (const name of Object.keys(polluted)) Reflect.deleteProperty(prototype, name);
      return report;
    });
    assert.deepEqual(report.instance, {}, JSON.stringify(report.error));
    assert.deepEqual(downloads(), [`GET ${FILE}`]);
  });

  test('fails to load for all calls that wait for it', async () => {
    responses = [page200('')];
    const reports = await page.run(() => Promise.all([connect(), preloaded(), connect()]));
    for (const report of reports) assertNotLoaded(report);
    assert.equal(downloads().length, 1);
  });

  suite('after a call has stopped waiting for it', () => {
    beforeEach(() => page.run(holdTimeouts, HELD));

    /** Makes a call and ends it once the first download is in flight. */
    async function stopWaiting(end = () => expire()): Promise<Report> {
      await page.run((timeout) => {
        globalThis.controller = new AbortController();
        globalThis.waiting = connect({ timeout, signal: controller.signal });
      }, HELD);
      await untilHeld(1);
      await page.run(end);
      return page.run(() => waiting);
    }

    for (const [why, code, end] of [
      ['the call timed out', 'ERR_TIMEOUT', () => expire()],
      ['the call was aborted', 'ERR_ABORTED', () => controller.abort()],
    ] as const) {
      test(`is fetched again because ${why}`, async () => {
        holdNext();
        const { error } = await stopWaiting(end);
        assert.deepEqual(error?.fields, { code, mayHaveCreated: false });
        assert.deepEqual(await page.run(() => connect()), CONNECTED);
        assert.equal(downloads().length, 2);
      });
    }

    test('is fetched again, and another call that still waits connects, too', async () => {
      holdNext();
      await page.run(() => {
        globalThis.early = connect();
      });
      await stopWaiting();
      assert.deepEqual(await page.run(() => connect()), CONNECTED);
      const [first] = held;
      assert.ok(first, 'the first download is still in flight');
      good(first);
      assert.deepEqual(await page.run(() => early), CONNECTED);
      assert.deepEqual(await page.run(() => connect()), CONNECTED);
    });

    test('is fetched again only once, even if the first download fails during the second', async () => {
      holdNext();
      await page.run(() => {
        globalThis.early = connect();
      });
      await stopWaiting();
      holdNext();
      await page.run(() => {
        globalThis.waiting = connect();
      });
      await untilHeld(2);
      const [first, second] = held;
      assert.ok(first && second, 'two downloads are in flight');
      first.writeHead(404).end();
      assertNotLoaded(await page.run(() => early));
      await page.run(() => {
        globalThis.early = connect();
      });
      good(second);
      assert.deepEqual(await page.run(() => Promise.all([early, waiting])), [CONNECTED, CONNECTED]);
      assert.equal(downloads().length, 2);
    });
  });

  for (const [what, take] of [
    ['a path', () => preloaded('/elsewhere.wasm')],
    ['a URL of another realm', () => preloaded(new frame.URL('/elsewhere.wasm', location.href))],
    ['a Response', async () => preloaded(await fetch('/elsewhere.wasm'))],
    ["another realm's promise of its Response", () => preloaded(frame.fetch('/elsewhere.wasm'))],
    ['an ArrayBuffer', async () => preloaded(await (await fetch('/elsewhere.wasm')).arrayBuffer())],
    [
      'bytes in the middle of others',
      async () => {
        const bytes = new Uint8Array(await (await fetch('/elsewhere.wasm')).arrayBuffer());
        const wider = new Uint8Array(bytes.length + 20);
        wider.set(bytes, 10);
        return preloaded(wider.subarray(10, 10 + bytes.length));
      },
    ],
    [
      'a Module of another realm',
      async () => {
        const { WebAssembly } = frame;
        const bytes = await (await fetch('/elsewhere.wasm')).arrayBuffer();
        return preloaded(await WebAssembly.compile(bytes));
      },
    ],
  ] as [string, () => Promise<Report>][]) {
    test(`is taken by preload from ${what}`, async () => {
      const report = await page.run(take);
      assert.deepEqual(report.instance, {}, JSON.stringify(report.error));
      assert.deepEqual(await page.run(() => connect()), CONNECTED);
      assert.deepEqual(downloads(), [`GET ${ELSEWHERE}`]);
      const isAddress = what.includes('path') || what.includes('URL');
      if (what.includes('Module')) return;
      // Another release's file in its place.
      await open('/');
      server.reset();
      responses = [page200(ANOTHER)];
      assertNotLoaded(await page.run(take), NOT_OURS);
      assert.deepEqual(await page.run(() => connect()), CONNECTED);
      assert.deepEqual(downloads(), [`GET ${ELSEWHERE}`, `GET ${isAddress ? ELSEWHERE : FILE}`]);
    });
  }

  for (const [what, take] of [
    ['a Response of 404', async () => preloaded(await fetch('/nowhere'))],
    ['a promise that is rejected', () => preloaded(Promise.reject(new Error('offline')))],
    [
      'a Response that was read already',
      async () => {
        const response = await fetch('/page.js');
        await response.text();
        return preloaded(response);
      },
    ],
    ['a number', () => preloaded(7 as never)],
  ] as const) {
    test(`is not taken from ${what}, and fetched from its default URL afterwards`, async () => {
      assertNotLoaded(await page.run(take));
      assert.deepEqual(await page.run(() => connect()), CONNECTED);
      assert.deepEqual(downloads(), [`GET ${FILE}`]);
    });
  }

  test('is not loaded again by preload', async () => {
    await page.run(() => preloaded());
    const reports = await page.run(async () => [
      await preloaded('/elsewhere.wasm'),
      await preloaded(new Uint8Array(8)),
      // A promise of the page's own script, whose rejection must not be unhandled.
      await preloaded(importModule('/nothing.js') as never),
      await preloaded(),
      await connect(),
    ]);
    assert.deepEqual(
      reports.map(({ error }) => error),
      [undefined, undefined, undefined, undefined, undefined],
    );
    assert.deepEqual(downloads(), [`GET ${FILE}`]);
  });

  test('fails to load without WebAssembly', async () => {
    await page.run(() => {
      Reflect.deleteProperty(globalThis, 'WebAssembly');
    });
    assertNotLoaded(await page.run(() => connect()));
    assertNotLoaded(await page.run(() => preloaded()));
  });

  test("fails to load if the CSP has no 'wasm-unsafe-eval'", async () => {
    await open('/strict');
    assertNotLoaded(await page.run(() => connect()));
    assertNotLoaded(await page.run(() => preloaded()));
  });

  test('fails to load if the script comes from a blob, which has no base URL', async () => {
    await open('/blob');
    assertNotLoaded(await page.run(() => connect()));
    assertNotLoaded(await page.run(() => preloaded()));
    assert.deepEqual((await page.run(() => preloaded('/elsewhere.wasm'))).instance, {});
    assert.deepEqual(await page.run(() => connect()), CONNECTED);
  });
});
