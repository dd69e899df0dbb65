declare global {
  /** Runs `work` in the page and counts the timers and listeners that it adds and leaves behind. */
  var watched: <T>(
    work: () => Promise<T>,
  ) => Promise<{ result: T; timers: number; listeners: number; added: number }>;
}

/** Runs in the page and defines `watched` there. */
export function defineWatched(): void {
  globalThis.watched = async (work) => {
    // The driver sets a timer of its own after a script has started.
    await new Promise((resolve) => globalThis.setTimeout(resolve));
    const { setTimeout, clearTimeout } = globalThis;
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const timers = new Set<unknown>();
    const listeners: unknown[][] = [];
    let added = 0;
    globalThis.setTimeout = ((work: () => void, delay: number) => {
      const id = setTimeout(() => {
        timers.delete(id);
        work();
      }, delay);
      timers.add(id);
      added++;
      return id;
    }) as never;
    globalThis.clearTimeout = (id) => {
      timers.delete(id);
      clearTimeout(id);
    };
    EventTarget.prototype.addEventListener = function (...args: unknown[]) {
      listeners.push([this, ...args]);
      added++;
      addEventListener.apply(this, args as never);
    };
    EventTarget.prototype.removeEventListener = function (...args: unknown[]) {
      const at = listeners.findIndex((listener) =>
        [this, ...args].every((value, index) => value === listener[index]),
      );
      if (at >= 0) listeners.splice(at, 1);
      removeEventListener.apply(this, args as never);
    };
    const result = await work();
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Object.assign(EventTarget.prototype, { addEventListener, removeEventListener });
    return { result, timers: timers.size, listeners: listeners.length, added };
  };
}
