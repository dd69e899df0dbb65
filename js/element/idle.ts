interface NetworkInformation {
  saveData?: boolean;
}

/** Calls `work` once the page is idle, unless the visitor saves data. */
export function whenIdle(work: () => void): void {
  const { connection } = navigator as Navigator & { connection?: NetworkInformation };
  if (connection?.saveData) return;
  // Not supported by Safari: https://caniuse.com/requestidlecallback
  if (typeof requestIdleCallback === 'function') {
    requestIdleCallback(work);
    return;
  }
  const workSoon = () => setTimeout(work, 1000);
  if (document.readyState === 'complete') workSoon();
  else addEventListener('load', workSoon, { once: true });
}
