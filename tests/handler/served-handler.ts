// Serves the handler in front of the sandbox. A session cookie has the subject as its value.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, afterEach, before } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import {
  createProxy,
  type ElementInstance,
  type ErrorContext,
  type ErrorReport,
  type ProxyOptions,
} from 'authenticate-bigcommerce/proxy';
import { type Fault, type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { type Site, serve } from '../server.js';
import {
  CLIENT_SECRET,
  instanceBody,
  ORGANIZATION_SECRET,
  PASSWORD,
  SIGNATURE_KEY,
  USER_SECRET,
} from './instance-body.js';

/** Must never be in a response. */
const SECRETS = [USER_SECRET, ORGANIZATION_SECRET, PASSWORD, CLIENT_SECRET, SIGNATURE_KEY];

interface Body extends Partial<ElementInstance> {
  connections?: Body[];
  canDisconnect?: boolean;
  message?: string;
  requestId?: string;
  providerMessage?: string;
  serviceMessage?: string;
  source?: string;
  created?: boolean;
}

/** A response of the handler. */
export interface HandlerResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** The body's JSON, where it is an object; empty where there is none. */
  body: Body;
  /** The body's JSON, where it is an array; otherwise empty. */
  list: Body[];
}

interface RequestOptions {
  /** The subject that is signed in; none if empty. Default: `ann`. */
  as?: string | undefined;
  /** Added to the headers of a page of the same origin; `undefined` removes one. */
  headers?: Record<string, string | string[] | undefined>;
  /** A string or bytes are sent unchanged, anything else as JSON. */
  body?: unknown;
}

/** The arguments of one `onError` call. */
type Report = ErrorReport & ErrorContext;

/** An undefined `onError` makes the handler log. */
type Options = Omit<Partial<ProxyOptions>, 'onError'> & {
  onError?: ProxyOptions['onError'] | undefined;
};

export const MOUNT = '/api/cloud-elements';

/** The options that a handler needs at least. */
export const OPTIONS = {
  userSecret: USER_SECRET,
  organizationSecret: ORGANIZATION_SECRET,
  authorize: () => ({ subject: 'ann' }),
};

export const PAGE_HEADERS = {
  'sec-fetch-site': 'same-origin',
  'content-type': 'application/json',
};

/** The options for a handler in front of `sandbox`. */
export function optionsFor({ url, userSecret, organizationSecret }: Sandbox) {
  return { baseUrl: url, userSecret, organizationSecret };
}

/** Processes that serve the handler with some options, in front of the same sandbox. */
interface Processes {
  sandbox: Sandbox;
  originFor(options: Options): string;
}

/** Processes that serve the handler in place of this one, for suites that are defined while it is set. */
export const other: { processes?: Processes | undefined } = {};

/** The handler for the tests of a suite. */
export function useHandler(): ServedHandler {
  const handler = new ServedHandler();
  before(() => handler.start());
  after(() => handler.close());
  afterEach(() => handler.reset());
  return handler;
}

class ServedHandler {
  /** Replace the default options until `reset`. */
  options: Options = {};
  /** The calls of `onError`, unless `options` have one. */
  readonly reports: Report[] = [];
  sandbox!: Sandbox;
  readonly #processes = other.processes;
  #site: Site | undefined;

  /** Starts handler and sandbox on free ports. */
  async start(): Promise<void> {
    if (this.#processes) {
      this.sandbox = this.#processes.sandbox;
      return;
    }
    this.sandbox = await startSandbox();
    // A new handler for each request: it must not need state that requests share.
    const listener = getRequestListener((request) =>
      createProxy({
        ...OPTIONS,
        ...optionsFor(this.sandbox),
        authorize: bySession,
        onError: (report, context) => this.reports.push({ ...report, ...context }),
        ...this.options,
      } as ProxyOptions)(request),
    );
    this.#site = await serve(listener);
  }

  async close(): Promise<void> {
    await this.#site?.[Symbol.asyncDispose]();
    if (!this.#processes) await this.sandbox?.close();
  }

  get origin(): string {
    return this.#processes?.originFor(this.options) ?? this.#site?.origin ?? '';
  }

  /** Sends a request of a same-origin page to a path below the mount. */
  async send(
    method: string,
    path: string,
    { as = 'ann', headers, body }: RequestOptions = {},
  ): Promise<HandlerResponse> {
    const bytes =
      typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    const length = headers?.['transfer-encoding'] ? undefined : Buffer.byteLength(bytes ?? '');
    const all: Record<string, unknown> = {
      'sec-fetch-site': 'same-origin',
      ...(as !== '' && { cookie: `session=${as}` }),
      ...(bytes !== undefined && { 'content-type': 'application/json', 'content-length': length }),
      ...headers,
    };
    for (const name of Object.keys(all)) if (all[name] === undefined) delete all[name];
    const options = { method, path: MOUNT + path, agent: false, headers: all as never };
    const request = httpRequest(this.origin, options);
    // The handler can answer, and close, before it has the whole body.
    request.on('error', () => undefined);
    const before = this.reports.length;
    request.end(bytes);
    const [incoming] = await once(request, 'response');
    const { userSecret, organizationSecret } = this.sandbox;
    const secrets = [...SECRETS, userSecret, organizationSecret];
    const { statusCode } = incoming;
    const response = checked(statusCode, incoming.headers, await text(incoming), secrets);
    const reports = this.reports.slice(before);
    const isReported = !('onError' in this.options) && !this.#processes;
    if (isReported) checkReports(response, reports, secrets);
    return response;
  }

  create(body: unknown = instanceBody(), request?: RequestOptions): Promise<HandlerResponse> {
    return this.send('POST', '/instances', { body, ...request });
  }

  /** Looks up the instance with the tag of a key. */
  find(tag: string, request?: RequestOptions): Promise<HandlerResponse> {
    return this.send('GET', `/instances?tags[]=${tag}`, request);
  }

  update(
    id: number | string | undefined,
    body: unknown = instanceBody(),
    request?: RequestOptions,
  ): Promise<HandlerResponse> {
    return this.send('PUT', `/instances/${id}`, { body, ...request });
  }

  list(request?: RequestOptions): Promise<HandlerResponse> {
    return this.send('GET', '/connections', request);
  }

  delete(id: number | string | undefined, request?: RequestOptions): Promise<HandlerResponse> {
    return this.send('DELETE', `/instances/${id}`, request);
  }

  /** Asserts that a request is refused with `status` and not passed on; returns the message. */
  async refused(status: number, ...request: Parameters<ServedHandler['send']>): Promise<string> {
    this.sandbox.requests.length = 0;
    const response = await this.send(...request);
    assert.equal(response.status, status, `${JSON.stringify(request)}: ${response.body.message}`);
    assert.deepEqual(this.passedOn(), [], 'nothing is passed on');
    return response.body.message ?? '';
  }

  /** Asserts the same of a creation and an update. */
  async bothRefused(status: number, request: RequestOptions): Promise<string> {
    await this.refused(status, 'POST', '/instances', request);
    return this.refused(status, 'PUT', '/instances/5', request);
  }

  /** The method and path of each request to the sandbox. */
  passedOn(): string[] {
    return this.sandbox.requests.map(({ method, path }) => `${method} ${path}`);
  }

  reset(): void {
    this.options = {};
    this.reports.length = 0;
    this.sandbox.requests.length = 0;
    this.sandbox.instances.clear();
    this.sandbox.ignoreTagFilter = false;
    this.sandbox.onRequest = undefined;
  }
}

/** A handler without a server, for requests that HTTP clients do not send. It does not log. */
export function makeHandler(options: object): (request: Request) => Promise<Response> {
  return createProxy({ ...OPTIONS, onError: () => undefined, ...options } as ProxyOptions);
}

/** A request of a page of the same origin. */
export function pageRequest(path: string, { headers, ...init }: RequestInit = {}): Request {
  const all = { ...PAGE_HEADERS, ...(headers as Record<string, string>) };
  // Node demands `duplex` for streams.
  const options = { duplex: 'half', ...init, headers: all } as RequestInit;
  return new Request(`https://shop.example${path}`, options);
}

/** A page's request for a new instance. */
export function creationRequest(
  body: BodyInit | null = JSON.stringify(instanceBody()),
  headers: Record<string, string> = {},
): Request {
  return pageRequest('/instances', { method: 'POST', body, headers });
}

/** The service's response in place of the sandbox's own. */
export function respondWith(status: number, body: unknown, headers = {}): Fault {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'respond', status, headers, body: text };
}

/** An `authorize` that takes the subject from the cookie `session`. */
export function bySession({ headers }: { headers: Headers }): { subject: string } | null {
  const [, subject] = /(?:^|; )session=([^;]*)/.exec(headers.get('cookie') ?? '') ?? [];
  return subject === undefined ? null : { subject };
}

/** Parses a response, and checks what must be true of every response. */
export function checked(
  status: number,
  headers: HandlerResponse['headers'],
  body: string,
  secrets: string[],
): HandlerResponse {
  for (const secret of secrets) {
    assert.ok(!body.includes(secret), `a secret in ${body}`);
    assert.ok(!JSON.stringify(headers).includes(secret), 'a secret in a header');
  }
  assert.equal(headers['content-type'], status === 204 ? undefined : 'application/json');
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['set-cookie'], undefined);
  const json = status === 204 && body === '' ? {} : JSON.parse(body);
  if (status >= 300) {
    assert.ok(json.message.length > 0, 'an error has a message');
    assert.match(json.source, /^(handler|service)$/);
    assert.ok(json.created === undefined || json.created === false, 'created is absent or false');
  }
  return { status, headers, body: json, list: Array.isArray(json) ? json : [] };
}

/** Each error response is reported once, and nothing else is. */
function checkReports(
  { status, body }: HandlerResponse,
  reports: Report[],
  secrets: string[],
): void {
  assert.equal(reports.length, status < 300 ? 0 : 1, `reports of ${status}`);
  for (const { cause: _, request, ...report } of reports) {
    assert.deepEqual([report.status, report.source], [status, body.source]);
    for (const secret of secrets) assert.ok(!JSON.stringify(report).includes(secret), 'a secret');
    assert.equal(request.body, null);
  }
}
