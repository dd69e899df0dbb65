import {
  isLoopback,
  isOrigin,
  issueOf,
  ORIGIN_RULE,
  parseUrl,
  readBaseUrl,
} from '../../handler/options.js';
import { parsePort } from '../usage.js';

const SESSION_KINDS = ['SESSION_URL', 'SESSION_KEY', 'SESSION_JWKS_URL'];

/** Bytes of a key of HS256: as many as its hash has. */
const MIN_SESSION_KEY = 32;

/** Bytes of a key, by Standard Webhooks. */
const [MIN_INSTANCE_KEY, MAX_INSTANCE_KEY] = [24, 64];

const FLAG_RULE = '1 or 0';

export type Settings = ReturnType<typeof readSettings>;

/**
 * The settings in an environment. Values are trimmed; an empty one counts as missing.
 *
 * @throws Error with a line for each variable that cannot be used, without its value.
 */
export function readSettings(env: NodeJS.ProcessEnv) {
  const issues: string[] = [];
  const valueIn = (name: string) => env[name]?.trim() || undefined;

  /** What `parse` makes of the variable; undefined where it is missing, or has an issue. */
  function read<T>(name: string, parse: (value: string) => T | undefined, rule: string) {
    const value = valueIn(name);
    if (value === undefined) return undefined;
    const parsed = parse(value);
    if (parsed === undefined) issues.push(`${name} must be ${rule}.`);
    return parsed;
  }

  /** Where it gives no `T`, there is an issue, and nothing is returned. */
  function required<T>(name: string, parse: (value: string) => T | undefined, rule: string): T {
    if (!valueIn(name)) issues.push(`${name} is missing: give ${rule}.`);
    return read(name, parse, rule) as T;
  }

  function secret(name: string): string {
    const value = valueIn(name) ?? '';
    const issue = issueOf(name, value);
    if (issue !== '') issues.push(issue);
    return value;
  }

  const flag = (name: string) => read(name, parseFlag, FLAG_RULE);
  const isHttpAllowed = flag('ALLOW_HTTP') ?? false;
  const parseOwnUrl = (value: string) => parseServerUrl(value, isHttpAllowed);
  const urlRule =
    'an https: URL, or an http: URL of a loopback host (of any host with ALLOW_HTTP=1), without user and fragment';

  const kinds = SESSION_KINDS.filter(valueIn);
  if (kinds.length !== 1) {
    const given = kinds.length === 0 ? 'none is' : `${kinds.join(' and ')} are`;
    issues.push(`Exactly one of ${SESSION_KINDS.join(', ')} must be set, and ${given}.`);
  }

  const settings = {
    userSecret: secret('CLOUD_ELEMENTS_USER_SECRET'),
    organizationSecret: secret('CLOUD_ELEMENTS_ORGANIZATION_SECRET'),
    baseUrl: required(
      'CLOUD_ELEMENTS_BASE_URL',
      readBaseUrl,
      "the https: URL of your account's region, without user, query or fragment (http: for loopback hosts alone)",
    ),
    session: {
      url: read('SESSION_URL', parseOwnUrl, urlRule),
      key: read('SESSION_KEY', parseSessionKey, `at least ${MIN_SESSION_KEY} bytes of UTF-8`),
      jwksUrl: read('SESSION_JWKS_URL', parseOwnUrl, urlRule),
      audience: valueIn('SESSION_AUDIENCE') ?? 'authenticate-bigcommerce',
      issuer: valueIn('SESSION_ISSUER'),
    },
    instanceUrl: required('INSTANCE_URL', parseOwnUrl, urlRule),
    instanceKey: required(
      'INSTANCE_KEY',
      parseInstanceKey,
      `whsec_ and the base64 of ${MIN_INSTANCE_KEY} to ${MAX_INSTANCE_KEY} random bytes`,
    ),
    origin: read('ORIGIN', (value) => (isOrigin(value) ? value : undefined), ORIGIN_RULE),
    allowedOrigins:
      read('ALLOWED_ORIGINS', (value) => parseList(value, isOrigin), `each ${ORIGIN_RULE}`) ?? [],
    frameAncestors:
      read(
        'FRAME_ANCESTORS',
        (value) => parseList(value, isFrameAncestor)?.join(' '),
        "'none', 'self', or origins such as https://*.shop.example",
      ) ?? "'none'",
    basePath:
      read('BASE_PATH', parseBasePath, 'a path such as /connect, without a slash at its end') ?? '',
    port: read('PORT', parsePort, 'a number from 0 to 65535') ?? 8787,
    host: valueIn('HOST') ?? '127.0.0.1',
    allowEvents: flag('ALLOW_EVENTS') ?? false,
    allowDisconnect: flag('ALLOW_DISCONNECT') ?? false,
    hasPage: flag('PAGE') ?? true,
  };
  if (issues.length > 0) throw new Error(['the settings cannot be used:', ...issues].join('\n  '));
  return settings;
}

function parseFlag(value: string): boolean | undefined {
  return value === '1' || (value === '0' ? false : undefined);
}

function parseServerUrl(value: string, isHttpAllowed: boolean): string | undefined {
  const url = parseUrl(value);
  if (!url || `${url.username}${url.password}${url.hash}` !== '') return undefined;
  const isHttp = url.protocol === 'http:' && (isHttpAllowed || isLoopback(url));
  return isHttp || url.protocol === 'https:' ? url.href : undefined;
}

function parseSessionKey(value: string): Uint8Array | undefined {
  const bytes = new TextEncoder().encode(value);
  return bytes.length >= MIN_SESSION_KEY ? bytes : undefined;
}

function parseInstanceKey(value: string): string | undefined {
  const [, base64] = /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(value) ?? [];
  const { length } = Buffer.from(base64 ?? '', 'base64');
  return length >= MIN_INSTANCE_KEY && length <= MAX_INSTANCE_KEY ? value : undefined;
}

function parseList(value: string, isUsable: (entry: string) => boolean): string[] | undefined {
  const entries = value.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.length > 0 && entries.every(isUsable) ? entries : undefined;
}

function isFrameAncestor(entry: string): boolean {
  return /^(?:'none'|'self'|https?:\/\/(?:\*\.)?[a-z\d.-]+(?::\d+)?)$/i.test(entry);
}

function parseBasePath(value: string): string | undefined {
  return /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(value) ? value : undefined;
}
