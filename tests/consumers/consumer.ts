// A project that uses the package: it installs the packed tarball.
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
  /** The environment of its commands, with `settings`. */
  env: NodeJS.ProcessEnv;
  /** Runs a command of the consumer's packages, or else of this project's. */
  run(command: string, ...args: string[]): Promise<{ stdout: string; stderr: string }>;
  /** The paths of all files in a folder whose names end with `ending`. */
  files(folder: string, ending: string): string[];
}

/** The folders of the projects that have packages of their own. */
const PROJECTS = {
  'with bundlers': 'project',
  'with quick recipes': 'quick-recipes',
  'with slow recipes': 'slow-recipes',
  'with frameworks': 'frameworks',
  'with component libraries': 'component-libraries',
  'with React 18': 'react-18',
  'with React 19': 'react-19',
};

/**
 * Copies a project and installs the package there, with the project's own packages if they are
 * asked for; leaving its scope removes it.
 */
export async function makeConsumer(
  installed?: keyof typeof PROJECTS,
  settings: NodeJS.ProcessEnv = {},
): Promise<Consumer> {
  const folder = mkdtempSync(join(tmpdir(), 'consumer-'));
  const path = [folder, PROJECT].map((root) => join(root, 'node_modules/.bin'));
  const env = {
    ...process.env,
    ...settings,
    PATH: [...path, process.env.PATH].join(delimiter),
    NEXT_TELEMETRY_DISABLED: '1',
    // With it, the consumer's tests would report to the runner of this test instead of printing.
    NODE_TEST_CONTEXT: undefined,
  };
  const run = (cwd: string, command: string, ...args: string[]) =>
    promisify(execFile)(command, args, { cwd, env, timeout: 600_000 });
  const npm = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier'];
  const project = installed ? PROJECTS[installed] : 'project';
  cpSync(join(PROJECT, 'tests/consumers', project), folder, { recursive: true });
  const { stdout } = await run(PROJECT, 'npm', 'pack', ...npm, '--pack-destination', folder);
  const tarball = join(folder, stdout.trim());
  await run(
    folder,
    ...(['npm', 'install', tarball, '--no-save', '--prefer-offline', ...npm] as const),
    // So that a registry that does not answer is asked again soon.
    ...['--fetch-timeout=20000', '--loglevel=error'],
    ...(installed ? ['--include=dev'] : ['--omit=dev']),
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
