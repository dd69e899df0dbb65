import type { ElementInstance } from '../types.js';
import { readField } from './fields.js';

/** Who is asking, as the host's own session knows them. */
export interface Subject {
  /**
   * Names the owner of the instances: a safe integer, a bigint, or a string of 1 to 256 characters;
   * `7` and `'7'` are the same.
   */
  subject: string | number | bigint;
}

/** Whose an instance is, and how the page came to it. */
export interface InstanceOwner extends Subject {
  outcome: 'created' | 'found' | 'updated';
  /**
   * The API path of the store, `https://<host name>/api/v2`: the page's, or where the instance was
   * found, the service's if that has it.
   */
  storeUrl?: string;
}

/** An error that a page was answered with. */
export interface ErrorReport {
  /** The response's status. */
  status: number;
  /** A message for the host, without secrets. */
  message: string;
  /** Whether the handler itself refused or failed, or passed on a response of the service. */
  source: 'handler' | 'service';
  /** Names the request in the service's own log. */
  requestId?: string;
  /**
   * What `authorize`, `onInstance` or `onDisconnect` threw, as it is; or why `fetch` failed, with
   * name, code and message redacted.
   */
  cause?: unknown;
}

/** What an error belongs to. */
export interface ErrorContext {
  /** What the page asked for, without its body, `cookie` and `authorization`. */
  request: Request;
  /** Who asked, where that is known. */
  subject?: Subject['subject'];
}

/** What {@link createProxy} needs to know. `undefined` means absent. */
export interface ProxyOptions {
  /**
   * The account's User Secret: printable ASCII without space or comma, at most 1,024 characters.
   * Without a usable one each request is answered 500.
   */
  userSecret: string | undefined;
  /** The account's Organization Secret; as {@link userSecret}. */
  organizationSecret: string | undefined;
  /**
   * Says who is asking, from the session cookie or whatever the host uses; gets the request without
   * its body. `null` gives 401; anything but a subject, and a throw, gives 500.
   */
  authorize(request: Request): Subject | null | Promise<Subject | null>;
  /**
   * The service: an `https:` URL, or an `http:` URL of a loopback host; trimmed. An empty one
   * counts as absent.
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
   * Origins, such as `https://app.example`, whose pages may call too. No cookie comes along from
   * there: `authorize` has to read another sign of who is asking, such as the `authorization` that
   * the page's `sessionToken` makes.
   * @defaultValue none
   */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * Awaited before the page gets the instance, so that the host need not trust the page to pass it
   * on. Is called again when a page finds its instance again; a throw answers 500.
   */
  onInstance?(instance: ElementInstance, owner: InstanceOwner): unknown;
  /**
   * Awaited before an instance is deleted at the service, and again when the page repeats a
   * disconnection that failed; a throw answers 500, and nothing is deleted.
   */
  onDisconnect?(instance: { id: number }, owner: Subject): unknown;
  /**
   * Called with every error that a page is answered with. Awaited, for at most 5 seconds; what it
   * throws changes nothing.
   * @defaultValue one line to `console.error` for each 502 and 504, and for each error of the handler
   * itself except 401, 408 and the 404 to a `PUT` or `DELETE`; where nobody is known to be signed in,
   * one a minute for each reason
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
  /** Used in place of the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /**
   * Milliseconds for the service to answer what one request of the page takes: a whole number, 1 to
   * 2147483647; for a disconnection both before and after `onDisconnect`. The page's own body has
   * the shorter of that and 10 seconds.
   * @defaultValue 50000
   */
  timeout?: number | undefined;
}

const DEFAULT_BASE_URL = 'https://api.cloud-elements.com/elements/api-v2';
const DEFAULT_TIMEOUT = 50_000;
const MAX_SECRET = 1024;

/** What is copied along with a secret of the account. */
const LABEL = /^(user|org|organization)( secret)?:/i;

/** The options as they are used. */
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

/** What the options must be where they are given; others there are none. */
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
    // Timers take no longer ones.
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 2 ** 31 - 1,
    'must be a whole number of milliseconds from 1 to 2147483647',
  ],
};

/**
 * Reads each option once.
 *
 * @throws TypeError where one is unknown or of the wrong type.
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
    /** Why the secrets cannot be used; empty where they can. */
    issue: issues.join(' '),
    authorize: authorize.bind(options),
    baseUrl: (baseUrl && readBaseUrl(baseUrl)) || DEFAULT_BASE_URL,
    /** It was given but is empty: the default may be of another region than the account. */
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

/** Why a secret of the account cannot be used; empty where it can. */
export function issueOf(name: string, secret: string): string {
  if (secret === '') return `${name} is missing or empty.`;
  if (LABEL.test(secret)) return `${name} begins with a label: give the value alone.`;
  if (/^["'‘-‟].*["'‘-‟]$/.test(secret)) return `${name} is in quotation marks: leave them out.`;
  if (/[\p{Cc}\p{Cf}]/u.test(secret)) {
    return `${name} contains a character that cannot be seen, such as a line break: copy it anew.`;
  }
  // Printable ASCII without comma: a header is built of them.
  if (/^[!-+\--~]+$/.test(secret) && secret.length <= MAX_SECRET) return '';
  return `${name} must be printable ASCII without spaces or commas, of at most 1,024 characters.`;
}

/** The service's address without a slash at its end; undefined where it cannot be used. */
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
 * Not by `URL.canParse`, for which Node 20 and 22 return false for international addresses once they
 * are asked often: https://github.com/AikidoSec/firewall-node/pull/1086
 */
export function parseUrl(value: string): URL | undefined {
  try {
    return new URL(value);
  } catch {
    return undefined;
  }
}
