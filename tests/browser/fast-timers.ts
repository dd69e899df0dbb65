import type { WebDriver } from 'selenium-webdriver';

/** How much faster than real time timers and `performance.now()` run. */
export const SPEED = 20;

/** Makes the open page's timers faster, so that the pauses between requests are short. */
export async function speedUpTimers(browser: WebDriver): Promise<void> {
  // WebKit's driver measures this timeout with the page's setTimeout.
  await browser.manage().setTimeouts({ script: 900_000 * SPEED });
  await browser.executeScript((speed: number) => {
    const { setTimeout } = window;
    const now = performance.now.bind(performance);
    performance.now = () => now() * speed;
    window.setTimeout = ((work: () => void, ms: number) =>
      setTimeout(work, ms / speed)) as typeof window.setTimeout;
  }, SPEED);
}
