import type { BigCommerceAuthError, ConfigIssue, ElementInstance, ErrorCode } from '../index.js';
import type { FieldName } from './form.js';

/** A text of the page's own, or a function that makes one. */
export type Message<Subject> = string | ((subject: Subject) => string);

/** The page's own texts: for states, for each error code, and for what is wrong with a field. */
export type ConnectMessages = {
  connecting?: string | (() => string) | undefined;
  connected?: Message<ElementInstance> | undefined;
} & { [Code in ErrorCode]?: Message<BigCommerceAuthError & { code: Code }> | undefined } & {
  [Name in FieldName]?: Message<ConfigIssue> | undefined;
};

const TRY_AGAIN = 'Try again with the same values.';

/** For merchants; what is wrong with a field is shown there. */
export const DEFAULT_MESSAGES: Record<ErrorCode | 'connecting' | 'connected', string> = {
  connecting: 'Connecting…',
  connected: 'Your store is connected.',
  ERR_CONFIG: '',
  ERR_LOAD: 'A part of this page could not be loaded. Try again.',
  ERR_NETWORK: `There was no answer. Check your internet connection. ${TRY_AGAIN}`,
  ERR_TIMEOUT: `It took too long. ${TRY_AGAIN}`,
  ERR_ABORTED: '',
  ERR_UNAUTHORIZED: 'You are not signed in. Sign in and try again.',
  ERR_FORBIDDEN: 'This is not allowed.',
  ERR_NOT_FOUND: 'The connection or the service was not found.',
  ERR_CONFLICT: 'This connection exists already.',
  ERR_RATE_LIMITED: 'There were too many tries. Wait a moment and try again.',
  ERR_REJECTED:
    'BigCommerce did not accept these values. Compare them with the API account in BigCommerce.',
  ERR_SERVER: `The service has a problem. ${TRY_AGAIN}`,
  ERR_HANDLER:
    'This page is not set up correctly. Your values are not the reason: contact its owner.',
  ERR_RESPONSE: `The service gave no usable answer. ${TRY_AGAIN}`,
};

/** The page's own text, or `otherwise` where it gives none or fails to. */
export function messageOf(
  messages: ConnectMessages | undefined,
  name: keyof ConnectMessages,
  subject: unknown,
  otherwise: string,
): string {
  try {
    const message = messages?.[name] as Message<unknown> | undefined;
    const text = typeof message === 'function' ? message(subject) : message;
    // Here, because symbols and some objects cannot be made text.
    return `${text ?? otherwise}`;
  } catch (error) {
    // The form must not stay busy because of an error in the page's own code.
    reportError(error);
    return otherwise;
  }
}
