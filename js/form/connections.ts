import {
  BigCommerceAuthError,
  type BigCommerceAuthErrorInit,
  type ConfigFields,
  type ConfigIssueCode,
  type Connection,
} from '../index.js';

export type { Connection };

/** Returns the name of a connection, or else its id. */
export function nameOf({ name, id }: Connection): string {
  return name || String(id);
}

/** The connected stores of a merchant. */
export interface Connections {
  /** The connections, newest first. */
  connections: Connection[];
  /** Whether the handler lets merchants disconnect. */
  canDisconnect: boolean;
}

/** Fields of the config of `authenticateBigCommerce`. */
export interface ConnectionsConfig {
  /** The base URL of the handler. */
  baseUrl: string;
  /** The token of the merchant's session, or a function that returns it. */
  sessionToken?: ConfigFields['sessionToken'] | undefined;
  /** Aborts the request. */
  signal?: AbortSignal | undefined;
  /**
   * The timeout of the request, in milliseconds.
   * @defaultValue 60000
   */
  timeout?: number | undefined;
}

/** The default `timeout`, in milliseconds. */
const DEFAULT_TIMEOUT = 60_000;

/** In milliseconds; timers of more would expire at once. */
const MAX_TIMEOUT = 2_147_483_647;

/**
 * Lists the stores that the merchant has connected.
 *
 * @throws {@link BigCommerceAuthError}
 */
export async function listConnections(config: ConnectionsConfig): Promise<Connections> {
  const { status, body } = await request(config, 'GET', 'connections');
  const { connections, canDisconnect } = Object(body) as Connections;
  const hasId = (entry: unknown) => Number.isInteger(Object(entry).id);
  const isValid = Array.isArray(connections) && connections.every(hasId);
  if (!isValid) throw unexpected(status, 'GET /connections without a list');
  return { connections, canDisconnect };
}

/**
 * Disconnects a store: the handler deletes its instance, but not the API account in BigCommerce.
 *
 * @throws {@link BigCommerceAuthError} with `ERR_NOT_FOUND` if the merchant has no such instance.
 */
export async function disconnect(config: ConnectionsConfig, id: number): Promise<void> {
  const { status } = await request(config, 'DELETE', `instances/${id}`);
  // A server in front of the handler can answer with a page for signing in.
  if (status !== 204) throw unexpected(status, `DELETE /instances/${id} without status 204`);
}

/** Returns the error for a successful response that the handler does not give. */
function unexpected(status: number, answered: string): BigCommerceAuthError {
  const message = `The server at baseUrl answered ${answered}: is it the handler?`;
  return new BigCommerceAuthError({ code: 'ERR_HANDLER', message, status, mayHaveCreated: false });
}

async function request(config: ConnectionsConfig, method: string, path: string) {
  const url = `${baseOf(config)}/${path}`;
  const { timeout = DEFAULT_TIMEOUT } = config;
  if (!(timeout >= 1 && timeout <= MAX_TIMEOUT)) {
    const message = `Must be a number of milliseconds from 1 to ${MAX_TIMEOUT}.`;
    throw unusable('timeout', 'range', message);
  }
  // Node accepts integers alone.
  const timer = AbortSignal.timeout(Math.trunc(timeout));
  const signal = config.signal ? AbortSignal.any([timer, config.signal]) : timer;
  try {
    signal.throwIfAborted();
    const token = await tokenOf(config, signal);
    if (token !== undefined && !(typeof token === 'string' && /^[!-~]{1,4096}$/.test(token))) {
      const message = 'Must be 1 to 4096 characters of printable ASCII, without spaces.';
      throw unusable('sessionToken', 'characters', message);
    }
    const response = await fetch(url, {
      method,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      cache: 'no-store',
      redirect: 'manual',
      signal,
    });
    const body = parse(await response.text());
    if (response.ok) return { status: response.status, body };
    throw new BigCommerceAuthError(failureOf(response, body, `${method} /${path}`));
  } catch (cause) {
    if (cause instanceof BigCommerceAuthError) throw cause;
    throw new BigCommerceAuthError(interruption(timer, config.signal, cause));
  }
}

/** Returns the handler's base URL. A path is on the page's origin, whatever its `<base>` says. */
function baseOf({ baseUrl }: ConnectionsConfig): string {
  const base = String(baseUrl ?? '')
    .trim()
    .replace(/\/+$/, '');
  if (!base) throw unusable('baseUrl', 'missing', 'Is missing.');
  if (!base.startsWith('/')) return base;
  const origin = globalThis.location?.origin ?? 'null';
  if (origin !== 'null') return origin + base;
  throw unusable('baseUrl', 'origin', 'Must be a whole URL: this page has no origin of its own.');
}

/** Returns the session token. The page's function may never settle: `signal` ends the wait. */
function tokenOf({ sessionToken }: ConnectionsConfig, signal: AbortSignal) {
  if (typeof sessionToken !== 'function') return sessionToken;
  return new Promise<string | undefined>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    (async () => sessionToken())().then(resolve, (cause) =>
      reject(unusable('sessionToken', 'unreadable', 'Cannot be read: the function throws.', cause)),
    );
  });
}

function unusable(field: string, code: ConfigIssueCode, message: string, cause?: unknown) {
  return new BigCommerceAuthError({
    code: 'ERR_CONFIG',
    message: `The config is not usable: ${field}: ${message}`,
    issues: [{ path: [field], code, message }],
    mayHaveCreated: false,
    cause,
  } as BigCommerceAuthErrorInit);
}

function failureOf(
  { status, headers }: Response,
  body: unknown,
  request: string,
): BigCommerceAuthErrorInit {
  const { source, requestId } = Object(body) as { source?: unknown; requestId?: unknown };
  const message = `The server at baseUrl answered ${request} with status ${status}.`;
  const common = { message, status, mayHaveCreated: false };
  const code = codeOf(status, source);
  if (code === 'ERR_HANDLER') return { ...common, code };
  const id = typeof requestId === 'string' ? { requestId } : {};
  if (code !== 'ERR_RATE_LIMITED' && code !== 'ERR_SERVER') return { ...common, ...id, code };
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  return { ...common, ...id, ...(retryAfter >= 0 ? { retryAfter } : {}), code };
}

/** Codes by the status of the service. */
const SERVICE_CODES = {
  // The handler's secrets are wrong.
  401: 'ERR_HANDLER',
  // Or its base URL. With ERR_NOT_FOUND, the store would count as disconnected.
  405: 'ERR_HANDLER',
  403: 'ERR_FORBIDDEN',
  404: 'ERR_NOT_FOUND',
  409: 'ERR_CONFLICT',
} as const;

/** Returns the same code as a call of `authenticateBigCommerce` with such a response. */
function codeOf(status: number, source: unknown) {
  const isHandler = source === 'handler';
  // Also from a server in front of the handler.
  if (status === 401 && source !== 'service') return 'ERR_UNAUTHORIZED';
  if (status === 429) return 'ERR_RATE_LIMITED';
  if (status >= 500 && !isHandler) return 'ERR_SERVER';
  if ([408, 499, 502, 504].includes(status)) return 'ERR_SERVER';
  if (isHandler && status === 404) return 'ERR_NOT_FOUND';
  if (source !== 'service') return 'ERR_HANDLER';
  return SERVICE_CODES[status as keyof typeof SERVICE_CODES] ?? 'ERR_REJECTED';
}

function interruption(
  timer: AbortSignal,
  signal: AbortSignal | undefined,
  cause: unknown,
): BigCommerceAuthErrorInit {
  const mayHaveCreated = false;
  if (signal?.aborted) {
    const message = 'The request was aborted by its signal.';
    return { code: 'ERR_ABORTED', message, cause, mayHaveCreated };
  }
  if (timer.aborted) {
    const message = 'The request took longer than its timeout.';
    return { code: 'ERR_TIMEOUT', message, mayHaveCreated };
  }
  const message = 'No complete response from the server at baseUrl.';
  return { code: 'ERR_NETWORK', message, cause, mayHaveCreated };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
