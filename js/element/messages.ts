import type {
  BigCommerceAuthError,
  ConfigFields,
  ConfigIssue,
  ConfigIssueCode,
  ElementInstance,
  ErrorCode,
} from '../index.js';
import type { kindOf } from './credentials-file.js';
import type { FieldName } from './form.js';

/** A text of the page's own, or a function that makes one. */
export type Message<Subject> = string | ((subject: Subject) => string);

/**
 * The page's own texts: for states, for each error code, and for what is wrong with a field, by
 * field and code (`storeUrl.scheme`), by field, or by code; the first that is there is shown.
 */
export type ConnectMessages = {
  connecting?: string | (() => string) | undefined;
  connected?: Message<ElementInstance> | undefined;
  /** The store is connected, but the page's owner has switched the connection off. */
  connectedDisabled?: Message<ElementInstance> | undefined;
  /** BigCommerce's file has filled these controls. */
  filled?: Message<FieldName[]> | undefined;
  /** BigCommerce's file is of a kind of account that the form does not ask for. */
  otherKind?: Message<NonNullable<ReturnType<typeof kindOf>>> | undefined;
  /** A file is not BigCommerce's. */
  otherFile?: string | (() => string) | undefined;
} & { [Code in ErrorCode]?: Message<BigCommerceAuthError & { code: Code }> | undefined } & {
  [Name in FieldName | ConfigIssueCode | `${FieldName}.${ConfigIssueCode}`]?:
    | Message<ConfigIssue>
    | undefined;
};

const TRY_AGAIN = 'Try again with the same values.';

const NOT_SET_UP =
  'This page is not set up correctly. Your values are not the reason: contact its owner.';

const NO_WEBASSEMBLY = 'This browser cannot connect your store. Use another browser.';

/** What merchants read where the page has no text of its own. */
export const TEXTS: Record<
  ErrorCode | 'connecting' | 'connected' | 'connectedDisabled' | 'otherFile',
  string
> = {
  connecting: 'Connecting…',
  connected: 'Your store is connected.',
  connectedDisabled:
    'Your store is connected, but the connection is switched off. Contact the owner of this page.',
  otherFile:
    'This is not the file that BigCommerce saves with a new API account. Nothing was filled in.',
  ERR_CONFIG: '',
  ERR_LOAD: 'A part of this page could not be loaded. Reload the page and try again.',
  ERR_NETWORK: `There was no answer. Check your internet connection. ${TRY_AGAIN}`,
  ERR_TIMEOUT: `It took too long. ${TRY_AGAIN}`,
  ERR_ABORTED: '',
  ERR_UNAUTHORIZED: 'You are not signed in. Sign in and try again.',
  ERR_FORBIDDEN: 'This is not allowed.',
  ERR_NOT_FOUND: 'This connection does not exist any more. Connect your store again.',
  ERR_CONFLICT: 'This connection exists already.',
  ERR_RATE_LIMITED: 'There were too many tries. Wait a moment and try again.',
  ERR_REJECTED:
    'BigCommerce did not accept these values. Compare them with the API account in BigCommerce.',
  ERR_SERVER: `The service has a problem. ${TRY_AGAIN}`,
  ERR_HANDLER: NOT_SET_UP,
  ERR_RESPONSE: `The service gave no usable answer. ${TRY_AGAIN}`,
};

/** What BigCommerce calls the fields. */
const LABELS: { [Name in FieldName]?: string } = {
  username: 'Username',
  password: 'API Token',
  clientId: 'Client ID',
  accessToken: 'Access token',
  clientSecret: 'Client secret',
  storeUrl: 'API Path',
  name: 'Name',
};

/** What merchants read about an issue, by field and code, or by code; else, the issue's message. */
const ISSUES: Record<string, string> = {
  'username.missing': 'Enter the Username of your BigCommerce Legacy API account.',
  'password.missing': 'Enter the API Token of your BigCommerce Legacy API account.',
  'clientId.missing': 'Enter the Client ID of your BigCommerce store-level API account.',
  'accessToken.missing': 'Enter the Access token of your BigCommerce store-level API account.',
  'clientSecret.missing': 'Enter the Client secret of your BigCommerce store-level API account.',
  'storeUrl.missing': 'Enter the API Path of your BigCommerce API account.',
  'storeUrl.store-level':
    'This is of a store-level API account. Enter the Client ID and the Access token of that account.',
  'name.missing': 'Enter a name for this connection.',
  'clientId.both-kinds':
    'Enter the values of one account: of a store-level API account, or of a Legacy API account.',
  'client-secret':
    'This is the Client secret. Enter the Access token, which BigCommerce shows with it.',
};

/** What merchants read after a form was filled from a file. */
export function textOfFilled(names: FieldName[]): string {
  return `Filled in from the file: ${names.map((name) => LABELS[name]).join(', ')}.`;
}

/** What merchants read about a file whose credentials the form does not ask for. */
export function textOfOtherKind(kind: NonNullable<ReturnType<typeof kindOf>>): string {
  const name = kind === 'legacy' ? 'Legacy' : 'store-level';
  return `These are the values of a ${name} API account, which this form does not ask for now. Nothing was filled in.`;
}

/** What merchants read in the status; `issues` are those that no field shows. */
export function textOf(
  error: BigCommerceAuthError,
  config: Partial<ConfigFields>,
  issues: ConfigIssue[],
  isMerchants: boolean,
): string {
  const text = TEXTS[error.code];
  switch (error.code) {
    case 'ERR_CONFIG': {
      const list = issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ');
      return isMerchants ? list : `${NOT_SET_UP} (${list})`;
    }
    case 'ERR_LOAD':
      // Such as with the Lockdown Mode of Apple's devices.
      return 'WebAssembly' in globalThis ? text : NO_WEBASSEMBLY;
    case 'ERR_UNAUTHORIZED':
      // Who has the account's own secrets need not sign in.
      return config.userSecret === undefined ? text : NOT_SET_UP;
    case 'ERR_NOT_FOUND':
      return config.instanceId === undefined ? NOT_SET_UP : text;
  }
  if ('providerMessage' in error) return `${text} BigCommerce says: ${error.providerMessage}`;
  const isQuoted = error.code === 'ERR_REJECTED' && error.serviceMessage !== undefined;
  return isQuoted ? `${text} The service says: ${error.serviceMessage}` : text;
}

/** What merchants read about an issue. */
export function textOfIssue(messages: ConnectMessages | undefined, issue: ConfigIssue): string {
  const { code, message } = issue;
  const name = issue.path[0] as FieldName;
  const ours = ISSUES[`${name}.${code}`] ?? ISSUES[code] ?? message;
  return messageOf(messages, [`${name}.${code}`, name, code], issue, ours);
}

/** The first of the page's own texts that is there, or `otherwise`. */
export function messageOf(
  messages: ConnectMessages | undefined,
  names: (keyof ConnectMessages)[],
  subject: unknown,
  otherwise: string,
): string {
  try {
    for (const name of names) {
      const message = messages?.[name] as Message<unknown> | undefined;
      const text = typeof message === 'function' ? message(subject) : message;
      // Here, because symbols and some objects cannot be made text.
      if (text !== undefined && text !== null) return `${text}`;
    }
  } catch (error) {
    // The form must not stay busy because of an error in the page's own code.
    reportError(error);
  }
  return otherwise;
}
