import type { Attempt } from './attempt.js';
import { BigCommerceAuthError, type Failure } from './error.js';

const DEFAULT_TIMEOUT = 60_000;

/** The longest delay that timers take. */
const MAX_TIMEOUT = 2_147_483_647;

/** By its members, because instanceof would know only this realm's AbortSignal. */
export function isSignal(value: unknown): value is AbortSignal {
  const { aborted, addEventListener, removeEventListener } = Object(value);
  return (
    typeof aborted === 'boolean' &&
    typeof addEventListener === 'function' &&
    typeof removeEventListener === 'function'
  );
}

export function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= MAX_TIMEOUT;
}

/** One caller's wait: it is over with its work, or when its signal is aborted or its timer out. */
export class Call {
  /** When the timer runs out, on the clock of `performance.now()`. */
  readonly deadline: number;

  /** Leaves nothing behind: no timer, no listener, no request that nobody else waits for. */
  readonly end: () => void;

  /** Why nothing is to be sent for this call any more. */
  stopped: Failure | undefined;

  #attempt: Attempt | undefined;
  readonly #stop: Promise<never>;

  constructor(caller: AbortSignal | undefined, limit = DEFAULT_TIMEOUT) {
    let reject!: (failure: Failure) => void;
    this.#stop = new Promise((_, rejectStop) => {
      reject = rejectStop;
    });
    const stop = (failure: Failure) => {
      this.stopped = failure;
      reject(failure);
      this.#attempt?.delete(this);
    };

    const aborted = (): Failure => ({
      code: 'ERR_ABORTED',
      message: 'The call was aborted by its signal.',
      cause: caller?.reason,
    });
    const onAbort = () => stop(aborted());
    caller?.addEventListener('abort', onAbort);
    // From the start; the module still has to say what is wrong with the config.
    if (caller?.aborted) this.stopped = aborted();

    this.deadline = performance.now() + limit;
    const timer = setTimeout(
      () => stop({ code: 'ERR_TIMEOUT', message: `There was no outcome within ${limit} ms.` }),
      limit,
    );

    this.end = () => {
      clearTimeout(timer);
      this.#attempt?.delete(this);
      try {
        caller?.removeEventListener('abort', onAbort);
      } catch {
        // What only resembles a signal may throw; that is not what the call comes to.
      }
    };
  }

  /** What the attempt comes to, unless the call is stopped before. */
  join(attempt: Attempt): Attempt['outcome'] {
    attempt.add(this);
    this.#attempt = attempt;
    return this.until(attempt.outcome);
  }

  /** What `work` comes to, unless the call is stopped before. */
  until<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#stop]);
  }

  /** The error that tells of `failure` in this call. */
  error(failure: Failure): BigCommerceAuthError {
    const mayHaveCreated = this.#attempt?.mayHaveCreated ?? false;
    return new BigCommerceAuthError({ ...failure, mayHaveCreated });
  }
}
