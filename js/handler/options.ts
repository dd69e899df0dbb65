import type { ElementInstance } from '../types.js';
import { readField } from './fields.js';

/** The user of a request, as the host's session identifies them. */
export interface Subject {
  /**
   * Identifies the owner of the instances: a safe integer, a bigint, or a string of 1 to 256
   * characters; `7` and `'7'` are the same.
   */
  subject: string | number | bigint;
}

/** The owner of an instance, and how the page got it. */
export interface InstanceOwner extends Subject {
  outcome: 'created' | 'found' | 'updated';
  /**
   * The API path of the store, `https://<host name>/api/v2`, from the page or, if the instance was
   * found, from the service, which may omit it.
   */
  storeUrl?: string;
}

/** An error response to a page. */
export interface ErrorReport {
  /** The status of the response. */
  status: number;
  /** A message for the host, without secrets. */
  message: string;
  /** Whether the handler itself refused or failed, or forwarded a response of the service. */
  source: 'handler' | 'service';
  /** Identifies the request in the service's log. */
  requestId?: string;
  /**
   * What `authorize`, `onInstance` or `onDisconnect` threw, unchanged; or the error of `fetch`,
   * with name, code and message redacted.
   */
  cause?: unknown;
}

/** The request that led to an error. */
export interface ErrorContext {
  /**
   * The page's request, without its body, the headers `cookie` and `authorization`, and the user
   * and password of its URL.
   */
  request: Request;
  /** The subject, if known. */
  subject?: Subject['subject'];
}

/** The options of {@link createProxy}. `undefined` counts as absent. */
export interface ProxyOptions {
  /**
   * The account's User Secret: printable ASCII without spaces and commas, at most 1,024 characters.
   * Without a valid one, every request is answered with 500.
   */
  userSecret: string | undefined;
  /** The account's Organization Secret, with the same rules as {@link userSecret}. */
  organizationSecret: string | undefined;
  /**
   * Identifies the user, by the session cookie or whatever the host uses. Gets the request without
   * its body. `null` is answered with 401; an exception, or anything but a subject, with 500.
   */
  authorize(request: Request): Subject | null | Promise<Subject | null>;
  /**
   * The base URL of the service: an `https:` URL, or an `http:` URL of a loopback host. It is
   * trimmed; an empty one counts as absent.
   * @defaultValue `https://api.cloud-elements.com/elements/api-v2`, US production
   */
  baseUrl?: string | undefined;
  /**
   * The page's origin, for hosts that see another one behind TLS termination. An empty one counts
   * as absent.
   * @defaultValue the request's own
   */
  origin?: string | undefined;
  /**
   * Other origins whose pages may call, such as `https://app.example`. Their requests have no
   * cookies: `authorize` has to identify the user by something else, such as the `authorization`
   * header that the page's `sessionToken` sets.
   * @defaultValue none
   */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * Awaited before the page gets the instance, so that the host need not rely on the page to
   * forward it. Called again if a page finds its instance again. An exception is answered with 500.
   */
  onInstance?(instance: ElementInstance, owner: InstanceOwner): unknown;
  /**
   * Awaited before an instance is deleted at the service, and again if the page retries a failed
   * disconnection. An exception is answered with 500, and nothing is deleted.
   */
  onDisconnect?(instance: { id: number }, owner: Subject): unknown;
  /**
   * Called with every error response to a page. Awaited for at most 5 seconds; its exceptions are
   * ignored.
   * @defaultValue one line to `console.error` for each 502 and 504, and for each error of the
   * handler itself except 401, 408 and the 404 to a `PUT` or `DELETE`; without a known subject, one
   * line a minute for each reason
   */
  onError?(report: ErrorReport, context: ErrorContext): unknown;
  /**
   * Whether pages may set up events.
   * @defaultValue false
   */
  allowEvents?: boolean | undefined;
  /**
   * Whether pages may delete the subject's instances.
   * @defaultValue false
   */
  allowDisconnect?: boolean | undefined;
  /** Used instead of the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /**
   * The timeout of all requests to the service for one request of the page, in milliseconds: an
   * integer from 1 to 2147483647. A disconnection has it twice, before and after `onDisconnect`.
   * The page's body has the same timeout, but at most 10 seconds.
   * @defaultValue 50000
   */
  timeout?: number | undefined;
}

const DEFAULT_BASE_URL = 'https://api.cloud-elements.com/elements/api-v2';
const DEFAULT_TIMEOUT = 50_000;
const MAX_SECRET = 1024;

/** A label that was copied with an account's secret. */
const LABEL = /^(user|org|organization)( secret)?:/i;

/** The validated options. */
export type Settings = ReturnType<typeof readOptions>;

/** What {@link isOrigin} takes. */
export const ORIGIN_RULE =
  'an origin, such as https://shop.example; other schemes than http: and https: are not supported';

type Rule = [isUsable: (value: unknown) => boolean, rule: string];

const isString = (value: unknown): value is string => typeof value === 'string';
const isFunction = (value: unknown) => typeof value === 'function';
const SECRET: Rule = [isString, 'must be a string'];
const FUNCTION: Rule = [isFunction, 'must be a function'];
const BOOLEAN: Rule = [(value) => typeof value === 'boolean', 'must be true or false'];

/** The rules of all options. */
const RULES: Record<keyof ProxyOptions, Rule> = {
  userSecret: SECRET,
  organizationSecret: SECRET,
  authorize: FUNCTION,
  baseUrl: [
    (value) => isString(value) && (value.trim() === '' || readBaseUrl(value) !== undefined),
    'must be an https: URL, or an http: URL of a loopback host, without user, query or fragment',
  ],
  origin: [
    (value) => isString(value) && (value === '' || isOrigin(value)),
    `must be ${ORIGIN_RULE}`,
  ],
  allowedOrigins: [
    (value) =>
      Array.isArray(value) && value.every((origin) => isString(origin) && isOrigin(origin)),
    `must be an array, each entry ${ORIGIN_RULE}`,
  ],
  onInstance: FUNCTION,
  onDisconnect: FUNCTION,
  onError: FUNCTION,
  allowEvents: BOOLEAN,
  allowDisconnect: BOOLEAN,
  fetch: FUNCTION,
  timeout: [
    // The longest delay of a timer.
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 2 ** 31 - 1,
    'must be a whole number of milliseconds from 1 to 2147483647',
  ],
};

/**
 * Reads each option once.
 *
 * @throws TypeError if one is unknown or of the wrong type.
 */
export function readOptions(options: unknown) {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('createProxy takes an object of options.');
  }
  const given: Partial<ProxyOptions> = Object.create(null);
  const names = new Set(Object.keys(RULES));
  for (const name in options) names.add(name);
  for (const name of names) {
    const value = readField(options, name);
    if (value === undefined) continue;
    if (!Object.hasOwn(RULES, name)) throw new TypeError(`createProxy has no option ${name}.`);
    const [isUsable, rule] = RULES[name as keyof ProxyOptions];
    if (!isUsable(value)) throw new TypeError(`createProxy: ${name} ${rule}.`);
    given[name as keyof ProxyOptions] = value as never;
  }
  const { authorize, onInstance, onDisconnect, onError, baseUrl } = given;
  if (!authorize) throw new TypeError('createProxy: authorize must be a function.');
  const { userSecret = '', organizationSecret = '' } = given;
  const issues = [
    issueOf('userSecret', userSecret),
    issueOf('organizationSecret', organizationSecret),
  ].filter((issue) => issue !== '');
  return {
    secrets: [userSecret, organizationSecret] as const,
    /** What is wrong with the secrets; empty if they are valid. */
    issue: issues.join(' '),
    authorize: authorize.bind(options),
    baseUrl: (baseUrl && readBaseUrl(baseUrl)) || DEFAULT_BASE_URL,
    /** Whether it is an empty string: the default may be of another region than the account. */
    hasEmptyBaseUrl: baseUrl?.trim() === '',
    origin: given.origin || undefined,
    allowedOrigins: given.allowedOrigins ?? [],
    onInstance: onInstance?.bind(options),
    onDisconnect: onDisconnect?.bind(options),
    onError: onError?.bind(options),
    allowEvents: given.allowEvents ?? false,
    allowDisconnect: given.allowDisconnect ?? false,
    fetch: given.fetch,
    timeout: given.timeout ?? DEFAULT_TIMEOUT,
  };
}

/** Returns what is wrong with a secret of the account; an empty string if it is valid. */
export function issueOf(name: string, secret: string): string {
  if (secret === '') return `${name} is missing or empty.`;
  if (LABEL.test(secret)) return `${name} begins with a label: give the value alone.`;
  if (/^["'‘-‟].*["'‘-‟]$/.test(secret)) return `${name} is in quotation marks: leave them out.`;
  if (/[\p{Cc}\p{Cf}]/u.test(secret)) {
    return `${name} contains a character that cannot be seen, such as a line break: copy it again.`;
  }
  // Printable ASCII without spaces and commas, because the secrets are sent in a header.
  if (/^[!-+\--~]+$/.test(secret) && secret.length <= MAX_SECRET) return '';
  return `${name} must be printable ASCII without spaces or commas, of at most 1,024 characters.`;
}

/** Returns a base URL without a trailing slash; undefined if it is invalid. */
export function readBaseUrl(value: string): string | undefined {
  const text = value.trim();
  const url = /[\p{Cc}?#]/u.test(text) ? undefined : parseUrl(text);
  if (!url || `${url.username}${url.password}` !== '') return undefined;
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
  return isSafe ? (url.origin + url.pathname).replace(/\/$/, '') : undefined;
}

export function isLoopback({ hostname }: URL): boolean {
  return /^((.*\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

export function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && parseUrl(value)?.origin === value;
}

/**
 * Parses a URL. Not with `URL.canParse`, which in Node 20 and 22 returns false for international
 * host names after many calls: https://github.com/AikidoSec/firewall-node/pull/1086
 */
export function parseUrl(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}
