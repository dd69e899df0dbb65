import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { BlankPage, type Report, setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';
import { HELD, holdTimeouts } from './held-timeouts.js';
import { type HostileResponse, HostileServer, http, INSTANCE } from './hostile-server.js';
import { defineWatched } from './watched.js';

declare global {
  /** Calls the function, in the page. */
  var connect: (changes?: object) => Promise<Report>;
  /** The call in flight, in the page. */
  var pending: Promise<Report>;
  var controller: AbortController;
  /** Another realm of the page. */
  var frame: typeof globalThis;
  /** Whether the call has asked for its session token, in the page. */
  var isAsked: boolean;
  /** Resolves when the page has passed a request to `fetch`. */
  var sent: Promise<void>;
  /** Resolves when `fetch` has returned its response. */
  var answered: Promise<void>;
}

const UNFINISHED = { 'content-length': '1000' };

/** How far a call is when it is aborted or times out. */
interface Phase {
  name: string;
  /** Whether the page's function for the session token has not given one yet. */
  isAsking?: boolean;
  /** How the request is answered; absent if none is sent. */
  response?: HostileResponse;
  mayHaveCreated: boolean;
}

const phases: Phase[] = [
  { name: 'the module is loading', mayHaveCreated: false },
  { name: 'the session token is pending', isAsking: true, mayHaveCreated: false },
  { name: 'the response is pending', response: { ending: 'hold' }, mayHaveCreated: true },
  {
    name: 'the body of a 2xx is loading',
    response: { bytes: [http(200, '{"id":1,"token":"t"', UNFINISHED)], ending: 'hold' },
    mayHaveCreated: true,
  },
  {
    name: 'the body of a 4xx is loading',
    response: { bytes: [http(400, '{"message":"no', UNFINISHED)], ending: 'hold' },
    mayHaveCreated: true,
  },
];

inEveryEngine('A call', (engine) => {
  const page = setUp(new BlankPage(engine));
  const server = setUp(new HostileServer());
  /** Whether requests for the module get no response. */
  let holdsModule: boolean;
  let onModule: (response: ServerResponse) => void;

  page.onRequest = ({ url }, response) => {
    if (!holdsModule || !url?.endsWith('.wasm')) return false;
    onModule(response);
    return true;
  };

  beforeEach(async () => {
    server.reset();
    holdsModule = false;
    await page.open();
    await page.run((config) => {
      globalThis.connect = (changes) =>
        report(api.authenticateBigCommerce({ ...config, ...changes } as never));
      globalThis.controller = new AbortController();
      const iframe = document.createElement('iframe');
      document.body.append(iframe);
      globalThis.frame = iframe.contentWindow as never;

      const { fetch } = globalThis;
      globalThis.sent = new Promise((resolveSent) => {
        globalThis.answered = new Promise((resolveAnswered) => {
          globalThis.fetch = async (...request) => {
            const isCall = String(request[0]).includes('/instances');
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

  /** Starts a call with the page's signal and waits until it is in `phase`. */
  async function startIn(phase: Phase, changes: { timeout?: number } = {}): Promise<void> {
    const start = () =>
      page.run(
        (changes, hasRequest, isAsking) => {
          globalThis.isAsked = false;
          const sessionToken = () => {
            globalThis.isAsked = true;
            return isAsking ? new Promise(() => {}) : 'token';
          };
          const asking = hasRequest ? {} : { sessionToken };
          globalThis.pending = connect({ signal: controller.signal, ...asking, ...changes });
        },
        changes,
        phase.response !== undefined,
        phase.isAsking,
      );
    if (phase.isAsking) {
      await page.run(() => api.preload());
      return start();
    }
    if (!phase.response) {
      holdsModule = true;
      const requested = new Promise<void>((resolve) => {
        onModule = () => resolve();
      });
      await start();
      await requested;
      assert.ok(await page.run(() => isAsked), 'the session token is asked for meanwhile');
      return;
    }
    await page.run(() => api.preload());
    server.responses = [phase.response];
    await start();
    await page.browser.wait(() => server.requests.length > 0, 60_000, 'no request arrives');
    if (phase.response.bytes) await page.run(() => answered);
  }

  for (const phase of phases) {
    for (const [how, code, cause] of [
      ['its signal', 'ERR_ABORTED', /^AbortError/],
      ["another realm's signal", 'ERR_ABORTED', /^foreign$/],
      ['its timeout', 'ERR_TIMEOUT', /^$/],
    ] as const) {
      test(`is ended by ${how} while ${phase.name}`, { timeout: 120_000 }, async () => {
        await page.run(holdTimeouts, HELD);
        await page.run((isForeign) => {
          if (isForeign) globalThis.controller = new frame.AbortController();
        }, how.startsWith('another'));
        await startIn(phase, how === 'its timeout' ? { timeout: HELD } : {});
        const { error } = await page.run((how) => {
          if (how === 'its timeout') expire();
          else controller.abort(how === 'its signal' ? undefined : 'foreign');
          return pending;
        }, how);
        assert.deepEqual(error?.fields, { code, mayHaveCreated: phase.mayHaveCreated });
        assert.equal(error?.isOurs, true, 'it is a BigCommerceAuthError');
        assert.match(error?.cause ?? '', cause);
        // Nothing of the call goes on, and another one works.
        holdsModule = false;
        const [request, ...more] = server.requests;
        assert.deepEqual(more, [], 'at most one request');
        assert.equal(request !== undefined, phase.response !== undefined, 'how far the call got');
        await request?.closed;
        assert.deepEqual((await page.run(() => connect())).instance, INSTANCE);
      });
    }
  }

  test('rejects with ERR_ABORTED, not ERR_TIMEOUT, on a TimeoutError of its signal', async () => {
    server.responses = [{ ending: 'hold' }, { ending: 'hold' }];
    const reports = await page.run(async () => {
      const { signal } = controller;
      setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), 300);
      const any = AbortSignal.any([signal, new AbortController().signal]);
      return Promise.all([AbortSignal.timeout(300), any].map((signal) => connect({ signal })));
    });
    for (const { error } of reports) {
      assert.equal(error?.fields.code, 'ERR_ABORTED');
      assert.match(error?.cause ?? '', /^TimeoutError/);
    }
  });

  for (const [what, changes, answer, code] of [
    ['sends nothing', {}, undefined, 'ERR_ABORTED'],
    ['rejects with ERR_CONFIG if its config is invalid', { name: '' }, undefined, 'ERR_CONFIG'],
    [
      'rejects with ERR_LOAD if the module cannot be loaded',
      {},
      (response) => response.writeHead(404).end(),
      'ERR_LOAD',
    ],
    ['times out while the module is loading', { timeout: 300 }, () => {}, 'ERR_TIMEOUT'],
  ] as [string, object, typeof onModule | undefined, string][]) {
    test(`with an aborted signal ${what}`, async () => {
      holdsModule = answer !== undefined;
      if (answer) onModule = answer;
      const { error } = await page.run((changes) => {
        controller.abort('early');
        const sessionToken = () => Promise.reject('It is asked for.');
        return connect({ signal: controller.signal, sessionToken, ...changes });
      }, changes);
      assert.deepEqual([error?.fields.code, error?.fields.mayHaveCreated], [code, false]);
      if (code === 'ERR_ABORTED') assert.equal(error?.cause, 'early');
      assert.equal(server.requests.length + server.preflights, 0);
    });
  }

  suite('leaves no timer and no listener behind after', () => {
    const unavailable = { bytes: [http(503, '<html>')] };
    const key = { idempotencyKey: '0123456789abcdef' };
    for (const [what, code, changes, response, abortsIn] of [
      ['success', undefined, {}],
      ['an abort', 'ERR_ABORTED', {}, { ending: 'hold' }, 'a request'],
      ['a timeout', 'ERR_TIMEOUT', { timeout: 300 }, { ending: 'hold' }],
      ['a pause', undefined, key, unavailable],
      ['an abort in a pause', 'ERR_ABORTED', key, unavailable, 'a pause'],
      ['a network failure', 'ERR_NETWORK', {}, {}],
      ['a failure of the service', 'ERR_SERVER', {}, unavailable],
      [
        'a response that is too long',
        'ERR_RESPONSE',
        {},
        { bytes: [http(200, '', { 'content-length': undefined })], ending: 'endless' },
      ],
    ] as [string, string | undefined, object, HostileResponse?, string?][]) {
      test(what, async () => {
        if (response) server.responses = [response];
        await page.run(defineWatched);
        const { result, timers, listeners, added } = await page.run(
          (changes, abortsIn) => {
            return watched(() => {
              if (abortsIn === 'a request') sent.then(() => controller.abort());
              // Not in the task of the response, which the call has to read first.
              if (abortsIn === 'a pause')
                answered.then(() => setTimeout(() => controller.abort(), 50));
              return connect({ signal: controller.signal, ...changes });
            });
          },
          changes,
          abortsIn,
        );
        assert.equal(result.error?.fields.code, code);
        assert.deepEqual({ timers, listeners }, { timers: 0, listeners: 0 });
        assert.ok(added >= 2, 'timers and listeners are counted');
      });
    }
  });
});
