// Identifies the user of a request, by the host's back end or by its tokens.
import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';
import { readField } from '../../handler/fields.js';
import type { ProxyOptions } from '../../proxy.js';
import { CallError, call, parse } from './call.js';
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
    return { subject: readField(parse('SESSION_URL', text), 'subject') as string };
  };
}

/** Verifies a JWT that the back end has signed. */
function byToken({ key, jwksUrl, audience, issuer }: Omit<Settings['session'], 'url'>): Authorize {
  const getKey: JWTVerifyGetKey = jwksUrl
    ? createRemoteJWKSet(new URL(jwksUrl), { [customFetch]: fetchKeys })
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
      if (error instanceof CallError) throw error;
      if (!INVALID_TOKEN.some((kind) => error instanceof kind)) {
        throw new Error(
          'The key set of SESSION_JWKS_URL cannot be used: its keys must be public, of 2048 bits or more for RS256.',
        );
      }
      const { code, claim } = error as errors.JWTClaimValidationFailed;
      return refuse(claim ? `${code}: ${claim}` : code);
    }
  };
}

/** Fetches the key set, which jose itself would read without a limit. */
const fetchKeys: FetchImplementation = async (url, { headers }) => {
  const { status, text } = await call('SESSION_JWKS_URL', url, MAX_WAIT, { headers });
  if (status !== 200) throw new CallError(`SESSION_JWKS_URL answered ${status}.`);
  return Response.json(parse('SESSION_JWKS_URL', text));
};

/** The result if nobody is signed in. The log says why, the page does not. */
function refuse(reason: string): null {
  note({ reason });
  return null;
}
