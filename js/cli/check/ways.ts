import type { CredentialsFile } from '../../element/credentials-file.js';
import type { Answer } from './report.js';

/** The body of a `POST` or `PUT`. */
export interface Body extends Record<string, unknown> {
  configuration: Record<string, unknown>;
}

/** A way to send a store's credentials to the service. */
export interface Way {
  question: string;
  /** Fields of the package's config. */
  credentials: CredentialsFile;
  /** Changes the body of the package. */
  change?: (body: Body) => Body;
  /** The answer if it connects. */
  connects: Answer;
}

/** Returns the ways for the credentials of a file, in the order in which to try them. */
export function waysOf(found: CredentialsFile, kind: 'store-level' | 'legacy'): Way[] {
  const { username = '', password = '', clientId = '', storeUrl = '' } = found;
  if (kind === 'legacy') {
    return [
      {
        question: 'Do Username and API Token connect?',
        credentials: { username, password, storeUrl },
        connects: { state: 'ok', answer: 'Yes.', basis: 'documented' },
      },
    ];
  }
  const { accessToken, clientSecret } = found;
  const ways: Way[] = [];
  if (accessToken !== undefined) {
    ways.push({
      question: 'Does the access token connect, as oauth.api.secret?',
      credentials: { clientId, accessToken, storeUrl },
      connects: { state: 'ok', answer: 'Yes.', basis: 'inferred' },
    });
  }
  if (clientSecret !== undefined) {
    ways.push({
      question: 'Does the Client secret connect, as oauth.api.secret?',
      credentials: { clientId, clientSecret, storeUrl },
      connects: {
        state: 'ok',
        answer: 'Yes.',
        basis: 'documented',
        advice: 'Ask for clientSecret in place of accessToken, in your form and in your code.',
      },
    });
  }
  if (accessToken !== undefined) {
    ways.push({
      question: 'Does the access token connect, as oauth.user.token?',
      credentials: { clientId, ...(clientSecret ? { clientSecret } : { accessToken }), storeUrl },
      change: (body) => withUserToken(body, accessToken, clientSecret),
      connects: {
        state: 'problem',
        answer: 'Yes, but the package cannot send it so.',
        basis: 'inferred',
        advice: 'Tell the maintainers of this package: it takes little to add.',
      },
    });
  }
  return ways;
}

/** Sends an existing token as in the vendor's guide to another element (QuickBooks). */
function withUserToken(body: Body, accessToken: string, clientSecret: string | undefined): Body {
  const { 'oauth.api.secret': _, ...others } = body.configuration;
  const configuration = {
    ...others,
    ...(clientSecret && { 'oauth.api.secret': clientSecret }),
    'oauth.user.token': accessToken,
  };
  return { ...body, configuration, externalAuthentication: 'initial' };
}
