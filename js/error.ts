import type { ConfigIssue } from './types.js';

interface HttpFailure {
  /** The HTTP status of the response. */
  status: number;
  /** Identifies the request for the service's support; at most 200 characters. */
  requestId?: string;
  /** BigCommerce's message; at most 500 characters. */
  providerMessage?: string;
  /** The service's message; at most 500 characters. */
  serviceMessage?: string;
}

interface RetryableHttpFailure extends HttpFailure {
  /** Seconds to wait before a retry, at least 0. */
  retryAfter?: number;
}

interface WithCause {
  /** What the platform threw or, for `ERR_ABORTED`, the signal's reason. */
  cause: unknown;
}

type FailureByCode =
  | {
      code: 'ERR_CONFIG';
      /** All issues. */
      issues: ConfigIssue[];
      /** What the function `sessionToken` threw, if it did. */
      cause?: unknown;
    }
  | ({ code: 'ERR_LOAD' | 'ERR_NETWORK' | 'ERR_ABORTED' } & WithCause)
  | {
      code: 'ERR_TIMEOUT';
      /** The error of the last failed request, if any. */
      cause?: BigCommerceAuthError;
    }
  | ({
      code:
        | 'ERR_UNAUTHORIZED'
        | 'ERR_FORBIDDEN'
        | 'ERR_NOT_FOUND'
        | 'ERR_CONFLICT'
        | 'ERR_REJECTED';
    } & HttpFailure)
  | ({ code: 'ERR_RATE_LIMITED' | 'ERR_SERVER' } & RetryableHttpFailure)
  | {
      code: 'ERR_HANDLER' | 'ERR_RESPONSE';
      /** The HTTP status of the response; 0 for a redirect, whose status browsers hide. */
      status: number;
    };

/** Why a call failed. */
export type Failure = FailureByCode & {
  /** One sentence for developers; at most 500 characters. */
  message: string;
};

/** The fields of a {@link BigCommerceAuthError}. */
export type BigCommerceAuthErrorInit = Failure & {
  /** False if certainly no instance was created. */
  mayHaveCreated: boolean;
};

/** The kind of a failure. */
export type ErrorCode = Failure['code'];

/** The only class that calls reject with. Its `code` determines the further fields. */
export type BigCommerceAuthError = Error & {
  name: 'BigCommerceAuthError';
} & Readonly<BigCommerceAuthErrorInit>;

/** The only class that calls reject with. A page's tests can construct it. */
export const BigCommerceAuthError = class extends Error {
  static {
    // On the prototype, so that the stack starts with it; a literal, so that minifiers keep it.
    this.prototype.name = 'BigCommerceAuthError';
  }

  constructor({ message, ...fields }: BigCommerceAuthErrorInit) {
    const { cause, ...own } = fields as typeof fields & Partial<WithCause>;
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, own);
  }
} as unknown as {
  new (init: BigCommerceAuthErrorInit): BigCommerceAuthError;
  prototype: BigCommerceAuthError;
};
