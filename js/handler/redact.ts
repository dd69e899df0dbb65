/** The maximum length of a text; the rest is dropped. All lengths are in UTF-16 code units. */
const MAX_LENGTH = 4096;

/** The minimum length of a secret to redact: shorter ones also occur in other text. */
const MIN_SECRET = 4;

const PLACEHOLDER = '[redacted]';

/**
 * Returns `text` as one line without markup, invisible characters and `secrets`, truncated to `max`
 * code units; undefined if nothing is left.
 */
export function redact(text: string, secrets: readonly string[], max: number): string | undefined {
  const forms = secrets
    // A server may repeat a secret without the invisible characters, or get it without them.
    .flatMap((secret) => [secret, clean(secret).trim()])
    .filter(({ length }) => length >= MIN_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  // Also before markup is removed, because part of a secret may look like a tag.
  const line = clean(withoutMarkup(withoutSecrets(truncate(text, MAX_LENGTH), forms)));
  const others = forms.filter((form) => !PLACEHOLDER.includes(form));
  const whole = withoutSecrets(line, others);
  // A truncated text may end with part of a secret.
  const longest = Math.max(0, ...forms.map(({ length }) => length));
  const end = text.length > MAX_LENGTH ? Math.max(0, whole.length - longest) : whole.length;
  const left = truncate(whole, Math.min(max, end));
  return left.trim() === '' ? undefined : left;
}

/** Replaces each secret with a placeholder; overlapping secrets share one. */
function withoutSecrets(text: string, forms: readonly string[]): string {
  const found: [from: number, to: number][] = [];
  for (const form of new Set(forms)) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      found.push([at, at + form.length]);
    }
  }
  let left = '';
  let end = 0;
  for (const [from, to] of found.sort(([a], [b]) => a - b)) {
    if (from >= end) left += text.slice(end, from) + PLACEHOLDER;
    end = Math.max(end, to);
  }
  return left + text.slice(end);
}

/** Removes the tags, if the text is HTML or XML. */
function withoutMarkup(text: string): string {
  if (!/^\s*</.test(text)) return text;
  return text
    .replace(/<[^>]*(?:>|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Converts line breaks to spaces, and removes invisible characters. */
function clean(text: string): string {
  return text
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it matches them on purpose.
      /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g,
      '',
    )
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ');
}

/** Truncates `text` to at most `max` code units, never within a character. */
function truncate(text: string, max: number): string {
  return text.length > max ? text.slice(0, max).replace(/[\ud800-\udbff]$/, '') : text;
}
