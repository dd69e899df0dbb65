/** Returns the store hash in an API path, or else the host. */
export function storeOf(path: string): string | undefined {
  const [, hash] = /(?:\/stores\/|\bstore-)([a-z0-9]+)\b/i.exec(path) ?? [];
  return hash ?? hostOf(path);
}

export function hostOf(path: string): string | undefined {
  const [, host] = /^\s*(?:https:\/\/)?([^/\s]+\.[^/\s]+)/i.exec(path) ?? [];
  return host;
}
