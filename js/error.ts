import type { ConfigIssue } from './types.js';

interface Answered {
  /** The HTTP status of the answer. */
  status: number;
  /** What the service's support asks for; at most 200 characters. */
  requestId?: string;
  /** What BigCommerce said; at most 500 characters. */
  providerMessage?: string;
}

interface Postponed extends Answered {
  /** Seconds to wait before another try, never below 0. */
  retryAfter?: number;
}

interface Caused {
  /** What the platform threw or, for `ERR_ABORTED`, the signal's reason. */
  cause: unknown;
}

type Kind =
  | {
      code: 'ERR_CONFIG';
      /** Every problem. */
      issues: ConfigIssue[];
    }
  | ({ code: 'ERR_LOAD' | 'ERR_NETWORK' | 'ERR_ABORTED' } & Caused)
  | { code: 'ERR_TIMEOUT' }
  | ({
      code:
        | 'ERR_UNAUTHORIZED'
        | 'ERR_FORBIDDEN'
        | 'ERR_NOT_FOUND'
        | 'ERR_CONFLICT'
        | 'ERR_REJECTED';
    } & Answered)
  | ({ code: 'ERR_RATE_LIMITED' | 'ERR_SERVER' } & Postponed)
  | {
      code: 'ERR_RESPONSE';
      /** The HTTP status of the answer. */
      status: number;
    };

/** What went wrong; whether there may be an instance all the same, the attempt knows. */
export type Failure = Kind & {
  /** One sentence for developers; at most 500 characters. */
  message: string;
};

/** What a {@link BigCommerceAuthError} is made of. */
export type BigCommerceAuthErrorInit = Failure & {
  /** False where certainly no instance was created. */
  mayHaveCreated: boolean;
};

/** What went wrong, to switch on. */
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
    const { cause, ...own } = fields as typeof fields & Partial<Caused>;
    super(message, cause === undefined ? undefined : { cause });
    Object.assign(this, own);
  }
} as unknown as {
  new (init: BigCommerceAuthErrorInit): BigCommerceAuthError;
  prototype: BigCommerceAuthError;
};
