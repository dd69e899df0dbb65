// Runs the built command.
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import { Program } from '../program.js';

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
  onStart: (child: Command['child']) => void = () => undefined,
) {
  await using command = new Command(args, env);
  onStart(command.child);
  const status = await command.status;
  const { stdout, stderr } = command;
  return { status, stdout, stderr };
}

/** A command, which writes a line of JSON once it has started, and may write others. */
export class Command extends Program {
  constructor(args: string[], env: Environment = {}) {
    super(process.execPath, [CLI, ...args], { env: { PATH: process.env.PATH, ...env } });
  }

  /** Starts a command; resolves once it has written its first line. */
  static async start(args: string[], env?: Environment): Promise<Command> {
    const command = new Command(args, env);
    await command.printed(/\n/, 'stdout');
    return command;
  }

  /** The lines that it has written to stdout. */
  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** The JSON of its first line. */
  get started(): { url: string; userSecret: string; organizationSecret: string } {
    return JSON.parse(this.lines[0] ?? '');
  }

  /** The JSON of the lines from `from` on, once there are `count`. */
  async linesOf(count: number, from = 1): Promise<Record<string, unknown>[]> {
    await this.printed(new RegExp(`(.*\\n){${from + count}}`), 'stdout');
    return this.lines.slice(from).map((line) => JSON.parse(line));
  }
}
