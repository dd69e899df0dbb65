interface Connection {
  saveData?: boolean;
}

/** Runs `work` once the page is idle; not at all where the visitor saves data. */
export function whenIdle(work: () => void): void {
  const { connection } = navigator as Navigator & { connection?: Connection };
  if (connection?.saveData) return;
  // Safari has none. https://caniuse.com/requestidlecallback
  if (typeof requestIdleCallback === 'function') {
    requestIdleCallback(work);
    return;
  }
  const workSoon = () => setTimeout(work, 1000);
  if (document.readyState === 'complete') workSoon();
  else addEventListener('load', workSoon, { once: true });
}
