import type { Call } from './call.js';

/** The requests that one call waits for or, under one idempotency key, several. */
export class Attempt {
  /** Whether an instance may exist because of these requests; the wasm module writes it. */
  mayHaveCreated = false;

  readonly #requests = new AbortController();
  readonly #calls = new Set<Call>();

  /** Aborted when nobody waits any more, so that nothing goes on. */
  get signal(): AbortSignal {
    return this.#requests.signal;
  }

  /** Milliseconds until the last of those who wait gives up. */
  get remaining(): number {
    const deadline = Math.max(...[...this.#calls].map((call) => call.deadline));
    return deadline - performance.now();
  }

  add(call: Call): void {
    this.#calls.add(call);
  }

  delete(call: Call): void {
    this.#calls.delete(call);
    if (this.#calls.size === 0) this.#requests.abort();
  }

  /** Resolves after `ms` milliseconds, and rejects when nobody waits any more. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.signal.aborted) return reject(this.signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(this.signal.reason);
      };
      const timer = setTimeout(() => {
        this.signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      this.signal.addEventListener('abort', onAbort);
    });
  }
}
