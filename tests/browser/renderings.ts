/** An error in every form that somebody may log. Pages get the source of this function. */
export function renderings(error: Error): string[] {
  const texts: string[] = [];
  const known = new Set<unknown>();
  /** Collects everything that can be reached from `value`. */
  const visit = (value: unknown): void => {
    if (Object(value) !== value) texts.push(String(value));
    else if (!known.has(value)) visitMembers(value as object);
  };
  const visitMembers = (value: object): void => {
    known.add(value);
    // Objects without a prototype cannot be converted to strings.
    if (typeof value === 'function' || value instanceof Error) texts.push(String(value));
    for (let owner = value; owner !== null; owner = Object.getPrototypeOf(owner)) {
      for (const name of Reflect.ownKeys(owner)) {
        texts.push(String(name));
        try {
          visit(Reflect.get(owner, name, value));
        } catch {}
      }
    }
  };
  visit(error);
  try {
    visit(structuredClone(error));
  } catch {
    // Its cause may not be cloneable.
  }
  return [
    ...texts,
    `${error}`,
    error.toString(),
    error.stack ?? '',
    JSON.stringify(error),
    JSON.stringify(error, Object.getOwnPropertyNames(error)),
    JSON.stringify(Object.entries(error)),
    JSON.stringify({ ...error }),
  ];
}
