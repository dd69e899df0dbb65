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

/**
 * Lists the stores that the merchant has connected.
 *
 * @throws {@link BigCommerceAuthError}
 */
export async function listConnections(config: ConnectionsConfig): Promise<Connections> {
  const { status, body } = await request(config, 'GET', 'connections');
  const { connections, canDisconnect } = Object(body) as Connections;
  const isValid = Array.isArray(connections) && connections.every(({ id }) => Number.isInteger(id));
  if (!isValid) throw new BigCommerceAuthError({ ...NO_LIST, status });
  return { connections, canDisconnect };
}

/**
 * Disconnects a store: the handler deletes its instance, but not the API account in BigCommerce.
 *
 * @throws {@link BigCommerceAuthError} with `ERR_NOT_FOUND` if the merchant has no such instance.
 */
export async function disconnect(config: ConnectionsConfig, id: number): Promise<void> {
  await request(config, 'DELETE', `instances/${id}`);
}

const NO_LIST = {
  code: 'ERR_HANDLER',
  message: 'The server at baseUrl answered GET /connections without a list: is it the handler?',
  mayHaveCreated: false,
} as const;

async function request(config: ConnectionsConfig, method: string, path: string) {
  const base = config.baseUrl?.trim().replace(/\/+$/, '');
  if (!base) throw unusable('baseUrl', 'missing', 'Is missing.');
  const timer = AbortSignal.timeout(config.timeout ?? DEFAULT_TIMEOUT);
  const signal = config.signal ? AbortSignal.any([timer, config.signal]) : timer;
  try {
    const token = await tokenOf(config, signal);
    const response = await fetch(`${base}/${path}`, {
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
  // From the handler, or from a server in front of it.
  if (status === 401) return { ...common, code: 'ERR_UNAUTHORIZED' };
  if (source !== 'handler' && source !== 'service') return { ...common, code: 'ERR_HANDLER' };
  const id = typeof requestId === 'string' ? { requestId } : {};
  if (status === 403) return { ...common, ...id, code: 'ERR_FORBIDDEN' };
  if (status === 404) return { ...common, ...id, code: 'ERR_NOT_FOUND' };
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  const wait = retryAfter >= 0 ? { retryAfter } : {};
  if (status === 429) return { ...common, ...id, ...wait, code: 'ERR_RATE_LIMITED' };
  if (status === 502 || status === 504) return { ...common, ...id, ...wait, code: 'ERR_SERVER' };
  return { ...common, code: 'ERR_HANDLER' };
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
