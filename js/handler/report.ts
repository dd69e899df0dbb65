import type { HttpError } from './http-error.js';
import type { ErrorContext, ErrorReport } from './options.js';

type OnError = (report: ErrorReport, context: ErrorContext) => unknown;

/**
 * How long a response waits for `onError`, in milliseconds: a Worker may stop after the response.
 */
const MAX_WAIT = 5000;

/** The minimum time between two lines for the same reason, in milliseconds. */
const MIN_INTERVAL = 60_000;

/** Calls `onError`, and ignores its exceptions. */
export async function report(
  onError: OnError,
  { status, message, details }: HttpError,
  context: ErrorContext,
): Promise<void> {
  const requestId = details.reportedId ?? details.requestId;
  const errorReport: ErrorReport = {
    status,
    message: details.reported ?? message,
    source: details.source ?? 'handler',
    ...(requestId !== undefined && { requestId }),
    ...('cause' in details && { cause: details.cause }),
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const waited = new Promise((resolve) => {
      timer = setTimeout(resolve, MAX_WAIT);
    });
    await Promise.race([onError(errorReport, context), waited]);
  } catch {
    // There is nowhere else to report it.
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Creates the default `onError`. Anyone can cause errors without a subject, so it writes at most
 * one line a minute for each reason of such an error.
 */
export function makeLog(): OnError {
  const lines = new Map<string | number, { at: number; more: number }>();
  return ({ status, message, source }, { request, subject }) => {
    const isMissing = status === 404 && ['PUT', 'DELETE'].includes(request.method);
    const isExpected = [401, 408].includes(status) || isMissing;
    const isUnreachable = status === 502 || status === 504;
    if (!isUnreachable && (source !== 'handler' || isExpected)) return;
    // Other messages contain what the caller sent.
    const reason = status === 500 ? message : status;
    const last = subject === undefined ? lines.get(reason) : undefined;
    if (last && Date.now() - last.at < MIN_INTERVAL) {
      last.more++;
      return;
    }
    if (subject === undefined) lines.set(reason, { at: Date.now(), more: 0 });
    const more = last?.more ? ` And ${last.more} more since the last such line.` : '';
    console.error(`createProxy: ${status} ${message}${more}`);
  };
}
