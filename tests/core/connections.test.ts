// The functions of the form's module; tests/browser/form-connections.test.ts has the form.
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { inspect } from 'node:util';
import { authenticateBigCommerce, BigCommerceAuthError } from 'authenticate-bigcommerce';
import { type ConnectionsConfig, disconnect, listConnections } from 'authenticate-bigcommerce/form';
import { type Site, serve } from '../server.js';

type Call = (config: ConnectionsConfig) => Promise<unknown>;

const LIST = '{"connections":[{"id":1}],"canDisconnect":true}';

const STATUSES = [
  // Not 405, after which a store must not count as disconnected.
  ...[400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 451, 499],
  ...[500, 501, 502, 503, 504, 511],
];

const BODIES = {
  handler: { source: 'handler', message: 'No.' },
  service: { source: 'service', message: 'No.', requestId: 'r-1' },
  gateway: { message: 'No.' },
};

suite('listConnections and disconnect', { timeout: 60_000 }, () => {
  let site: Site;
  let status: number;
  let body: string;

  before(async () => {
    site = await serve((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(status, { 'retry-after': '5', connection: 'close' });
        response.end(body);
      });
    });
  });
  after(() => site?.[Symbol.asyncDispose]());

  const HANDLER = 'The server at baseUrl answered';

  for (const [what, { answers = LIST, call = listConnections, ...config }, expected] of [
    [
      'where a page for signing in answers',
      { answers: '<p>', call: (config) => disconnect(config, 7) },
      `ERR_HANDLER ${HANDLER} DELETE /instances/7 without status 204: is it the handler?`,
    ],
    [
      'where a list has no ids',
      { answers: '{"connections":[null]}' },
      `ERR_HANDLER ${HANDLER} GET /connections without a list: is it the handler?`,
    ],
    [
      'where the base URL is a path, and there is no page',
      { baseUrl: '/api' },
      'ERR_CONFIG The config is not usable: baseUrl: Must be a whole URL: this page has no origin of its own.',
    ],
    [
      'where the session token is null',
      { sessionToken: (async () => null) as never },
      'ERR_CONFIG The config is not usable: sessionToken: Must be 1 to 4096 characters of printable ASCII, without spaces.',
    ],
    [
      'where the signal is aborted before',
      { signal: AbortSignal.abort(), sessionToken: () => new Promise<string>(() => {}) },
      'ERR_ABORTED The request was aborted by its signal.',
    ],
    [
      'where the timeout is no number',
      { timeout: Number.NaN },
      'ERR_CONFIG The config is not usable: timeout: Must be a number of milliseconds from 1 to 2147483647.',
    ],
    [
      'where the session token is two lines',
      { sessionToken: 's3cret\ntoken' },
      'ERR_CONFIG The config is not usable: sessionToken: Must be 1 to 4096 characters of printable ASCII, without spaces.',
    ],
  ] as [string, Partial<ConnectionsConfig> & { answers?: string; call?: Call }, string][]) {
    test(`fail ${what}`, { timeout: 20_000 }, async () => {
      [status, body] = [200, answers];
      const error = await errorOf(call({ baseUrl: site.origin, ...config }));
      assert.equal(`${error.code} ${error.message}`, expected);
      assert.doesNotMatch(inspect(error), /s3cret/);
    });
  }

  test('accept the session tokens that authenticateBigCommerce accepts', async () => {
    [status, body] = [401, ''];
    const baseUrl = site.origin;
    const account = { username: 'shop', password: 'token', storeUrl: 's.example', name: 'n' };
    for (const [token, code] of [
      ...['!', '~', 'x'.repeat(4096), undefined].map((token) => [token, 'ERR_UNAUTHORIZED']),
      ...['', ' a', 'a b', 'ä', '\x7f', 'x'.repeat(4097), 5].map((token) => [token, 'ERR_CONFIG']),
    ]) {
      const config = { baseUrl, sessionToken: (async () => token) as () => Promise<string> };
      const calls = [authenticateBigCommerce({ ...account, ...config }), listConnections(config)];
      const errors = await Promise.all(calls.map((call: Promise<unknown>) => errorOf(call)));
      assert.deepEqual(
        errors.map((error) => error.code),
        [code, code],
        String(token),
      );
    }
  });

  for (const [sender, sent] of Object.entries(BODIES)) {
    test(`fail like authenticateBigCommerce with each status of a ${sender}`, async () => {
      body = JSON.stringify(sent);
      const config = { baseUrl: site.origin };
      const account = { username: 'shop', password: 'token', storeUrl: 's.example', name: 'n' };
      for (status of STATUSES) {
        const calls = [
          authenticateBigCommerce({ ...config, ...account, instanceId: 7 }),
          listConnections(config),
          disconnect(config, 7),
        ];
        const [expected, ...failures] = await Promise.all(
          calls.map(async (call) => fieldsOf(await errorOf(call))),
        );
        assert.deepEqual(failures, [expected, expected], String(status));
      }
    });
  }
});

const errorOf = (call: Promise<unknown>): Promise<BigCommerceAuthError> =>
  call.then(
    () => assert.fail('it succeeds'),
    (error) => error,
  );

function fieldsOf(error: BigCommerceAuthError): object {
  assert.ok(error instanceof BigCommerceAuthError, String(error));
  const { mayHaveCreated, ...fields } = error;
  return fields;
}
