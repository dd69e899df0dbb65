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
  const { setTimeout } = globalThis;
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const waiting: (() => void)[] = [];
  globalThis.setTimeout = ((work: () => void, ms?: number) => {
    if (ms !== held) return setTimeout(work, ms);
    waiting.push(work);
    return undefined;
  }) as never;
  AbortSignal.timeout = (ms) => {
    if (ms !== held) return timeout(ms);
    const controller = new AbortController();
    waiting.push(() => controller.abort(new DOMException('', 'TimeoutError')));
    return controller.signal;
  };
  globalThis.expire = () => {
    for (const work of waiting.splice(0)) work();
  };
}
