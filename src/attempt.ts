import {
  isNone,
  MAX_ANSWER,
  parse,
  readFailure,
  readInstance,
  readTagged,
  withoutMarks,
} from './answer.js';
import type { Call } from './call.js';
import type { Failure } from './error.js';
import type { Requests } from './load.js';
import { keyMark } from './marks.js';
import { readRetryAfter } from './retry-after.js';
import { readText } from './text.js';
import type { ElementInstance } from './types.js';

/** What a request came to; neither instance nor failure, where a lookup found nothing. */
interface Outcome {
  instance?: ElementInstance;
  failure?: Failure;
  /** None where the answer was lost or cannot be read. */
  status?: number | undefined;
  retryAfter?: number | undefined;
}

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

  /** What it sends; not to be asked once it is over. */
  readonly requests: Requests;

  /** Whether an instance may exist because of these requests. */
  mayHaveCreated = false;

  readonly #key: string | undefined;
  readonly #secrets: readonly unknown[];
  readonly #calls = new Set<Call>();
  readonly #controller = new AbortController();
  #isOver = false;

  /** `secrets` are what the service may repeat and no error must. */
  constructor(requests: Requests, key: string | undefined, secrets: readonly unknown[]) {
    this.requests = requests;
    this.#key = key;
    this.#secrets = secrets;
    if (key !== undefined) underWay.set(key, this);
    this.outcome = this.#run();
    // Where every call was stopped, nobody hears of it.
    this.outcome.catch(() => {});
  }

  add(call: Call): void {
    this.#calls.add(call);
  }

  delete(call: Call): void {
    this.#calls.delete(call);
    // Nothing is left to abort once it is over, and aborting takes 36 µs of a call's 120.
    if (this.#calls.size > 0 || this.#isOver) return;
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

  async #run(): Promise<ElementInstance> {
    const { requests } = this;
    try {
      let ofLastPost: Failure | undefined;
      for (;;) {
        const isPost = requests.creates;
        const { instance, failure, status, retryAfter } = await this.#exchange(isPost);
        if (instance) {
          this.#end(true);
          return instance;
        }
        if (isPost) ofLastPost = failure;
        const pause = requests.next(status, retryAfter, this.#remaining);
        if (pause === undefined) throw failure ?? ofLastPost;
        if (pause > 0) await this.#pause(pause);
      }
    } finally {
      this.#end(false);
      try {
        requests.free();
      } catch {
        // It is not to be had back from a module that broke down, whose error tells more.
      }
    }
  }

  async #exchange(isPost: boolean): Promise<Outcome> {
    const key = this.#key;
    let response: Response;
    let text: string | undefined;
    try {
      const { signal } = this.#controller;
      signal.throwIfAborted();
      const { mayHaveCreated } = this;
      if (isPost) this.#beginPost();
      response = await this.requests.send(signal);
      const { status } = response;
      // 408 and 499 say that somebody gave up waiting, not that nothing was done.
      const isRefusal = status >= 400 && status < 499 && status !== 408;
      if (isRefusal) this.mayHaveCreated = mayHaveCreated;
      text = await readText(response, MAX_ANSWER).catch((error) => {
        // An error's status is answer enough.
        if (response.ok) throw error;
        return undefined;
      });
    } catch (cause) {
      return { failure: { code: 'ERR_NETWORK', message: NO_ANSWER, cause } };
    }
    const { status, headers } = response;
    const body = parse(text);
    const isLookup = key !== undefined && !isPost;
    if (isLookup && status === 404 && isNone(text)) return { status };
    if (status >= 200 && status < 300) {
      const found = isLookup ? readTagged(body, keyMark(key)) : readInstance(body);
      if (found === null) return { status };
      if (found) return { instance: withoutMarks(found) };
    }
    const retryAfter = readRetryAfter(headers?.get('retry-after'));
    const failure = readFailure(status, body, retryAfter, this.#secrets);
    const isUnreadable = failure.code === 'ERR_RESPONSE' || (isLookup && status === 404);
    return isUnreadable ? { failure } : { failure, status, retryAfter };
  }

  #beginPost(): void {
    this.mayHaveCreated = true;
    // What was open has been looked for long enough.
    if (this.#key !== undefined) open.delete(this.#key);
  }

  /** Milliseconds until the last of those who wait gives up. */
  get #remaining(): number {
    const deadline = Math.max(...[...this.#calls].map((call) => call.deadline));
    return deadline - performance.now();
  }

  /** Resolves after `ms` milliseconds, and rejects when nobody waits any more. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this.#controller;
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }
}

const NO_ANSWER =
  'No whole answer came from Cloud Elements: the network failed, the answer was cut or a redirect, or CORS does not allow this origin.';
