// A server that answers with any bytes, where HTTP servers would send only valid ones.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

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
  headers: Record<string, string>;
  body: string;
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

/** An HTTP response that every origin may read; headers that are undefined are left out. */
export function http(
  status: number,
  body: string | Uint8Array = '',
  headers: Record<string, string | undefined> = {},
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
export function json(
  status: number,
  value: unknown,
  headers?: Record<string, string | undefined>,
): Buffer {
  return http(status, JSON.stringify(value), headers);
}

/** The responses by default: a lookup finds nothing, and a POST creates the instance. */
const DEFAULTS: Record<string, HostileResponse> = {
  GET: { bytes: [json(404, { message: 'No element instances found', requestId: 'r' })] },
  POST: { bytes: [json(200, INSTANCE)] },
};

/** The response to a preflight; headers that are undefined are left out. */
export function preflight(headers: Record<string, string | undefined> = {}, status = 204): Buffer {
  return http(status, '', {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'authorization, content-type',
    'access-control-max-age': '0',
    'content-length': status === 204 ? undefined : '0',
    ...headers,
  });
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startHostileServer(): Promise<HostileServer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new HostileServer(server);
}

/** The URL of a port on which nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = await startHostileServer();
  await server.close();
  return server.url;
}

/** A running server; `startHostileServer` makes it. */
class HostileServer {
  /** The API's base URL. */
  readonly url: string;
  /** All requests but preflights, in their order of arrival. */
  readonly requests: HostileRequest[] = [];
  /** The responses to the next requests, in this order; when they run out, the default ones. */
  responses: HostileResponse[] = [];
  /** How many preflights arrived. */
  preflights = 0;

  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #onArrival: () => void = () => {};

  constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => this.#serve(socket));
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

  /** Clears the requests and the responses. */
  reset(): void {
    this.requests.length = 0;
    this.responses = [];
    this.preflights = 0;
  }

  /** The nth request since the last `reset`, as soon as it is there. */
  async arrival(nth = 1): Promise<HostileRequest> {
    for (;;) {
      const request = this.requests[nth - 1];
      if (request) return request;
      await within(
        60_000,
        new Promise<void>((resolve) => {
          this.#onArrival = resolve;
        }),
      );
    }
  }

  /** Ends all connections, held ones included, and frees the port. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(socket: Socket): Promise<void> {
    this.#sockets.add(socket);
    const closed = new Promise<number>((resolve) => {
      socket.on('close', () => {
        this.#sockets.delete(socket);
        resolve(socket.bytesWritten);
      });
    });
    // Some tests make clients disconnect.
    socket.on('error', () => {});
    const { reset } = this.responses[0] ?? {};
    if (reset === 'at once') {
      socket.resetAndDestroy();
      return;
    }
    const request = await read(socket, reset === 'at headers');
    if (!request) return;
    if (request.method === 'OPTIONS') {
      this.preflights++;
      await write(socket, this.responses[0]?.preflight ?? { bytes: [preflight()] });
      return;
    }
    const response = this.responses.shift() ?? DEFAULTS[request.method] ?? {};
    this.requests.push({ ...request, response, closed });
    this.#onArrival();
    await write(socket, response);
  }
}

export type { HostileServer };

/** The result of `work`; throws if it takes longer than `ms`. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const done = new AbortController();
  const late = delay(ms, undefined, { signal: done.signal }).then(() => {
    throw new Error(`It took longer than ${ms} ms.`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    late.catch(() => {});
    done.abort();
  }
}

async function write(
  socket: Socket,
  { bytes = [], ending, reset }: HostileResponse,
): Promise<void> {
  if (reset === 'at headers') socket.resetAndDestroy();
  for (const part of bytes) {
    if (socket.destroyed) return;
    if (typeof part === 'number') await delay(part);
    else socket.write(part);
  }
  if (ending === undefined || ending === 'end') socket.end();
  if (ending === 'endless') flood(socket);
  // What was written before goes out first.
  if (ending === 'cut') socket.write('', () => socket.resetAndDestroy());
}

/** The request on `socket`, if that does not close before; its body only if the head is not enough. */
async function read(
  socket: Socket,
  isHeadEnough: boolean,
): Promise<Pick<HostileRequest, 'method' | 'path' | 'headers' | 'body'> | undefined> {
  let received = '';
  socket.setEncoding('latin1');
  return new Promise((resolve) => {
    socket.on('close', () => resolve(undefined));
    socket.on('data', function onData(chunk: string) {
      received += chunk;
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [first = '', ...lines] = received.slice(0, end).split('\r\n');
      const headers = Object.fromEntries(
        lines.map((line) => {
          const [name = '', ...value] = line.split(': ');
          return [name.toLowerCase(), value.join(': ')];
        }),
      );
      const body = received.slice(end + 4);
      if (!isHeadEnough && body.length < Number(headers['content-length'] ?? 0)) return;
      const [method = '', path = ''] = first.split(' ');
      socket.off('data', onData);
      resolve({ method, path, headers, body });
    });
  });
}

function flood(socket: Socket): void {
  const spaces = Buffer.alloc(64 * 1024, ' ');
  const fill = () => {
    while (!socket.destroyed && socket.write(spaces));
  };
  socket.on('drain', fill);
  fill();
}
