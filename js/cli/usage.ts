/** What the user has given cannot be used; the message says why. Exit status 2. */
export class UsageError extends Error {}

/** A TCP port, where 0 is any free one; undefined where `text` is none. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}
