/**
 * The text of a body, `undefined` where it is longer than `max` bytes; the rest is not read,
 * whatever `Content-Length` says.
 *
 * @throws whatever breaks the body off, the reason of `deadline` where that comes first, and
 * TypeError where `decoder` takes it for no text.
 */
export async function readText(
  { body }: Request | Response,
  max: number,
  deadline: AbortSignal,
  decoder = new TextDecoder(),
): Promise<string | undefined> {
  if (!body) return '';
  const reader = body.getReader();
  // An unread body would keep its connection. It also ends a read that is pending.
  const cancel = () => reader.cancel().catch(() => undefined);
  deadline.addEventListener('abort', cancel);
  let text = '';
  let length = 0;
  try {
    for (;;) {
      deadline.throwIfAborted();
      const { done, value } = await reader.read();
      deadline.throwIfAborted();
      if (done) return text + decoder.decode();
      length += value.byteLength;
      if (length > max) return undefined;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    deadline.removeEventListener('abort', cancel);
    cancel();
  }
}
