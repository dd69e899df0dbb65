import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  createIdempotencyKey,
  type ElementInstance,
} from '../index.js';

/** At most so many attempts that have not connected are remembered. */
const MAX_ATTEMPTS = 50;

interface Attempt {
  idempotencyKey: string;
  call?: Call | undefined;
}

/** A call in flight, which is aborted when no element follows it any more. */
interface Call {
  result: Promise<ElementInstance>;
  controller: AbortController;
  followers: number;
}

export type Attempts = Map<string, Attempt>;

/**
 * Attempts by a digest of their values. Of the page, because an element can be removed and mounted
 * again between two attempts.
 */
const pageAttempts: Attempts = new Map();

/** The values hold secrets: without a salt, the digest would let others guess them. */
let salt: string | undefined;

/**
 * Connects with the same idempotency key while the values stay the same; follows the call that
 * another element has in flight with them. Where there is no `crypto.subtle`, only the last attempt
 * is remembered, in the element's own `ownAttempts`.
 */
export async function connect(
  config: AuthenticateConfig,
  signal: AbortSignal,
  ownAttempts: Attempts,
): Promise<ElementInstance> {
  let attempts = ownAttempts;
  // A renewed session is no other attempt.
  let name = JSON.stringify({ ...config, sessionToken: undefined, timeout: undefined });
  let limit = 1;
  // Only secure contexts have it.
  if (crypto.subtle) {
    salt ??= crypto.randomUUID();
    const bytes = new TextEncoder().encode(salt + name);
    name = String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    attempts = pageAttempts;
    limit = MAX_ATTEMPTS;
  }
  // Rejects, and sends nothing.
  if (signal.aborted) return authenticateBigCommerce({ ...config, signal });
  const attempt: Attempt = attempts.get(name) ?? { idempotencyKey: createIdempotencyKey() };
  // As the last one, so that the first one is the one used longest ago.
  attempts.delete(name);
  attempts.set(name, attempt);
  for (const oldest of attempts.keys()) if (attempts.size > limit) attempts.delete(oldest);
  attempt.call ??= start(attempt, config);
  const instance = await follow(attempt.call, signal);
  // Not an attempt that another element has started since.
  if (attempts.get(name) === attempt) attempts.delete(name);
  return instance;
}

function start(attempt: Attempt, config: AuthenticateConfig): Call {
  const { idempotencyKey } = attempt;
  const controller = new AbortController();
  const { signal } = controller;
  const end = () => {
    if (attempt.call?.controller === controller) attempt.call = undefined;
  };
  signal.addEventListener('abort', end);
  const result = authenticateBigCommerce({ ...config, idempotencyKey, signal });
  result.then(end, end);
  return { result, controller, followers: 0 };
}

async function follow(call: Call, signal: AbortSignal): Promise<ElementInstance> {
  call.followers++;
  signal.addEventListener('abort', () => {
    call.followers--;
    if (call.followers === 0) call.controller.abort(signal.reason);
  });
  // A clone, because the page gets it from each element.
  return structuredClone(await call.result);
}
