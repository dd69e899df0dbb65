declare global {
  /** Runs `work` and counts what timers and listeners are left of it, in the page. */
  var watched: <T>(work: () => Promise<T>) => Promise<Watched<T>>;
}

interface Watched<T> {
  result: T;
  timers: number;
  listeners: number;
  /** How many there were in all. */
  seen: number;
}

/** Runs in the page and defines `watched` there. */
export function defineWatched(): void {
  globalThis.watched = async (work) => {
    // The driver sets a timer for each script that it runs: after it has begun.
    await new Promise((resolve) => globalThis.setTimeout(resolve));
    const { setTimeout, clearTimeout } = globalThis;
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const timers = new Set<unknown>();
    const listeners: unknown[][] = [];
    let seen = 0;
    globalThis.setTimeout = ((work: () => void, delay: number) => {
      const id = setTimeout(() => {
        timers.delete(id);
        work();
      }, delay);
      timers.add(id);
      seen++;
      return id;
    }) as never;
    globalThis.clearTimeout = (id) => {
      timers.delete(id);
      clearTimeout(id);
    };
    EventTarget.prototype.addEventListener = function (...args: unknown[]) {
      listeners.push([this, ...args]);
      seen++;
      addEventListener.apply(this, args as never);
    };
    EventTarget.prototype.removeEventListener = function (...args: unknown[]) {
      const at = listeners.findIndex((added) =>
        [this, ...args].every((value, index) => value === added[index]),
      );
      if (at >= 0) listeners.splice(at, 1);
      removeEventListener.apply(this, args as never);
    };
    const result = await work();
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Object.assign(EventTarget.prototype, { addEventListener, removeEventListener });
    return { result, timers: timers.size, listeners: listeners.length, seen };
  };
}
