import { cut, MAX_MESSAGE } from './answer.js';
import { Attempt, findAttempt, isOpen } from './attempt.js';
import { Call, isSignal, isTimeout } from './call.js';
import { BigCommerceAuthError, type Failure } from './error.js';
import { forget, load, type Problem, type RequestsClass } from './load.js';
import type { AuthenticateConfig, ElementInstance, EventsConfig } from './types.js';

const FIELDS = [
  'username',
  'password',
  'storeUrl',
  'name',
  'tags',
  'userSecret',
  'organizationSecret',
  'baseUrl',
  'instanceId',
  'events',
  'idempotencyKey',
  'signal',
  'timeout',
] as const satisfies (keyof AuthenticateConfig)[];

const EVENTS_FIELDS = [
  'callbackUrl',
  'refreshInterval',
  'signatureKey',
  'resources',
] as const satisfies (keyof EventsConfig)[];

/** A config as it was at the time of the call. */
interface Snapshot {
  /** For the rules; of `signal` and `timeout` they hear only whether they are usable. */
  fields: { [name: string]: unknown };
  signal?: AbortSignal;
  timeout?: number;
}

/**
 * Connects a BigCommerce store: creates an instance of the Cloud Elements element `bigcommerce`, or
 * updates the one named by `instanceId`.
 *
 * @throws {@link BigCommerceAuthError}, and nothing else. Every call settles within its `timeout`.
 */
export async function authenticateBigCommerce(
  config: AuthenticateConfig,
): Promise<ElementInstance> {
  const { fields, call } = begin(config);
  const loading = load();
  try {
    const Requests = await call.until(loading);
    const instance = await call.join(start(Requests, fields, call));
    // A copy, because several calls can wait for one answer.
    return { ...instance, ...(instance.tags && { tags: [...instance.tags] }) };
  } catch (failure) {
    forget(loading);
    throw failure instanceof BigCommerceAuthError ? failure : call.error(told(failure));
  } finally {
    call.end();
  }
}

/** Starts the requests that `fields` ask for, unless the same ones are under way. */
function start(Requests: RequestsClass, fields: Snapshot['fields'], call: Call): Attempt {
  const { password, userSecret, organizationSecret, events, ...others } = Object(fields);
  // An update needs no key.
  const key = others.instanceId === undefined ? others.idempotencyKey : undefined;
  const requests = new Requests(fields, pageOrigin(), isOpen(key));
  const shared = findAttempt(key);
  const isOther = shared?.requests.isSameAs(requests) === false;
  if (shared || call.stopped) requests.free();
  if (isOther) throw [IN_USE];
  if (call.stopped) throw call.stopped;
  if (shared) return shared;
  // As they are sent.
  const secrets = [password.trim(), userSecret, organizationSecret, events?.signatureKey];
  return new Attempt(requests, key, secrets);
}

const IN_USE: Problem = [
  ['idempotencyKey'],
  'Is in use by a call with other values: a key names one attempt.',
];

/** None in Node, and none that could be called in sandboxed frames. */
function pageOrigin(): string | undefined {
  const { location } = globalThis as { location?: Location };
  return location && location.origin !== 'null' ? location.origin : undefined;
}

/** What the module says of a failure; all else that it throws shows that it is broken. */
function told(failure: unknown): Failure {
  if (Array.isArray(failure)) return unusable(failure);
  if (typeof (failure as Failure | null)?.code === 'string') return failure as Failure;
  return { code: 'ERR_LOAD', message: 'The WebAssembly module broke down.', cause: failure };
}

function unusable(problems: Problem[]): Failure & { code: 'ERR_CONFIG' } {
  const texts = problems.map(([path, message]) => {
    const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`));
    return `${place.join('').slice(1)}: ${message}`.replace(/^: |\.$/g, '');
  });
  return {
    code: 'ERR_CONFIG',
    message: cut(`The config is not usable: ${texts.join('; ')}.`, MAX_MESSAGE),
    issues: problems.map(([path, message]) => ({ path, message })),
  };
}

function begin(config: AuthenticateConfig): { fields: Snapshot['fields']; call: Call } {
  try {
    const { fields, signal, timeout } = snapshot(config);
    return { fields, call: new Call(signal, timeout) };
  } catch {
    const failure = unusable([[[], 'Cannot be read: reading it throws.']]);
    throw new BigCommerceAuthError({ ...failure, mayHaveCreated: false });
  }
}

/**
 * Reads each field once, now: what the caller changes later, while the module is being loaded, is
 * not part of this call. What is no object is left for the rules to refuse.
 */
function snapshot(config: AuthenticateConfig): Snapshot {
  const isObject = typeof config === 'object' && config !== null && !Array.isArray(config);
  if (!isObject) return { fields: config as never };
  const result: Snapshot = { fields: Object.create(null) };
  // The known ones by name, for they may be inherited; of the others, the object's own.
  for (const name of new Set([...FIELDS, ...Object.keys(config)])) {
    const value: unknown = config[name as keyof AuthenticateConfig];
    if (value === undefined) continue;
    if (name === 'signal') {
      result.fields.signal = isSignal(value);
      if (result.fields.signal) result.signal = value as AbortSignal;
    } else if (name === 'timeout') {
      result.fields.timeout = isTimeout(value);
      if (result.fields.timeout) result.timeout = value as number;
    } else {
      result.fields[name] = copy(value, name === 'events' ? EVENTS_FIELDS : []);
    }
  }
  return result;
}

/**
 * The same data, all the way down, without what is undefined; of objects their own fields, and those
 * of `names` even where they are inherited.
 */
function copy(value: unknown, names: readonly string[] = []): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    // Not by its own methods or iterator, which need not be an array's.
    return Array.from({ length: value.length }, (_, index) => copy(value[index]));
  }
  const object = Object.create(null);
  for (const name of new Set([...names, ...Object.keys(value)])) {
    const member = copy(value[name as keyof typeof value]);
    if (member !== undefined) object[name] = member;
  }
  return object;
}
