// Identifies the user of a request, by the host's back end or by its tokens.
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { readField } from '../../handler/fields.js';
import type { ProxyOptions } from '../../proxy.js';
import { call, codeOf } from './call.js';
import { note } from './log.js';
import type { Settings } from './settings.js';

type Authorize = ProxyOptions['authorize'];

/** The timeout of requests to the back end, in seconds. */
const MAX_WAIT = 5;

/** The maximum time until a token expires, in seconds. */
const MAX_AGE = 24 * 60 * 60;

/** The allowed difference to the clock of the tokens' issuer, in seconds. */
const CLOCK_TOLERANCE = 30;

/** Errors of the token, not of the keys. */
const INVALID_TOKEN = [
  errors.JWTInvalid,
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

export function makeAuthorize({ url, ...token }: Settings['session']): Authorize {
  return url ? bySession(url) : byToken(token);
}

/** Asks the back end, with the headers that the browser also sends to it. */
function bySession(url: string): Authorize {
  return async (request) => {
    // Frameworks redirect to the sign-in page unless the request accepts JSON.
    const headers = new Headers({ accept: 'application/json' });
    for (const name of ['cookie', 'authorization']) {
      const value = request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    // With replacement characters, two subjects could become one.
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const { status, text } = await call('SESSION_URL', url, MAX_WAIT, { headers }, decoder);
    if (status === 401 || status === 403) return refuse(`SESSION_URL answered ${status}.`);
    if (status !== 200) {
      const meaning = '200 says who is asking, 401 that nobody is signed in.';
      throw new Error(`SESSION_URL answered ${status}: ${meaning}`);
    }
    return { subject: readField(parse(text), 'subject') as string };
  };
}

function parse(text: string | undefined): unknown {
  if (text === undefined) throw new Error('SESSION_URL answered more than 64 KiB.');
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error, which quotes the text.
    throw new Error('SESSION_URL answered 200 with a body that is not JSON.');
  }
}

/** Verifies a JWT that the back end has signed. */
function byToken({ key, jwksUrl, audience, issuer }: Omit<Settings['session'], 'url'>): Authorize {
  const getKey: JWTVerifyGetKey = jwksUrl
    ? createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: MAX_WAIT * 1000 })
    : () => key as Uint8Array;
  const options = {
    algorithms: jwksUrl ? ['RS256', 'ES256'] : ['HS256'],
    audience,
    ...(issuer !== undefined && { issuer }),
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_TOLERANCE,
  };
  return async ({ headers }) => {
    const [, token] = /^Bearer +(\S+)$/i.exec(headers.get('authorization') ?? '') ?? [];
    if (token === undefined) return refuse('There is no token.');
    try {
      const { sub, exp = 0 } = (await jwtVerify(token, getKey, options)).payload;
      const isTooLong = exp - Date.now() / 1000 > MAX_AGE + CLOCK_TOLERANCE;
      return isTooLong ? refuse('exp is more than 24 hours ahead.') : { subject: sub as string };
    } catch (error) {
      if (!INVALID_TOKEN.some((kind) => error instanceof kind)) {
        throw new Error(`No key could be fetched from SESSION_JWKS_URL: ${codeOf(error)}.`);
      }
      const { code, claim } = error as errors.JWTClaimValidationFailed;
      return refuse(claim ? `${code}: ${claim}` : code);
    }
  };
}

/** The result if nobody is signed in. The log says why, the page does not. */
function refuse(reason: string): null {
  note({ reason });
  return null;
}
