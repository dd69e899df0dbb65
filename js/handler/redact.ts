// What the service says may repeat what it was sent. Before anybody reads it:
//
// 1. Of a long text, only the beginning is looked at.
// 2. It becomes one line, without what cannot be seen.
// 3. Each secret, plain or as JSON writes it, becomes a placeholder.
// 4. Where one shows in what stands between, once that is decoded, the whole text is left out.
// 5. It is cut. Of a long text the end goes first, where what begins may be half of a secret.
//
// All of that takes time in proportion to the text, whatever the secrets are.

/** How much of a text is looked at, in UTF-16 units, as all lengths that do not say otherwise. */
const MAX_LENGTH = 4096;

/** Shorter secrets would also blot out what is none. */
const MIN_SECRET = 4;

/** No longer one is sent, and a service's own would take long to look for. */
const MAX_SECRET = 1024;

/** Of shorter ones, in bytes, base64 keeps too little: it could be part of any text. */
const MIN_BASE64_SECRET = 8;

/** How many units one of a secret takes at most: `€` is percent-encoded as `%E2%82%AC`. */
const LONGEST_FORM = 9;

const PLACEHOLDER = '[redacted]';

/** What is left of a line between two secrets, and where it begins. */
interface Piece {
  from: number;
  text: string;
}

/** A secret as it is looked for. */
interface Forms {
  /** As it is in a text of one line, and as JSON writes it. */
  plain: string;
  json: string;
  /** After 0, 1 or 2 other bytes. */
  base64: string[];
}

/**
 * `text` without `secrets`, cut to at most `max` units; undefined where one shows in it once it is
 * decoded.
 */
export function redact(text: string, secrets: readonly string[], max: number): string | undefined {
  const usable = secrets.filter((secret) => {
    const { length } = clean(secret);
    return length >= MIN_SECRET && length <= MAX_SECRET;
  });
  const forms = usable.map(formsOf);
  const line = clean(cut(text, MAX_LENGTH));
  const pieces = withoutSecrets(line, forms);
  if (pieces.some(({ text }) => showsDecoded(text, forms))) return undefined;
  const longest = Math.max(0, ...usable.map(({ length }) => length));
  const end = text.length > MAX_LENGTH ? line.length - longest * LONGEST_FORM : line.length;
  return cut(joinUntil(end, pieces), max);
}

function formsOf(secret: string): Forms {
  return {
    plain: clean(secret),
    json: clean(JSON.stringify(secret).slice(1, -1)),
    base64: inBase64(secret),
  };
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

/** What stands before, between and after the secrets, plain or as JSON writes them. */
function withoutSecrets(text: string, secrets: readonly Forms[]): Piece[] {
  const ends = new Map<number, number>();
  for (const form of secrets.flatMap(({ plain, json }) => [plain, json])) {
    for (const at of occurrences(text, form)) {
      ends.set(at, Math.max(ends.get(at) ?? 0, at + form.length));
    }
  }
  const pieces: Piece[] = [];
  let from = 0;
  let covered = 0;
  for (const [at, end] of [...ends].sort(([a], [b]) => a - b)) {
    // Secrets that overlap go as one.
    if (at >= covered) pieces.push({ from, text: text.slice(from, at) });
    covered = Math.max(covered, end);
    from = covered;
  }
  return [...pieces, { from, text: text.slice(from) }];
}

/** The pieces with placeholders for the secrets between them, up to where `end` was in the line. */
function joinUntil(end: number, pieces: readonly Piece[]): string {
  let joined = '';
  let secretsBegin = 0;
  for (const { from, text } of pieces) {
    if (from > 0 && secretsBegin >= end) break;
    joined += (from > 0 ? PLACEHOLDER : '') + cut(text, Math.max(0, end - from));
    secretsBegin = from + text.length;
  }
  return joined;
}

/** Whether a secret shows in `text` once that is decoded, in one of these ways and once. */
function showsDecoded(text: string, secrets: readonly Forms[]): boolean {
  const decoded = [
    decodePercent(text),
    decodePercent(text.replaceAll('+', ' ')),
    decodeJson(text),
    decodeEntities(text),
  ].map(clean);
  // As base64url writes it, too.
  const encoded = text.replaceAll('-', '+').replaceAll('_', '/');
  return secrets.some(
    ({ plain, base64 }) =>
      decoded.some((text) => occurrences(text, plain).length > 0) ||
      base64.some((form) => occurrences(encoded, form).length > 0),
  );
}

/** As UTF-8; what is no such thing becomes U+FFFD. */
function decodePercent(text: string): string {
  return text.replace(/(?:%[\da-fA-F]{2})+/g, (run) => {
    const bytes = run.slice(1).split('%');
    return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)));
  });
}

const JSON_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function decodeJson(text: string): string {
  return text.replace(/\\(?:u([\da-fA-F]{4})|(["\\/bfnrt]))/g, (_, unit, character) =>
    unit === undefined
      ? (JSON_ESCAPES.get(character) ?? character)
      : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#[xX]([\da-fA-F]+)|#(\d+)|(amp|lt|gt|quot|apos));/g,
    (entity, hexadecimal, decimal, name) => {
      if (name !== undefined) return ENTITIES.get(name) ?? entity;
      const code = Number.parseInt(hexadecimal ?? decimal, hexadecimal === undefined ? 10 : 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );
}

/** The base64 of a secret that stands after 0, 1 or 2 other bytes, as far as it depends on none. */
function inBase64(secret: string): string[] {
  const bytes = String.fromCharCode(...new TextEncoder().encode(secret));
  if (bytes.length < MIN_BASE64_SECRET) return [];
  return [0, 1, 2].map((before) => {
    // Each character stands for 6 bits; those at the ends also hold some of the bytes around.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor(((before + bytes.length) * 8) / 6);
    return btoa('\0'.repeat(before) + bytes).slice(from, to);
  });
}

/** `text` up to `max` units, without half a character at the end. */
function cut(text: string, max: number): string {
  return text.length > max ? text.slice(0, max).replace(/[\ud800-\udbff]$/, '') : text;
}

/**
 * Where `pattern`, which is not empty, stands in `text`. As Knuth, Morris and Pratt do it, because
 * engines' own search takes the product of both lengths at worst.
 */
function occurrences(text: string, pattern: string): number[] {
  if (pattern.length > text.length) return [];
  // How much of the pattern's beginning ends at each of its units.
  const borders = new Uint16Array(pattern.length);
  const next = (matched: number, unit: number) => {
    let length = matched;
    while (length > 0 && pattern.charCodeAt(length) !== unit) length = borders[length - 1] ?? 0;
    return pattern.charCodeAt(length) === unit ? length + 1 : length;
  };
  for (let at = 1; at < pattern.length; at++) {
    borders[at] = next(borders[at - 1] ?? 0, pattern.charCodeAt(at));
  }
  const found: number[] = [];
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    matched = next(matched, text.charCodeAt(at));
    if (matched < pattern.length) continue;
    found.push(at + 1 - pattern.length);
    matched = borders[matched - 1] ?? 0;
  }
  return found;
}
