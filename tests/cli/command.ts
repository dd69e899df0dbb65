// Runs the built command.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../js/sandbox/sandbox.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

type Environment = Record<string, string | undefined>;

/** The variables of the sandbox's account. */
export function environmentOf({ url, userSecret, organizationSecret }: Sandbox) {
  return {
    CLOUD_ELEMENTS_BASE_URL: url,
    CLOUD_ELEMENTS_USER_SECRET: userSecret,
    CLOUD_ELEMENTS_ORGANIZATION_SECRET: organizationSecret,
  };
}

function spawnCommand(args: string[], env: Environment) {
  return spawn(process.execPath, [CLI, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A value of `NODE_OPTIONS` that ends timeouts of this many milliseconds after a hundredth of them. */
export function shorten(timeout: number): string {
  const script = `
    const { timeout } = AbortSignal;
    AbortSignal.timeout = (ms) => timeout.call(AbortSignal, ms === ${timeout} ? ms / 100 : ms);`;
  return `--import=data:text/javascript,${encodeURIComponent(script)}`;
}

/** Runs a command to its end; `onStart` gets the running process. */
export async function run(
  args: string[],
  env: Environment = {},
  onStart: (child: ChildProcess) => void = () => undefined,
) {
  const child = spawnCommand(args, env);
  onStart(child);
  const [stdout, stderr, [status]] = await Promise.all([
    // Rejects where a test has closed it.
    text(child.stdout).catch(() => ''),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { status, stdout, stderr };
}

/** A command that runs until it is stopped. */
export class Command implements AsyncDisposable {
  /** What it has written to stdout. */
  readonly lines: string[] = [];
  readonly #child: ReturnType<typeof spawnCommand>;
  readonly #exited: Promise<unknown[]>;
  readonly #reader: Interface;

  private constructor(args: string[], env: Environment) {
    this.#child = spawnCommand(args, env);
    this.#exited = once(this.#child, 'exit');
    this.#reader = createInterface(this.#child.stdout).on('line', (line) => this.lines.push(line));
  }

  /** Starts a command; resolves once it has written its first line. */
  static async start(args: string[], env: Environment = {}): Promise<Command> {
    const command = new Command(args, env);
    const errors = text(command.#child.stderr);
    await Promise.race([once(command.#reader, 'line'), command.#exited]);
    if (command.lines.length === 0) throw new Error(`The command has ended: ${await errors}`);
    return command;
  }

  /** The JSON of its first line. */
  get started(): { url: string; userSecret: string; organizationSecret: string } {
    return JSON.parse(this.lines[0] ?? '');
  }

  /** The JSON of the lines from `from` on, once there are `count`. */
  async linesOf(count: number, from = 1): Promise<Record<string, unknown>[]> {
    while (this.lines.length < from + count) await once(this.#reader, 'line');
    return this.lines.slice(from).map((line) => JSON.parse(line));
  }

  /** Reads what it writes no longer, as `head` does. */
  closeOutput(): void {
    this.#child.stdout.destroy();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The exit status, once it has ended; null where a signal has ended it. */
  async exited(): Promise<unknown> {
    const [status] = await this.#exited;
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    await this.exited();
  }
}
