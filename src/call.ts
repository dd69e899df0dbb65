import { BigCommerceAuthError, type BigCommerceAuthErrorInit } from './error.js';

/** What went wrong; whether there may be an instance all the same, the call itself knows. */
export type Failure = BigCommerceAuthErrorInit extends infer Init
  ? Init extends unknown
    ? Omit<Init, 'mayHaveCreated'>
    : never
  : never;

const DEFAULT_TIMEOUT = 60_000;

/** The longest delay that timers take. */
const MAX_TIMEOUT = 2_147_483_647;

/** One call's time: it is over when its work is done, its signal aborted or its timer out. */
export class Call {
  /** Whether an instance may exist because of this call; the wasm module writes it. */
  mayHaveCreated = false;

  /** Leaves nothing behind: no timer, no listener, no request under way. */
  readonly end: () => void;

  readonly #request = new AbortController();
  readonly #stopped: Promise<never>;

  /**
   * Takes `caller` and `timeout` as they were given. What is no `AbortSignal` or no timeout is not
   * obeyed here and refused by the rules in the wasm module.
   */
  constructor(caller: AbortSignal | undefined, timeout: unknown) {
    let reject!: (error: BigCommerceAuthError) => void;
    this.#stopped = new Promise((_, rejectStopped) => {
      reject = rejectStopped;
    });
    const stop = (failure: Failure) => {
      reject(this.error(failure));
      this.#request.abort();
    };

    // instanceof would know only this realm's AbortSignal.
    const listens =
      typeof caller?.addEventListener === 'function' &&
      typeof caller.removeEventListener === 'function';
    const onAbort = () =>
      stop({
        code: 'ERR_ABORTED',
        message: 'The call was aborted by its signal.',
        cause: caller?.reason,
      });
    if (listens) caller.addEventListener('abort', onAbort);
    // Nothing may be sent any more, but whether the config is usable is still to be said.
    if (caller?.aborted) this.#request.abort(caller.reason);

    const limit = isTimeout(timeout) ? timeout : DEFAULT_TIMEOUT;
    const timer = setTimeout(
      () => stop({ code: 'ERR_TIMEOUT', message: `There was no outcome within ${limit} ms.` }),
      limit,
    );

    this.end = () => {
      clearTimeout(timer);
      this.#request.abort();
      try {
        if (listens) caller.removeEventListener('abort', onAbort);
      } catch {
        // What only resembles a signal may throw; that is not what the call comes to.
      }
    };
  }

  /** Aborted when the call is over, so that nothing of it goes on. */
  get signal(): AbortSignal {
    return this.#request.signal;
  }

  /** What `work` comes to, unless the call is stopped before. */
  until<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#stopped]);
  }

  /** The error that tells of `failure` in this call. */
  error(failure: Failure): BigCommerceAuthError {
    return new BigCommerceAuthError({ ...failure, mayHaveCreated: this.mayHaveCreated });
  }
}

function isTimeout(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= MAX_TIMEOUT;
}
