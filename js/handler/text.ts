/**
 * The text of a body, `undefined` where it is longer than `max` bytes; the rest of such a one is
 * not read, whatever length it announces.
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
  // A body that is left unread would keep its connection; and where one is waited for, the waiting
  // ends as if the body had.
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
