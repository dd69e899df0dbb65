import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  createIdempotencyKey,
  type ElementInstance,
} from '../index.js';

/** The maximum number of unfinished attempts that are kept. */
const MAX_ATTEMPTS = 50;

interface Attempt {
  idempotencyKey: string;
  call?: Call | undefined;
}

/** A call in flight. It is aborted once no element follows it. */
interface Call {
  result: Promise<ElementInstance>;
  controller: AbortController;
  followers: number;
}

export type Attempts = Map<string, Attempt>;

/**
 * The page's attempts by fingerprint. Shared by all elements, because an element can be removed and
 * mounted again between two calls.
 */
const pageAttempts: Attempts = new Map();

/** Without a salt, secrets could be guessed from the digests. */
let salt: string | undefined;

/**
 * Connects with the same idempotency key as long as the values stay the same. If another element has
 * a call with these values in flight, follows that call. Without `crypto.subtle`, only the last
 * attempt is kept, in the element's `ownAttempts`.
 */
export async function connect(
  config: AuthenticateConfig,
  signal: AbortSignal,
  ownAttempts: Attempts,
): Promise<ElementInstance> {
  let attempts = ownAttempts;
  // A new session token does not make a new attempt.
  let fingerprint = JSON.stringify({ ...config, sessionToken: undefined, timeout: undefined });
  let limit = 1;
  // Undefined in insecure contexts.
  if (crypto.subtle) {
    salt ??= crypto.randomUUID();
    const bytes = new TextEncoder().encode(salt + fingerprint);
    fingerprint = String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    attempts = pageAttempts;
    limit = MAX_ATTEMPTS;
  }
  // Rejects without a request.
  if (signal.aborted) return authenticateBigCommerce({ ...config, signal });
  const attempt: Attempt = attempts.get(fingerprint) ?? { idempotencyKey: createIdempotencyKey() };
  // Moves the attempt to the end, so that the first one is the least recently used.
  attempts.delete(fingerprint);
  attempts.set(fingerprint, attempt);
  for (const oldest of attempts.keys()) if (attempts.size > limit) attempts.delete(oldest);
  attempt.call ??= start(attempt, config);
  const instance = await follow(attempt.call, signal);
  // Another element may have started a new attempt since.
  if (attempts.get(fingerprint) === attempt) attempts.delete(fingerprint);
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
  // A clone for each element, because pages can change it.
  return structuredClone(await call.result);
}
