import { refusal } from './http-error.js';
import { redact } from './redact.js';

/** Seconds for which browsers keep the response to a preflight: Chromium's limit. */
const MAX_AGE = '7200';

/** Which pages may call. */
interface Origins {
  /** The public one of the handler; undefined for the request's own. */
  origin: string | undefined;
  allowedOrigins: readonly string[];
}

/** What each response to `request` needs so that pages of `allowedOrigins` can read it. */
export function corsHeaders(request: Request, { allowedOrigins }: Origins): Record<string, string> {
  if (allowedOrigins.length === 0) return {};
  const from = request.headers.get('origin');
  return {
    vary: 'Origin',
    ...(isAllowed(from, allowedOrigins) && {
      'access-control-allow-origin': from,
      'access-control-expose-headers': 'retry-after',
    }),
  };
}

/**
 * Whether `request` is the question of a browser whether a page of `allowedOrigins` may send
 * another one.
 */
export function isPreflight({ method, headers }: Request, { allowedOrigins }: Origins): boolean {
  const isQuestion = method === 'OPTIONS' && headers.has('access-control-request-method');
  return isQuestion && isAllowed(headers.get('origin'), allowedOrigins);
}

/** What the response to a preflight has beside {@link corsHeaders}. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': MAX_AGE,
};

/**
 * Refuses other sites' pages, which the browser would send the session's cookie along for.
 *
 * @throws {@link HttpError}
 */
export function requireOrigin(
  { url, method, headers }: Request,
  { origin, allowedOrigins }: Origins,
): void {
  // No browser sends none. `authorize` would find nobody, who is not the merchant's fault.
  if ([...headers].length === 0) {
    throw refusal(
      500,
      'The request came without any header: what passes it on to the handler leaves them out.',
    );
  }
  const site = headers.get('sec-fetch-site');
  const from = headers.get('origin');
  if (isAllowed(from, allowedOrigins)) return;
  const own = origin ?? new URL(url).origin;
  // Behind TLS termination, the request's own origin cannot be compared with the page's.
  const isFromOwn = from === null ? method === 'GET' : from === own;
  const isComparable = origin !== undefined && from !== null;
  const isSame = site === null ? isFromOwn : site === 'same-origin' && (!isComparable || isFromOwn);
  if (isSame) return;
  const page = from === null ? 'without an Origin' : `of ${redact(from, [], 200) ?? ''}`;
  throw refusal(403, 'Only pages of the same origin may call.', {
    reported: `A page ${page} called, and only pages of ${[own, ...allowedOrigins].join(', ')} may; where TLS ends before this server, the option origin names the public one.`,
  });
}

function isAllowed(from: string | null, allowedOrigins: readonly string[]): from is string {
  return from !== null && allowedOrigins.includes(from);
}
