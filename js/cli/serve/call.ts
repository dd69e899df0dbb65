import { readText, within } from '../../handler/text.js';

const MAX_BODY = 64 * 1024;

/** A failed call. The message is for the log. */
export class CallError extends Error {}

/**
 * Calls the host's server, whose URL is in the variable `name`. Redirects are not followed.
 *
 * @param decoder decodes the body; a fatal one if every character matters.
 * @returns the status and the body, which is undefined if it is longer than 64 KiB.
 * @throws {@link CallError} if there is no complete response within `seconds`.
 */
export async function call(
  name: string,
  url: string,
  seconds: number,
  init: RequestInit,
  decoder?: TextDecoder,
): Promise<{ status: number; text: string | undefined }> {
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    const response = await within(signal, fetch(url, { ...init, redirect: 'manual', signal }));
    return { status: response.status, text: await readText(response, MAX_BODY, signal, decoder) };
  } catch (error) {
    if (signal.aborted) throw new CallError(`${name} did not answer within ${seconds} seconds.`);
    const code = codeOf(error);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
      throw new CallError(`${name} answered with text that is not UTF-8.`);
    }
    throw new CallError(`${name} could not be reached: ${code}.`);
  }
}

/** Parses the JSON of the server whose URL is in the variable `name`. */
export function parse(name: string, text: string | undefined): unknown {
  if (text === undefined) throw new CallError(`${name} answered more than 64 KiB.`);
  try {
    return JSON.parse(text);
  } catch {
    // Without the parser's error, which quotes the text.
    throw new CallError(`${name} answered 200 with a body that is not JSON.`);
  }
}

/** Returns the code of a `fetch` error, whose message can contain the URL. */
function codeOf(error: unknown): string {
  const { code } = Object(Object(error).cause ?? error);
  return typeof code === 'string' ? code : 'the connection failed';
}
