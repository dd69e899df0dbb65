// What is set up wrong on the first day: each mistake shows at once, with whose it is.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { createProxy, type ErrorReport, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { type BlankPage, type Outcome, openBlankPage } from '../browser/blank-page.js';
import { deadAddress } from '../browser/hostile-server.js';
import { MOUNT, newKey, PASSWORD } from './front.js';

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

suite('A set-up mistake', { timeout: 1_200_000 }, () => {
  let page: BlankPage;
  let sandbox: Sandbox;
  let mistake: Mistake;
  const reports: ErrorReport[] = [];

  before(async () => {
    sandbox = await startSandbox();
    page = await openBlankPage();
    await page.browser.manage().setTimeouts({ script: 120_000 });
    const listener = getRequestListener((request) =>
      createProxy({
        userSecret: USER_SECRET,
        organizationSecret: ORGANIZATION_SECRET,
        baseUrl: sandbox.url,
        authorize: () => ({ subject: 'ann' }),
        onError: (report) => reports.push(report),
        ...mistake.options,
      } as ProxyOptions)(request),
    );
    page.onRequest = (request, response) => {
      if (!request.url?.startsWith(`${MOUNT}/`)) return false;
      const { before = async () => false } = mistake;
      before(request, response).then((isAnswered) => {
        if (!isAnswered) listener(request, response);
      });
      return true;
    };
  });
  after(async () => {
    await page?.[Symbol.asyncDispose]();
    await sandbox?.close();
  });
  afterEach(() => {
    reports.length = 0;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
  });

  /** The outcome of a call with 30 s, unless that takes 12 s of the page's own time. */
  function connect(config: object): Promise<Outcome> {
    return page.run((config) => {
      const late = new Promise<Outcome>((resolve) => setTimeout(resolve, 12_000, { code: 'late' }));
      const call = outcome(api.authenticateBigCommerce(config as never));
      return Promise.race([call, late]);
    }, config);
  }

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
      options: {},
      code: 'ERR_HANDLER',
      status: 500,
      message: /^The handler answered 500: .*baseUrl/,
      report: /baseUrl/,
    },
    'an unreachable service': {
      options: {},
      code: 'ERR_SERVER',
      status: 502,
      mayHaveCreated: true,
      message: /^The handler answered 502: /,
      report: /reached/,
    },
    'no server at baseUrl': {
      options: {},
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

  for (const [what, given] of Object.entries(MISTAKES)) {
    for (const key of ['a new key', 'a key', 'no key'] as const) {
      test(`${what}, with ${key}, shows at once`, async () => {
        mistake = { ...given };
        let config: object = { ...given.config };
        if (what === 'a wrong baseUrl of the handler') {
          mistake.options = { baseUrl: `${page.origin}/nowhere` };
        }
        if (what === 'an unreachable service') mistake.options = { baseUrl: await deadAddress() };
        if (what === 'no server at baseUrl') config = { ...config, baseUrl: await deadAddress() };
        if (key === 'a key') config = { ...config, idempotencyKey: newKey() };
        if (key === 'a new key') {
          const idempotencyKey = await page.run(() => api.createIdempotencyKey());
          config = { ...config, idempotencyKey };
        }
        const error = await connect({
          username: 'shop',
          password: PASSWORD,
          storeUrl: 'store-wuxeae6.mybigcommerce.com',
          name: 'My shop',
          baseUrl: MOUNT,
          timeout: 30_000,
          ...config,
        });
        assert.equal(error.code, given.code);
        assert.equal(error.status, given.status);
        assert.match(String(error.message), given.message);
        // With a key that may be taken, nothing is posted before a lookup is answered.
        const isPosted = key !== 'a key' || what === 'an onInstance that throws';
        assert.equal(error.mayHaveCreated, (given.mayHaveCreated ?? false) && isPosted);
        if (given.report) assert.match(reports.at(-1)?.message ?? 'no report', given.report);
        else assert.deepEqual(reports, []);
      });
    }
  }
});
