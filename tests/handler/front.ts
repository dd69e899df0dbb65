// The handler in front of the sandbox, over real HTTP, with a session cookie that says who asks.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { getRequestListener } from '@hono/node-server';
import { createProxy, type ErrorReport, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';

export const PASSWORD = 'api-token-fedcba987654';
export const CLIENT_SECRET = 'client-secret-89abcdef0123';
export const SIGNATURE_KEY = 'signature-key-0123456789';

/** What must never be read in an answer. */
const SECRETS = [USER_SECRET, ORGANIZATION_SECRET, PASSWORD, CLIENT_SECRET, SIGNATURE_KEY];

/** What the core sends for the README's config, with `changes` at the top level. */
export function instanceBody(changes: object = {}): Record<string, unknown> {
  return {
    element: { key: 'bigcommerce' },
    configuration: {
      username: 'shop',
      password: PASSWORD,
      'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
    },
    name: 'My shop',
    ...changes,
  };
}

/** The same for a store-level API account, with `changes` to its settings. */
export function storeLevelBody(changes: object = {}): Record<string, unknown> {
  const { password: _, username: __, ...store } = Object(instanceBody().configuration);
  return instanceBody({
    configuration: {
      'authentication.type': 'custom',
      'oauth.api.key': 'client-id',
      'oauth.api.secret': CLIENT_SECRET,
      ...store,
      ...changes,
    },
  });
}

/** The settings that the core adds for `events`. */
export const EVENTS = {
  'event.notification.enabled': true,
  'event.vendor.type': 'polling',
  'event.notification.callback.url': 'https://shop.example/events',
  'event.poller.refresh_interval': '15',
  'event.notification.signature.key': SIGNATURE_KEY,
  'event.poller.configuration': {
    orders: {
      url: '/hubs/ecommerce/orders',
      idField: 'id',
      datesConfiguration: {
        updatedDateField: 'date_modified',
        updatedDateFormat: 'EEE',
        createdDateField: 'date_created',
        createdDateFormat: 'EEE',
        createdDateTimezone: 'GMT',
      },
    },
  },
};

/** A key that no other test has. */
export function newKey(): string {
  return `key-${crypto.randomUUID()}`;
}

/** As the contract has it: the first 40 hex digits of SHA-256. */
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 40);

/** The tag by which the service knows whose an instance is. */
export function subjectTag(subject: string): string {
  return `subject:${digest(subject)}`;
}

/** The tag that the service gets for a page's tag with a key. */
export function keyTag(subject: string, tag: string): string {
  const key = tag.slice('idempotency-key:'.length);
  return `idempotency-key:${digest(JSON.stringify([subject, key]))}`;
}

/** What an answer can hold. */
interface Body {
  id?: number;
  token?: string;
  name?: string;
  tags?: string[];
  valid?: boolean;
  message?: string;
  requestId?: string;
  providerMessage?: string;
  source?: string;
  created?: boolean;
}

/** An answer of the handler. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The JSON of the body, as far as it is an object. */
  body: Body;
  /** The same, as far as it is a list. */
  list: Body[];
}

/** What a request has beside its method and path. */
interface Sent {
  /** Who is signed in. */
  as?: string | undefined;
  /** In addition to those of a page of the same origin; `undefined` leaves one out. */
  headers?: Record<string, string | string[] | undefined>;
  /** As it goes over the wire, or what is to become JSON. */
  body?: unknown;
}

/** What `onError` is told. */
interface Report extends ErrorReport {
  request: Request;
  subject?: unknown;
}

/** Undefined, where the handler is to log. */
type Options = Omit<Partial<ProxyOptions>, 'onError'> & {
  onError?: ProxyOptions['onError'] | undefined;
};

/** The handler, served. */
export interface Front extends AsyncDisposable {
  origin: string;
  /** The service behind it. */
  sandbox: Sandbox;
  /** In place of the usual ones, until `reset`. */
  options: Options;
  /** What the host was told, unless it has an `onError` of its own. */
  reports: Report[];
  /** Sends what a page of the same origin would send, to a path below the mount. */
  send(method: string, path: string, sent?: Sent): Promise<Answer>;
  /** Sends these bytes, and no more where it `isAll`; reads until the connection ends. */
  sendRaw(request: string, isAll?: boolean): Promise<string>;
  /** The method and path of all that was sent on. */
  sentOn(): string[];
  reset(): void;
}

export const MOUNT = '/api/cloud-elements';

/** Starts the handler on a free port; leaving its scope ends it and the sandbox. */
export async function startFront(): Promise<Front> {
  const sandbox = await startSandbox();
  // Each request meets a copy of its own: there is no state that they could need to share.
  const listener = getRequestListener((request) =>
    createProxy({
      userSecret: USER_SECRET,
      organizationSecret: ORGANIZATION_SECRET,
      baseUrl: sandbox.url,
      authorize: bySession,
      onError: (report, context) => front.reports.push({ ...report, ...context }),
      ...front.options,
    } as ProxyOptions)(request),
  );
  const server = await serve(listener);

  const front: Front = {
    origin: server.origin,
    sandbox,
    options: {},
    reports: [],
    async send(method, path, { as = 'ann', headers, body } = {}) {
      const bytes =
        typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
      const request = httpRequest(server.origin, {
        method,
        path: MOUNT + path,
        agent: false,
        headers: defined({
          'sec-fetch-site': 'same-origin',
          cookie: as === '' ? undefined : `session=${as}`,
          ...(bytes !== undefined && {
            'content-type': 'application/json',
            'content-length': headers?.['transfer-encoding']
              ? undefined
              : String(Buffer.byteLength(bytes)),
          }),
          ...headers,
        }),
      });
      // A refusal may come while the body is still on its way.
      request.on('error', () => undefined);
      const told = front.reports.length;
      request.end(bytes);
      const [response] = await once(request, 'response');
      const answer = checked(response.statusCode, response.headers, await text(response));
      if (!('onError' in front.options)) checkReports(answer, front.reports.slice(told));
      return answer;
    },
    async sendRaw(request, isAll = false) {
      const { port } = new URL(server.origin);
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(request);
      if (isAll) socket.end();
      const answer = await text(socket);
      for (const secret of SECRETS) assert.ok(!answer.includes(secret), `a secret in ${answer}`);
      return answer;
    },
    sentOn: () => sandbox.requests.map(({ method, path }) => `${method} ${path}`),
    reset() {
      front.options = {};
      front.reports.length = 0;
      sandbox.requests.length = 0;
      sandbox.instances.clear();
      sandbox.ignoreTagFilter = false;
      sandbox.onRequest = undefined;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await sandbox.close();
    },
  };
  return front;
}

/** Serves on a free port of 127.0.0.1. */
export async function serve(
  listener: RequestListener,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** Takes the session cookie's value for the subject; nobody is signed in without one. */
function bySession({ headers }: Request): { subject: string } | null {
  const [, subject] = /(?:^|; )session=([^;]*)/.exec(headers.get('cookie') ?? '') ?? [];
  return subject === undefined ? null : { subject };
}

/** What holds for every answer. */
export function checked(status: number, headers: Answer['headers'], body: string): Answer {
  for (const secret of SECRETS) assert.ok(!body.includes(secret), `a secret in ${body}`);
  for (const secret of SECRETS) {
    assert.ok(!JSON.stringify(headers).includes(secret), 'a secret in a header');
  }
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['set-cookie'], undefined);
  const json = JSON.parse(body);
  if (status !== 200) {
    assert.equal(typeof json.message, 'string');
    assert.ok(json.message !== '', 'an error has a message');
    assert.match(json.source, /^(handler|service)$/);
    assert.ok(json.created === undefined || json.created === false);
  }
  return { status, headers, body: json, list: Array.isArray(json) ? json : [] };
}

/** The host is told of each error answer once, and of nothing else. */
function checkReports({ status, body }: Answer, reports: Report[]): void {
  assert.equal(reports.length, status === 200 ? 0 : 1, `${reports.length} reports of ${status}`);
  for (const { cause: _, request, ...report } of reports) {
    assert.equal(report.status, status);
    assert.equal(report.source, body.source);
    for (const secret of SECRETS) assert.ok(!JSON.stringify(report).includes(secret), 'a secret');
    assert.equal(request.body, null);
  }
}

function defined<T>(values: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined),
  );
}
