/** A field of an object that others made; undefined where only `Object.prototype` has it. */
export function readField(object: unknown, name: string): unknown {
  let owner = object;
  while (isObject(owner) && owner !== Object.prototype) {
    if (Object.hasOwn(owner, name)) return Object(object)[name];
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}

/** The same fields, without those that a polluted `Object.prototype` adds. */
export function withoutPrototype<T extends object>(fields: T): T {
  return Object.assign(Object.create(null), fields);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
