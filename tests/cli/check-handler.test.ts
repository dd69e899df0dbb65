// What `check --handler` prints about deployments, most of them with one mistake.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { startSandbox } from '../../js/sandbox/sandbox.js';
import { bySession, MOUNT, makeHandler, optionsFor } from '../handler/served-handler.js';
import { serve } from '../server.js';
import { assertFindings, runCheck } from './run-check.js';

interface Deployment {
  options?: object;
  /** Resolves to true if it has answered the request in place of the handler. */
  before?(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** The variables of the session. */
  session?: Record<string, string>;
  /** Exit status. Default: 1. */
  status?: number;
  /** The table for `assertFindings`. */
  says: string;
}

const SESSION = { CHECK_COOKIE: 'session=ann-0123456789' };

const respondWith =
  (status: number, headers = {}, body = '<!doctype html><title>Shop</title>') =>
  async (_: unknown, response: ServerResponse) => {
    response.writeHead(status, headers).end(body);
    return true;
  };

const DEPLOYMENTS: Record<string, Deployment> = {
  'without a mistake': {
    session: SESSION,
    status: 0,
    says: `
      mounted | ok
      signed-out | ok | 401
      other-origin | ok | 403
      origin | ok
      body | ok
      service | ok
      unseen | unknown | subject of their own`,
  },
  'without a mistake, asked without a session': {
    status: 0,
    says: `
      signed-out | ok
      body | unknown
      service | unknown | CHECK_COOKIE`,
  },
  'with session tokens': {
    options: {
      authorize: ({ headers }: Request) =>
        headers.get('authorization') === 'Bearer the-token-of-ann' ? { subject: 'ann' } : null,
    },
    session: { CHECK_SESSION_TOKEN: 'the-token-of-ann' },
    status: 0,
    says: 'service | ok',
  },
  'whose handler is not mounted': {
    before: respondWith(404),
    says: 'mounted | problem | a web page answers 404 | path where the handler is mounted',
  },
  'with a redirect before the handler': {
    before: respondWith(302, { location: '/sign-in' }),
    says: 'mounted | problem | answers 302',
  },
  'with a sign-in before the handler': {
    before: respondWith(401),
    status: 0,
    says: 'mounted | unknown | answers 401 | CHECK_COOKIE',
  },
  'that repeats a cookie of several': {
    session: { CHECK_COOKIE: 'theme=dark; sid=the-value-of-sid=; id' },
    before: respondWith(401, {}, '{"message":"No session the-value-of-sid= for you"}'),
    says: 'mounted | problem | No session [redacted] for you',
  },
  'that is the service': {
    before: respondWith(401, {}, '{"requestId":"1"}'),
    says: 'mounted | problem | the service answers 401 | path where the handler is mounted',
  },
  'with a protection against CSRF before the handler': {
    before: async (request, response) =>
      request.method === 'POST' && respondWith(403)(request, response),
    says: 'origin | problem | a web page answers 403 | CSRF',
  },
  'with a body parser that refuses': {
    before: async (request, response) => {
      if (request.method === 'GET' || (await text(request)) !== '{') return false;
      return respondWith(400)(request, response);
    },
    says: 'body | problem | a web page answers 400 | before body parsers',
  },
  'with a body parser that takes the body': {
    before: async (request) => {
      await text(request);
      return false;
    },
    session: SESSION,
    says: 'body | problem | read already | before body parsers',
  },
  'behind an adapter that leaves headers out': {
    before: async (request) => {
      request.rawHeaders = [];
      return false;
    },
    says: "signed-out | problem | has no headers | Your server's log says more",
  },
  'without origin, behind TLS': {
    before: async (request) => {
      request.headers.host = 'internal.example';
      request.rawHeaders[request.rawHeaders.findIndex((name) => /^host$/i.test(name)) + 1] =
        'internal.example';
      return false;
    },
    says: `
      signed-out | ok
      origin | problem | Give createProxy origin: 'http://127.0.0.1:`,
  },
  'with the origin of another': {
    options: { origin: 'https://shop.example' },
    says: 'signed-out | problem | 403 | another origin',
  },
  'whose authorize accepts every request': {
    options: { authorize: () => ({ subject: 'ann' }) },
    says: `
      signed-out | problem | authorize must return null
      service | ok`,
  },
  'whose authorize accepts every request, with a wrong secret': {
    options: { authorize: () => ({ subject: 'ann' }), userSecret: 'wrong' },
    says: 'signed-out | problem | authorize must return null',
  },
  'with secrets of another region': {
    options: { userSecret: 'of-another-region' },
    session: SESSION,
    says: "service | problem | did not accept the account's secrets | another region",
  },
  'without secrets': {
    options: { userSecret: undefined },
    says: 'signed-out | problem | The handler is not set up',
  },
  'asked with a session that has ended': {
    session: { CHECK_COOKIE: 'other=0123456789' },
    says: 'service | problem | 401 | authorize',
  },
};

suite('check --handler', { timeout: 300_000 }, () => {
  for (const [name, { options, before, session = {}, status = 1, says }] of Object.entries(
    DEPLOYMENTS,
  )) {
    test(`prints the findings for a deployment ${name}, and creates nothing`, async () => {
      await using sandbox = await startSandbox();
      const listener = getRequestListener(
        makeHandler({ ...optionsFor(sandbox), authorize: bySession, ...options }),
      );
      await using server = await serve(async (request, response) => {
        if (!(await before?.(request, response))) listener(request, response);
      });
      const outcome = await runCheck(['--json', '--handler', server.origin + MOUNT], session);
      assertFindings(outcome, says);
      assert.equal(outcome.status, status, outcome.stdout);
      assert.deepEqual(
        sandbox.requests.filter(({ method }) => method !== 'GET'),
        [],
      );
    });
  }
});
