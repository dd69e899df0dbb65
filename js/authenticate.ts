import { BigCommerceAuthError, type BigCommerceAuthErrorInit } from './error.js';
import { newKeys } from './idempotency-key.js';
import { connect, forget, isLoaded, load } from './load.js';
import { isObject, snapshot } from './snapshot.js';
import type { AuthenticateConfig, ConfigFields, ElementInstance } from './types.js';

/** Milliseconds for a call, where its config says nothing. */
const DEFAULT_TIMEOUT = 60_000;

/** The longest delay that timers take, in milliseconds. */
const MAX_TIMEOUT = 2_147_483_647;

/**
 * Connects a BigCommerce store: creates an instance of the Cloud Elements element `bigcommerce`, or
 * updates the one named by `instanceId`.
 *
 * @throws {@link BigCommerceAuthError}, and nothing else. Every call settles within its `timeout`.
 */
export async function authenticateBigCommerce(
  config: AuthenticateConfig,
): Promise<ElementInstance> {
  const fields = read(config);
  try {
    // A clone, because several calls can share one attempt.
    const instance = await connect(isLoaded() ? fields : await loadFor(fields), newKeys);
    return structuredClone(instance);
  } catch (failure) {
    throw toError(failure);
  }
}

function read(config: unknown): Partial<ConfigFields> {
  try {
    return snapshot(config);
  } catch {
    const message = 'Cannot be read: reading it throws.';
    throw new BigCommerceAuthError({
      code: 'ERR_CONFIG',
      message: `The config is not usable: ${message}`,
      issues: [{ path: [], code: 'unreadable', message }],
      mayHaveCreated: false,
    });
  }
}

/** Loads the module within the limits of a call; gives its fields with what is left of the time. */
async function loadFor(fields: Partial<ConfigFields>): Promise<Partial<ConfigFields>> {
  const { signal, timeout } = Object(fields) as Partial<ConfigFields>;
  // The module says what is wrong with others.
  const isUsable = typeof timeout === 'number' && timeout >= 1 && timeout <= MAX_TIMEOUT;
  const limit = isUsable ? timeout : DEFAULT_TIMEOUT;
  const deadline = performance.now() + limit;
  let stop: (failure: BigCommerceAuthErrorInit) => void = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = reject;
  });
  const timer = setTimeout(() => stop(TIMED_OUT), limit);
  const onAbort = () => stop(aborted(signal));
  listen(signal, 'addEventListener', onAbort);
  const loading = load();
  try {
    await Promise.race([loading, stopped]);
  } catch (failure) {
    forget(loading);
    throw failure;
  } finally {
    clearTimeout(timer);
    listen(signal, 'removeEventListener', onAbort);
  }
  // What is no config, or has no usable timeout, is left for the module to refuse.
  if (!isObject(fields) || !(isUsable || timeout === undefined)) return fields;
  return { ...fields, timeout: Math.max(deadline - performance.now(), 1) };
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

function listen(
  signal: AbortSignal | undefined,
  method: 'addEventListener' | 'removeEventListener',
  listener: () => void,
): void {
  try {
    signal?.[method]('abort', listener);
  } catch {
    // The module says what is wrong with it.
  }
}

/** The error for what the module rejected with; all but a failure shows that it has trapped. */
function toError(failure: unknown): BigCommerceAuthError {
  if (failure instanceof BigCommerceAuthError) return failure;
  if (!isFailure(failure)) {
    return new BigCommerceAuthError({
      code: 'ERR_LOAD',
      message: 'The WebAssembly module broke down.',
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
