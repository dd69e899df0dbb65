import type { HttpError } from './http-error.js';
import type { ErrorContext, ErrorReport } from './options.js';

/** Milliseconds that a page waits for `onError`: a Worker may stop once it has responded. */
const MAX_WAIT = 5000;

/** Calls `onError`; what it throws changes nothing. */
export async function report(
  onError: (report: ErrorReport, context: ErrorContext) => unknown,
  { status, message, details }: HttpError,
  context: ErrorContext,
): Promise<void> {
  const { source = 'handler', reported } = details;
  const requestId = reported?.requestId ?? details.requestId;
  const errorReport: ErrorReport = {
    status,
    message: reported?.message ?? message,
    source,
    ...(requestId !== undefined && { requestId }),
    ...(reported && 'cause' in reported && { cause: reported.cause }),
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const waited = new Promise((resolve) => {
      timer = setTimeout(resolve, MAX_WAIT);
    });
    await Promise.race([onError(errorReport, context), waited]);
  } catch {
    // There is nobody else to report it to.
  } finally {
    clearTimeout(timer);
  }
}

/** The default of `onError`. */
export function log({ status, message, source }: ErrorReport, { request }: ErrorContext): void {
  const isExpected = [401, 408].includes(status) || (status === 404 && request.method === 'PUT');
  const isOutOfReach = status === 502 || status === 504;
  if (isOutOfReach || (source === 'handler' && !isExpected)) {
    console.error(`createProxy: ${status} ${message}`);
  }
}
