/** Invalid arguments of a command. The exit status is 2. */
export class UsageError extends Error {}

/** Parses a TCP port; 0 is any free one. Returns undefined if it is invalid. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port <= 65_535 ? port : undefined;
}
