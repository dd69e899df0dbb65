// A page that makes calls with many configs. The suites about the config share it.
import assert from 'node:assert/strict';
import { after, before, beforeEach } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage, Outcome } from './blank-page.js';
import type { Engine } from './engines.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

export type Config = Record<string, unknown>;

/** Makes a config in the page, where any value can be made; sees no outer scope but `raise`. */
export type Make = (valid: Config) => unknown;

interface Issue {
  path: (string | number)[];
  message: string;
}

export interface Sent {
  url: string;
  authorization: string | null;
  body: { name: string; tags?: string[]; configuration: Record<string, string> };
}

/** The result of a call, and the requests that it would have sent. */
type Result = Outcome & { code?: string; issues?: Issue[]; sent: Sent[] };

/** What a config throws when it is read; `validate` defines it in the page. */
export function raise(): never {
  throw new Error('canary');
}

/** Runs in the page: makes a call with each config, with a `fetch` that records and answers. */
async function attempts(makes: Make[]): Promise<Result[]> {
  const valid = {
    username: 'shop',
    password: '0123456789abcdef',
    storeUrl: 'https://store-abc123.mybigcommerce.com/api/v2',
    name: 'My shop',
    baseUrl: '/api',
  };
  const { fetch } = globalThis;
  const results: Result[] = [];
  for (const make of makes) {
    const sent: Sent[] = [];
    globalThis.fetch = async (...given) => {
      const request = new Request(...given);
      if (request.method === 'GET') return fetch(request);
      const authorization = request.headers.get('authorization');
      sent.push({ url: request.url, authorization, body: await request.json() });
      return Response.json({ id: 1, token: 'token' });
    };
    const result = await outcome(api.authenticateBigCommerce(make({ ...valid }) as never));
    results.push({ ...result, sent });
  }
  globalThis.fetch = fetch;
  return results;
}

/** Opens a browser for the suite, and gives what its tests do with configs. */
export function setUpConfigPage(engine: Engine, onOpen: (opened: SandboxedPage) => void) {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;

  before(async () => {
    opened = await openSandboxedPage(engine);
    ({ page, sandbox } = opened);
    onOpen(opened);
  });
  after(() => opened?.[Symbol.asyncDispose]());
  beforeEach(() => {
    sandbox.requests.length = 0;
  });

  /** The functions travel as source: WebDriver's JSON has no NaN, lone surrogate or Proxy. */
  function validate(...makes: Make[]): Promise<Result[]> {
    const source = `() => { const raise = ${raise}; return (${attempts})([${makes.join(',')}]); }`;
    return page.run(source as unknown as () => Promise<Result[]>);
  }

  /** One config for each of `values`. */
  function validateEach<V>(
    values: readonly V[],
    make: (valid: Config, value: V) => unknown,
  ): Promise<Result[]> {
    const source = `(values) => (${attempts})(values.map((value) => (valid) => (${make})(valid, value)))`;
    return page.run(source as unknown as (values: readonly V[]) => Promise<Result[]>, values);
  }

  /** `validate`, with the names of the cases. */
  async function validateAll(
    cases: Record<string, Make>,
  ): Promise<[label: string, result: Result][]> {
    const results = await validate(...Object.values(cases));
    return Object.keys(cases).map((label, at) => [label, results[at] ?? assert.fail(label)]);
  }

  /** `validate`, with the names of the cases and what each expects. */
  async function validateCases<T>(
    cases: Record<string, readonly [Make, T]>,
  ): Promise<[label: string, result: Result, expected: T][]> {
    const results = await validate(...Object.values(cases).map(([make]) => make));
    return Object.entries(cases).map(([label, [, expected]], at) => [
      label,
      results[at] ?? assert.fail(label),
      expected,
    ]);
  }

  /** Asserts that a config is valid; returns the request for it. */
  function accepted(result: Result | undefined, label: string): Sent {
    assert.deepEqual(result?.issues, undefined, label);
    assert.equal(result?.id, 1, `${label}: ${JSON.stringify(result)}`);
    assert.equal(result.sent.length, 1, label);
    return result.sent[0] ?? assert.fail(label);
  }

  /** Asserts that a config is refused; returns the messages of its issues by path, as `tags.1`. */
  function refused(result: Result | undefined, label: string): Record<string, string> {
    assert.equal(result?.code, 'ERR_CONFIG', label);
    assert.equal(result.isOurs, true, label);
    assert.equal(result.mayHaveCreated, false, label);
    assert.deepEqual(result.sent, [], `${label}: nothing is sent`);
    const issues = result.issues ?? assert.fail(label);
    for (const { message } of issues) assert.match(message, /^[A-Z].*\.$/, label);
    const messages = Object.fromEntries(
      issues.map(({ path, message }) => [path.join('.'), message]),
    );
    assert.equal(Object.keys(messages).length, issues.length, `${label}: one issue a value`);
    return messages;
  }

  /** Asserts at which paths each config is refused, and with which messages. */
  async function testRefusals(cases: Record<string, readonly [Make, Record<string, RegExp>]>) {
    for (const [label, result, expected] of await validateCases(cases)) {
      const issues = refused(result, label);
      assert.deepEqual(Object.keys(issues).sort(), Object.keys(expected).sort(), label);
      for (const [path, message] of Object.entries(expected)) {
        assert.match(issues[path] ?? '', message, label);
      }
    }
  }

  function setting(name: string): (sent: Sent) => unknown {
    return ({ body }) => body.configuration[name];
  }

  /** Asserts that each of `values` is sent as its URL in `expected`, or refused if that is null. */
  function assertUrls(
    field: string,
    values: readonly string[],
    results: readonly Result[],
    expected: readonly (string | null)[],
    sent: (sent: Sent) => unknown,
  ): void {
    for (const [at, value] of values.entries()) {
      const label = JSON.stringify(value);
      const url = expected[at];
      if (url === null) assert.deepEqual(Object.keys(refused(results[at], label)), [field], label);
      else assert.equal(sent(accepted(results[at], label)), url, label);
    }
  }

  return {
    accepted,
    assertUrls,
    refused,
    setting,
    testRefusals,
    validate,
    validateAll,
    validateCases,
    validateEach,
  };
}
