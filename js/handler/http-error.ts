import { withoutPrototype } from './fields.js';

/** What there is to say of an error beside its status and message. */
export interface Details {
  /** Who responded: the handler itself, or the service. */
  source?: 'handler' | 'service' | undefined;
  /** False where certainly no instance was created. */
  created?: false | undefined;
  requestId?: string | undefined;
  providerMessage?: string | undefined;
  serviceMessage?: string | undefined;
  /** In addition to what every response has. */
  headers?: Record<string, string>;
  /** What `onError` gets in place of the message. */
  reported?: string;
  /** A `requestId` for `onError` alone. */
  reportedId?: string | undefined;
  /** For `onError` alone. */
  cause?: unknown;
}

/** What the page gets instead of an instance, and `onError` as its report. */
export class HttpError extends Error {
  readonly status: number;
  readonly details: Details;

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.details = withoutPrototype(details);
  }

  /** The response's body; JSON leaves out what is undefined. */
  get body(): object {
    const {
      source = 'handler',
      created,
      requestId,
      providerMessage,
      serviceMessage,
    } = this.details;
    return { message: this.message, source, created, requestId, providerMessage, serviceMessage };
  }
}

/** An error before anything was sent to the service. */
export function refusal(status: number, message: string, details: Details = {}): HttpError {
  return new HttpError(status, message, { ...details, created: false });
}
