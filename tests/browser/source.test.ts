import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, suite, test } from 'node:test';
import type { Fault, Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

/** Who answered, as the body of an error says it, and how messages name them. */
const NAMES = {
  handler: 'The handler',
  service: 'Cloud Elements',
  nobody: 'The server at baseUrl',
};

suite('Who answered', { timeout: 600_000 }, () => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  /** Of a page that holds no secrets, as before a handler. */
  let config: Record<string, unknown>;
  let secrets: Record<string, unknown>;

  before(async () => {
    opened = await openSandboxedPage();
    ({ page, sandbox } = opened);
    const { userSecret, organizationSecret, ...rest } = opened.config;
    config = rest;
    secrets = { userSecret, organizationSecret };
  });
  after(() => opened?.[Symbol.asyncDispose]());
  afterEach(() => {
    sandbox.onRequest = undefined;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
  });

  const answer = (status: number, body: unknown, headers = {}): Fault => ({
    kind: 'answer',
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const sent = () =>
    sandbox.requests.map(({ method }) => method).filter((method) => method !== 'OPTIONS');

  /** The error of a call whose every request is answered so. */
  async function failWith(fault: Fault, changes: object = {}) {
    sandbox.onRequest = () => fault;
    const error = await page.connect({ ...config, ...changes });
    assert.ok(error.code, 'it fails');
    return error;
  }

  for (const [source, status, code] of [
    ['handler', 400, 'ERR_HANDLER'],
    ['handler', 401, 'ERR_UNAUTHORIZED'],
    ['handler', 403, 'ERR_HANDLER'],
    ['handler', 404, 'ERR_HANDLER'],
    ['handler', 405, 'ERR_HANDLER'],
    ['handler', 408, 'ERR_SERVER'],
    ['handler', 413, 'ERR_HANDLER'],
    ['handler', 415, 'ERR_HANDLER'],
    ['handler', 500, 'ERR_HANDLER'],
    ['handler', 502, 'ERR_SERVER'],
    ['handler', 504, 'ERR_SERVER'],
    ['service', 400, 'ERR_REJECTED'],
    ['service', 401, 'ERR_UNAUTHORIZED'],
    ['service', 403, 'ERR_FORBIDDEN'],
    ['service', 404, 'ERR_NOT_FOUND'],
    ['service', 405, 'ERR_REJECTED'],
    ['service', 409, 'ERR_CONFLICT'],
    ['service', 429, 'ERR_RATE_LIMITED'],
    ['service', 500, 'ERR_SERVER'],
    ['nobody', 400, 'ERR_HANDLER'],
    ['nobody', 401, 'ERR_UNAUTHORIZED'],
    ['nobody', 403, 'ERR_FORBIDDEN'],
    ['nobody', 404, 'ERR_NOT_FOUND'],
    ['nobody', 405, 'ERR_HANDLER'],
    ['nobody', 409, 'ERR_CONFLICT'],
    ['nobody', 413, 'ERR_HANDLER'],
    ['nobody', 415, 'ERR_HANDLER'],
    ['nobody', 422, 'ERR_REJECTED'],
    ['nobody', 429, 'ERR_RATE_LIMITED'],
    ['nobody', 500, 'ERR_SERVER'],
  ] as const) {
    test(`${source} with ${status} gives ${code}`, async () => {
      const body = { message: 'no', ...(source !== 'nobody' && { source }) };
      const { message, ...error } = await failWith(answer(status, body));
      assert.deepEqual([error.code, error.status], [code, status]);
      assert.equal(message, `${NAMES[source]} answered ${status}: no`);
      assert.equal(error.mayHaveCreated, status === 408 || status >= 500);
      assert.deepEqual(sent(), ['POST']);
    });
  }

  test('handler with 404 to an update says that there is no such instance', async () => {
    const fault = answer(404, { message: 'no', source: 'handler' });
    assert.equal((await failWith(fault, { instanceId: 5 })).code, 'ERR_NOT_FOUND');
  });

  test('is nobody with what only the service says, and then the status decides', async () => {
    for (const details of [{ requestId: 'r' }, { providerMessage: 'p' }]) {
      const error = await failWith(answer(400, { message: 'no', ...details }));
      assert.equal(error.code, 'ERR_REJECTED');
    }
  });

  for (const [what, fault, code] of [
    ['a firewall', answer(403, '<html><h1>403 Forbidden</h1></html>'), 'ERR_FORBIDDEN'],
    ['nginx', answer(413, '<html><h1>413 Request Entity Too Large</h1></html>'), 'ERR_HANDLER'],
    ['Express', answer(400, '<pre>SyntaxError: Unexpected token</pre>'), 'ERR_HANDLER'],
    [
      'Fastify',
      answer(400, { statusCode: 400, code: 'FST_ERR_CTP_EMPTY_JSON_BODY', error: 'Bad Request' }),
      'ERR_HANDLER',
    ],
    ['a session', answer(401, 'Unauthorized'), 'ERR_UNAUTHORIZED'],
    ['a framework', answer(404, '<!DOCTYPE html><title>404</title>'), 'ERR_NOT_FOUND'],
  ] as [string, Fault, string][]) {
    test(`${what} before the handler is named, and its page is not repeated`, async () => {
      const { message, ...error } = await failWith(fault);
      assert.equal(error.code, code);
      assert.equal(message, `The server at baseUrl answered ${error.status}.`);
      assert.equal(error.mayHaveCreated, false);
    });
  }

  test('is not asked where the page holds the secrets', async () => {
    for (const source of ['handler', 'nobody']) {
      const fault = answer(400, { message: 'no', source, created: false });
      const { code, message } = await failWith(fault, secrets);
      assert.deepEqual([code, message], ['ERR_REJECTED', 'Cloud Elements answered 400: no']);
    }
    const lied = answer(500, { message: 'no', source: 'handler', created: false });
    assert.equal((await failWith(lied, secrets)).mayHaveCreated, true);
  });

  test('says that nothing was created, and the POST is not repeated', async () => {
    for (const status of [500, 502, 503]) {
      sandbox.requests.length = 0;
      const fault = answer(status, { message: 'no', source: 'handler', created: false });
      sandbox.onRequest = ({ method }) => (method === 'POST' ? fault : undefined);
      const error = await page.connect({ ...config, ...secrets, idempotencyKey: randomUUID() });
      // With secrets the mark does not count, so that the attempt goes on.
      assert.equal(error.mayHaveCreated, true, String(status));
      sandbox.requests.length = 0;
      sandbox.onRequest = ({ method }) => (method === 'POST' ? fault : answer(200, []));
      const { mayHaveCreated, code } = await page.connect({
        ...config,
        idempotencyKey: randomUUID(),
      });
      assert.equal(mayHaveCreated, false, String(status));
      assert.equal(code, status === 502 ? 'ERR_SERVER' : 'ERR_HANDLER');
      assert.deepEqual(sent(), ['GET', 'POST'], String(status));
    }
  });

  test('service with 429 to a POST is asked again after its time', async () => {
    const limited = { message: 'no', source: 'service', created: false };
    const faults = [
      answer(429, limited, { 'retry-after': '1' }),
      answer(200, { id: 1, token: 't' }),
    ];
    sandbox.onRequest = ({ method }) => (method === 'GET' ? answer(200, []) : faults.shift());
    const { id } = await page.connect({ ...config, idempotencyKey: randomUUID() });
    assert.equal(id, 1);
    assert.deepEqual(sent(), ['GET', 'POST', 'GET', 'POST']);
  });

  test('handler with an own refusal of a lookup ends the attempt at once', async () => {
    for (const status of [403, 404, 500]) {
      sandbox.requests.length = 0;
      const fault = answer(status, { message: 'no', source: 'handler', created: false });
      const error = await failWith(fault, { idempotencyKey: randomUUID() });
      assert.deepEqual([error.code, error.mayHaveCreated], ['ERR_HANDLER', false]);
      assert.deepEqual(sent(), ['GET']);
    }
  });

  test('service with 404 to a lookup says that there is none', async () => {
    sandbox.onRequest = ({ method }) =>
      method === 'GET'
        ? answer(404, { message: 'none', source: 'service' })
        : answer(200, { id: 1, token: 't' });
    const { id } = await page.connect({ ...config, idempotencyKey: randomUUID() });
    assert.equal(id, 1);
  });

  test('nobody is named in the error of a call without a response', async () => {
    sandbox.onRequest = () => ({ kind: 'drop' });
    const { message } = await page.connect(config);
    assert.match(String(message), /^No whole response came from the server at baseUrl: /);
    const direct = await page.connect({ ...config, ...secrets });
    assert.match(String(direct.message), /^No whole response came from Cloud Elements: /);
  });
});
