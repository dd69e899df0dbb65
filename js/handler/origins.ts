import { refusal } from './http-error.js';
import { redact } from './redact.js';

/** How long browsers may cache a preflight response, in seconds: Chromium's limit. */
const MAX_AGE = '7200';

/** The origins whose pages may call. */
interface Origins {
  /** The public origin of the handler; undefined for that of the request's URL. */
  origin: string | undefined;
  allowedOrigins: readonly string[];
}

/** Returns the headers with which pages of `allowedOrigins` can read the response to `request`. */
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

/** Whether `request` is a CORS preflight request for a page of `allowedOrigins`. */
export function isPreflight({ method, headers }: Request, { allowedOrigins }: Origins): boolean {
  const isCors = method === 'OPTIONS' && headers.has('access-control-request-method');
  return isCors && isAllowed(headers.get('origin'), allowedOrigins);
}

/** The headers of a preflight response, in addition to {@link corsHeaders}. */
export const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'GET, POST, PUT, DELETE',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-max-age': MAX_AGE,
};

/**
 * Refuses requests from pages of other sites, to which the browser may add the session's cookie.
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
      'The request has no headers: the adapter in front of the handler drops them.',
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
    reported: `A page ${page} called, but only pages of ${[own, ...allowedOrigins].join(', ')} may. If TLS ends before this server, set the option origin to the public origin.`,
  });
}

function isAllowed(from: string | null, allowedOrigins: readonly string[]): from is string {
  return from !== null && allowedOrigins.includes(from);
}
