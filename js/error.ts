import type { ConfigIssue } from './types.js';

interface HttpFailure {
  /** The HTTP status of the response. */
  status: number;
  /** The service's support asks for it; at most 200 characters. */
  requestId?: string;
  /** What BigCommerce said; at most 500 characters. */
  providerMessage?: string;
  /** What the service said; at most 500 characters. */
  serviceMessage?: string;
}

interface RetryableHttpFailure extends HttpFailure {
  /** Seconds to wait before a retry, never below 0. */
  retryAfter?: number;
}

interface WithCause {
  /** What the platform threw or, for `ERR_ABORTED`, the signal's reason. */
  cause: unknown;
}

type FailureByCode =
  | {
      code: 'ERR_CONFIG';
      /** Every issue. */
      issues: ConfigIssue[];
      /** What the function `sessionToken` threw, where it did. */
      cause?: unknown;
    }
  | ({ code: 'ERR_LOAD' | 'ERR_NETWORK' | 'ERR_ABORTED' } & WithCause)
  | {
      code: 'ERR_TIMEOUT';
      /** The error of the last request that failed before, where one did. */
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

/** What a {@link BigCommerceAuthError} is made of. */
export type BigCommerceAuthErrorInit = Failure & {
  /** False where certainly no instance was created. */
  mayHaveCreated: boolean;
};

/** The kind of failure, to switch on. */
export type ErrorCode = Failure['code'];

/** The one class that calls reject with; `code` tells which further fields there are. */
export type BigCommerceAuthError = Error & {
  name: 'BigCommerceAuthError';
} & Readonly<BigCommerceAuthErrorInit>;

/** The one class that calls reject with; made by hand in a page's tests. */
export const BigCommerceAuthError = class extends Error {
  static {
    // On the prototype, so that the stack begins with it; written out, so that minifiers keep it.
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
