import type { Failure } from '../error.js';
import type { ElementInstance } from '../types.js';
import { isMark } from './marks.js';

// What the service answers, as the function in the page and the proxy both read it.

/** Longest answer that is read, in bytes after decoding. */
export const MAX_ANSWER = 1024 * 1024;

/** Longest `message` and `providerMessage`, in UTF-16 code units. */
export const MAX_MESSAGE = 500;

const MAX_REQUEST_ID = 200;

/** Shorter ones would also blot out what is no secret. */
const MIN_SECRET = 4;

const CODES: Record<number, Failure['code']> = {
  401: 'ERR_UNAUTHORIZED',
  403: 'ERR_FORBIDDEN',
  404: 'ERR_NOT_FOUND',
  409: 'ERR_CONFLICT',
  429: 'ERR_RATE_LIMITED',
};

/** What JSON says, `undefined` where it is none; the parser's error is dropped, as it quotes it. */
export function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Whether a lookup that was answered 404 found nothing: that is what the service says instead of an
 * empty list. HTML is a web server's own page, and a body that was not read whole could be one.
 */
export function isNone(text: string | undefined): boolean {
  return text !== undefined && !text.trimStart().startsWith('<');
}

/**
 * The instance that a body describes, with all of its tags; nothing else of it is passed on, for it
 * may hold the credentials.
 */
export function readInstance(body: unknown): ElementInstance | undefined {
  const { id, token, name, valid } = Object(body);
  if (!Number.isSafeInteger(id) || id < 1 || typeof token !== 'string' || token === '') {
    return undefined;
  }
  const tags = readTags(body);
  return {
    id,
    token,
    ...(typeof name === 'string' && { name }),
    ...(tags && { tags }),
    ...(typeof valid === 'boolean' && { valid }),
  };
}

/** The tags of the instance that a body describes, where they are nothing but texts. */
export function readTags(body: unknown): string[] | undefined {
  const { tags } = Object(body);
  const isUsable = Array.isArray(tags) && tags.every((tag) => typeof tag === 'string');
  return isUsable ? tags : undefined;
}

/**
 * Of a list of instances the newest that carries `tag`, for its answer is the one that may have been
 * seen. Null where none does, undefined where that cannot be told.
 *
 * Only entries that themselves carry the tag count: a service or proxy that ignores the filter must
 * not hand out somebody else's instance. And only those that `isOwn` takes.
 */
export function readTagged(
  list: unknown,
  tag: string,
  isOwn: (entry: unknown) => boolean = () => true,
): ElementInstance | null | undefined {
  if (!Array.isArray(list)) return undefined;
  const tagged = list.filter((entry) => {
    const { tags } = Object(entry);
    return Array.isArray(tags) && tags.includes(tag) && isOwn(entry);
  });
  if (tagged.length === 0) return null;
  const instances = tagged.map(readInstance).filter((instance) => instance !== undefined);
  return instances.sort((a, b) => b.id - a.id)[0];
}

/** The instance without the tags that are the package's own. */
export function withoutMarks({ tags, ...instance }: ElementInstance): ElementInstance {
  const own = tags?.filter((tag) => !isMark(tag));
  return own ? { ...instance, tags: own } : instance;
}

/** Why an answer is none to go on with; `secrets` are taken out of what the service says. */
export function readFailure(
  status: number,
  body: unknown,
  retryAfter: number | undefined,
  secrets: readonly unknown[],
): Failure {
  const answered = `Cloud Elements answered ${status}`;
  if (status >= 200 && status < 300) {
    const message = `${answered} without an instance that has id and token.`;
    return { code: 'ERR_RESPONSE', message, status };
  }
  if (!(status >= 400 && status < 600)) {
    return { code: 'ERR_RESPONSE', message: `${answered}, which was not expected.`, status };
  }
  const { message, requestId, providerMessage } = Object(body);
  const code = CODES[status] ?? (status < 500 ? 'ERR_REJECTED' : 'ERR_SERVER');
  return {
    code,
    message: redact(
      typeof message === 'string' ? `${answered}: ${message}` : `${answered}.`,
      secrets,
      MAX_MESSAGE,
    ),
    status,
    ...(typeof requestId === 'string' && {
      requestId: redact(requestId, secrets, MAX_REQUEST_ID),
    }),
    ...(typeof providerMessage === 'string' && {
      providerMessage: redact(providerMessage, secrets, MAX_MESSAGE),
    }),
    ...(retryAfter !== undefined && (status === 429 || status >= 500) && { retryAfter }),
  } as Failure;
}

/**
 * `text` with `[redacted]` for each of `secrets` in it, then cut to at most `max` UTF-16 code units,
 * never through a character.
 */
export function redact(text: string, secrets: readonly unknown[], max = Infinity): string {
  const usable = secrets
    .filter((secret) => typeof secret === 'string')
    .filter((secret) => secret.length >= MIN_SECRET)
    // Also as it stands in the body of a request, which may be quoted.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  let result = '';
  // Secrets can overlap, so a covered character can still begin another one.
  let covered = 0;
  for (let at = 0; at < text.length && result.length <= max; at++) {
    let end = 0;
    for (const secret of usable) {
      if (text.startsWith(secret, at)) end = Math.max(end, at + secret.length);
    }
    if (at >= covered) result += end > 0 ? '[redacted]' : text[at];
    covered = Math.max(covered, end);
  }
  return cut(result, max);
}

/** `text` up to `max` UTF-16 code units, without half a character at the end. */
export function cut(text: string, max: number): string {
  return text.length > max ? text.slice(0, max).replace(/[\ud800-\udbff]$/, '') : text;
}
