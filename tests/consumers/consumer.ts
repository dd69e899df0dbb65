// A project of somebody who uses the package: it has the packed tarball, not the tree.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export interface Consumer extends Disposable {
  folder: string;
  /** The packed package. */
  tarball: string;
  /** The module in the installed package. */
  wasm: string;
  /** What its commands see, `settings` included. */
  env: NodeJS.ProcessEnv;
  /** Runs a command of the consumer's packages, or else of this project's. */
  run(command: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** The paths of all files in a folder whose names end so. */
  files(folder: string, ending: string): string[];
}

/**
 * Copies `project` and installs the package there, with the bundlers if they are asked for; leaving
 * its scope removes it.
 */
export async function makeConsumer(
  bundlers?: 'with bundlers',
  settings: NodeJS.ProcessEnv = {},
): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  const path = [folder, PROJECT].map((root) => join(root, 'node_modules/.bin'));
  const env = {
    ...process.env,
    ...settings,
    PATH: [...path, process.env.PATH].join(delimiter),
    NEXT_TELEMETRY_DISABLED: '1',
    // Inside of a test, a consumer's own would report to that one and not say what they did.
    NODE_TEST_CONTEXT: undefined,
  };
  const run = (cwd: string, command: string, ...args: string[]) =>
    promisify(execFile)(command, args, { cwd, env, timeout: 600_000 });
  const npm = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  cpSync(join(PROJECT, 'tests/consumers/project'), folder, { recursive: true });
  const { stdout } = await run(PROJECT, 'npm', 'pack', ...npm, '--pack-destination', folder);
  const tarball = join(folder, stdout.trim());
  await run(
    folder,
    ...(['npm', 'install', tarball, '--no-save', '--prefer-offline', ...npm] as const),
    // A registry that does not answer is asked again, not waited for.
    ...['--fetch-timeout=20000', '--loglevel=error'],
    ...(bundlers ? ['--include=dev'] : ['--omit=dev']),
  );
  return {
    folder,
    tarball,
    env,
    wasm: join(folder, 'node_modules/authenticate-bigcommerce/dist/authenticate_bigcommerce.wasm'),
    run: (command, ...args) => run(folder, command, ...args),
    files: (below, ending) =>
      readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(ending))
        .map((file) => join(folder, below, file)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
