import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, suite, test } from 'node:test';
import type { Fault, Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

suite('The source field of an error response', { timeout: 600_000 }, () => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  /** The config of a page without secrets, which calls a handler. */
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

  const response = (status: number, body: unknown, headers = {}): Fault => ({
    kind: 'respond',
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const sent = () =>
    sandbox.requests.map(({ method }) => method).filter((method) => method !== 'OPTIONS');

  test('with created: false keeps the POST from being repeated, unless the page has secrets', async () => {
    for (const status of [500, 502, 503]) {
      sandbox.requests.length = 0;
      const fault = response(status, { message: 'no', source: 'handler', created: false });
      sandbox.onRequest = ({ method }) => (method === 'POST' ? fault : undefined);
      const error = await page.connect({ ...config, ...secrets, idempotencyKey: randomUUID() });
      // With secrets, the fields do not count, and the attempt goes on.
      assert.equal(error.mayHaveCreated, true, String(status));
      sandbox.requests.length = 0;
      sandbox.onRequest = ({ method }) => (method === 'POST' ? fault : response(200, []));
      const { mayHaveCreated, code } = await page.connect({
        ...config,
        idempotencyKey: randomUUID(),
      });
      assert.equal(mayHaveCreated, false, String(status));
      assert.equal(code, status === 502 ? 'ERR_SERVER' : 'ERR_HANDLER');
      assert.deepEqual(sent(), ['GET', 'POST'], String(status));
    }
  });

  test('lets the POST be repeated after the Retry-After of a 429 of the service', async () => {
    const limited = { message: 'no', source: 'service', created: false };
    const faults = [
      response(429, limited, { 'retry-after': '1' }),
      response(200, { id: 1, token: 't' }),
    ];
    sandbox.onRequest = ({ method }) => (method === 'GET' ? response(200, []) : faults.shift());
    const { id } = await page.connect({ ...config, idempotencyKey: randomUUID() });
    assert.equal(id, 1);
    assert.deepEqual(sent(), ['GET', 'POST', 'GET', 'POST']);
  });
});
