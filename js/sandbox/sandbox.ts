import { randomBytes } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import {
  accountOf,
  type Instance,
  type InstanceSettings,
  masked,
  opensStore,
  readPart,
  readSettings,
  type StoreLevelSecret,
} from './instance.js';
import template from './instance-response.json' with { type: 'json' };
import type { SandboxOptions } from './options.js';
import {
  authorize,
  authorizeForStore,
  isValidTarget,
  type RecordedRequest,
  readBody,
} from './request.js';
import {
  allowOrigin,
  BAD_TARGET,
  failure,
  HttpError,
  json,
  PREFLIGHT,
  type SandboxResponse,
  send,
  sendHalf,
} from './response.js';
import { readStore } from './store.js';
import { type Fault, faultOf, IGNORES_FILTER } from './test-credentials.js';

export type { Instance } from './instance.js';
export type { SandboxOptions } from './options.js';
export type { RecordedRequest } from './request.js';
export { type Fault, TEST_CREDENTIALS } from './test-credentials.js';

const BASE_PATH = '/elements/api-v2';

/** For tests in other processes, which cannot read the requests and instances of `Sandbox`. */
const CONTROL_PATH = '/_sandbox';

const STORE_PATH = `${BASE_PATH}/hubs/ecommerce/`;

const INSTANCES_PATH = new RegExp(`^${BASE_PATH}/instances(?:/(\\d+)(/enabled)?)?$`);

/** More would fill the memory of a long-running sandbox. */
const MAX_REQUESTS = 1000;

/** What a path does, by HTTP method. */
type Methods = Record<string, () => SandboxResponse>;

/**
 * Starts a local stand-in for the Cloud Elements API, with which the onboarding page and the tests
 * run without an account.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const server = createServer().listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  return new Sandbox(server, options);
}

/** A running sandbox. `startSandbox` creates it. */
class Sandbox implements AsyncDisposable {
  /** The API's base URL. */
  readonly url: string;
  /** The only user secret that it accepts. */
  readonly userSecret: string;
  /** The only organization secret that it accepts. */
  readonly organizationSecret: string;
  /** The last 1,000 requests in the order of their arrival, including preflights. */
  readonly requests: RecordedRequest[] = [];
  /** The current instances, by id. */
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
  readonly #storeLevel: StoreLevelSecret;
  /** The hosts of requests. Others are refused, against DNS rebinding. */
  readonly #hosts: readonly string[];
  readonly #allowedOrigins: readonly string[];
  readonly #closing = new AbortController();
  readonly #failedBodies = new Set<string>();
  #nextId = template.id;

  constructor(
    server: Server,
    {
      host = '127.0.0.1',
      userSecret = randomSecret(),
      organizationSecret = randomSecret(),
      allowedOrigins = [],
      emptyLookup = 404,
      credentials = 'masked',
      storeLevel = 'any',
    }: SandboxOptions,
  ) {
    const { port } = server.address() as AddressInfo;
    const names = [isIPv6(host) ? `[${host}]` : host, '127.0.0.1', 'localhost'];
    this.#hosts = [...new Set(names.map((name) => new URL(`http://${name}:${port}`).host))];
    this.url = `http://${this.#hosts[0]}${BASE_PATH}`;
    this.userSecret = userSecret;
    this.organizationSecret = organizationSecret;
    // Each delayed response listens to it; Node warns of more than 10 listeners.
    setMaxListeners(0, this.#closing.signal);
    this.#server = server;
    this.#allowedOrigins = allowedOrigins;
    this.emptyLookup = emptyLookup;
    this.credentials = credentials;
    this.#storeLevel = storeLevel;
    server.on('request', (incoming, outgoing) => this.#serve(incoming, outgoing));
  }

  /** Closes all connections, even those that `hold` keeps open, and frees the port. */
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
    // Browsers retry a POST if a reused connection drops: a test would see two requests, although
    // the code under test sent only one.
    outgoing.setHeader('connection', 'close');
    if (!this.#hosts.includes(headers.host ?? '')) {
      return send(outgoing, failure(421, { message: `Only for ${this.#hosts.join(', ')}` }));
    }
    const request: RecordedRequest = { method, path, headers, body: '' };
    if (!path.startsWith(CONTROL_PATH) && this.requests.push(request) > MAX_REQUESTS) {
      this.requests.shift();
    }
    try {
      const allowed = this.#allowedOrigins.includes(headers.origin ?? '');
      if (allowed) allowOrigin(outgoing, headers.origin as string);
      const body = await readBody(incoming);
      if (body === undefined) return send(outgoing, failure(413, { message: 'Over 1 MiB' }));
      request.body = body;
      if (allowed && method === 'OPTIONS') send(outgoing, PREFLIGHT);
      else if (!isValidTarget(path)) send(outgoing, BAD_TARGET);
      else await this.#respond(request, outgoing);
    } catch (error) {
      // Shows an exception of `onRequest`. Aborted requests and delays that `close()` ends also get
      // here, but nobody reads their response.
      send(outgoing, failure(500, { message: String(error) }));
    }
  }

  async #respond(request: RecordedRequest, outgoing: ServerResponse): Promise<void> {
    const fault = (await this.onRequest?.(request)) ?? faultOf(request, this, this.#failedBodies);
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
    const methods = this.#methods(request, pathname, searchParams);
    const perform = methods[request.method];
    if (!perform) {
      const headers = { allow: Object.keys(methods).join(', ') };
      throw new HttpError(405, 'Method not allowed', { headers });
    }
    return perform();
  }

  #methods(request: RecordedRequest, pathname: string, query: URLSearchParams): Methods {
    if (pathname.startsWith(STORE_PATH)) {
      authorizeForStore(request, this, this.instances.values());
      const response = readStore(pathname.slice(STORE_PATH.length));
      return { GET: () => response };
    }
    authorize(request, this);
    switch (pathname) {
      case CONTROL_PATH:
        return { DELETE: () => this.#forget() };
      case `${CONTROL_PATH}/requests`:
        return { GET: () => json(200, this.requests) };
      case `${CONTROL_PATH}/instances`:
        return { GET: () => json(200, [...this.instances.values()]) };
      default:
        return this.#accountMethods(request, pathname, query);
    }
  }

  #forget(): SandboxResponse {
    this.requests.length = 0;
    this.instances.clear();
    this.#failedBodies.clear();
    return { status: 204 };
  }

  /** Returns the methods of a path of the account's instances. */
  #accountMethods(request: RecordedRequest, pathname: string, query: URLSearchParams): Methods {
    const resource = INSTANCES_PATH.exec(pathname);
    if (!resource) throw new HttpError(404, 'No such resource');
    const id = Number(resource[1]);
    if (resource[1] === undefined) {
      return {
        GET: () => json(200, this.#find(query.getAll('tags[]')).map(masked)),
        POST: () => this.#changed(this.#create(this.#readSettings(request))),
      };
    }
    if (resource[2] === undefined) {
      return {
        GET: () => json(200, masked(this.#read(id))),
        PUT: () => this.#changed(Object.assign(this.#read(id), this.#readSettings(request))),
        PATCH: () => this.#changed(Object.assign(this.#read(id), readPart(request))),
        DELETE: () => this.#delete(id),
      };
    }
    return {
      PUT: () => this.#setDisabled(id, false),
      DELETE: () => this.#setDisabled(id, true),
    };
  }

  #readSettings(request: RecordedRequest): InstanceSettings {
    const settings = readSettings(request);
    if (!opensStore(settings, this.#storeLevel)) {
      const providerMessage = 'Invalid credentials';
      throw new HttpError(400, 'The provider refused the request', { providerMessage });
    }
    return settings;
  }

  /** Returns the response with a created or updated instance. */
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
      token: randomSecret(),
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
    const found = [...this.instances.values()].filter((instance) => {
      if (Date.parse(instance.createdDate) > newest) return false;
      if (this.ignoreTagFilter || accountOf(instance) === IGNORES_FILTER) return true;
      const has = new Set(instance.tags);
      return tags.every((tag) => has.has(tag));
    });
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

function randomSecret(): string {
  return randomBytes(32).toString('base64');
}

export type { Sandbox };
