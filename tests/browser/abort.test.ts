import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { type BlankPage, openBlankPage, type Report } from './blank-page.js';
import { HELD, holdTimeouts } from './held-timeouts.js';
import {
  type HostileResponse,
  type HostileServer,
  http,
  INSTANCE,
  json,
  startHostileServer,
  within,
} from './hostile-server.js';
import { inEveryEngine } from './in-every-engine.js';
import { defineWatched } from './watched.js';

declare global {
  /** Calls the function, in the page. */
  var connect: (changes?: object) => Promise<Report>;
  /** The call in flight, in the page. */
  var pending: Promise<Report>;
  var held: Promise<Report>[];
  var controller: AbortController;
  /** Another realm of the page. */
  var frame: typeof globalThis;
  /** Resolves when the page has passed a request to `fetch`. */
  var sent: Promise<void>;
  /** Resolves when `fetch` has returned its response. */
  var answered: Promise<void>;
}

const CONNECTED: Report = { instance: INSTANCE, isPlain: true };

const UNFINISHED = { 'content-length': '1000' };

/** How far a call is when it is aborted or times out. */
interface Phase {
  name: string;
  /** How the request is answered; absent if none is sent. */
  response?: HostileResponse;
  mayHaveCreated: boolean;
}

const phases: Phase[] = [
  { name: 'the module is loading', mayHaveCreated: false },
  { name: 'the response is pending', response: { ending: 'hold' }, mayHaveCreated: true },
  {
    name: 'the body of a 2xx is loading',
    response: { bytes: [http(200, '{"id":1,"token":"t"', UNFINISHED)], ending: 'hold' },
    mayHaveCreated: true,
  },
  {
    name: 'the body of a 4xx is loading',
    response: { bytes: [http(400, '{"message":"no', UNFINISHED)], ending: 'hold' },
    mayHaveCreated: false,
  },
];

inEveryEngine('A call', { timeout: 600_000 }, (engine) => {
  let page: BlankPage;
  let server: HostileServer;
  /** Whether requests for the module get no response. */
  let holdsModule: boolean;
  let onModule: (response: ServerResponse) => void;

  before(async () => {
    page = await openBlankPage(engine);
    server = await startHostileServer();
    page.onRequest = ({ url }, response) => {
      if (!holdsModule || !url?.endsWith('.wasm')) return false;
      onModule(response);
      return true;
    };
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await server?.close();
  });

  beforeEach(async () => {
    server.reset();
    holdsModule = false;
    await page.open();
    await page.run((config) => {
      globalThis.connect = (changes) =>
        report(api.authenticateBigCommerce({ ...config, ...changes }));
      globalThis.controller = new AbortController();
      const iframe = document.createElement('iframe');
      document.body.append(iframe);
      globalThis.frame = iframe.contentWindow as never;

      const { fetch } = globalThis;
      globalThis.sent = new Promise((resolveSent) => {
        globalThis.answered = new Promise((resolveAnswered) => {
          globalThis.fetch = async (...request) => {
            const isCall = String(request[0]).endsWith('/instances');
            if (isCall) resolveSent();
            const response = await fetch(...request);
            if (isCall) resolveAnswered();
            return response;
          };
        });
      });
    }, server.config);
  });
  afterEach(async () => {
    assert.deepEqual(await page.run(() => uncaught), [], 'no uncaught error');
  });

  /** Starts a call and waits until it is in `phase`. */
  async function startIn(phase: Phase, changes: { timeout?: number } = {}): Promise<void> {
    if (!phase.response) {
      holdsModule = true;
      const requested = new Promise<void>((resolve) => {
        onModule = () => resolve();
      });
      await page.run((changes) => {
        globalThis.pending = connect({ signal: controller.signal, ...changes });
      }, changes);
      return within(60_000, requested);
    }
    await page.run(() => api.preload());
    server.responses = [phase.response];
    await page.run((changes) => {
      globalThis.pending = connect({ signal: controller.signal, ...changes });
    }, changes);
    await server.arrival();
    if (phase.response.bytes) await page.run(() => answered);
  }

  function assertError({ error }: Report, fields: object): void {
    assert.ok(error, 'the call is rejected');
    assert.equal(error.isOurs, true, 'with a BigCommerceAuthError');
    assert.deepEqual(error.fields, fields);
  }

  /** Asserts that nothing of the call in `phase` goes on, and that another call works. */
  async function assertOver(phase: Phase): Promise<void> {
    holdsModule = false;
    const [request, ...more] = server.requests;
    assert.deepEqual(more, [], 'at most one request');
    assert.equal(request !== undefined, phase.response !== undefined, 'how far the call got');
    if (request) await within(60_000, request.closed);
    assert.deepEqual(await page.run(() => connect()), CONNECTED);
  }

  for (const phase of phases) {
    suite(`while ${phase.name}`, () => {
      const { mayHaveCreated } = phase;
      const aborted = { code: 'ERR_ABORTED', mayHaveCreated };
      const timedOut = { code: 'ERR_TIMEOUT', mayHaveCreated };

      test('is aborted by its signal', async () => {
        await startIn(phase);
        const report = await page.run(() => {
          controller.abort();
          return pending;
        });
        assertError(report, aborted);
        assert.match(report.error?.cause ?? '', /^AbortError/);
        await assertOver(phase);
      });

      test('times out', async () => {
        await page.run(holdTimeouts, HELD);
        await startIn(phase, { timeout: HELD });
        const report = await page.run(() => {
          expire();
          return pending;
        });
        assertError(report, timedOut);
        assert.equal(report.error?.cause, undefined, 'there is no cause');
        await assertOver(phase);
      });

      test('is aborted by a signal of another realm', async () => {
        await page.run(() => {
          globalThis.controller = new frame.AbortController();
        });
        await startIn(phase);
        const report = await page.run(() => {
          controller.abort('foreign');
          return pending;
        });
        assertError(report, aborted);
        assert.equal(report.error?.cause, 'foreign');
        await assertOver(phase);
      });
    });
  }

  test('rejects with the abort reason as its cause, whatever that is and whenever it is aborted', async () => {
    const results = await page.run(async () => {
      const reasons: [name: string, reason: unknown][] = [
        ['a string', 'stop'],
        ['an empty string', ''],
        ['null', null],
        ['zero', 0],
        ['NaN', Number.NaN],
        ['a bigint', 1n],
        ['a symbol', Symbol('stop')],
        ['an object', {}],
        ['an object that cannot be changed', Object.freeze({ message: 'stop' })],
        ['a function', () => {}],
        ['an error', new TypeError('stop')],
        ['an error of another realm', new frame.Error('stop')],
        ['an exception of another realm', new frame.DOMException('stop', 'AbortError')],
        ['nothing', undefined],
      ];
      const moments: [name: string, abort: (abort: () => void) => (() => void) | undefined][] = [
        [
          'before the call',
          (abort) => {
            abort();
            return undefined;
          },
        ],
        ['right after the call', (abort) => abort],
        [
          'while the response is pending',
          (abort) => {
            globalThis.fetch = () => {
              setTimeout(abort);
              return new Promise(() => {});
            };
            return undefined;
          },
        ],
      ];
      const results: Record<string, unknown> = {};
      await connect();
      for (const [when, arrange] of moments) {
        for (const [what, reason] of reasons) {
          const ending = new AbortController();
          const { signal } = ending;
          const abortLater = arrange(() => ending.abort(reason));
          const config = { username: 'u', password: 'p', storeUrl: 's.example', name: 'n' };
          const call = api.authenticateBigCommerce({ ...config, baseUrl: '/api', signal });
          abortLater?.();
          const error = await call.catch((error) => error);
          const expected = reason === undefined ? signal.reason : reason;
          results[`${what} ${when}`] =
            error instanceof api.BigCommerceAuthError &&
            error.code === 'ERR_ABORTED' &&
            Object.hasOwn(error, 'cause') &&
            Object.is(error.cause, expected) &&
            (reason !== undefined || expected instanceof DOMException);
        }
      }
      return results;
    });
    assert.equal(Object.keys(results).length, 42);
    assert.deepEqual(
      Object.keys(results).filter((key) => results[key] !== true),
      [],
    );
  });

  for (const [what, start] of [
    ['AbortSignal.timeout()', () => connect({ signal: AbortSignal.timeout(300) })],
    [
      'AbortSignal.any()',
      () => {
        const { signal } = controller;
        setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), 300);
        return connect({ signal: AbortSignal.any([signal, new AbortController().signal]) });
      },
    ],
  ] as const) {
    test(`rejects with ERR_ABORTED, not ERR_TIMEOUT, on a TimeoutError of ${what}`, async () => {
      server.responses = [{ ending: 'hold' }];
      const report = await page.run(start);
      assert.equal(report.error?.fields.code, 'ERR_ABORTED');
      assert.match(report.error?.cause ?? '', /^TimeoutError/);
    });
  }

  test('is aborted together with the others that have the same signal', async () => {
    server.responses = [{ ending: 'hold' }, { ending: 'hold' }];
    await page.run(() => {
      const { signal } = controller;
      globalThis.held = [connect({ signal }), connect({ signal })];
    });
    // Before the third call, which must be the one that is answered.
    await server.arrival(2);
    const reports = await page.run(async () => {
      const calls = [...held, connect()];
      await calls[2];
      controller.abort();
      return Promise.all(calls);
    });
    assert.deepEqual(reports.map(({ error }) => error?.fields.code).sort(), [
      'ERR_ABORTED',
      'ERR_ABORTED',
      undefined,
    ]);
  });

  suite('with an aborted signal', () => {
    beforeEach(() =>
      page.run(() => {
        globalThis.controller = new frame.AbortController();
        controller.abort('early');
      }),
    );

    test('sends nothing', async () => {
      const report = await page.run(() => connect({ signal: controller.signal }));
      assertError(report, { code: 'ERR_ABORTED', mayHaveCreated: false });
      assert.equal(report.error?.cause, 'early');
      assert.equal(server.requests.length + server.preflights, 0);
    });

    test('rejects with ERR_CONFIG if its config is invalid', async () => {
      const { error } = await page.run(() => connect({ signal: controller.signal, name: '' }));
      assert.equal(error?.fields.code, 'ERR_CONFIG');
      assert.equal(error?.fields.mayHaveCreated, false);
    });

    test('rejects with ERR_LOAD if the module cannot be loaded', async () => {
      holdsModule = true;
      onModule = (response) => response.writeHead(404).end();
      const { error } = await page.run(() => connect({ signal: controller.signal }));
      assert.equal(error?.fields.code, 'ERR_LOAD');
    });

    test('times out while the module is loading', async () => {
      holdsModule = true;
      onModule = () => {};
      const report = await page.run(() => connect({ signal: controller.signal, timeout: 300 }));
      assertError(report, { code: 'ERR_TIMEOUT', mayHaveCreated: false });
    });
  });

  suite('leaves no timer and no listener behind after', () => {
    const connectWithSignal = () => watched(() => connect({ signal: controller.signal }));
    const outcomes: [
      what: string,
      code: string | undefined,
      make: () => ReturnType<typeof watched<Report>>,
      response?: HostileResponse,
    ][] = [
      ['success', undefined, connectWithSignal],
      [
        'a config that cannot be read',
        'ERR_CONFIG',
        () => {
          const { signal } = controller;
          const name = {
            get: () => {
              throw new Error('unreadable');
            },
            enumerable: true,
          };
          const config = Object.defineProperty({ signal }, 'name', name);
          return watched(() => report(api.authenticateBigCommerce(config as never)));
        },
      ],
      [
        'a config with a bad timeout',
        'ERR_CONFIG',
        () => watched(() => connect({ signal: controller.signal, timeout: -1 })),
      ],
      [
        'an abort before it',
        'ERR_ABORTED',
        () => {
          controller.abort();
          return watched(() => connect({ signal: controller.signal }));
        },
      ],
      [
        'an abort',
        'ERR_ABORTED',
        () => {
          sent.then(() => controller.abort());
          return watched(() => connect({ signal: controller.signal }));
        },
        { ending: 'hold' },
      ],
      [
        'a timeout',
        'ERR_TIMEOUT',
        () => watched(() => connect({ signal: controller.signal, timeout: 300 })),
        { ending: 'hold' },
      ],
      [
        'a pause',
        undefined,
        () =>
          watched(() => connect({ signal: controller.signal, idempotencyKey: '0123456789abcdef' })),
        { bytes: [json(503, {})] },
      ],
      [
        'an abort in a pause',
        'ERR_ABORTED',
        () => {
          setTimeout(() => controller.abort(), 250);
          return watched(() =>
            connect({ signal: controller.signal, idempotencyKey: '0123456789abcdef' }),
          );
        },
        { bytes: [json(503, {})] },
      ],
      ['a network failure', 'ERR_NETWORK', connectWithSignal, { ending: 'end' }],
      ['a failure of the service', 'ERR_SERVER', connectWithSignal, { bytes: [json(500, {})] }],
      [
        'a response that is no instance',
        'ERR_RESPONSE',
        connectWithSignal,
        { bytes: [json(200, {})] },
      ],
      [
        'a response that is too long',
        'ERR_RESPONSE',
        connectWithSignal,
        { bytes: [http(200, '', { 'content-length': undefined })], ending: 'endless' },
      ],
      [
        'a failure to load',
        'ERR_LOAD',
        () => {
          Reflect.deleteProperty(globalThis, 'WebAssembly');
          return watched(() => connect({ signal: controller.signal }));
        },
      ],
    ];
    for (const [what, code, make, response] of outcomes) {
      test(what, async () => {
        if (response) server.responses = [response];
        await page.run(defineWatched);
        const { result, timers, listeners, added } = await page.run(make);
        assert.equal(result.error?.fields.code, code);
        assert.deepEqual({ timers, listeners }, { timers: 0, listeners: 0 });
        const reached = what !== 'a config that cannot be read';
        assert.equal(added >= 2, reached, 'timers and listeners are counted');
      });
    }
  });

  suite('in a page whose own fetch', () => {
    const network = { code: 'ERR_NETWORK', mayHaveCreated: true };

    /** Replaces the page's fetch by the one that `make` returns, in the page. */
    async function replaceFetch(make: () => typeof fetch): Promise<void> {
      await page.run(() => api.preload());
      await page.run(`() => { globalThis.fetch = (${make})(); }` as unknown as () => void);
    }

    for (const [what, make, cause] of [
      ['rejects with an error', () => () => Promise.reject(new Error('no')), 'Error: no'],
      ['rejects with a string', () => () => Promise.reject('no'), 'no'],
      ['rejects with an object', () => () => Promise.reject({ no: 1 }), '[object Object]'],
      ['rejects with null', () => () => Promise.reject(null), 'null'],
      ['rejects with undefined', () => () => Promise.reject(), undefined],
      [
        "rejects with another realm's error",
        () => () => Promise.reject(new frame.TypeError('no')),
        'TypeError: no',
      ],
      ["rejects another realm's promise", () => () => frame.Promise.reject('no'), 'no'],
      [
        'throws an error',
        () => () => {
          throw new Error('no');
        },
        'Error: no',
      ],
      [
        'throws a string',
        () => () => {
          throw 'no';
        },
        'no',
      ],
      [
        'has read the body already',
        () => {
          const { fetch } = globalThis;
          return async (...request) => {
            const response = await fetch(...request);
            if (String(request[0]).endsWith('/instances')) await response.text();
            return response;
          };
        },
        /^TypeError/,
      ],
      [
        'errors the body with a string',
        () => async () =>
          new Response(new ReadableStream({ pull: (controller) => controller.error('no') })),
        'no',
      ],
    ] as [string, () => typeof fetch, string | RegExp | undefined][]) {
      test(`${what} rejects with ERR_NETWORK`, async () => {
        await replaceFetch(make);
        const report = await page.run(() => connect());
        assertError(report, network);
        if (cause instanceof RegExp) assert.match(report.error?.cause ?? '', cause);
        else assert.equal(report.error?.cause, cause);
      });
    }

    for (const [what, make] of [
      [
        "is another realm's",
        () =>
          (...request) =>
            frame.fetch(...request),
      ],
      [
        'returns a thenable that is no promise',
        () => {
          const { fetch } = globalThis;
          return (...request) => {
            const promise = fetch(...request);
            // biome-ignore lint/suspicious/noThenProperty: a thenable is what this is about.
            return { then: promise.then.bind(promise) } as never;
          };
        },
      ],
    ] as [string, () => typeof fetch][]) {
      test(`${what} connects`, async () => {
        await replaceFetch(make);
        assert.deepEqual(await page.run(() => connect()), CONNECTED);
      });
    }

    for (const [what, make] of [
      ['never settles', () => () => new Promise(() => {})],
      ['never ends its body', () => async () => new Response(new ReadableStream())],
    ] as [string, () => typeof fetch][]) {
      test(`${what} and ignores its signal is aborted and times out`, async () => {
        await replaceFetch(make);
        const [byTimeout, bySignal] = await page.run(async () => {
          const byTimeout = await connect({ timeout: 200, signal: controller.signal });
          const call = connect({ signal: controller.signal });
          setTimeout(() => controller.abort('enough'), 100);
          return [byTimeout, await call] as const;
        });
        assertError(byTimeout, { code: 'ERR_TIMEOUT', mayHaveCreated: true });
        assertError(bySignal, { code: 'ERR_ABORTED', mayHaveCreated: true });
      });
    }
  });
});
