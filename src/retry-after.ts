/**
 * The seconds that a `Retry-After` header asks to wait, in either of its forms, never below 0;
 * undefined where it has neither. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function readRetryAfter(header: string | null | undefined): number | undefined {
  const text = header?.trim() ?? '';
  // Digits beyond measure mean: for ever.
  if (/^\d+$/.test(text)) return Math.min(Number(text), Number.MAX_VALUE);
  // Date.parse takes much for a date (-5, say); HTTP's begin with a weekday and name a time.
  if (!/^[a-z]+,? .*\d:\d\d:\d/i.test(text)) return undefined;
  // The oldest of the three date formats does not name its zone, which is GMT.
  const date = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max((date - Date.now()) / 1000, 0);
}
