import { withoutPrototype } from './fields.js';

/** The details of an error, in addition to its status and message. */
export interface Details {
  /** Who responded: the handler itself, or the service. */
  source?: 'handler' | 'service' | undefined;
  /** False if certainly no instance was created. */
  created?: false | undefined;
  requestId?: string | undefined;
  providerMessage?: string | undefined;
  serviceMessage?: string | undefined;
  /** Headers in addition to those of every response. */
  headers?: Record<string, string>;
  /** The message for `onError`, if it differs. */
  reported?: string;
  /** The `requestId` for `onError`, if it differs. */
  reportedId?: string | undefined;
  /** Only for `onError`. */
  cause?: unknown;
}

/** An error response to the page, which is also reported to `onError`. */
export class HttpError extends Error {
  readonly status: number;
  readonly details: Details;

  constructor(status: number, message: string, details: Details = {}) {
    super(message);
    this.status = status;
    this.details = withoutPrototype(details);
  }

  /** The body of the response. JSON omits undefined members. */
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

/** Creates the error of a request that is refused before anything is sent to the service. */
export function refusal(status: number, message: string, details: Details = {}): HttpError {
  return new HttpError(status, message, { ...details, created: false });
}
