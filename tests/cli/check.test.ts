// What `check` prints about an account and a store, whatever the service does.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  type Fault,
  type RecordedRequest,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../js/sandbox/sandbox.js';
import { freePort } from '../browser/engines.js';
import { readDocument } from '../snippets.js';
import { environmentOf, shorten } from './command.js';
import { assertFindings, checkStore, FILES, type Finding, runCheck } from './run-check.js';

/** A value of `NODE_OPTIONS` that collects garbage every 10 milliseconds, unused signals too. */
const COLLECT_GARBAGE = `--import=data:text/javascript,${encodeURIComponent(`
  import { setFlagsFromString } from 'node:v8';
  import { runInNewContext } from 'node:vm';
  setFlagsFromString('--expose-gc');
  setInterval(runInNewContext('gc'), 10).unref();
`)}`;

const PAGE = '<!doctype html><title>Sign in</title>';

interface Way {
  options?: SandboxOptions;
  prepare?(sandbox: Sandbox): void;
  /** Called before each request; can change it. */
  onRequest?(request: RecordedRequest, sandbox: Sandbox): Fault | undefined;
  file?: string;
  environment?: Record<string, string>;
  /** Added to the sandbox's address. */
  path?: string;
  /** Exit status. Default: 0. */
  status?: number;
  /** The table for `assertFindings`. */
  says: string;
}

function respond(status: number, body: unknown): Fault {
  return { kind: 'respond', status, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const isPost = ({ method }: RecordedRequest) => method === 'POST';
const isRead = ({ method, path }: RecordedRequest) =>
  method === 'GET' && /instances\/\d+$/.test(path);

/** The newest instance of a sandbox, with `changes`, as the response to a request. */
function instanceWith(sandbox: Sandbox, changes: (instance: object) => object): Fault {
  const instance = [...sandbox.instances.values()].at(-1) ?? {};
  return respond(200, { ...instance, ...changes(instance) });
}

/** An instance of somebody else, which must still be there at the end. */
const OTHERS = 1;
const OTHER_INSTANCE = {
  id: OTHERS,
  tags: ['idempotency-key:0123456789abcdef'],
  createdDate: new Date(0).toISOString(),
  configuration: {},
} as never;

const WAYS: Record<string, Way> = {
  'as documented, with a store-level API account': {
    says: `
      account | ok
      no-match | ok | 404 | (documented)
      file | ok | store-level
      credential | ok | Yes | (inferred)
      store | ok | 200
      tags | ok | order
      lookup | ok | Yes. | (documented)
      renewal | ok
      token | ok | (not documented)
      masks | ok | POST, GET, PUT
      removal | ok | Yes: `,
  },
  'as documented, with a Legacy API account': {
    file: FILES.legacy,
    says: `
      file | ok | Legacy
      credential | ok | (documented)
      masks | ok | POST, GET, PUT
      removal | ok`,
  },
  'with empty lists': {
    options: { emptyLookup: 'empty-list' },
    says: 'no-match | note | empty list | (documented otherwise)',
  },
  'that echoes credentials': {
    options: { credentials: 'echo' },
    says: 'masks | note | out in GET. | In clear in POST, PUT. | (documented)',
  },
  'that echoes them to GET': {
    onRequest: (request, sandbox) =>
      isRead(request) ? instanceWith(sandbox, () => ({})) : undefined,
    says: 'masks | note | In clear in GET. | (documented otherwise)',
  },
  'that wants the Client secret': {
    options: { storeLevel: 'client-secret' },
    says: `
      credential | note | Invalid credentials
      credential | ok | Yes | (documented) | clientSecret in place of accessToken
      removal | ok`,
  },
  'that wants oauth.user.token': {
    onRequest: (request) => {
      const { externalAuthentication, configuration } = JSON.parse(request.body || '{}');
      const isGiven = externalAuthentication === 'initial' && configuration?.['oauth.user.token'];
      const refusal = { requestId: '1', message: 'Refused', providerMessage: 'No token' };
      return isPost(request) && !isGiven ? respond(400, refusal) : undefined;
    },
    status: 1,
    says: `
      credential | note | No token
      credential | problem | the package cannot send it | (inferred)
      store | ok
      masks | note | In clear in POST, GET, PUT.
      removal | ok`,
  },
  'whose store refuses all': {
    file: FILES['store-level'].replace('client-id', 'store-401'),
    status: 1,
    says: `
      credential | note | Missing or invalid authentication
      credentials | problem`,
  },
  'that repeats secrets in its messages': {
    file: FILES['store-level'].replace('client-id', 'echo-secrets'),
    status: 1,
    says: 'credential | note | custom [redacted] [redacted]',
  },
  'whose store answers no ping, but repeats the API Token that was sent': {
    // The package does not send the zero width space.
    file: FILES.legacy.replace('API TOKEN: ', 'API TOKEN: \u200b'),
    onRequest: ({ path }, { requests }) => {
      if (!path.includes('/hubs/')) return undefined;
      const { password } = JSON.parse(requests.find(isPost)?.body ?? '').configuration;
      return respond(401, { requestId: '1', providerMessage: `Expired: ${password}` });
    },
    status: 1,
    says: `
      store | problem | 401 | Expired: [redacted]
      removal | ok`,
  },
  'that gives tags in another order': {
    onRequest: (request, sandbox) =>
      isRead(request)
        ? instanceWith(sandbox, (instance) => ({
            tags: [...(instance as { tags: string[] }).tags].reverse(),
          }))
        : undefined,
    says: 'tags | note | another order | (not documented)',
  },
  'that drops tags': {
    onRequest: (request) => {
      if (request.body) request.body = JSON.stringify({ ...JSON.parse(request.body), tags: [] });
      return undefined;
    },
    status: 1,
    says: `
      tags | problem | 3 are missing
      lookup | problem | No. | (documented otherwise)
      removal | problem | without its tag | Look for the name "check `,
  },
  'that ignores the filter': {
    prepare: (sandbox) => {
      sandbox.ignoreTagFilter = true;
    },
    says: `
      no-match | note | the filter is ignored | (documented otherwise)
      lookup | ok
      removal | ok`,
  },
  'whose lookups lag': {
    prepare: (sandbox) => {
      sandbox.lookupLag = 1000;
    },
    says: `
      lookup | note | after
      removal | ok`,
  },
  'that changes the token with PUT': {
    onRequest: ({ method }, { instances }) => {
      if (method === 'PUT') for (const instance of instances.values()) instance.token = 'new-token';
      return undefined;
    },
    says: 'token | note | onInstance',
  },
  'that drops a renewal': {
    onRequest: ({ method }) => (method === 'PUT' ? { kind: 'drop' } : undefined),
    status: 1,
    says: `
      renewal | problem | No response
      removal | ok`,
  },
  'that is a web page': {
    onRequest: () => respond(200, PAGE),
    status: 1,
    says: 'account | problem | A web page answered 200 at CLOUD_ELEMENTS_BASE_URL',
  },
  'that is a redirect': {
    onRequest: () => ({ kind: 'respond', status: 302, headers: { location: '/sign-in' } }),
    status: 1,
    says: 'account | problem | A redirect answered at CLOUD_ELEMENTS_BASE_URL',
  },
  'that is another API': {
    onRequest: () => respond(200, { hello: 'world' }),
    status: 1,
    says: 'account | problem | cannot be read: check CLOUD_ELEMENTS_BASE_URL',
  },
  'that has other resources': {
    onRequest: () => respond(404, { message: 'Not Found' }),
    status: 1,
    says: 'account | problem | 404 to a User secret that no account has | check CLOUD_ELEMENTS_BASE_URL',
  },
  'that asks for no secrets': {
    onRequest: () => respond(200, []),
    status: 1,
    says: 'account | problem | 200 to a User secret that no account has',
  },
  'whose address has another path': {
    path: '/instances',
    status: 1,
    says: 'account | unknown | 404 | CLOUD_ELEMENTS_BASE_URL has to end in /elements/api-v2',
  },
  'that does not answer': {
    onRequest: () => ({ kind: 'hold' }),
    environment: { NODE_OPTIONS: `${shorten(15_000)} ${COLLECT_GARBAGE}` },
    status: 1,
    says: 'account | problem | none within 15 seconds',
  },
  'whose secrets are given with a line break at their end': {
    options: { userSecret: 'user-secret', organizationSecret: 'organization-secret' },
    environment: {
      CLOUD_ELEMENTS_USER_SECRET: 'user-secret\r\n',
      CLOUD_ELEMENTS_ORGANIZATION_SECRET: 'organization-secret\n',
    },
    says: 'account | ok',
  },
  'of another region than the secrets': {
    environment: { CLOUD_ELEMENTS_USER_SECRET: 'of-another-region' },
    status: 1,
    says: 'account | problem | whether CLOUD_ELEMENTS_BASE_URL is of their region',
  },
  'that cannot be reached': {
    environment: { CLOUD_ELEMENTS_BASE_URL: `http://127.0.0.1:${await freePort()}` },
    status: 1,
    says: 'account | problem | ECONNREFUSED',
  },
  'whose settings cannot be used': {
    environment: { CLOUD_ELEMENTS_USER_SECRET: '', CLOUD_ELEMENTS_BASE_URL: '' },
    status: 1,
    says: 'settings | problem | CLOUD_ELEMENTS_USER_SECRET is missing | CLOUD_ELEMENTS_BASE_URL is missing',
  },
  'asked with a file of something else': {
    file: 'Dear merchant',
    status: 1,
    says: 'file | problem | No. | ACCESS TOKEN: ',
  },
  'asked with a file in UTF-16': {
    file: [...FILES.legacy].join('\0'),
    status: 1,
    says: 'file | problem | No: it is not in UTF-8.',
  },
  'asked with a file that the package refuses': {
    file: FILES['store-level'].replace('CLIENT ID: client-id\n', ''),
    status: 1,
    says: 'credential | problem | clientId: ',
  },
};

suite('check', { timeout: 600_000 }, () => {
  /** The checks whose answers name a basis. */
  const seen = new Set<string>();

  // Most of the time, a run waits.
  suite('with --store', { concurrency: 4 }, () => {
    for (const [name, way] of Object.entries(WAYS)) {
      test(`prints the findings for a service ${name}, and leaves nothing of its own`, async (t) => {
        const sandbox = await startSandbox(way.options);
        t.after(() => sandbox.close());
        sandbox.instances.set(OTHERS, OTHER_INSTANCE);
        way.prepare?.(sandbox);
        const created = new Set<string>();
        sandbox.onRequest = (request) => {
          for (const { token } of sandbox.instances.values()) if (token) created.add(token);
          return way.onRequest?.(request, sandbox);
        };
        const environment = {
          ...environmentOf(sandbox),
          CLOUD_ELEMENTS_BASE_URL: sandbox.url + (way.path ?? ''),
          ...way.environment,
        };
        const outcome = await checkStore(way.file ?? FILES['store-level'], environment);
        assertFindings(outcome, way.says);
        assert.equal(outcome.status, way.status ?? 0, outcome.stdout);
        for (const token of created) assert.ok(!outcome.stdout.includes(token), outcome.stdout);
        const left = [...sandbox.instances.keys()].filter((id) => id !== OTHERS);
        assert.ok(sandbox.instances.has(OTHERS), "another's instance is left");
        for (const id of left) assert.match(outcome.stdout, new RegExp(`without its tag: ${id}`));
        for (const line of outcome.stdout.trim().split('\n')) {
          const finding: Finding = JSON.parse(line);
          if (finding.basis) seen.add(finding.check);
        }
      });
    }
  });

  test('has a row in docs/service.md for each check whose answer names a basis', () => {
    const rows = readDocument('docs/service.md').matchAll(/^\| `([a-z-]+)` \|/gm);
    assert.deepEqual([...rows].map(([, check]) => check).sort(), [...seen].sort());
  });

  test('creates nothing without a file, and prints text without --json', async (t) => {
    const sandbox = await startSandbox();
    t.after(() => sandbox.close());
    const { status, stdout } = await runCheck([], environmentOf(sandbox));
    assert.equal(status, 0);
    assert.match(stdout, /^✓ ok {7}How is a lookup .*\? 404\. \(documented\)$/m);
    assert.match(stdout, /^No problems\.$/m);
    assert.deepEqual([...new Set(sandbox.requests.map(({ method }) => method))], ['GET']);
  });

  test('refuses other arguments with exit status 2, and does not repeat them', async () => {
    for (const args of [
      ['--user-secret', 'the-secret'],
      ['the-secret'],
      ['--handler', 'the-secret'],
    ]) {
      const { status, stdout, stderr } = await runCheck(args, {});
      assert.equal(status, 2);
      assert.ok(!`${stdout}${stderr}`.includes('the-secret'), stderr);
    }
  });
});
