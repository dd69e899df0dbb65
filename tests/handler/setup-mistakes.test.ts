// What is set up wrong on the first day: each mistake shows at once, with whose it is.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { createProxy, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { type BlankPage, type Outcome, openBlankPage } from '../browser/blank-page.js';
import { deadAddress } from '../browser/hostile-server.js';
import { messagesIn } from '../snippets.js';
import { newKey, PASSWORD } from './served-handler.js';

declare global {
  /** What the calls come to, each by its place among all that are made. */
  var outcomes: Promise<Outcome>[];
}

type Options = Partial<Record<keyof ProxyOptions, unknown>>;

/** Anything before the handler that answers, or passes the request on. */
type Middleware = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface Mistake {
  options?: Options;
  before?: Middleware;
  config?: object;
  /** The function's error. */
  code: string;
  status?: number;
  mayHaveCreated?: boolean;
  message: RegExp;
  /** What `onError` gets, where the handler is reached. */
  report?: RegExp;
}

const answer =
  (status: number, body: string, type = 'text/html'): Middleware =>
  async (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
    return true;
  };

const MISTAKES: Record<string, Mistake> = {
  'a wrong secret': {
    options: { userSecret: 'wrong' },
    code: 'ERR_HANDLER',
    status: 500,
    message: /^The handler answered 500: /,
    report: /userSecret and organizationSecret/,
  },
  'a missing secret': {
    options: { userSecret: undefined },
    code: 'ERR_HANDLER',
    status: 500,
    message: /^The handler answered 500: The handler is not set up\.$/,
    report: /^userSecret is missing or empty/,
  },
  'an empty secret': {
    options: { organizationSecret: '' },
    code: 'ERR_HANDLER',
    status: 500,
    message: /^The handler answered 500: The handler is not set up\.$/,
    report: /^organizationSecret is missing or empty/,
  },
  'an authorize that throws': {
    options: { authorize: () => assert.fail('no database') },
    code: 'ERR_HANDLER',
    status: 500,
    message: /^The handler answered 500: /,
    report: /authorize/,
  },
  'an authorize that gives nonsense': {
    options: { authorize: () => ({ subject: `${undefined}` }) },
    code: 'ERR_HANDLER',
    status: 500,
    message: /^The handler answered 500: /,
    report: /subject/,
  },
  'nobody signed in': {
    options: { authorize: () => null },
    code: 'ERR_UNAUTHORIZED',
    status: 401,
    message: /^The handler answered 401: /,
    report: /signed in/,
  },
  'a parser before the handler': {
    before: async (request) => {
      await text(request);
      return false;
    },
    code: 'ERR_HANDLER',
    status: 400,
    message: /^The handler answered 400: .*before body parsers/,
    report: /before body parsers/,
  },
  'events that are not allowed': {
    config: { events: { callbackUrl: 'https://shop.example/events' } },
    code: 'ERR_HANDLER',
    status: 400,
    message: /^The handler answered 400: .*[Ee]vents/,
    report: /[Ee]vents/,
  },
  'an onInstance that throws': {
    options: { onInstance: () => assert.fail('no database') },
    code: 'ERR_HANDLER',
    status: 500,
    mayHaveCreated: true,
    message: /^The handler answered 500: .*stored/,
    report: /onInstance/,
  },
  'another origin': {
    options: { origin: 'https://shop.example' },
    code: 'ERR_HANDLER',
    status: 403,
    message: /^The handler answered 403: /,
    report: /https:\/\/shop\.example/,
  },
  'a wrong baseUrl of the handler': {
    code: 'ERR_HANDLER',
    status: 500,
    message: /^The handler answered 500: .*baseUrl/,
    report: /baseUrl/,
  },
  'an unreachable service': {
    code: 'ERR_SERVER',
    status: 502,
    mayHaveCreated: true,
    message: /^The handler answered 502: /,
    report: /reached/,
  },
  'no server at baseUrl': {
    code: 'ERR_NETWORK',
    mayHaveCreated: true,
    message: /^No whole response came from the server at baseUrl/,
  },
  'a baseUrl without a handler': {
    before: answer(404, '<!DOCTYPE html><title>404</title>'),
    code: 'ERR_NOT_FOUND',
    status: 404,
    message: /^The server at baseUrl answered 404\.$/,
  },
  'a firewall before the handler': {
    before: answer(403, '<html><h1>403 Forbidden</h1></html>'),
    code: 'ERR_FORBIDDEN',
    status: 403,
    message: /^The server at baseUrl answered 403\.$/,
  },
  'an nginx with a small limit before the handler': {
    before: answer(413, '<html><h1>413 Request Entity Too Large</h1></html>'),
    code: 'ERR_HANDLER',
    status: 413,
    message: /^The server at baseUrl answered 413\.$/,
  },
  'an Express that cannot parse': {
    before: answer(400, '<pre>SyntaxError: Unexpected token</pre>'),
    code: 'ERR_HANDLER',
    status: 400,
    message: /^The server at baseUrl answered 400\.$/,
  },
  'a Fastify that cannot parse': {
    before: answer(
      400,
      '{"statusCode":400,"error":"Bad Request","message":"Body cannot be empty"}',
      'application/json',
    ),
    code: 'ERR_HANDLER',
    status: 400,
    message: /^The server at baseUrl answered 400: Body cannot be empty$/,
  },
  'a session that has ended': {
    before: answer(401, 'Unauthorized', 'text/plain'),
    code: 'ERR_UNAUTHORIZED',
    status: 401,
    message: /^The server at baseUrl answered 401\.$/,
  },
};

const KEYS = ['a new key', 'a key', 'no key'] as const;

/** Each mistake with each kind of key, and what the host was told of it. */
const CASES = Object.entries(MISTAKES).flatMap(([what, mistake]) =>
  KEYS.map((key) => ({ what, key, ...mistake, reports: [] as string[] })),
);

suite('A set-up mistake', { timeout: 300_000 }, () => {
  let page: BlankPage;
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
    page = await openBlankPage();
    const addresses: Record<string, string> = {
      'a wrong baseUrl of the handler': `${page.origin}/nowhere`,
      'an unreachable service': await deadAddress(),
    };
    const nobody = await deadAddress();
    // A handler of its own for each case, below its place among them.
    const listeners = CASES.map(({ what, options, reports }) =>
      getRequestListener(
        createProxy({
          userSecret: USER_SECRET,
          organizationSecret: ORGANIZATION_SECRET,
          baseUrl: addresses[what] ?? sandbox.url,
          authorize: () => ({ subject: 'ann' }),
          onError: ({ message }) => reports.push(message),
          ...options,
        } as ProxyOptions),
      ),
    );
    page.onRequest = (request, response) => {
      const at = Number(/^\/(\d+)\/instances/.exec(request.url ?? '')?.[1]);
      const { before = async () => false } = CASES[at] ?? {};
      if (!CASES[at]) return false;
      before(request, response).then((isAnswered) => {
        if (!isAnswered) listeners[at]?.(request, response);
      });
      return true;
    };
    const configs = CASES.map(({ what, key, config }, at) => ({
      ...{ username: 'shop', password: PASSWORD, name: 'My shop', timeout: 30_000 },
      storeUrl: 'store-wuxeae6.mybigcommerce.com',
      baseUrl: what === 'no server at baseUrl' ? nobody : `/${at}`,
      idempotencyKey: key === 'a key' ? newKey() : undefined,
      ...config,
    }));
    const areNew = CASES.map(({ key }) => key === 'a new key');
    // All at once, because some wait between their requests. Each has 12 s of the page's own time.
    await page.run(
      (configs, areNew) => {
        globalThis.outcomes = configs.map((config, at) => {
          const late = new Promise<Outcome>((resolve) =>
            setTimeout(resolve, 12_000, { code: 'late' }),
          );
          const key = areNew[at] && { idempotencyKey: api.createIdempotencyKey() };
          const call = outcome(api.authenticateBigCommerce({ ...config, ...key } as never));
          return Promise.race([call, late]);
        });
      },
      configs,
      areNew,
    );
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });

  for (const [at, expected] of CASES.entries()) {
    const { what, key } = expected;
    test(`${what}, with ${key}, shows at once`, async () => {
      const error = await page.run((at) => outcomes[at] as Promise<Outcome>, at);
      assert.equal(error.code, expected.code);
      assert.equal(error.status, expected.status);
      assert.match(String(error.message), expected.message);
      // With a key that may be taken, nothing is posted before a lookup is answered.
      const isPosted = key !== 'a key' || what === 'an onInstance that throws';
      assert.equal(error.mayHaveCreated, (expected.mayHaveCreated ?? false) && isPosted);
      if (expected.report) assert.match(expected.reports.at(-1) ?? 'no report', expected.report);
      else assert.deepEqual(expected.reports, []);
    });
  }

  test('is quoted on the page for troubleshooting, with what the log says, and no other is', async () => {
    const seen = new Set<string>();
    for (const [at, { code, status, reports }] of CASES.entries()) {
      const { message } = await page.run((at) => outcomes[at] as Promise<Outcome>, at);
      seen.add(String(message));
      // Nobody's sign-in is no mistake of the host's.
      if (code === 'ERR_UNAUTHORIZED') continue;
      // What the default of `onError` prints; what a page gets as well, is quoted once.
      for (const report of reports) {
        if (!String(message).endsWith(report)) seen.add(`createProxy: ${status} ${report}`);
      }
    }
    const pages = [...seen].map((text) =>
      text
        .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://localhost:5173')
        .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4000'),
    );
    const quoted = messagesIn('docs/troubleshooting.md').filter((text) =>
      /^(?:The (?:handler|server at baseUrl)|createProxy:|No whole response came from the server)/.test(
        text,
      ),
    );
    assert.deepEqual(quoted.sort(), [...new Set(pages)].sort());
  });
});
