// The tags by which instances are known again: the attempt's key and, behind the proxy, whose they
// are. `src/text.rs` keeps callers from choosing any that begin so.

/** The tag of an attempt with `key`. */
export function keyMark(key: string): string {
  return `idempotency-key:${key}`;
}

/** Whether `tag` is that of a usable key. */
export function isKeyMark(tag: unknown): tag is string {
  return typeof tag === 'string' && /^idempotency-key:[A-Za-z0-9._-]{16,64}$/.test(tag);
}

/** The tag of an instance that belongs to `subject`. */
export function subjectMark(subject: string): string {
  return `subject:${subject}`;
}

/** Whether `tag` says to whom an instance belongs, in whatever case: the service may change it. */
export function isSubjectMark(tag: string): boolean {
  return /^subject:/i.test(tag);
}

/** Whether `tag` is no caller's own. */
export function isMark(tag: string): boolean {
  return /^(idempotency-key|subject):/i.test(tag);
}
