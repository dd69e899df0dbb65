/**
 * A signal within this many milliseconds is the same one: npx forwards Ctrl-C, which the terminal
 * has sent to this process already.
 */
const SAME_SIGNAL = 1000;

/**
 * Resolves on SIGINT or SIGTERM. Another one, at least a second later, ends the process at once.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let stoppedAt: number | undefined;
    const onSignal = () => {
      stoppedAt ??= performance.now();
      if (performance.now() - stoppedAt >= SAME_SIGNAL) process.exit(1);
      resolve();
    };
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  });
}
