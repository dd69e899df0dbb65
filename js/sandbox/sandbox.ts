import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Instance,
  type InstanceSettings,
  masked,
  readPart,
  readSettings,
} from './instance.js';
import template from './instance-response.json' with { type: 'json' };
import {
  authorize,
  ORGANIZATION_SECRET,
  type RecordedRequest,
  requireJsonAccepted,
  USER_SECRET,
} from './request.js';
import {
  allowOrigin,
  failure,
  HttpError,
  json,
  PREFLIGHT,
  type SandboxResponse,
  send,
  sendHalf,
} from './response.js';
import { type Fault, outcomeOf } from './test-credentials.js';

export type { Instance } from './instance.js';
export { ORGANIZATION_SECRET, type RecordedRequest, USER_SECRET } from './request.js';
export { type Fault, TEST_CREDENTIALS } from './test-credentials.js';

const BASE_PATH = '/elements/api-v2';

const STORE_PATH = `${BASE_PATH}/hubs/ecommerce/`;

const INSTANCES_PATH = new RegExp(`^${BASE_PATH}/instances(?:/(\\d+)(/enabled)?)?$`);

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

/** By HTTP method. */
type Methods = Record<string, () => SandboxResponse>;

export interface SandboxOptions {
  /** Default: a free port. */
  port?: number | undefined;
  /** The origins whose pages can call the sandbox. Default: none. */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * The response to a lookup without a match: 404, as the vendor's test suite demands, or 200 with an
   * empty list, as other versions may answer. Default: 404.
   */
  emptyLookup?: 404 | 'empty-list' | undefined;
  /**
   * Whether responses to `POST`, `PUT` and `PATCH` mask the credentials, as those to `GET` do, or
   * repeat them: the vendor's examples show both. Default: masked.
   */
  credentials?: 'masked' | 'echo' | undefined;
}

/**
 * Starts a local stand-in for the Cloud Elements API on 127.0.0.1, with which the onboarding page
 * and the tests run without an account.
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
  /**
   * Called before each request except preflights, and awaited; its fault replaces that of a test
   * credential.
   */
  onRequest:
    | ((request: RecordedRequest) => Fault | undefined | Promise<Fault | undefined>)
    | undefined;

  /** The response to a lookup without a match. */
  emptyLookup: 404 | 'empty-list';
  /** Whether responses to requests other than `GET` mask the credentials. */
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
    server.on('request', (incoming, outgoing) => this.#serve(incoming, outgoing));
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

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = incoming;
    const request: RecordedRequest = { method, path, headers, body: '' };
    this.requests.push(request);
    // Browsers themselves repeat a POST when a reused connection drops: a test would see two
    // requests where the code under test sent one.
    outgoing.setHeader('connection', 'close');
    try {
      request.body = await text(incoming);
      const allowed = this.#allowedOrigins.includes(headers.origin ?? '');
      if (allowed) allowOrigin(outgoing, headers.origin as string);
      if (allowed && method === 'OPTIONS') send(outgoing, PREFLIGHT);
      else await this.#respond(request, outgoing);
    } catch (error) {
      // Shows an `onRequest` that throws. Clients that abort and delays that `close()` ends also come
      // here, but nobody reads the response.
      send(outgoing, failure(500, { message: String(error) }));
    }
  }

  async #respond(request: RecordedRequest, outgoing: ServerResponse): Promise<void> {
    const fault = (await this.onRequest?.(request)) ?? this.#testCredentialFault(request);
    switch (fault?.kind) {
      case 'drop':
        return void outgoing.destroy();
      case 'hold':
        return;
      case 'respond':
        return send(outgoing, fault);
      case 'delay':
        await delay(fault.ms, undefined, { signal: this.#closing.signal });
    }
    const response = this.#perform(request);
    switch (fault?.kind) {
      case 'drop-after':
        return void outgoing.destroy();
      case 'hold-after':
        return;
      case 'respond-after':
        return send(outgoing, fault);
      case 'half':
        return sendHalf(outgoing, response);
      default:
        return send(outgoing, response);
    }
  }

  #testCredentialFault(request: RecordedRequest): Fault | undefined {
    const [, fault, fails] = outcomeOf(request) ?? [];
    if (fails === 'once') {
      if (this.#failedBodies.has(request.body)) return undefined;
      this.#failedBodies.add(request.body);
    }
    return fault?.();
  }

  #perform(request: RecordedRequest): SandboxResponse {
    try {
      return this.#route(request);
    } catch (error) {
      if (error instanceof HttpError) return error.response;
      throw error;
    }
  }

  #route(request: RecordedRequest): SandboxResponse {
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
  #changed(instance: Instance): SandboxResponse {
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

  #delete(id: number): SandboxResponse {
    this.instances.delete(this.#read(id).id);
    return { status: 200 };
  }

  #setDisabled(id: number, disabled: boolean): SandboxResponse {
    this.#read(id).disabled = disabled;
    return { status: 200 };
  }
}

export type { Sandbox };
