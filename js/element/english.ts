// The element's English texts. Each line becomes an element. A line is omitted if one of its
// placeholders, such as `{name}`, has no value. Words between backticks are BigCommerce's terms,
// which stay English in other languages.

const SAME_VALUES = 'Try again with the same values, so that no second connection is created.';

const PROVIDER_MESSAGE = 'BigCommerce says: {providerMessage}';

const REFERENCE = 'Reference for support: {requestId}';

/** The texts of the status. */
const STATUS = {
  connecting: 'Connecting…',
  offline: 'You are offline.\nCheck your internet connection.',
  connected: 'Your store is connected.',
  connectedDisabled:
    'Your store is connected, but the connection is switched off.\nContact the owner of this page.',
  filled: 'Filled in from the file: {fields}.',
  nameLabel: 'Name',
  otherKind:
    'These values belong to a {kind}, but this form is for another type of API account. Nothing was filled in.',
  otherFile:
    'This is not the file that BigCommerce saves with a new API account. Nothing was filled in.',
  notSetUp:
    'This page is not set up correctly.\nYour values are not the cause: contact the owner of this page.\n{issues}',
  notFinished:
    'Your store may already be connected, but this page could not finish.\nTry again in a few minutes with the same values. If it happens again, contact the owner of this page.',
  noWebAssembly: 'This browser cannot connect your store.\nUse another browser.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD: 'Part of this page could not be loaded.\nReload the page and try again.',
  ERR_NETWORK: `There was no response.\nCheck your internet connection. ${SAME_VALUES}`,
  ERR_TIMEOUT: `It took too long.\n${SAME_VALUES}`,
  ERR_UNAUTHORIZED: 'You are not signed in.\nSign in in another tab, then try again here.',
  ERR_FORBIDDEN: `This is not allowed.\n${PROVIDER_MESSAGE}\nThe API account may lack permissions: check its \`OAuth scopes\` in BigCommerce, or contact our support.\n${REFERENCE}`,
  ERR_NOT_FOUND: `This connection no longer exists.\nConnect your store again.\n${REFERENCE}`,
  ERR_CONFLICT: `This connection already exists.\n${PROVIDER_MESSAGE}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `There were too many attempts.\nWait {wait}, then try again.\n${REFERENCE}`,
  ERR_REJECTED: `BigCommerce did not accept these values.\n${PROVIDER_MESSAGE}\nThe service says: {serviceMessage}\nCompare them with the API account in BigCommerce. If you no longer have them, create a new API account.\n${REFERENCE}`,
  ERR_SERVER: `The service has a problem.\n${PROVIDER_MESSAGE}\nYour values are not the cause. Wait {wait}. ${SAME_VALUES}\n${REFERENCE}`,
  ERR_RESPONSE: `The service sent an unusable response.\nYour values are not the cause. ${SAME_VALUES}`,
};

/** The texts of issues, by field and code, or by code. Other issues show their own message. */
const ISSUES = {
  'username.missing': 'Enter the `Username` of your BigCommerce `Legacy API account`.',
  'password.missing': 'Enter the `API Token` of your BigCommerce `Legacy API account`.',
  'clientId.missing': 'Enter the `Client ID` of your BigCommerce `store-level API account`.',
  'accessToken.missing': 'Enter the `Access token` of your BigCommerce `store-level API account`.',
  'clientSecret.missing':
    'Enter the `Client secret` of your BigCommerce `store-level API account`.',
  'storeUrl.missing': 'Enter the `API path` of your BigCommerce API account.',
  'storeUrl.store-level':
    'This belongs to a `store-level API account`. Enter the `Client ID` and the `Access token` of that account.',
  'name.missing': 'Enter a name for this connection.',
  'clientId.both-kinds':
    'Enter the values of one API account only: a `store-level API account` or a `Legacy API account`.',
  'client-secret':
    'This is the `Client secret`. Enter the `Access token`, which BigCommerce shows next to it.',
};

export const ENGLISH = { ...STATUS, ...ISSUES };

/** The names of the element's texts. */
export type ElementTexts = Record<keyof typeof ENGLISH, string>;
