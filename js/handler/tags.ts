// The tags that identify an instance: by its idempotency key, and by its owner. Pages cannot choose
// tags with these prefixes.

const KEY_PREFIX = 'idempotency-key:';
const SUBJECT_PREFIX = 'subject:';

/** The number of hexadecimal digits of a SHA-256 digest in a tag. */
const DIGITS = 40;

/** Whether `tag` is a page's tag of a valid key. */
export function isKeyTag(tag: unknown): tag is string {
  return typeof tag === 'string' && /^idempotency-key:[A-Za-z0-9._-]{16,64}$/.test(tag);
}

/** Whether `tag` identifies the owner of an instance. */
export function isSubjectTag(tag: string): boolean {
  return startsWith(tag, SUBJECT_PREFIX);
}

/** Whether `tag` has a prefix of the package's own tags. */
export function isReservedTag(tag: string): boolean {
  return startsWith(tag, KEY_PREFIX) || startsWith(tag, SUBJECT_PREFIX);
}

/** Whether two tags are equal, ignoring ASCII case, because the service may change it. */
export function isSameTag(a: string, b: string): boolean {
  return lowercase(a) === lowercase(b);
}

/** Returns the tag of the instances of `subject`. */
export async function subjectTag(subject: string): Promise<string> {
  return SUBJECT_PREFIX + (await digest(subject));
}

/**
 * Returns the service's tag for a page's tag of a key. It depends on the subject, so that nobody
 * can create instances that another's lookup would find.
 */
export async function keyTagOf(subject: string, tag: string): Promise<string> {
  const key = tag.slice(KEY_PREFIX.length);
  return KEY_PREFIX + (await digest(JSON.stringify([subject, key])));
}

function startsWith(tag: string, prefix: string): boolean {
  return lowercase(tag.slice(0, prefix.length)) === prefix;
}

/** Converts only ASCII letters: `toLowerCase` would also convert the Kelvin sign to `k`. */
function lowercase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

async function digest(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const digits = Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0'));
  return digits.join('').slice(0, DIGITS);
}
