import { withoutPrototype } from './fields.js';

/** What is said of an error beside its status. */
interface Details {
  /** Who gave the response: the handler itself, or Cloud Elements. */
  source?: 'handler' | 'service';
  /** Whether certainly no instance was created. */
  nothingCreated?: boolean;
  requestId?: string | undefined;
  providerMessage?: string | undefined;
  /** In addition to what every response has. */
  headers?: Record<string, string>;
  /** For the host alone. */
  host?: { message?: string; requestId?: string | undefined; cause?: unknown };
}

/** What the page gets instead of an instance, and the host in its report. */
export class HttpError extends Error {
  readonly status: number;
  readonly details: Details;

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    const { host, ...others } = withoutPrototype(details);
    this.details = withoutPrototype({ ...others, ...(host && { host: withoutPrototype(host) }) });
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
