import { createIdempotencyKey } from '../index.js';

/** At most so many attempts that have not connected are remembered. */
const MAX_KEYS = 50;

/**
 * The keys of attempts by a digest of their values. Of the page, because an element can be removed
 * and mounted again between two attempts.
 */
const pageKeys = new Map<string, string>();

/** The values hold secrets: without a salt, the digest would let others guess them. */
let salt: string | undefined;

/**
 * The idempotency key of an attempt, the same one while its values stay the same, and how to forget
 * it. Where there is no `crypto.subtle`, only the last key is kept, in the element's own `ownKeys`.
 */
export async function attemptKey(
  values: string,
  ownKeys: Map<string, string>,
): Promise<{ key: string; forget: () => void }> {
  let keys = ownKeys;
  let name = values;
  let limit = 1;
  // Only secure contexts have it.
  if (crypto.subtle) {
    salt ??= crypto.randomUUID();
    const bytes = new TextEncoder().encode(salt + values);
    name = String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
    keys = pageKeys;
    limit = MAX_KEYS;
  }
  const key = keys.get(name) ?? createIdempotencyKey();
  // As the last one, so that the first one is the one used longest ago.
  keys.delete(name);
  keys.set(name, key);
  for (const oldest of keys.keys()) if (keys.size > limit) keys.delete(oldest);
  return {
    key,
    forget() {
      // Not the key of an attempt that another element has started since.
      if (keys.get(name) === key) keys.delete(name);
    },
  };
}
