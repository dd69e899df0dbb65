declare global {
  /** Lets the held timeouts expire. */
  var expire: () => void;
}

/** A call's timeout, in milliseconds, that `holdTimeouts` holds. */
export const HELD = 54_321;

/**
 * Runs in the page: a timeout of `held` milliseconds expires when the test calls `expire()`, so that
 * how far a call gets does not depend on the machine.
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
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => {
    if (ms !== held) return timeout(ms);
    const controller = new AbortController();
    waiting.add(() => controller.abort(new DOMException('', 'TimeoutError')));
    return controller.signal;
  };
  globalThis.expire = () => {
    for (const work of [...waiting]) work();
  };
}
