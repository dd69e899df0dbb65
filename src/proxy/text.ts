/**
 * The text of a body, `undefined` where it is longer than `max` bytes; the rest of such a one is
 * not read.
 *
 * @throws whatever breaks the body off, and TypeError where `decoder` takes it for no text.
 */
export async function readText(
  { body }: Request | Response,
  max: number,
  decoder = new TextDecoder(),
): Promise<string | undefined> {
  if (!body) return '';
  const reader = body.getReader();
  let text = '';
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      length += value.byteLength;
      if (length > max) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    // A body that is left unread would keep its connection.
    reader.cancel().catch(() => undefined);
  }
}
