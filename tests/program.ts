// A command as a user types it into a shell.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Milliseconds, also on a busy machine. */
const WAIT = 120_000;

/** Runs until it exits or is disposed of, which also ends all that it has started. */
export class ShellCommand implements AsyncDisposable {
  /** What it has written to stdout and stderr. */
  output = '';
  /** Its exit status, once it has exited and closed its output; null where a signal has ended it. */
  readonly status: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(
    readonly command: string,
    cwd: string,
    env: NodeJS.ProcessEnv,
  ) {
    const child = spawn('sh', ['-c', command], {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // In its own process group, to kill what it has started as well.
      detached: true,
    });
    this.#child = child;
    this.status = once(child, 'close').then(([status]) => status);
    // For the test runner's time limit: a process group outlives the process that has made it.
    process.once('exit', this.#kill);
    child.on('close', () => process.off('exit', this.#kill));
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.output += text;
        child.emit('output');
      });
    }
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits until its output matches. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const signal = AbortSignal.timeout(WAIT);
    const fail = () => assert.fail(`${this.command} prints no ${pattern}: ${this.output}`);
    for (;;) {
      const match = pattern.exec(this.output);
      if (match) return match;
      await Promise.race([once(this.#child, 'output', { signal }), this.status.then(fail)]).catch(
        fail,
      );
    }
  }

  readonly #kill = () => {
    if (this.isRunning && this.#child.pid) process.kill(-this.#child.pid, 'SIGKILL');
  };

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.isRunning) return;
    this.#kill();
    await this.status;
  }
}
