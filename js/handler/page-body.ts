import { refusal } from './http-error.js';
import { readText } from './text.js';

const MAX_BODY = 64 * 1024;

/** The time limit of a page's body, in milliseconds. Pages do not stream theirs. */
const MAX_TIME = 10_000;

const READ_BEFORE = 'put the handler before body parsers.';

/**
 * Reads the JSON of a page's request within `timeout` milliseconds.
 *
 * @throws {@link HttpError}
 */
export async function readPageBody(request: Request, timeout: number): Promise<unknown> {
  const { headers } = request;
  if (!/^application\/json *(;|$)/i.test(headers.get('content-type') ?? '')) {
    throw refusal(415, 'The body must be application/json.');
  }
  if (request.bodyUsed || request.body?.locked) {
    throw refusal(400, `The body has been read already: ${READ_BEFORE}`);
  }
  const isTooLong = Number(headers.get('content-length')) > MAX_BODY;
  const text = isTooLong ? undefined : await read(request, timeout);
  if (text === undefined) throw refusal(413, 'The body is longer than 64 KiB.');
  if (text === '') {
    throw refusal(400, `The body is empty, or has been read already: ${READ_BEFORE}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error, which quotes the body.
    throw refusal(400, 'The body is not JSON.');
  }
}

async function read(request: Request, timeout: number): Promise<string | undefined> {
  const deadline = AbortSignal.timeout(Math.min(timeout, MAX_TIME));
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  try {
    return await readText(request, MAX_BODY, deadline, decoder);
  } catch {
    throw deadline.aborted
      ? refusal(408, 'The body did not arrive in time.')
      : refusal(400, 'The body cannot be read.');
  }
}
