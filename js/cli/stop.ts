/** npx passes Ctrl-C on to a process that the terminal has sent it to already. */
const SAME_SIGNAL = 1000;

/** Resolves at SIGINT or SIGTERM. Another one, a second or more later, ends the process at once. */
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
