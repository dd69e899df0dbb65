/** Keys that were made here and not used yet, so that no instance can carry one of them. */
export const newKeys = new Set<string>();

/**
 * A random key. The first call with it sends its `POST` without looking for an instance first. Make
 * it where it is used: other tabs and workers do not know that it is new.
 */
export function createIdempotencyKey(): string {
  // Not `crypto.randomUUID`, which only secure contexts have.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const key = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  newKeys.add(key);
  return key;
}
