import type { ConfigFields, EventsConfig } from './types.js';

/** The fields of `Type`, all of them and no others: the compiler checks it. */
type Names<Type> = { [Name in keyof Required<Type>]: true };

const FIELDS: Names<ConfigFields> = {
  username: true,
  password: true,
  clientId: true,
  clientSecret: true,
  storeUrl: true,
  name: true,
  tags: true,
  userSecret: true,
  organizationSecret: true,
  baseUrl: true,
  instanceId: true,
  events: true,
  idempotencyKey: true,
  signal: true,
  timeout: true,
};

const EVENTS_FIELDS: Names<EventsConfig> = {
  callbackUrl: true,
  refreshInterval: true,
  signatureKey: true,
  resources: true,
};

/**
 * The config as it is now: what the caller changes later, while the module is being loaded, is not
 * part of the call. Each field is read once. What is no object is left for the rules to refuse.
 *
 * @throws whatever reading a field throws.
 */
export function snapshot(config: unknown): Partial<ConfigFields> {
  if (!isObject(config)) return config as never;
  return copyFields(config, FIELDS, (name, value) => {
    if (name === 'signal') return value;
    if (name === 'events' && isObject(value)) return copyFields(value, EVENTS_FIELDS, copy);
    return copy(name, value);
  });
}

/** The object's own fields, and those of `names` even where they are inherited. */
function copyFields(
  object: object,
  names: object,
  copyField: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  const result = Object.create(null);
  const inherited = Object.keys(names).filter((name) => isField(object, name));
  for (const name of new Set([...inherited, ...Object.keys(object)])) {
    const value = copyField(name, object[name as keyof typeof object]);
    if (value !== undefined) result[name] = value;
  }
  return result;
}

/** Not the field of `Object.prototype`, in whatever realm, to which any script can add one. */
function isField(object: object, name: string): boolean {
  for (let owner = object; owner; owner = Object.getPrototypeOf(owner)) {
    if (owner !== object && Object.hasOwn(owner, 'hasOwnProperty')) return false;
    if (Object.hasOwn(owner, name)) return true;
  }
  return false;
}

/** The same data, all the way down. */
function copy(_: string, value: unknown): unknown {
  if (Array.isArray(value)) {
    // Not by its own methods or iterator, which need not be an array's.
    return Array.from({ length: value.length }, (_, index) => copy('', value[index]));
  }
  return isObject(value) ? copyFields(value, {}, copy) : value;
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
