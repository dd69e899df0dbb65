/**
 * The text of a body, `undefined` where it is longer than `max` bytes; the rest is not read,
 * whatever `Content-Length` says.
 *
 * @throws whatever breaks the body off, the reason of `deadline` where that comes first, and
 * TypeError where `decoder` takes it for no text.
 */
export async function readText(
  source: Request | Response,
  max: number,
  deadline: AbortSignal,
  decoder = new TextDecoder(),
): Promise<string | undefined> {
  const { body } = source;
  if (body === null) return '';
  if (typeof body?.getReader !== 'function') {
    // A polyfill's: its body is another kind of stream, or is not there.
    const text = await within(deadline, source.text());
    return text.length > max ? undefined : text;
  }
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
      // Empty chunks without end would keep the deadline's timer from firing.
      if (value.byteLength === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    deadline.removeEventListener('abort', cancel);
    cancel();
  }
}

/** What `work` gives, or the reason of `deadline` where that comes first. */
export async function within<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(deadline.reason);
  });
  deadline.addEventListener('abort', stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // It would keep the response until the deadline.
    deadline.removeEventListener('abort', stop);
  }
}
