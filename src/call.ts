import { Attempt } from './attempt.js';
import { BigCommerceAuthError, type BigCommerceAuthErrorInit } from './error.js';

/** What went wrong; whether there may be an instance all the same, the attempt knows. */
export type Failure = BigCommerceAuthErrorInit extends infer Init
  ? Init extends unknown
    ? Omit<Init, 'mayHaveCreated'>
    : never
  : never;

const DEFAULT_TIMEOUT = 60_000;

/** The longest delay that timers take. */
const MAX_TIMEOUT = 2_147_483_647;

/** One caller's wait: it is over with its work, or when its signal is aborted or its timer out. */
export class Call {
  /** When the timer runs out, on the clock of `performance.now()`. */
  readonly deadline: number;

  /** The caller's signal was aborted from the start: only the rules have still to be heard. */
  readonly aborted: boolean;

  /** Leaves nothing behind: no timer, no listener, no request that nobody else waits for. */
  readonly end: () => void;

  #attempt = new Attempt();
  readonly #caller: AbortSignal | undefined;
  readonly #stopped: Promise<never>;

  /**
   * Takes `caller` and `timeout` as they were given. What is no `AbortSignal` or no timeout is not
   * obeyed here and refused by the rules in the wasm module.
   */
  constructor(caller: AbortSignal | undefined, timeout: unknown) {
    this.#attempt.add(this);
    this.#caller = caller;
    this.aborted = caller?.aborted === true;

    let reject!: (error: BigCommerceAuthError) => void;
    this.#stopped = new Promise((_, rejectStopped) => {
      reject = rejectStopped;
    });
    const stop = (failure: Failure) => {
      reject(this.error(failure));
      this.#attempt.delete(this);
    };

    // instanceof would know only this realm's AbortSignal.
    const listens =
      typeof caller?.addEventListener === 'function' &&
      typeof caller.removeEventListener === 'function';
    const onAbort = () =>
      stop({
        code: 'ERR_ABORTED',
        message: 'The call was aborted by its signal.',
        cause: this.reason,
      });
    if (listens) caller.addEventListener('abort', onAbort);

    const limit = isTimeout(timeout) ? timeout : DEFAULT_TIMEOUT;
    this.deadline = performance.now() + limit;
    const timer = setTimeout(
      () => stop({ code: 'ERR_TIMEOUT', message: `There was no outcome within ${limit} ms.` }),
      limit,
    );

    this.end = () => {
      clearTimeout(timer);
      this.#attempt.delete(this);
      try {
        if (listens) caller.removeEventListener('abort', onAbort);
      } catch {
        // What only resembles a signal may throw; that is not what the call comes to.
      }
    };
  }

  /** Why the caller's signal was aborted. */
  get reason(): unknown {
    return this.#caller?.reason;
  }

  /** The requests that this call waits for. */
  get attempt(): Attempt {
    return this.#attempt;
  }

  /** Waits for the requests that other calls wait for, too. */
  join(attempt: Attempt): void {
    attempt.add(this);
    this.#attempt = attempt;
  }

  /** What `work` comes to, unless the call is stopped before. */
  until<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#stopped]);
  }

  /** The error that tells of `failure` in this call. */
  error(failure: Failure): BigCommerceAuthError {
    const { mayHaveCreated } = this.#attempt;
    return new BigCommerceAuthError({ ...failure, mayHaveCreated });
  }
}

function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= MAX_TIMEOUT;
}
