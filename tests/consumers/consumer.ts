// A project that uses the package.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Why suites are skipped whose packages take long to install. */
export const skipSlowInstall =
  !process.env.CI && 'its packages take long to install: `npm run test:consumers` runs it';

const ENVIRONMENT = {
  ...process.env,
  // No command reports its use or looks for a newer version of itself.
  DENO_NO_UPDATE_CHECK: '1',
  NEXT_TELEMETRY_DISABLED: '1',
  NG_CLI_ANALYTICS: 'false',
  NUXT_TELEMETRY_DISABLED: '1',
  WRANGLER_SEND_METRICS: 'false',
  npm_config_update_notifier: 'false',
  // With it, the consumer's tests would report to the runner of this test instead of printing.
  NODE_TEST_CONTEXT: undefined,
};

export type Consumer = ReturnType<typeof defineConsumer>;

const consumers = new Map<string, Consumer>();

process.once('exit', () => {
  for (const { folder } of consumers.values()) rmSync(folder, { recursive: true, force: true });
});

/**
 * For the tests of a suite, copies a folder beside this file and installs the packed package there,
 * with the packages of the folder's own `package.json` if it is named. Suites of a process that name
 * the same folder share the copy, because the installation takes seconds.
 */
export function useConsumer(installed?: string): Consumer {
  const key = installed ?? randomUUID();
  const consumer = consumers.get(key) ?? defineConsumer(installed);
  consumers.set(key, consumer);
  before(consumer.install);
  return consumer;
}

function defineConsumer(installed?: string) {
  const folder = join(tmpdir(), `consumer-${randomUUID()}`);
  const path = [folder, PROJECT].map((root) => join(root, 'node_modules/.bin'));
  const env: NodeJS.ProcessEnv = {
    ...ENVIRONMENT,
    PATH: [...path, process.env.PATH].join(delimiter),
    // Some tools leave files there.
    TMPDIR: join(folder, 'tmp'),
  };
  /** Runs a command of the consumer's packages, or else of this project's. */
  const run = (command: string, ...args: string[]) =>
    promisify(execFile)(command, args, { cwd: folder, env, timeout: 600_000 });

  let installation: Promise<void> | undefined;
  const install = async () => {
    const source = new URL(`${installed ?? 'project'}/`, import.meta.url);
    cpSync(fileURLToPath(source), folder, { recursive: true });
    mkdirSync(join(folder, 'tmp'));
    await run(
      ...(['npm', 'install', PROJECT, '--install-links', '--no-save', '--prefer-offline'] as const),
      ...['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      // So that a registry that does not answer is asked again soon.
      '--fetch-timeout=20000',
      installed ? '--include=dev' : '--omit=dev',
    );
  };

  return {
    folder,
    install: () => (installation ??= install()),
    env,
    run,
    /** The module in the installed package. */
    wasm: join(folder, 'node_modules/authenticate-bigcommerce/dist/authenticate_bigcommerce.wasm'),
    /** The paths of all files in a folder whose names end with `ending`. */
    files: (below: string, ending: string) =>
      readdirSync(join(folder, below), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith(ending))
        .map((file) => join(folder, below, file)),
  };
}
