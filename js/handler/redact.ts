/** How much of a text is looked at, in UTF-16 units, as all lengths. */
const MAX_LENGTH = 4096;

/** Shorter secrets would also blot out what is none. */
const MIN_SECRET = 4;

const PLACEHOLDER = '[redacted]';

/**
 * `text`, which others sent, as one line of at most `max` units without markup and `secrets`;
 * undefined where nothing is left.
 */
export function redact(text: string, secrets: readonly string[], max: number): string | undefined {
  const forms = secrets
    .filter(({ length }) => length >= MIN_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  // First as it is, so that nothing that is removed next hides a part of a secret.
  const line = clean(withoutMarkup(withoutSecrets(cut(text, MAX_LENGTH), forms)));
  const others = forms.filter((form) => !PLACEHOLDER.includes(form));
  const whole = withoutSecrets(line, others);
  // The end of a text that was cut can be a part of a secret.
  const longest = Math.max(0, ...forms.map(({ length }) => length));
  const end = text.length > MAX_LENGTH ? Math.max(0, whole.length - longest) : whole.length;
  const left = cut(whole, Math.min(max, end));
  return left.trim() === '' ? undefined : left;
}

/** With one placeholder for secrets that overlap. */
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

/** The text of a web page or of XML. */
function withoutMarkup(text: string): string {
  if (!/^\s*</.test(text)) return text;
  return text
    .replace(/<[^>]*(?:>|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * One line without what cannot be seen: control characters, and those that steer the direction
 * or join what stands beside them.
 */
function clean(text: string): string {
  return text
    .replace(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
      /[\0-\x08\v\f\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g,
      '',
    )
    .replace(/[\t\n\r\u2028\u2029]+/g, ' ');
}

/** `text` up to `max` units, without half a character at the end. */
function cut(text: string, max: number): string {
  return text.length > max ? text.slice(0, max).replace(/[\ud800-\udbff]$/, '') : text;
}
