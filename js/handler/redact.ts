/** How much of a text is looked at, in UTF-16 units, as all lengths. */
const MAX_LENGTH = 4096;

/** Shorter secrets would also blot out what is none. */
const MIN_SECRET = 4;

/**
 * `text`, which others sent, as one line of at most `max` units without markup and `secrets`;
 * undefined where nothing is left.
 */
export function redact(text: string, secrets: readonly string[], max: number): string | undefined {
  const forms = secrets
    .filter(({ length }) => length >= MIN_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)])
    // A secret can be part of another one.
    .sort((a, b) => b.length - a.length);
  // At first as it is, so that what is removed next takes no half of a secret along.
  const raw = withoutSecrets(cut(text, MAX_LENGTH), forms);
  const line = withoutSecrets(clean(withoutMarkup(raw)), forms);
  // The end of a text that was cut can be half of a secret.
  const hidden = text.length > MAX_LENGTH ? (forms[0]?.length ?? 0) : 0;
  return cut(line, Math.min(max, Math.max(0, line.length - hidden))) || undefined;
}

function withoutSecrets(text: string, forms: readonly string[]): string {
  return forms.reduce((left, form) => left.replaceAll(form, '[redacted]'), text);
}

/** The text of a web page or of XML. */
function withoutMarkup(text: string): string {
  return /^\s*</.test(text) ? text.replace(/<[^>]*(?:>|$)/g, ' ').trim() : text;
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
