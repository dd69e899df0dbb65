import type { Call } from './call.js';
import type { Requests } from './load.js';
import { readRetryAfter } from './retry-after.js';
import { readText } from './text.js';
import type { ElementInstance } from './types.js';

/** Longest answer that is read, in bytes after decoding. */
const MAX_ANSWER = 1024 * 1024;

/** The attempts with a key that other calls can join. */
const underWay = new Map<string, Attempt>();

/** The keys of attempts that came to nothing, though the service may have created an instance. */
const open = new Set<string>();

/** Whether an earlier attempt may have created the instance that `key` stands for. */
export function isOpen(key: string | undefined): boolean {
  return key !== undefined && open.has(key);
}

/** The attempt under way with `key`. */
export function findAttempt(key: string | undefined): Attempt | undefined {
  return key === undefined ? undefined : underWay.get(key);
}

/** Requests under way, and the calls that wait for what they come to. */
export class Attempt {
  readonly outcome: Promise<ElementInstance>;

  /** What it was begun with. */
  readonly values: string;

  /** Whether an instance may exist because of these requests; the wasm module writes it, too. */
  mayHaveCreated = false;

  readonly #key: string | undefined;
  readonly #calls = new Set<Call>();
  readonly #controller = new AbortController();
  #isOver = false;
  /** Why there was no whole answer, the last time that there was none. */
  #cause: unknown;

  constructor(requests: Requests, key: string | undefined, values: string) {
    this.#key = key;
    this.values = values;
    if (key !== undefined) underWay.set(key, this);
    this.outcome = this.#run(requests);
    this.outcome.then(
      () => this.#end(true),
      () => this.#end(false),
    );
  }

  /** Aborted when nobody waits any more, so that nothing goes on. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  add(call: Call): void {
    this.#calls.add(call);
  }

  delete(call: Call): void {
    this.#calls.delete(call);
    if (this.#calls.size > 0) return;
    this.#end(false);
    this.#controller.abort();
  }

  #end(succeeded: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const key = this.#key;
    if (key === undefined) return;
    underWay.delete(key);
    if (succeeded) open.delete(key);
    else if (this.mayHaveCreated) open.add(key);
  }

  async #run(requests: Requests): Promise<ElementInstance> {
    try {
      for (;;) {
        const next = await this.#exchange(requests);
        if (typeof next === 'object') return next;
        await this.#pause(next);
      }
    } finally {
      requests.free();
    }
  }

  /** Sends a request and hands the answer in. */
  async #exchange(requests: Requests): Promise<ElementInstance | number> {
    let status: number | undefined;
    let retryAfter: number | undefined;
    let body: unknown;
    try {
      const { mayHaveCreated } = this;
      const response = await requests.send(this);
      // 408 and 499 say that somebody gave up waiting, not that nothing was done.
      if (/^4(?!08|99)/.test(`${response.status}`)) this.mayHaveCreated = mayHaveCreated;
      retryAfter = readRetryAfter(response.headers?.get('retry-after'));
      body = await readText(response, MAX_ANSWER).then(parse, (error) => {
        // An error's status is answer enough.
        if (response.ok) throw error;
      });
      status = response.status;
    } catch (cause) {
      this.#cause = cause;
    }
    try {
      return requests.receive(status, retryAfter, body, this.#remaining);
    } catch (failure) {
      const isOfNetwork = (failure as { code?: unknown }).code === 'ERR_NETWORK';
      throw isOfNetwork ? Object.assign(failure as object, { cause: this.#cause }) : failure;
    }
  }

  /** Milliseconds until the last of those who wait gives up. */
  get #remaining(): number {
    const deadline = Math.max(...[...this.#calls].map((call) => call.deadline));
    return deadline - performance.now();
  }

  /** Resolves after `ms` milliseconds, and rejects when nobody waits any more. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this;
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal.reason);
      };
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      }, ms);
      signal.addEventListener('abort', onAbort);
      if (signal.aborted) onAbort();
    });
  }
}

/** The parser's error is dropped, because it quotes the text. */
function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
