declare global {
  /** Lets the held timeouts of the page's calls run out. */
  var expire: () => void;
}

/** A call's timeout, in milliseconds, that `holdTimeouts` holds. */
export const HELD = 54_321;

/**
 * Runs in the page: a timeout of `held` milliseconds runs out where the test says, so that a slow
 * machine does not decide how far a call has come by then.
 */
export function holdTimeouts(held: number): void {
  const { setTimeout, clearTimeout } = globalThis;
  const waiting = new Set<() => void>();
  globalThis.setTimeout = ((work: () => void, ms?: number) => {
    if (ms !== held) return setTimeout(work, ms);
    waiting.add(work);
    return work;
  }) as never;
  globalThis.clearTimeout = ((timer: unknown) => {
    if (!waiting.delete(timer as () => void)) clearTimeout(timer as number);
  }) as never;
  globalThis.expire = () => {
    for (const work of [...waiting]) work();
  };
}
