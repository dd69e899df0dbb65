// The tags by which instances are known again: the attempt's key, and whose they are. Pages cannot
// choose tags of their own that begin so.

/** Whether `tag` is that of a usable key. */
export function isKeyTag(tag: unknown): tag is string {
  return typeof tag === 'string' && /^idempotency-key:[A-Za-z0-9._-]{16,64}$/.test(tag);
}

/** The tag of an instance that belongs to `subject`. */
export function subjectTag(subject: string): string {
  return `subject:${subject}`;
}

/** Whether `tag` says to whom an instance belongs, in whatever case: the service may change it. */
export function isSubjectTag(tag: string): boolean {
  return /^subject:/i.test(tag);
}

/** Whether `tag` cannot be a page's own. */
export function isReservedTag(tag: string): boolean {
  return /^(idempotency-key|subject):/i.test(tag);
}
