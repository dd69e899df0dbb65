import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';

/** Milliseconds, also on a busy machine. */
const WAIT = 120_000;

const running = new Set<Program>();

/** A program that runs until it exits or is disposed of, which also ends all that it has started. */
export class Program implements AsyncDisposable {
  /** What it has written, as it arrives. */
  output = '';
  stdout = '';
  stderr = '';
  /** Its exit status, once it has exited and closed its output; null where a signal has ended it. */
  readonly status: Promise<number | null>;
  readonly child: ChildProcessByStdio<null, Socket, Socket>;

  constructor(command: string, args: string[], options: { cwd?: string; env: NodeJS.ProcessEnv }) {
    this.child = spawn(command, args, {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe'],
      // In its own process group, to kill what it has started as well.
      detached: true,
    }) as typeof this.child;
    this.status = once(this.child, 'close').then(([status]) => status);
    running.add(this);
    this.child.on('close', () => running.delete(this));
    for (const stream of ['stdout', 'stderr'] as const) {
      this.child[stream].setEncoding('utf8').on('data', (text) => {
        this[stream] += text;
        this.output += text;
        this.child.emit('output');
      });
    }
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until its output matches. */
  async printed(pattern: RegExp, where: 'output' | 'stdout' = 'output'): Promise<RegExpExecArray> {
    const signal = AbortSignal.timeout(WAIT);
    const fail = () => assert.fail(`${this.child.spawnargs} prints no ${pattern}: ${this.output}`);
    for (;;) {
      const match = pattern.exec(this[where]);
      if (match) return match;
      await Promise.race([once(this.child, 'output', { signal }), this.status.then(fail)]).catch(
        fail,
      );
    }
  }

  /** Lets this process end while the program runs, and ends the program then. */
  unref(): void {
    for (const part of [this.child, this.child.stdout, this.child.stderr]) part.unref();
  }

  /** Ends the program and all that it has started. */
  kill(): void {
    try {
      // Also after its own exit, which browsers outlive.
      if (this.child.pid) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      // All have exited.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill();
    await this.status;
  }
}

// A process group outlives the process that has made it.
process.once('exit', () => {
  for (const program of running) program.kill();
});
// For the test runner's time limit and Ctrl-C: without a listener, `exit` is not emitted.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => process.exit(1));
}
