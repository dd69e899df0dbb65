/** An error in every form that somebody may log; pages get this function as its source. */
export function renderings(error: Error): string[] {
  const texts: string[] = [];
  const known = new Set<unknown>();
  /** Takes all that can be reached from `value`, by any name. */
  const visit = (value: unknown): void => {
    if (Object(value) !== value) texts.push(String(value));
    else if (!known.has(value)) visitMembers(value as object);
  };
  const visitMembers = (value: object): void => {
    known.add(value);
    // Objects without a prototype do not turn into text.
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
    // Its cause may be nothing that can be cloned.
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
