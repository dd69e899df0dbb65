/** Reads a field of an untrusted object. Ignores fields of `Object.prototype`. */
export function readField(object: unknown, name: string): unknown {
  let owner = object;
  while (isObject(owner) && owner !== Object.prototype) {
    if (Object.hasOwn(owner, name)) return Object(object)[name];
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}

/** Copies the fields to an object that inherits none from a polluted `Object.prototype`. */
export function withoutPrototype<T extends object>(fields: T): T {
  return Object.assign(Object.create(null), fields);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
