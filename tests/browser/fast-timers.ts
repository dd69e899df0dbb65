import type { WebDriver } from 'selenium-webdriver';

/** How much faster than real time timers and `performance.now()` run. */
export const SPEED = 20;

/** Makes timers faster, so that the pauses between requests are short; runs in a page or in Node. */
export function speedUp(speed: number): void {
  const { setTimeout } = globalThis;
  const now = performance.now.bind(performance);
  performance.now = () => now() * speed;
  globalThis.setTimeout = ((work: () => void, ms = 0, ...more: unknown[]) => {
    // 10 seconds is how long Node's fetch waits for a connection.
    return setTimeout(work, ms === 10_000 ? ms : ms / speed, ...more);
  }) as typeof globalThis.setTimeout;
}

/** Makes the open page's timers faster. */
export async function speedUpTimers(browser: WebDriver): Promise<void> {
  // WebKit's driver measures this timeout with the page's setTimeout.
  await browser.manage().setTimeouts({ script: 900_000 * SPEED });
  // In Firefox, `globalThis` is the script's own.
  await browser.executeScript(`const globalThis = window; (${speedUp})(${SPEED});`);
}
