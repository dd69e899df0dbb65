import { isObject, readField } from './fields.js';
import { refusal } from './http-error.js';
import { isKeyTag, isReservedTag } from './tags.js';

/** The body of `POST /instances` and `PUT /instances/{id}`. */
export interface InstanceBody {
  element: { key: 'bigcommerce' };
  configuration: Record<string, unknown> & { 'store.url': string };
  tags: string[] | undefined;
  name: string;
}

const MAX_TEXT = 1024;
const MAX_EVENTS_TEXT = 2048;
const MAX_RESOURCES = 50;
const MAX_TAG = 255;

/** Without the tag of a key. */
const MAX_TAGS = 99;

// The service may change these characters, because it strips HTML.
// biome-ignore lint/suspicious/noControlCharactersInRegex: it matches them on purpose.
const CHANGEABLE = /[<>&\u0000-\u001f\u007f-\u009f]/;

/** Returns the value to send to the service; undefined if it is invalid. */
type Reader = (value: unknown) => unknown;

const only =
  (expected: unknown): Reader =>
  (value) =>
    value === expected ? value : undefined;
const textUpTo =
  (max: number): Reader =>
  (value) =>
    typeof value === 'string' && value.length <= max ? value : undefined;

/**
 * Reads an object with the members of `readers`, in their order. Returns undefined if it has
 * another member, or lacks one that is not `optional`.
 */
const members =
  (readers: Record<string, Reader>, optional: readonly string[] = []): Reader =>
  (value) => {
    if (!isObject(value)) return undefined;
    if (!Object.keys(value).every((name) => Object.hasOwn(readers, name))) return undefined;
    const read: Record<string, unknown> = Object.create(null);
    for (const [name, reader] of Object.entries(readers)) {
      const isGiven = Object.hasOwn(value, name);
      read[name] = isGiven ? reader(value[name]) : undefined;
      if (read[name] === undefined && (isGiven || !optional.includes(name))) return undefined;
    }
    return read;
  };

const text = textUpTo(MAX_TEXT);
const eventsText = textUpTo(MAX_EVENTS_TEXT);

const STORE: Record<string, Reader> = {
  'store.url': (value) => (isApiPath(value) ? value : undefined),
};

/** The settings with the store's credentials, one entry for each kind of BigCommerce account. */
const CREDENTIALS: Record<string, Reader>[] = [
  { username: text, password: text, ...STORE },
  {
    'authentication.type': only('custom'),
    'oauth.api.key': text,
    'oauth.api.secret': text,
    ...STORE,
  },
];

/** The settings whose values are secret. */
export const SECRETS = ['password', 'oauth.api.secret', 'event.notification.signature.key'];

/**
 * A Client ID of at least this many UTF-16 code units may be an access token: no document says
 * where the service expects that.
 */
const MIN_SECRET_CLIENT_ID = 16;

const RESOURCE = members({
  url: eventsText,
  idField: eventsText,
  datesConfiguration: members(
    {
      updatedDateField: eventsText,
      updatedDateFormat: eventsText,
      createdDateField: eventsText,
      createdDateFormat: eventsText,
      updatedDateTimezone: eventsText,
      createdDateTimezone: eventsText,
    },
    ['updatedDateTimezone', 'createdDateTimezone'],
  ),
});

const EVENTS: Record<string, Reader> = {
  'event.notification.enabled': only(true),
  'event.vendor.type': only('polling'),
  'event.notification.callback.url': eventsText,
  'event.poller.refresh_interval': eventsText,
  'event.poller.configuration': readResources,
  'event.notification.signature.key': eventsText,
};

const OPTIONAL = ['oauth.api.secret', 'event.notification.signature.key'];

/**
 * Accepts bodies that the core can send, and returns their members in its order. The core validates
 * the values; this function refuses those that could harm the account or other merchants.
 *
 * @throws {@link HttpError}
 */
export function requireInstanceBody(
  body: unknown,
  { allowEvents, allowKey }: { allowEvents: boolean; allowKey: boolean },
): InstanceBody {
  const configuration = readField(body, 'configuration');
  const tags = readField(body, 'tags');
  if (Array.isArray(tags) && tags.some((tag) => typeof tag === 'string' && CHANGEABLE.test(tag))) {
    throw refusal(400, 'A tag must not contain <, > or &, or control characters.');
  }
  const hasEvents =
    isObject(configuration) && Object.keys(configuration).some((name) => /^event\./.test(name));
  if (hasEvents && !allowEvents) {
    throw refusal(400, 'Events cannot be set up here: the handler has no allowEvents.');
  }
  const readers: Record<string, Reader> = {
    element: members({ key: only('bigcommerce') }),
    configuration: (value) => readConfiguration(value, hasEvents),
    tags: (value) => (areTags(value, allowKey) ? value : undefined),
    name: text,
  };
  const read = members(readers, ['tags'])(body);
  if (!read) throw refusal(400, 'The body is not what authenticateBigCommerce sends.');
  return read as InstanceBody;
}

/** Returns the secrets in a body, which must be redacted from the response. */
export function secretsOf({ configuration }: InstanceBody): string[] {
  const clientId = readField(configuration, 'oauth.api.key');
  const isSecret = typeof clientId === 'string' && clientId.length >= MIN_SECRET_CLIENT_ID;
  return [...SECRETS.map((name) => readField(configuration, name)), isSecret && clientId].filter(
    (secret) => typeof secret === 'string',
  );
}

function readConfiguration(value: unknown, hasEvents: boolean): unknown {
  for (const credentials of CREDENTIALS) {
    const read = members({ ...credentials, ...(hasEvents && EVENTS) }, OPTIONAL)(value);
    if (read) return read;
  }
  return undefined;
}

function readResources(value: unknown): unknown {
  const names = isObject(value) ? Object.keys(value) : [];
  if (names.length > MAX_RESOURCES || names.includes('__proto__')) return undefined;
  return members(Object.fromEntries(names.map((name) => [name, RESOURCE])))(value);
}

/**
 * Whether `value` is `https://<host name>/api/v2`: a lowercase name with a dot and without an empty
 * label; not an IP address.
 */
export function isApiPath(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= MAX_TEXT &&
    /^https:\/\/[a-z\d_-]+(?:\.[a-z\d_-]+)*\.(?!\d+\/|0x[\da-f]*\/)[a-z\d_-]+\/api\/v2$/.test(value)
  );
}

function areTags(value: unknown, allowKey: boolean): boolean {
  if (!Array.isArray(value)) return false;
  const others = allowKey && isKeyTag(value[0]) ? value.slice(1) : value;
  return others.length <= MAX_TAGS && others.every(isTag);
}

/** Lone surrogates are refused, because the service may drop or replace them. */
function isTag(tag: unknown): boolean {
  const isText = typeof tag === 'string' && tag !== '' && tag.length <= MAX_TAG;
  return isText && tag.trim() === tag && !/\p{Cs}/u.test(tag) && !isReservedTag(tag);
}
