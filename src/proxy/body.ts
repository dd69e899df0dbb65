import { readAddress } from './address.js';
import { HttpError } from './http-error.js';
import { isKeyTag, isReservedTag } from './tags.js';
import { readText } from './text.js';

/** The body of `POST /instances` and `PUT /instances/{id}`. */
export interface InstanceBody {
  element: { key: 'bigcommerce' };
  configuration: Record<string, unknown>;
  tags?: string[];
  name: string;
}

const MAX_BODY = 64 * 1024;

// The service strips HTML, so that these could become something else.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CHANGEABLE = /[<>&\u0000-\u001f\u007f-\u009f]/;

type Rule = (value: unknown) => boolean;

// Lone surrogates are refused: the service may drop them or put something else in their place.
const isText: Rule = (value) => typeof value === 'string' && value !== '' && !/\p{Cs}/u.test(value);
const isShort: Rule = (value) => {
  const text = isText(value) ? (value as string) : '';
  return text !== '' && text.length <= 255 && text.trim() === text;
};
// The name of a host in lower case, with a dot and without an empty label; no IP address.
const isApiPath: Rule = (value) =>
  isText(value) &&
  /^https:\/\/(?!\d+(?:\.\d+)*\/)[a-z\d_-]+(?:\.[a-z\d_-]+)+\/api\/v2$/.test(value as string) &&
  URL.canParse(value as string) &&
  new URL(value as string).href === value;

const CREDENTIALS: Record<string, Rule> = {
  username: isShort,
  password: isShort,
  'store.url': isApiPath,
};

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
  'event.notification.callback.url': (value) =>
    isText(value) && readAddress(value as string) !== undefined,
  'event.poller.refresh_interval': (value) =>
    typeof value === 'string' && /^[1-9]\d{0,3}$/.test(value) && Number(value) <= 1440,
  'event.poller.configuration': (value) =>
    isObject(value) &&
    Object.entries(value).every(
      ([name, resource]) => name !== '__proto__' && isText(name) && has(resource, RESOURCE),
    ),
};

const SIGNATURE: Record<string, Rule> = { 'event.notification.signature.key': isText };

/**
 * Reads what a page wants to send and lets through only what the core can produce.
 *
 * @throws {@link HttpError}
 */
export async function readInstanceBody(
  request: Request,
  { allowEvents, allowKey }: { allowEvents: boolean; allowKey: boolean },
): Promise<InstanceBody> {
  const body = await readJson(request);
  const { configuration, tags } = Object(body);
  if (Array.isArray(tags) && tags.some((tag) => typeof tag === 'string' && CHANGEABLE.test(tag))) {
    throw new HttpError(400, 'A tag must not contain <, > or &, or control characters.');
  }
  const hasEvents =
    isObject(configuration) && Object.keys(configuration).some((name) => /^event\./.test(name));
  if (hasEvents && !allowEvents) throw new HttpError(400, 'Events cannot be set up here.');

  const required = {
    element: (value: unknown) => has(value, { key: (key) => key === 'bigcommerce' }),
    configuration: (value: unknown) =>
      hasEvents ? has(value, { ...CREDENTIALS, ...EVENTS }, SIGNATURE) : has(value, CREDENTIALS),
    name: isShort,
  };
  const optional = {
    tags: (value: unknown) =>
      Array.isArray(value) &&
      value.every((tag) => isOwnTag(tag) || (allowKey && isKeyTag(tag))) &&
      value.filter(isKeyTag).length <= 1,
  };
  if (!has(body, required, optional)) {
    throw new HttpError(400, 'The body is not what authenticateBigCommerce sends.');
  }
  return body as unknown as InstanceBody;
}

async function readJson(request: Request): Promise<unknown> {
  if (!/^application\/json *(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new HttpError(415, 'The body must be application/json.');
  }
  let text: string | undefined;
  try {
    text = await readBody(request);
  } catch {
    throw new HttpError(400, 'The body cannot be read.');
  }
  if (text === undefined) throw new HttpError(413, 'The body is longer than 64 KiB.');
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error, which quotes the body.
    throw new HttpError(400, 'The body is no JSON.');
  }
}

async function readBody(request: Request): Promise<string | undefined> {
  const length = request.headers.get('content-length');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  if (length === null) return readText(request, MAX_BODY, decoder);
  if (!(Number(length) <= MAX_BODY)) return undefined;
  // Servers hold clients to the length that they announce, and adapters are faster where they need
  // not make a stream of the body.
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY) return undefined;
  return decoder.decode(bytes);
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

function isOwnTag(tag: unknown): boolean {
  return isShort(tag) && !isReservedTag(tag as string);
}
