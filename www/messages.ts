// The page's texts for merchants. Of a failure: a headline, and below it, in lines of their own, what
// BigCommerce says, what to do, and the reference for support.
import type { BigCommerceAuthError } from 'authenticate-bigcommerce';
import type { ConnectMessages } from 'authenticate-bigcommerce/connect';

/** The kind of BigCommerce API account that a merchant has. */
export type Kind = 'store-level' | 'legacy';

/** The texts that differ by kind of account. */
const ACCOUNTS = {
  'store-level': {
    name: 'Store-level API account',
    place: 'Store-level API accounts',
    compare:
      'Compare all three values with those that BigCommerce showed. If you no longer have them, create another API account.',
    storeUrl:
      'Enter the API path that BigCommerce showed. It looks like https://api.bigcommerce.com/stores/abc123/v3/.',
  },
  legacy: {
    name: 'Legacy API account',
    place: 'Legacy API Settings',
    compare: 'Compare all three values with Legacy API Settings; copying them again helps most.',
    storeUrl:
      'Enter the API path from Legacy API Settings. It looks like https://store-abc123.mybigcommerce.com/api/v2.',
  },
};

/** For the path of a store-level API account in the form for a Legacy API account. */
export const OTHER_KIND = 'This path belongs to a store-level API account.';

const TRY_AGAIN = 'Try again with the same values, so that no second connection is made.';

const serviceProblem = (error: BigCommerceAuthError) =>
  failureText(
    'The service has a problem',
    `It is not your values. Wait ${waitingTime(error)}. ${TRY_AGAIN}`,
  )(error);

const NOT_SET_UP = 'This page is not set up correctly';

/** The texts for the kind of account that was submitted, and for who came by a link with a session. */
export const messagesFor = (kind: () => Kind, hasLink: () => boolean): ConnectMessages => ({
  connecting: () =>
    navigator.onLine
      ? 'Connecting…\nThis takes a few seconds, at times up to a minute.'
      : 'You are offline\nIt goes on if your internet connection comes back soon.',
  otherKind: (kind) =>
    `These are the values of another kind of account. Choose “${ACCOUNTS[kind].name}”, then drop the file again.`,
  ERR_CONFIG({ issues }) {
    const setting = issues.find(({ path }) => path[0] === 'baseUrl');
    return setting
      ? `${NOT_SET_UP}\nTell its makers about base-url: ${setting.message}`
      : 'Almost there\nPlease look at the marked fields.';
  },
  ERR_LOAD: (error) =>
    'WebAssembly' in globalThis
      ? unlessOffline('This page is incomplete', 'A part of it did not load. Reload it.')(error)
      : 'This browser cannot connect your store\nUse another browser.',
  ERR_NETWORK: unlessOffline('There was no answer', TRY_AGAIN),
  ERR_TIMEOUT: unlessOffline('It took too long', `Check your internet connection. ${TRY_AGAIN}`),
  ERR_UNAUTHORIZED: (error) =>
    hasLink()
      ? failureText('Your link is not valid', 'Ask whoever gave it to you for a new one.')(error)
      : failureText('You are not signed in', 'Sign in in another tab, then try again here.')(error),
  ERR_FORBIDDEN: (error) =>
    failureText(
      'Access was denied',
      `The account may lack rights: look at it in ${ACCOUNTS[kind()].place}, or ask our support.`,
    )(error),
  ERR_NOT_FOUND: failureText(
    'Nothing was found there',
    'If you renew a connection, check its instance id. Otherwise ask our support.',
  ),
  ERR_CONFLICT: failureText(
    'It is connected already',
    'To change that connection, open “Renew an existing connection” and enter its instance id.',
  ),
  ERR_RATE_LIMITED: (error) =>
    failureText('Too many tries', `Wait ${waitingTime(error)}, then try again.`)(error),
  ERR_REJECTED: (error) =>
    failureText('These values were refused', ACCOUNTS[kind()].compare)(error),
  ERR_SERVER: serviceProblem,
  ERR_HANDLER: failureText(
    NOT_SET_UP,
    'Your values are not the reason. Tell its makers: their server’s log says what is wrong.',
  ),
  ERR_RESPONSE: serviceProblem,
  'username.missing': 'Enter the username from Legacy API Settings.',
  'password.missing': 'Paste the API token from Legacy API Settings.',
  'clientId.missing': 'Paste the client ID as BigCommerce shows it.',
  'accessToken.missing': 'Paste the access token as BigCommerce shows it.',
  'storeUrl.missing': () => ACCOUNTS[kind()].storeUrl,
  name: 'Enter a name of at most 255 characters.',
});

/** The error texts for fields that the element does not know, by their path in the config. */
export const OTHER_FIELDS: Record<string, string> = {
  'events.callbackUrl': 'Enter a whole address that begins with https://.',
  'events.refreshInterval': 'Enter a whole number from 1 to 1440.',
  instanceId: 'Enter the id as a whole number, such as 12345.',
};

function failureText(headline: string, advice: string): (error: BigCommerceAuthError) => string {
  return (error) => {
    const lines = [headline];
    if ('providerMessage' in error) lines.push(`BigCommerce says: “${error.providerMessage}”`);
    else if (error.code === 'ERR_REJECTED' && error.serviceMessage)
      lines.push(`The service says: “${error.serviceMessage}”`);
    lines.push(advice);
    if ('requestId' in error) lines.push(`Reference for support: ${error.requestId}`);
    return lines.join('\n');
  };
}

function unlessOffline(headline: string, advice: string): (error: BigCommerceAuthError) => string {
  return (error) =>
    navigator.onLine
      ? failureText(headline, advice)(error)
      : failureText('You are offline', 'Connect to the internet, then try again.')(error);
}

/** How long the service asks to wait. */
function waitingTime(error: BigCommerceAuthError): string {
  const seconds = 'retryAfter' in error ? error.retryAfter : undefined;
  if (seconds === undefined) return 'a minute';
  const [count, unit] = seconds > 90 ? [seconds / 60, 'minute'] : [Math.max(seconds, 1), 'second'];
  const format = new Intl.NumberFormat('en', { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.ceil(count));
}
