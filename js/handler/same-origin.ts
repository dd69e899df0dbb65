import { refusal } from './http-error.js';
import { redact } from './redact.js';

/**
 * Refuses other sites' pages, which the browser would send the session's cookie along for.
 *
 * @throws {@link HttpError}
 */
export function requireSameOrigin(
  { url, method, headers }: Request,
  publicOrigin: string | undefined,
): void {
  const site = headers.get('sec-fetch-site');
  const from = headers.get('origin');
  const own = publicOrigin ?? new URL(url).origin;
  // Behind TLS termination, the request's own origin cannot be compared with the page's.
  const isFromOwn = from === null ? method === 'GET' : from === own;
  const isComparable = publicOrigin !== undefined && from !== null;
  const isSame = site === null ? isFromOwn : site === 'same-origin' && (!isComparable || isFromOwn);
  if (isSame) return;
  const page = from === null ? 'without an Origin' : `of ${redact(from, [], 200) ?? ''}`;
  throw refusal(403, 'Only pages of the same origin may call.', {
    reported: `A page ${page} called, and only pages of ${own} may; where TLS ends before this server, the option origin names the public one.`,
  });
}
