import { isCallbackUrl } from './address.js';
import { readField, withoutPrototype } from './fields.js';
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

type Rule = (value: unknown) => boolean;

// Lone surrogates are refused: the service may drop them or put something else in their place.
const isText: Rule = (value) => typeof value === 'string' && value !== '' && !/\p{Cs}/u.test(value);
const isShort: Rule = (value) => isText(value) && (value as string).length <= 255;
const isTrimmed: Rule = (value) => isShort(value) && (value as string).trim() === value;
// The name of a host in lower case, with a dot and without an empty label; no IP address.
const isApiPath: Rule = (value) =>
  isText(value) &&
  /^https:\/\/(?!\d+(?:\.\d+)*\/)[a-z\d_-]+(?:\.[a-z\d_-]+)+\/api\/v2$/.test(value as string) &&
  URL.canParse(value as string) &&
  new URL(value as string).href === value;

/** The settings that open the store, one entry for each kind of BigCommerce account. */
const CREDENTIALS: Record<string, Rule>[] = [{ username: isTrimmed, password: isTrimmed }];

const STORE: Record<string, Rule> = { 'store.url': isApiPath };

/** The settings whose values are secret. */
const SECRETS = ['password', 'event.notification.signature.key'];

const DATES: Record<string, Rule> = {
  updatedDateField: isText,
  updatedDateFormat: isText,
  createdDateField: isText,
  createdDateFormat: isText,
};

const TIMEZONES: Record<string, Rule> = {
  updatedDateTimezone: isText,
  createdDateTimezone: isText,
};

const RESOURCE: Record<string, Rule> = {
  url: isText,
  idField: isText,
  datesConfiguration: (value) => has(value, DATES, TIMEZONES),
};

const EVENTS: Record<string, Rule> = {
  'event.notification.enabled': (value) => value === true,
  'event.vendor.type': (value) => value === 'polling',
  'event.notification.callback.url': (value) => isText(value) && isCallbackUrl(value as string),
  'event.poller.refresh_interval': (value) =>
    typeof value === 'string' && /^[1-9]\d{0,3}$/.test(value) && Number(value) <= 1440,
  'event.poller.configuration': (value) =>
    isObject(value) &&
    Object.entries(value).every(
      ([name, resource]) =>
        name !== '__proto__' && !/\p{Cs}/u.test(name) && has(resource, RESOURCE),
    ),
};

const SIGNATURE: Record<string, Rule> = { 'event.notification.signature.key': isShort };

/**
 * Lets through what the core sends, and nothing else.
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
  const required = {
    element: (value: unknown) => has(value, { key: (key) => key === 'bigcommerce' }),
    configuration: (value: unknown) =>
      CREDENTIALS.some((credentials) =>
        hasEvents
          ? has(value, { ...credentials, ...STORE, ...EVENTS }, SIGNATURE)
          : has(value, { ...credentials, ...STORE }),
      ),
    name: isTrimmed,
  };
  if (!has(body, required, { tags: (value) => areTags(value, allowKey) })) {
    throw refusal(400, 'The body is not what authenticateBigCommerce sends.');
  }
  return withoutPrototype(body as unknown as InstanceBody);
}

/** What must never be read in an answer to one who sends this. */
export function secretsOf({ configuration }: InstanceBody): string[] {
  return SECRETS.map((name) => readField(configuration, name)).filter(
    (secret) => typeof secret === 'string',
  );
}

function areTags(value: unknown, allowKey: boolean): boolean {
  if (!Array.isArray(value) || new Set(value).size < value.length) return false;
  const others = value.filter((tag) => !(allowKey && isKeyTag(tag)));
  return (
    value.length - others.length <= 1 &&
    others.length <= MAX_TAGS &&
    others.every((tag) => isTrimmed(tag) && !isReservedTag(tag))
  );
}

/** Whether an object has all that is required, and nothing but that and what is optional. */
function has(
  value: unknown,
  required: Record<string, Rule>,
  optional: Record<string, Rule> = {},
): boolean {
  if (!isObject(value)) return false;
  const rules = new Map(Object.entries({ ...required, ...optional }));
  return (
    Object.keys(required).every((name) => Object.hasOwn(value, name)) &&
    Object.entries(value).every(([name, member]) => rules.get(name)?.(member) === true)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
