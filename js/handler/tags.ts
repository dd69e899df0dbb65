// The tags by which instances are known again: the attempt's key, and whose they are. Pages cannot
// choose tags of their own that begin so.

const KEY = 'idempotency-key:';
const SUBJECT = 'subject:';

/** How many hex digits of a SHA-256 a tag has. */
const DIGITS = 40;

/** Whether `tag` is a page's, of a usable key. */
export function isKeyTag(tag: unknown): tag is string {
  return typeof tag === 'string' && /^idempotency-key:[A-Za-z0-9._-]{16,64}$/.test(tag);
}

/** Whether `tag` says to whom an instance belongs. */
export function isSubjectTag(tag: string): boolean {
  return begins(tag, SUBJECT);
}

/** Whether `tag` cannot be a page's own. */
export function isReservedTag(tag: string): boolean {
  return begins(tag, KEY) || begins(tag, SUBJECT);
}

/** Whether two tags are the same to a service that may change their case. */
export function isSameTag(a: string, b: string): boolean {
  return lowerCase(a) === lowerCase(b);
}

/** The tag of an instance that belongs to `subject`. */
export async function subjectTag(subject: string): Promise<string> {
  return SUBJECT + (await digest(subject));
}

/**
 * The service's tag for a page's tag of a key. It depends on the subject, so that nobody can make
 * instances that another's lookup would find.
 */
export async function keyTagOf(subject: string, tag: string): Promise<string> {
  return KEY + (await digest(JSON.stringify([subject, tag.slice(KEY.length)])));
}

function begins(tag: string, beginning: string): boolean {
  return lowerCase(tag.slice(0, beginning.length)) === beginning;
}

/** Of ASCII letters alone: `toLowerCase` would also make a `k` of the Kelvin sign. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const digits = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('').slice(0, DIGITS);
}
