/** Shorter ones would also blot out what is no secret. */
const MIN_SECRET = 4;

/** `text` with `[redacted]` for each of `secrets` in it. */
export function redact(text: string, secrets: readonly unknown[]): string {
  const usable = secrets
    .filter((secret) => typeof secret === 'string')
    .filter((secret) => secret.length >= MIN_SECRET)
    // Also as it stands in the body of a request, which may be quoted.
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  let result = '';
  // Secrets can overlap, so a covered character can still begin another one.
  let covered = 0;
  for (let at = 0; at < text.length; at++) {
    let end = 0;
    for (const secret of usable) {
      if (text.startsWith(secret, at)) end = Math.max(end, at + secret.length);
    }
    if (at >= covered) result += end > 0 ? '[redacted]' : text[at];
    covered = Math.max(covered, end);
  }
  return result;
}
