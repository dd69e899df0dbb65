import { BigCommerceAuthError, type BigCommerceAuthErrorInit } from './error.js';
import { connect, forget, isLoaded, load } from './load.js';
import {
  type AuthenticateConfig,
  CONFIG_FIELDS,
  type ConfigFields,
  type ElementInstance,
  EVENTS_FIELDS,
} from './types.js';

/** The default `timeout`, in milliseconds. */
const DEFAULT_TIMEOUT = 60_000;

/** The longest delay of a timer, in milliseconds. */
const MAX_TIMEOUT = 2_147_483_647;

/** One more entry than a list or an object may have: reading a huge one would take long. */
const MAX_ENTRIES = 100;

/** The states of the page's idempotency keys. */
const keys = new Map<string, 'new' | 'in flight' | 'unresolved'>();

/**
 * Creates a random idempotency key. The first call with it sends its `POST` without a lookup.
 * Create it where you use it: other tabs and workers do not know that it is new.
 */
export function createIdempotencyKey(): string {
  // Not `crypto.randomUUID`, which only secure contexts have.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  keys.set(key, 'new');
  return key;
}

/**
 * Connects a BigCommerce store: creates an instance of the Cloud Elements element `bigcommerce`, or
 * updates the one with the id `instanceId`.
 *
 * @throws {@link BigCommerceAuthError}, and nothing else. Every call settles within its `timeout`.
 */
export async function authenticateBigCommerce(
  config: AuthenticateConfig,
): Promise<ElementInstance> {
  const fields = read(config);
  try {
    return await connect(isReady(fields) ? fields : await prepare(fields), keys);
  } catch (failure) {
    const { idempotencyKey } = Object(fields) as Partial<ConfigFields>;
    // The module has trapped, and left the key in flight.
    if (idempotencyKey && !isFailure(failure)) keys.set(idempotencyKey, 'unresolved');
    throw toError(failure);
  }
}

function read(config: unknown): Partial<ConfigFields> {
  try {
    return snapshot(config);
  } catch {
    throw unreadable([], 'Cannot be read: reading it throws.');
  }
}

function unreadable(path: string[], message: string, cause?: unknown): BigCommerceAuthError {
  return new BigCommerceAuthError({
    code: 'ERR_CONFIG',
    message: `The config is not usable: ${[...path, message].join(': ')}`,
    issues: [{ path, code: 'unreadable', message }],
    cause,
    mayHaveCreated: false,
  });
}

/**
 * Copies the config, so that changes while the module is loading do not affect the call. Reads each
 * field once. Returns undefined for a value that is not an object: the module refuses it.
 *
 * @throws any exception from reading a field.
 */
function snapshot(config: unknown): Partial<ConfigFields> {
  if (!isObject(config)) return undefined as never;
  return copyFields(config, CONFIG_FIELDS, (name, value) => {
    if (name === 'signal') return value;
    if (name === 'events' && isObject(value)) return copyFields(value, EVENTS_FIELDS, copy);
    return copy(name, value);
  });
}

/** Copies the object's own fields, and those in `names` even if they are inherited. */
function copyFields(
  object: object,
  names: object,
  copyField: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  const result = Object.create(null);
  const inherited = Object.keys(names).filter((name) => isField(object, name));
  const own = Object.keys(object).slice(0, MAX_ENTRIES);
  for (const name of new Set([...inherited, ...own])) {
    const value = copyField(name, object[name as keyof typeof object]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/**
 * Whether the object has or inherits the field, but not from `Object.prototype` of any realm: any
 * script can add fields to that.
 */
function isField(object: object, name: string): boolean {
  for (let owner = object; owner; owner = Object.getPrototypeOf(owner)) {
    if (owner !== object && Object.hasOwn(owner, 'hasOwnProperty')) return false;
    if (Object.hasOwn(owner, name)) return true;
  }
  return false;
}

/** Copies data deeply. */
function copy(_: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    const length = Math.min(value.length, MAX_ENTRIES);
    // Without its methods and iterator, which may not be those of an array.
    return Array.from({ length }, (_, index) => copy('', value[index]));
  }
  return isObject(value) ? copyFields(value, {}, copy) : value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isReady(fields: Partial<ConfigFields>): boolean {
  return isLoaded() && typeof Object(fields).sessionToken !== 'function';
}

/**
 * Loads the module and gets the session token, within the call's signal and timeout. Returns the
 * fields with the token and the remaining time.
 */
async function prepare(fields: Partial<ConfigFields>): Promise<unknown> {
  const { signal, sessionToken, timeout = DEFAULT_TIMEOUT }: Partial<ConfigFields> = Object(fields);
  // The module refuses other values.
  const isUsable = typeof timeout === 'number' && timeout >= 1 && timeout <= MAX_TIMEOUT;
  const limit = isUsable ? timeout : DEFAULT_TIMEOUT;
  const deadline = performance.now() + limit;
  const timer = AbortSignal.timeout(Math.ceil(limit));
  const loading = load();
  const either = anyOf(timer, signal);
  const token =
    typeof sessionToken === 'function' ? either && callSessionToken(sessionToken) : sessionToken;
  const limits = either ?? timer;
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => {
      forget(loading);
      reject(timer.aborted ? TIMED_OUT : aborted(signal));
    };
    // The page's function may have aborted it already.
    if (limits.aborted) stop();
    else limits.onabort = stop;
  });
  try {
    const [, given] = await Promise.race([Promise.all([loading, token]), stopped]);
    // Not an object: the module refuses it.
    if (!isObject(fields)) return fields;
    const left = isUsable ? Math.max(deadline - performance.now(), 1) : timeout;
    return { ...fields, sessionToken: given, timeout: left };
  } finally {
    limits.onabort = null;
  }
}

async function callSessionToken(
  sessionToken: () => string | undefined | Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await sessionToken();
  } catch (cause) {
    throw unreadable(['sessionToken'], "The page's function threw.", cause);
  }
}

/**
 * Returns undefined if `signal` is aborted already: it fires no event, and the module reports it.
 */
function anyOf(timer: AbortSignal, signal: AbortSignal | undefined): AbortSignal | undefined {
  try {
    if (signal?.aborted) return undefined;
    return signal ? AbortSignal.any([timer, signal]) : timer;
  } catch {
    // Not a signal: the module refuses it.
    return timer;
  }
}

const TIMED_OUT: BigCommerceAuthErrorInit = {
  code: 'ERR_TIMEOUT',
  message: 'The call took longer than its timeout.',
  mayHaveCreated: false,
};

function aborted(signal: AbortSignal | undefined): BigCommerceAuthErrorInit {
  const message = 'The call was aborted by its signal.';
  return { code: 'ERR_ABORTED', message, cause: signal?.reason, mayHaveCreated: false };
}

/**
 * Converts the module's rejection to an error. Anything but a failure means that it has trapped.
 */
function toError(failure: unknown): BigCommerceAuthError {
  if (failure instanceof BigCommerceAuthError) return failure;
  if (!isFailure(failure)) {
    return new BigCommerceAuthError({
      code: 'ERR_LOAD',
      message: 'The WebAssembly module crashed.',
      cause: failure,
      mayHaveCreated: true,
    });
  }
  if (failure.code === 'ERR_TIMEOUT' && isFailure(failure.cause)) {
    return new BigCommerceAuthError({ ...failure, cause: toError(failure.cause) });
  }
  return new BigCommerceAuthError(failure);
}

function isFailure(value: unknown): value is BigCommerceAuthErrorInit {
  return typeof Object(value).mayHaveCreated === 'boolean';
}
