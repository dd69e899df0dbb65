import { withoutPrototype } from './fields.js';

/** What there is to say of an error beside its status. */
interface Details {
  /** Who responded: the handler itself, or Cloud Elements. */
  source?: 'handler' | 'service';
  /** Whether certainly no instance was created. */
  nothingCreated?: boolean;
  requestId?: string | undefined;
  providerMessage?: string | undefined;
  /** In addition to what every response has. */
  headers?: Record<string, string>;
  /** For `onError` alone. */
  reported?: { message?: string; requestId?: string | undefined; cause?: unknown };
}

/** What the page gets instead of an instance, and `onError` as its report. */
export class HttpError extends Error {
  readonly status: number;
  readonly details: Details;

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    const { reported, ...others } = withoutPrototype(details);
    this.details = withoutPrototype({
      ...others,
      ...(reported && { reported: withoutPrototype(reported) }),
    });
  }

  /** The response's body; JSON leaves out what is undefined. */
  get body(): object {
    const { source = 'handler', nothingCreated, requestId, providerMessage } = this.details;
    return {
      message: this.message,
      source,
      created: nothingCreated ? false : undefined,
      requestId,
      providerMessage,
    };
  }
}

/** An error before anything was sent to Cloud Elements. */
export function refusal(status: number, message: string, details: Details = {}): HttpError {
  return new HttpError(status, message, { ...details, nothingCreated: true });
}
