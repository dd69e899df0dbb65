/**
 * Reads a body as text. Returns `undefined` once it is longer than `max` bytes, whatever
 * `Content-Length` says.
 *
 * @throws the error that breaks the body off, the reason of `deadline` if that is aborted first, or
 * a TypeError if a fatal `decoder` cannot decode it.
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
    // A polyfill: its body is missing or another kind of stream.
    const text = await within(deadline, source.text());
    return text.length > max ? undefined : text;
  }
  const reader = body.getReader();
  // An unread body would keep its connection open. This also ends a pending read.
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
      // An endless sequence of empty chunks would keep the deadline's timer from firing.
      if (value.byteLength === 0) await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    deadline.removeEventListener('abort', cancel);
    cancel();
  }
}

/** Settles like `work`, or rejects with the reason of `deadline` if that is aborted first. */
export async function within<T>(deadline: AbortSignal, work: Promise<T>): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(deadline.reason);
  });
  deadline.addEventListener('abort', stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    // The listener would keep the response in memory until the deadline.
    deadline.removeEventListener('abort', stop);
  }
}
