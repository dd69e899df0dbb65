// A server that answers with any bytes, where HTTP servers would send only valid ones.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { type Site, serve } from '../server.js';

/** How the server answers a request. */
export interface HostileResponse {
  /** Written in this order; a number is a pause in milliseconds. */
  bytes?: readonly (string | Uint8Array | number)[];
  /** Then the connection is closed (default), reset, silent, or full of spaces without end. */
  ending?: 'end' | 'cut' | 'hold' | 'endless';
  /** The response to its preflight, unless it is the default one. */
  preflight?: HostileResponse;
  /** Resets the connection at once, that of a preflight too, or when the headers have arrived. */
  reset?: 'at once' | 'at headers';
}

/** A request other than a preflight. */
export interface HostileRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** How it was answered. */
  response: HostileResponse;
  /** Resolves when the connection is closed, to the number of bytes written. */
  closed: Promise<number>;
}

/** The secrets of a config, which the service may repeat and an error must not. */
export const SECRETS = {
  password: 'the-api-token-0123456789',
  userSecret: 'the/user+secret/0123456789=',
  organizationSecret: 'the/organization+secret/0123456789=',
};

/** An instance as the service answers with it, credentials included. */
export const INSTANCE = {
  id: 1234,
  token: 'token-of-the-instance',
  name: 'API Instance',
  tags: ['Docs'],
  valid: true,
};

/** Headers to add; those that are undefined are left out. */
type Headers = Record<string, string | undefined>;

/** An HTTP response that every origin may read. */
export function http(
  status: number,
  body: string | Uint8Array = '',
  headers: Headers = {},
): Buffer {
  const bytes = Buffer.from(body);
  const all = {
    'access-control-allow-origin': '*',
    'content-type': 'application/json',
    'content-length': String(bytes.length),
    // Browsers repeat a POST themselves when a reused connection drops.
    connection: 'close',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Said\r\n${lines.join('')}\r\n`), bytes]);
}

/** An HTTP response whose body is `value` as JSON. */
export const json = (status: number, value: unknown, headers?: Headers): Buffer =>
  http(status, JSON.stringify(value), headers);

/** The response to a preflight. */
export function preflight(headers: Headers = {}, status = 204): Buffer {
  return http(status, '', {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '0',
    'content-length': status === 204 ? undefined : '0',
    ...headers,
  });
}

/** The responses by default: a lookup finds nothing, and a POST creates the instance. */
const DEFAULTS: Record<string, HostileResponse> = {
  GET: { bytes: [json(404, { message: 'No element instances found', requestId: 'r' })] },
  POST: { bytes: [json(200, INSTANCE)] },
};

/** A server on a free port of 127.0.0.1. */
export class HostileServer {
  /** All requests but preflights, in their order of arrival. */
  readonly requests: HostileRequest[] = [];
  /** The responses to the next requests, in this order; when they run out, the default ones. */
  responses: HostileResponse[] = [];
  /** How many preflights arrived. */
  preflights = 0;

  #site: Site | undefined;

  async start(): Promise<this> {
    this.#site = await serve((request) => this.#respond(request));
    this.#site.server.on('connection', (socket) => {
      if (this.responses[0]?.reset === 'at once') socket.resetAndDestroy();
    });
    return this;
  }

  /** Ends all connections, held ones included, and frees the port. */
  async close(): Promise<void> {
    await this.#site?.[Symbol.asyncDispose]();
  }

  /** The API's base URL. */
  get url(): string {
    return this.#site?.origin ?? '';
  }

  /** Clears the requests and the responses. */
  reset(): void {
    this.requests.length = 0;
    this.responses = [];
    this.preflights = 0;
  }

  /** A config that connects a store. */
  get config() {
    return {
      username: 'shop',
      password: SECRETS.password,
      storeUrl: 'store-wuxeae6.mybigcommerce.com',
      name: 'API Instance',
      baseUrl: this.url,
      // A call that hangs fails with ERR_TIMEOUT.
      timeout: 30_000,
    };
  }

  async #respond(request: IncomingMessage): Promise<void> {
    const { method = '', url: path = '', headers, socket } = request;
    const closed = new Promise<number>((resolve) => {
      socket.once('close', () => resolve(socket.bytesWritten));
    });
    if (this.responses[0]?.reset !== 'at headers') {
      try {
        await text(request);
      } catch {
        // Some tests make clients disconnect.
        return;
      }
    }
    if (method === 'OPTIONS') {
      this.preflights++;
      await write(socket, this.responses[0]?.preflight ?? { bytes: [preflight()] });
      return;
    }
    const response = this.responses.shift() ?? DEFAULTS[method] ?? {};
    this.requests.push({ method, path, headers, response, closed });
    await write(socket, response);
  }
}

/** Writes to the socket itself, because a `ServerResponse` would check what it sends. */
async function write(
  socket: Socket,
  { bytes = [], ending = 'end', reset }: HostileResponse,
): Promise<void> {
  if (reset === 'at headers') socket.resetAndDestroy();
  for (const part of bytes) {
    if (socket.destroyed) return;
    if (typeof part === 'number') await delay(part);
    else socket.write(part);
  }
  if (ending === 'end') socket.end();
  if (ending === 'endless') Readable.from(spaces()).pipe(socket);
  // What was written before goes out first.
  if (ending === 'cut') socket.write('', () => socket.resetAndDestroy());
}

function* spaces() {
  for (;;) yield Buffer.alloc(64 * 1024, ' ');
}
