// Reading objects that others made, without what a polluted `Object.prototype` lends to all of them.

/**
 * The field `name` of an object, of itself or of what it inherits from, `Object.prototype` aside;
 * undefined where it has none or is no object.
 */
export function readField(object: unknown, name: string): unknown {
  for (const owner of chain(object)) {
    if (Object.hasOwn(owner, name)) return (object as Record<string, unknown>)[name];
  }
  return undefined;
}

/** The enumerable names, own and inherited, without those of `Object.prototype`. */
export function fieldNames(object: unknown): string[] {
  return [...chain(object)].flatMap((owner) => Object.keys(owner));
}

function* chain(object: unknown): Generator<object> {
  let owner = object;
  while (typeof owner === 'object' && owner !== null && owner !== Object.prototype) {
    yield owner;
    owner = Object.getPrototypeOf(owner);
  }
}

/** The same fields, for a platform's API, which would also take those of a prototype. */
export function withoutPrototype<T extends object>(fields: T): T {
  return Object.assign(Object.create(null), fields);
}
