/**
 * The text of a body, `undefined` where it is longer than `max` bytes or no UTF-8; the rest of such
 * a one is not read.
 */
export async function readText(
  { body }: Request | Response,
  max: number,
): Promise<string | undefined> {
  if (!body) return '';
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const reader = body.getReader();
  let text = '';
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    length += value.byteLength;
    if (length > max) {
      await reader.cancel();
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
