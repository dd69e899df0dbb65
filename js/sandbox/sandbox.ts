import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import template from './instance-response.json' with { type: 'json' };

/** The one user secret that the sandbox accepts. */
export const USER_SECRET = 'sandbox/user+secret/0123456789abcdefghijklm=';

/** The one organization secret that the sandbox accepts. */
export const ORGANIZATION_SECRET = 'sandbox+organization/secret0123456789+/a==';

const AUTHORIZATION = `User ${USER_SECRET}, Organization ${ORGANIZATION_SECRET}`;

const BASE_PATH = '/elements/api-v2';

const STORE_PATH = `${BASE_PATH}/hubs/ecommerce/`;

const INSTANCES_PATH = new RegExp(`^${BASE_PATH}/instances(?:/(\\d+)(/enabled)?)?$`);

/** The settings whose values are secret. */
const CREDENTIALS = ['password', 'oauth.api.secret', 'event.notification.signature.key'];

/** The settings of each kind of account. */
const LEGACY_SETTINGS = ['username', 'password'];
const STORE_LEVEL_SETTINGS = ['authentication.type', 'oauth.api.key', 'oauth.api.secret'];

/**
 * Each resource of the connected store has the same entries. Their fields are those that the
 * documented settings of events name; others are not documented.
 */
const STORE_RESOURCES = ['orders', 'products', 'customers'];
const STORE_ENTRIES = [1, 2].map((id) => ({
  id,
  date_created: 'Mon, 07 Aug 2017 18:46:38 +0000',
  date_modified: 'Tue, 08 Aug 2017 08:00:00 +0000',
}));

/** An element instance of the service. Answers have more fields, the same for every instance. */
export interface Instance {
  id: number;
  name: string;
  createdDate: string;
  token: string;
  tags: string[];
  valid: boolean;
  disabled: boolean;
  eventsEnabled: boolean;
  /** The settings of the last `POST` or `PUT`, with the credentials. */
  configuration: Record<string, unknown>;
}

/** By HTTP method. */
type Methods = Record<string, () => Answer>;

type InstanceSettings = Pick<Instance, 'name' | 'configuration' | 'eventsEnabled'> & {
  tags?: string[];
};

/** A request as it arrived; `path` includes the query. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/**
 * A fault of one request.
 *
 * - `drop`: the connection ends without an answer
 * - `hold`: the connection stays open without an answer, until `close()`
 * - `answer`: this answer is sent instead of the sandbox's own
 * - `half`: half of the body of the sandbox's own answer is sent, then the connection ends
 * - `delay`: the request succeeds, but `ms` later
 *
 * With `-after`, and for `half`, the sandbox performs the request before; without, it does not.
 */
export type Fault =
  | { kind: 'drop' | 'drop-after' | 'hold' | 'hold-after' | 'half' }
  | ({ kind: 'answer' | 'answer-after' } & Answer)
  | { kind: 'delay'; ms: number };

/** `once`: only the first request with a given body fails, so that a retry succeeds. */
type TestCredential = [description: string, fault: () => Fault, fails?: 'once'];

const OUTCOMES = new Map(
  Object.entries<TestCredential>({
    refused: ['400: BigCommerce refuses', () => providerFault(400, 'Invalid API token')],
    forbidden: ['403: BigCommerce forbids it', () => providerFault(403, 'No access to the API')],
    conflict: ['409: already exists', () => serviceFault(409, 'Instance already exists')],
    'rate-limited': [
      '429: too many calls, Retry-After in seconds',
      () => serviceFault(429, 'Too many calls', { 'retry-after': '2' }),
    ],
    'server-error': ['500 with JSON', () => serviceFault(500, 'Internal server error')],
    gateway: ['502 with HTML, from a gateway', () => ({ kind: 'answer', ...BAD_GATEWAY })],
    unavailable: [
      '503, Retry-After as a date',
      () => serviceFault(503, 'Service unavailable', { 'retry-after': httpDateIn(5000) }),
    ],
    slow: ['success after 3 s', () => ({ kind: 'delay', ms: 3000 })],
    cut: ['no answer, nothing created', () => ({ kind: 'drop' })],
    lost: ['once: created, but no answer', () => ({ kind: 'drop-after' }), 'once'],
    'lost-gateway': [
      'once: created, but a gateway answers 502 with HTML',
      () => ({ kind: 'answer-after', ...BAD_GATEWAY }),
      'once',
    ],
    late: ['once: created, but the answer never comes', () => ({ kind: 'hold-after' }), 'once'],
    half: ['once: created, but the answer breaks off', () => ({ kind: 'half' }), 'once'],
  }),
);

/**
 * The usernames and client ids that cause an outcome, like the test cards of payment providers, with
 * a description of it. Every other one connects.
 */
export const TEST_CREDENTIALS: Readonly<Record<string, string>> = Object.fromEntries(
  [...OUTCOMES].map(([username, [description]]) => [username, description]),
);

export interface SandboxOptions {
  /** Default: a free port. */
  port?: number | undefined;
  /** The origins whose pages can call the sandbox. Default: none. */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * The answer to a lookup without a match: 404, as the vendor's test suite demands, or 200 with an
   * empty list, as other versions may answer. Default: 404.
   */
  emptyLookup?: 404 | 'empty-list' | undefined;
  /**
   * Whether answers to `POST`, `PUT` and `PATCH` mask the credentials, as those to `GET` do, or
   * repeat them: the vendor's examples show both. Default: masked.
   */
  credentials?: 'masked' | 'echo' | undefined;
}

/**
 * Starts a local stand-in for the Cloud Elements API on 127.0.0.1, with which the demo page and the
 * tests run without an account.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const server = createServer().listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return new Sandbox(server, options);
}

/** A running sandbox; `startSandbox` makes it. */
class Sandbox implements AsyncDisposable {
  /** The API's base URL. */
  readonly url: string;
  /** The one user secret that it accepts. */
  readonly userSecret = USER_SECRET;
  /** The one organization secret that it accepts. */
  readonly organizationSecret = ORGANIZATION_SECRET;
  /** All requests in their order of arrival, with preflights. */
  readonly requests: RecordedRequest[] = [];
  /** The instances that exist now, by id. */
  readonly instances = new Map<number, Instance>();
  /** Lookups find an instance only this many milliseconds after its creation. */
  lookupLag = 0;
  /** Whether lookups list all instances, with or without the tags. */
  ignoreTagFilter = false;
  /** Called before each request except preflights; its fault replaces that of a test credential. */
  onRequest: ((request: RecordedRequest) => Fault | undefined) | undefined;

  /** The answer to a lookup without a match. */
  emptyLookup: 404 | 'empty-list';
  /** Whether answers to requests other than `GET` mask the credentials. */
  credentials: 'masked' | 'echo';

  readonly #server: Server;
  readonly #allowedOrigins: readonly string[];
  readonly #closing = new AbortController();
  readonly #failedBodies = new Set<string>();
  #nextId = template.id;

  constructor(
    server: Server,
    { allowedOrigins = [], emptyLookup = 404, credentials = 'masked' }: SandboxOptions,
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE_PATH}`;
    this.#server = server;
    this.#allowedOrigins = allowedOrigins;
    this.emptyLookup = emptyLookup;
    this.credentials = credentials;
    server.on('request', (request, response) => this.#serve(request, response));
  }

  /** Ends all connections, even those that `hold` keeps open, and frees the port. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const request: RecordedRequest = { method, path, headers, body: '' };
    this.requests.push(request);
    // Browsers themselves repeat a POST when a reused connection drops: a test would see two
    // requests where the code under test sent one.
    response.setHeader('connection', 'close');
    try {
      request.body = await text(incoming);
      const allowed = this.#allowedOrigins.includes(headers.origin ?? '');
      if (allowed) allowOrigin(response, headers.origin as string);
      if (allowed && method === 'OPTIONS') send(response, PREFLIGHT);
      else await this.#respond(request, response);
    } catch (error) {
      // Shows an `onRequest` that throws. Clients that abort and delays that `close()` ends also come
      // here, but nobody reads their answer.
      send(response, failure(500, { message: String(error) }));
    }
  }

  async #respond(request: RecordedRequest, response: ServerResponse): Promise<void> {
    const fault = this.onRequest?.(request) ?? this.#testCredentialFault(request);
    switch (fault?.kind) {
      case 'drop':
        return drop(response);
      case 'hold':
        return;
      case 'answer':
        return send(response, fault);
      case 'delay':
        await delay(fault.ms, undefined, { signal: this.#closing.signal });
    }
    const answer = this.#perform(request);
    switch (fault?.kind) {
      case 'drop-after':
        return drop(response);
      case 'hold-after':
        return;
      case 'answer-after':
        return send(response, fault);
      case 'half':
        return sendHalf(response, answer);
      default:
        return send(response, answer);
    }
  }

  #testCredentialFault(request: RecordedRequest): Fault | undefined {
    const [, fault, fails] = OUTCOMES.get(accountForProvider(request)) ?? [];
    if (fails === 'once') {
      if (this.#failedBodies.has(request.body)) return undefined;
      this.#failedBodies.add(request.body);
    }
    return fault?.();
  }

  #perform(request: RecordedRequest): Answer {
    try {
      return this.#route(request);
    } catch (error) {
      if (error instanceof HttpError) return error.answer;
      throw error;
    }
  }

  #route(request: RecordedRequest): Answer {
    const { pathname, searchParams } = new URL(`http://sandbox${request.path}`);
    const methods = pathname.startsWith(STORE_PATH)
      ? this.#storeMethods(request, pathname.slice(STORE_PATH.length))
      : this.#accountMethods(request, pathname, searchParams);
    const perform = methods[request.method];
    if (!perform) {
      throw new HttpError(405, 'Method not allowed', { allow: Object.keys(methods).join(', ') });
    }
    return perform();
  }

  /** The methods of a path of the account's instances. */
  #accountMethods(request: RecordedRequest, pathname: string, query: URLSearchParams): Methods {
    authorize(request);
    const resource = INSTANCES_PATH.exec(pathname);
    if (!resource) throw new HttpError(404, 'No such resource');
    const id = Number(resource[1]);
    if (resource[1] === undefined) {
      return {
        GET: () => json(200, this.#find(query.getAll('tags[]')).map(masked)),
        POST: () => this.#changed(this.#create(readSettings(request))),
      };
    }
    if (resource[2] === undefined) {
      return {
        GET: () => json(200, masked(this.#read(id))),
        PUT: () => this.#changed(Object.assign(this.#read(id), readSettings(request))),
        PATCH: () => this.#changed(Object.assign(this.#read(id), readPart(request))),
        DELETE: () => this.#delete(id),
      };
    }
    return {
      PUT: () => this.#setDisabled(id, false),
      DELETE: () => this.#setDisabled(id, true),
    };
  }

  /** The methods of a path of the store that an instance connects. */
  #storeMethods(request: RecordedRequest, resource: string): Methods {
    this.#authorizeForStore(request);
    // The body of a ping is not documented.
    if (resource === 'ping') return { GET: () => json(200, {}) };
    if (STORE_RESOURCES.includes(resource)) return { GET: () => json(200, STORE_ENTRIES) };
    throw new HttpError(404, 'No such resource');
  }

  #authorizeForStore(request: RecordedRequest): void {
    const { authorization } = request.headers;
    const instance = [...this.instances.values()].find(
      ({ token }) => authorization === `User ${USER_SECRET}, Element ${token}`,
    );
    if (!instance) throw new HttpError(401, 'Invalid Element token or User secret');
    if (instance.disabled) throw new HttpError(403, 'The element instance is disabled');
    requireJsonAccepted(request);
  }

  /** Answers with an instance that was created or updated. */
  #changed(instance: Instance): Answer {
    return json(200, this.credentials === 'echo' ? instance : masked(instance));
  }

  #create(settings: InstanceSettings): Instance {
    const instance = {
      ...template,
      tags: [],
      ...settings,
      id: this.#nextId++,
      createdDate: new Date().toISOString(),
      token: randomBytes(32).toString('base64'),
    };
    this.instances.set(instance.id, instance);
    return instance;
  }

  #read(id: number): Instance {
    const instance = this.instances.get(id);
    if (!instance) throw new HttpError(404, `No element instance with id ${id}`);
    return instance;
  }

  #find(tags: string[]): Instance[] {
    const newest = Date.now() - this.lookupLag;
    const found = [...this.instances.values()].filter(
      (instance) =>
        Date.parse(instance.createdDate) <= newest &&
        (this.ignoreTagFilter || tags.every((tag) => instance.tags.includes(tag))),
    );
    if (found.length === 0 && this.emptyLookup === 404) {
      throw new HttpError(404, 'No element instances found');
    }
    return found;
  }

  #delete(id: number): Answer {
    this.instances.delete(this.#read(id).id);
    return { status: 200 };
  }

  #setDisabled(id: number, disabled: boolean): Answer {
    this.#read(id).disabled = disabled;
    return { status: 200 };
  }
}

export type { Sandbox };

/** An error answer of the service. */
class HttpError extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, headers?: Record<string, string>) {
    super(message);
    this.answer = failure(status, { message }, headers);
  }
}

function authorize(request: RecordedRequest): void {
  if (request.headers.authorization !== AUTHORIZATION) {
    throw new HttpError(401, 'Invalid Organization or User secret');
  }
  requireJsonAccepted(request);
}

function requireJsonAccepted({ headers }: RecordedRequest): void {
  if (!/^$|\*\/\*|\bapplication\/(json|\*)/.test(headers.accept ?? '')) {
    throw new HttpError(406, 'Only application/json can be answered');
  }
}

/** The username or client id for BigCommerce; empty where the service itself refuses the request. */
function accountForProvider(request: RecordedRequest): string {
  try {
    authorize(request);
    const { configuration } = readSettings(request);
    return String(configuration.username ?? configuration['oauth.api.key']);
  } catch {
    return '';
  }
}

function readSettings(request: RecordedRequest): InstanceSettings {
  const settings = readJson(request);
  if (requireText(settings, 'element', 'key') !== template.element.key) {
    throw new HttpError(404, 'No element with this key');
  }
  requireText(settings, 'name');
  const configuration = readConfiguration(settings);
  if (!requireText(settings, 'configuration', 'store.url').endsWith('/api/v2')) {
    throw new HttpError(
      400,
      'configuration.store.url is not an API Path: it does not end in /api/v2',
    );
  }
  return {
    ...readNameAndTags(settings),
    configuration,
    eventsEnabled: configuration['event.notification.enabled'] === true,
  } as InstanceSettings;
}

/**
 * The settings, which must be those of one kind of account. How the service treats a mixture is not
 * documented: refusing it keeps users from relying on one.
 */
function readConfiguration(settings: unknown): Instance['configuration'] {
  const configuration: Instance['configuration'] = Object(Object(settings).configuration);
  const isStoreLevel = configuration['authentication.type'] === 'custom';
  for (const setting of isStoreLevel ? LEGACY_SETTINGS : STORE_LEVEL_SETTINGS) {
    if (configuration[setting] !== undefined) {
      throw new HttpError(400, `configuration.${setting} does not go with this kind of account`);
    }
  }
  for (const setting of isStoreLevel ? ['oauth.api.key'] : LEGACY_SETTINGS) {
    requireText(settings, 'configuration', setting);
  }
  // Documented as optional.
  if (configuration['oauth.api.secret'] !== undefined) {
    requireText(settings, 'configuration', 'oauth.api.secret');
  }
  return configuration;
}

/** The settings that a `PATCH` can change. */
function readPart(request: RecordedRequest): Partial<InstanceSettings> {
  return readNameAndTags(readJson(request));
}

/** Only the fields that are present: missing tags stay, and an empty list removes all. */
function readNameAndTags(settings: unknown): Partial<InstanceSettings> {
  const { name, tags } = Object(settings);
  if (tags !== undefined && !isStrings(tags))
    throw new HttpError(400, 'tags is not a list of strings');
  return {
    ...(name !== undefined && { name: stripHtml(requireText(settings, 'name')) }),
    ...(tags !== undefined && { tags: tags.map(stripHtml) }),
  };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function readJson({ headers, body }: RecordedRequest): unknown {
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new HttpError(415, 'Content-Type must be application/json');
  }
  return parseJson(body);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new HttpError(400, 'The body is not JSON');
  }
}

function requireText(settings: unknown, ...path: string[]): string {
  let value = settings;
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
  if (typeof value !== 'string' || value === '') {
    throw new HttpError(400, `Missing required parameter: ${path.join('.')}`);
  }
  return value;
}

/** The instance with masked credentials. */
function masked(instance: Instance): Instance {
  const configuration = { ...instance.configuration };
  for (const name of CREDENTIALS) if (name in configuration) configuration[name] = '********';
  return { ...instance, configuration };
}

function stripHtml(value: string): string {
  return value.replace(/<[^>]*>/g, '');
}

const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type',
    // Browsers must not reuse the preflight of an earlier test.
    'access-control-max-age': '0',
  },
};

const BAD_GATEWAY: Answer = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>',
};

function providerFault(status: number, providerMessage: string): Fault {
  const message = 'The provider refused the request';
  return { kind: 'answer', ...failure(status, { message, providerMessage }) };
}

function serviceFault(status: number, message: string, headers?: Record<string, string>): Fault {
  return { kind: 'answer', ...failure(status, { message }, headers) };
}

function httpDateIn(ms: number): string {
  return new Date(Date.now() + ms).toUTCString();
}

function failure(
  status: number,
  error: { message: string; providerMessage?: string },
  headers?: Record<string, string>,
): Answer {
  return json(status, { requestId: randomBytes(12).toString('hex'), ...error }, headers);
}

function json(status: number, value: unknown, headers?: Record<string, string>): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'retry-after');
  response.setHeader('vary', 'origin');
}

function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(body);
}

function drop(response: ServerResponse): void {
  response.destroy();
}

function sendHalf(response: ServerResponse, { status, headers, body = '' }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
}
