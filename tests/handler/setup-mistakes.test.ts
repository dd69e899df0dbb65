// Common set-up mistakes: each one ends the call at once, with an error that shows its cause.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import type { ErrorReport, ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { type Outcome, setUp } from '../browser/blank-page.js';
import { freePort } from '../browser/engines.js';
import { SPEED, speedUpTimers } from '../browser/fast-timers.js';
import { SandboxedPage } from '../browser/sandboxed-page.js';
import { messagesIn } from '../snippets.js';
import { newKey, PASSWORD } from './instance-body.js';
import { makeHandler, optionsFor } from './served-handler.js';

declare global {
  /** The results of the calls, by their index in `CASES`. */
  var outcomes: Promise<Outcome>[];
}

type Options = Partial<Record<keyof ProxyOptions, unknown>>;

/** Resolves to true where it has answered the request, and the handler must not. */
type Middleware = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

interface Mistake {
  options?: Options;
  before?: Middleware;
  /** Answers in place of the service. */
  service?: Middleware;
  config?: object;
}

const respondWith =
  (status: number, body: string, type = 'text/html'): Middleware =>
  async (_, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
    return true;
  };

const FASTIFY = '{"statusCode":400,"error":"Bad Request","message":"Body cannot be empty"}';

const MISTAKES: Record<string, Mistake> = {
  'a wrong secret': { options: { userSecret: 'wrong' } },
  'a missing secret': { options: { userSecret: undefined } },
  'an authorize that throws': { options: { authorize: () => assert.fail('no database') } },
  'an unusable subject': { options: { authorize: () => ({ subject: `${undefined}` }) } },
  'nobody signed in': { options: { authorize: () => null } },
  'a body parser before the handler': {
    before: async (request) => {
      await text(request);
      return false;
    },
  },
  'an adapter that leaves headers out': {
    before: async (request) => {
      request.rawHeaders = [];
      return false;
    },
  },
  'events that are not allowed': {
    config: { events: { callbackUrl: 'https://shop.example/events' } },
  },
  'an onInstance that throws': { options: { onInstance: () => assert.fail('no database') } },
  'another origin': { options: { origin: 'https://shop.example' } },
  'a wrong baseUrl of the handler': {
    service: respondWith(404, '{"message":"no Route matched with those values"}'),
  },
  'the console as baseUrl of the handler': {
    service: respondWith(200, '<!DOCTYPE html><title>Sign in</title>'),
  },
  'a firewall before the service': { service: respondWith(403, '<h1>403 Forbidden</h1>') },
  'an unreachable service': {},
  'no server at baseUrl': {},
  'a baseUrl without a handler': { before: respondWith(404, '<!DOCTYPE html><title>404</title>') },
  'a firewall before the handler': { before: respondWith(403, '<h1>403 Forbidden</h1>') },
  'an nginx with a small limit': { before: respondWith(413, '<h1>413 Too Large</h1>') },
  'a server for files alone': { before: respondWith(405, '<h1>405 Not Allowed</h1>') },
  'an Express parser that fails': { before: respondWith(400, '<pre>SyntaxError</pre>') },
  'a Fastify parser that fails': { before: respondWith(400, FASTIFY, 'application/json') },
  'a session that has ended': { before: respondWith(401, 'Unauthorized', 'text/plain') },
};

/**
 * Of each mistake the code, the status, whether an instance may have been created, a part of the
 * message, and one of what `onError` gets; `-` where there is none.
 */
const TABLE = `
a wrong secret | ERR_HANDLER | 500 | no | The handler answered 500: The service did | userSecret and organizationSecret
a missing secret | ERR_HANDLER | 500 | no | The handler answered 500: The handler is not set up. | userSecret is missing or empty
an authorize that throws | ERR_HANDLER | 500 | no | The handler answered 500: The user | authorize threw
an unusable subject | ERR_HANDLER | 500 | no | The handler answered 500: The user | a subject is
nobody signed in | ERR_UNAUTHORIZED | 401 | no | The handler answered 401: | signed in
a body parser before the handler | ERR_HANDLER | 400 | no | before body parsers | before body parsers
an adapter that leaves headers out | ERR_HANDLER | 500 | no | has no headers | has no headers
events that are not allowed | ERR_HANDLER | 400 | no | The handler answered 400: Events | Events
an onInstance that throws | ERR_HANDLER | 500 | maybe | could not be stored | onInstance threw
another origin | ERR_HANDLER | 403 | no | The handler answered 403: | https://shop.example
a wrong baseUrl of the handler | ERR_HANDLER | 500 | no | check baseUrl | at baseUrl answered 404
the console as baseUrl of the handler | ERR_HANDLER | 500 | maybe | A web page answered | /elements/api-v2
a firewall before the service | ERR_HANDLER | 500 | no | Something between | 403 with a web page: is it a firewall
an unreachable service | ERR_SERVER | 502 | no | The handler answered 502: | reached
no server at baseUrl | ERR_NETWORK | - | maybe | No complete response from the server at baseUrl | -
a baseUrl without a handler | ERR_HANDLER | 404 | no | The server at baseUrl answered 404 with a web page | -
a firewall before the handler | ERR_HANDLER | 403 | no | The server at baseUrl answered 403 with a web page | -
an nginx with a small limit | ERR_HANDLER | 413 | no | The server at baseUrl answered 413 with a web page | -
a server for files alone | ERR_HANDLER | 405 | no | The server at baseUrl answered 405 with a web page | -
an Express parser that fails | ERR_HANDLER | 400 | no | The server at baseUrl answered 400 with a web page | -
a Fastify parser that fails | ERR_HANDLER | 400 | no | It says: Body cannot be empty | -
a session that has ended | ERR_UNAUTHORIZED | 401 | no | The server at baseUrl answered 401. | -
`;

const KEYS = ['a new key', 'a key', 'no key'] as const;

/** Each mistake with each kind of key, and the messages that `onError` gets. */
const CASES = TABLE.trim()
  .split('\n')
  .flatMap((row) => {
    const [name = '', code, status, created, message = '', report = ''] = row.split(' | ');
    const mistake: Mistake = MISTAKES[name] ?? assert.fail(name);
    const expected = { name, code, status: Number(status) || undefined, created, message, report };
    return KEYS.map((key) => ({ ...mistake, ...expected, key, reports: [] as string[] }));
  });

suite('A set-up mistake', { timeout: 300_000 }, () => {
  const page = setUp(new SandboxedPage());

  before(async () => {
    await speedUpTimers(page.browser);
    const noServer = `http://127.0.0.1:${await freePort()}`;
    // Each case has a handler, mounted at its index.
    const listeners = CASES.map(({ name, service, options, reports }, at) =>
      getRequestListener(
        makeHandler({
          ...optionsFor(page.sandbox),
          ...(service && { baseUrl: `${page.origin}/service/${at}` }),
          ...(name === 'an unreachable service' && { baseUrl: noServer }),
          onError: ({ message }: ErrorReport) => reports.push(message),
          ...options,
        }),
      ),
    );
    page.onRequest = (request, response) => {
      const [, place, at] = /^(\/service)?\/(\d+)\/instances/.exec(request.url ?? '') ?? [];
      const called = CASES[Number(at)];
      if (!called) return false;
      const { before = async () => false } = place ? { before: called.service } : called;
      before(request, response).then((isAnswered) => {
        if (!isAnswered) listeners[Number(at)]?.(request, response);
      });
      return true;
    };
    const configs = CASES.map(({ name, key, config }, at) => ({
      ...{ username: 'shop', password: PASSWORD, name: 'My shop', timeout: 30_000 * SPEED },
      storeUrl: 'store-wuxeae6.mybigcommerce.com',
      baseUrl: name === 'no server at baseUrl' ? noServer : `/${at}`,
      idempotencyKey: key === 'a key' ? newKey() : undefined,
      ...config,
    }));
    const areNew = CASES.map(({ key }) => key === 'a new key');
    // All at once, because some calls wait between their requests.
    await page.run(
      (configs, areNew, limit) => {
        globalThis.outcomes = configs.map((config, at) => {
          const tooLate = new Promise<Outcome>((resolve) =>
            setTimeout(resolve, limit, { code: 'too late' }),
          );
          const key = areNew[at] && { idempotencyKey: api.createIdempotencyKey() };
          const call = outcome(api.authenticateBigCommerce({ ...config, ...key } as never));
          return Promise.race([call, tooLate]);
        });
      },
      configs,
      areNew,
      12_000 * SPEED,
    );
  });

  for (const [at, expected] of CASES.entries()) {
    const { name, key } = expected;
    test(`such as ${name}, with ${key}, ends the call with ${expected.code}`, async () => {
      const error = await page.run((at) => outcomes[at] as Promise<Outcome>, at);
      assert.equal(error.code, expected.code);
      assert.equal(error.status, expected.status);
      assert.ok(String(error.message).includes(expected.message), String(error.message));
      // With a key that may be used already, no POST goes before an answered lookup.
      const isPosted = key !== 'a key' || name === 'an onInstance that throws';
      assert.equal(error.mayHaveCreated, expected.created === 'maybe' && isPosted);
      const reported = expected.reports.at(-1) ?? '-';
      assert.ok(reported.includes(expected.report), reported);
    });
  }

  test('is in docs/troubleshooting.md with its message and log line, and no other is', async () => {
    const expected = new Set<string>();
    for (const [at, { code, status, reports }] of CASES.entries()) {
      const { message } = await page.run((at) => outcomes[at] as Promise<Outcome>, at);
      expected.add(String(message));
      // A merchant who is not signed in is no mistake of the set-up.
      if (code === 'ERR_UNAUTHORIZED') continue;
      // The log line of the default `onError`, unless the page's message already ends with it.
      for (const report of reports) {
        if (!String(message).endsWith(report)) expected.add(`createProxy: ${status} ${report}`);
      }
    }
    const messages = [...expected].map((text) =>
      text
        .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'http://localhost:5173')
        .replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:4000'),
    );
    const quoted = messagesIn('docs/troubleshooting.md').filter((text) =>
      /^(?:The (?:handler|server at baseUrl)|createProxy:|No complete response from the server)/.test(
        text,
      ),
    );
    assert.deepEqual(quoted.sort(), [...new Set(messages)].sort());
  });
});
