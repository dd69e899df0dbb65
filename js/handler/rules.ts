import { isCallbackUrl, parseUrl } from './address.js';
import { readField } from './fields.js';
import { refusal } from './http-error.js';
import { isKeyTag, isReservedTag } from './tags.js';

/** The body of `POST /instances` and `PUT /instances/{id}`. */
export interface InstanceBody {
  element: { key: 'bigcommerce' };
  configuration: Record<string, unknown>;
  tags?: string[];
  name: string;
}

/** Besides the one of a key. */
const MAX_TAGS = 99;

// The service strips HTML, so that these could become something else.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CHANGEABLE = /[<>&\u0000-\u001f\u007f-\u009f]/;

/** Gives the value as it goes on; undefined where the core would not send it. */
type Reader = (value: unknown) => unknown;

const only =
  (expected: unknown): Reader =>
  (value) =>
    value === expected ? value : undefined;
const textThat =
  (isUsable: (text: string) => boolean): Reader =>
  (value) =>
    isText(value) && isUsable(value) ? value : undefined;

const anyText = textThat(() => true);
const shortText = textThat(isShort);
const trimmedText = textThat(isTrimmed);

/** The settings that open the store, one entry for each kind of BigCommerce account. */
const CREDENTIALS: Record<string, Reader>[] = [
  { username: trimmedText, password: trimmedText },
  {
    'authentication.type': only('custom'),
    'oauth.api.key': trimmedText,
    'oauth.api.secret': trimmedText,
  },
];

const STORE: Record<string, Reader> = { 'store.url': textThat(isApiPath) };

/** The settings whose values are secret. */
const SECRETS = ['password', 'oauth.api.secret', 'event.notification.signature.key'];

/** From so many units on, it may be an access token: no document says where the service wants that. */
const MIN_SECRET_CLIENT_ID = 16;

const DATES: Record<string, Reader> = {
  updatedDateField: anyText,
  updatedDateFormat: anyText,
  createdDateField: anyText,
  createdDateFormat: anyText,
  updatedDateTimezone: anyText,
  createdDateTimezone: anyText,
};

const TIMEZONES = ['updatedDateTimezone', 'createdDateTimezone'];

const RESOURCE: Record<string, Reader> = {
  url: anyText,
  idField: anyText,
  datesConfiguration: (value) => readMembers(value, DATES, TIMEZONES),
};

const EVENTS: Record<string, Reader> = {
  'event.notification.enabled': only(true),
  'event.vendor.type': only('polling'),
  'event.notification.callback.url': textThat(isCallbackUrl),
  'event.poller.refresh_interval': textThat(
    (minutes) => /^[1-9]\d{0,3}$/.test(minutes) && Number(minutes) <= 1440,
  ),
  'event.poller.configuration': readResources,
  'event.notification.signature.key': shortText,
};

const OPTIONAL = ['oauth.api.secret', 'event.notification.signature.key'];

/**
 * Lets through what the core sends, and nothing else, in the order in which the core sends it.
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
  const read = readMembers(
    body,
    {
      element: (value) => readMembers(value, { key: only('bigcommerce') }),
      configuration: (value) => readConfiguration(value, hasEvents),
      tags: (value) => (areTags(value, allowKey) ? value : undefined),
      name: trimmedText,
    },
    ['tags'],
  );
  if (!read) throw refusal(400, 'The body is not what authenticateBigCommerce sends.');
  return read as unknown as InstanceBody;
}

/** The body with other tags. */
export function withTags(body: InstanceBody, tags: string[]): InstanceBody {
  const { element, configuration, name } = body;
  return { element, configuration, tags, name };
}

/** What must never be read in a response to one who sends this. */
export function secretsOf({ configuration }: InstanceBody): string[] {
  const clientId = readField(configuration, 'oauth.api.key');
  const isSecret = typeof clientId === 'string' && clientId.length >= MIN_SECRET_CLIENT_ID;
  return [...SECRETS.map((name) => readField(configuration, name)), isSecret && clientId].filter(
    (secret) => typeof secret === 'string',
  );
}

function readConfiguration(value: unknown, hasEvents: boolean): unknown {
  for (const credentials of CREDENTIALS) {
    const readers = { ...credentials, ...STORE, ...(hasEvents && EVENTS) };
    const read = readMembers(value, readers, OPTIONAL);
    if (read) return read;
  }
  return undefined;
}

function readResources(value: unknown): unknown {
  if (!isObject(value)) return undefined;
  const readers = Object.keys(value).map((name): [string, Reader] => [
    name,
    // The core takes U+FFFD for what is left of a lone surrogate.
    (resource) =>
      name === '__proto__' || /[\p{Cs}\ufffd]/u.test(name)
        ? undefined
        : readMembers(resource, RESOURCE),
  ]);
  return readMembers(value, Object.fromEntries(readers));
}

// Lone surrogates are refused: the service may drop them or put something else in their place.
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !/\p{Cs}/u.test(value);
}

function isShort(text: string): boolean {
  return text.length <= 255;
}

function isTrimmed(text: string): boolean {
  return isShort(text) && text.trim() === text;
}

/** The name of a host in lower case, with a dot and without an empty label; no IP address. */
function isApiPath(text: string): boolean {
  return (
    /^https:\/\/(?!\d+(?:\.\d+)*\/)[a-z\d_-]+(?:\.[a-z\d_-]+)+\/api\/v2$/.test(text) &&
    parseUrl(text)?.href === text
  );
}

function areTags(value: unknown, allowKey: boolean): boolean {
  if (!Array.isArray(value) || new Set(value).size < value.length) return false;
  const others = allowKey && isKeyTag(value[0]) ? value.slice(1) : value;
  return (
    others.length <= MAX_TAGS &&
    others.every((tag) => isText(tag) && isTrimmed(tag) && !isReservedTag(tag))
  );
}

/**
 * An object with the members that `readers` name, in their order; undefined where it has another,
 * or lacks one that is not `optional`.
 */
function readMembers(
  value: unknown,
  readers: Record<string, Reader>,
  optional: readonly string[] = [],
): Record<string, unknown> | undefined {
  if (!isObject(value)) return undefined;
  if (!Object.keys(value).every((name) => Object.hasOwn(readers, name))) return undefined;
  const members: Record<string, unknown> = Object.create(null);
  for (const [name, read] of Object.entries(readers)) {
    if (!Object.hasOwn(value, name) && optional.includes(name)) continue;
    const member = Object.hasOwn(value, name) ? read(value[name]) : undefined;
    if (member === undefined) return undefined;
    members[name] = member;
  }
  return members;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
