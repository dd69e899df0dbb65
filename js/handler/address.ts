/**
 * Undefined where that is no address. Not by `URL.canParse`, for which Node 20 and 22 return false
 * for international ones once they are asked often:
 * https://github.com/AikidoSec/firewall-node/pull/1086
 */
export function parseUrl(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}

/** An address where what is sent is safe from readers on the way: `https:`, or a loopback host's. */
function readAddress(value: string): URL | undefined {
  const url = parseUrl(value);
  const isLoopback = /^((.*\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(url?.hostname ?? '');
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
  return isSafe ? url : undefined;
}

/** The service's address without a slash at its end; undefined where it cannot be used. */
export function readBaseUrl(value: string): string | undefined {
  const url = /[\p{Cc}?#]/u.test(value) ? undefined : readAddress(value);
  const hasUser = url && `${url.username}${url.password}` !== '';
  return !url || hasUser ? undefined : (url.origin + url.pathname).replace(/\/$/, '');
}

/** What `URL` would drop, or take for something else. */
const REPAIRED = /[\p{Cc}\s\\\u00ad\u200b-\u200f\u2060]/u;

/** Whether events can be sent there: an address without a user, written as it is meant. */
export function isCallbackUrl(value: string): boolean {
  const [, authority = ''] = /^[^:]*:\/\/([^/]*)/.exec(value) ?? [];
  const isWellWritten = authority !== '' && !authority.includes('@') && !REPAIRED.test(value);
  return isWellWritten && readAddress(value) !== undefined;
}
