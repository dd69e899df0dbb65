#!/usr/bin/env node
// The command line: `npx authenticate-bigcommerce <command>`.
import { readFileSync } from 'node:fs';
import { UsageError } from './usage.js';

interface Command {
  /** What `--help` prints. */
  help: string;
  /** Returns the exit status. */
  run(args: string[]): Promise<number>;
}

/** Each command is loaded only when it is run, because of the libraries that it imports. */
const COMMANDS: Record<string, [summary: string, load: () => Promise<Command>]> = {
  sandbox: [
    'starts a local stand-in for Cloud Elements, for tests in any language',
    () => import('./sandbox.js'),
  ],
  serve: [
    'serves the handler and the onboarding page, beside a back end in any language',
    () => import('./serve/index.js'),
  ],
  check: [
    'checks how the account, a store and the handler are set up',
    () => import('./check/index.js'),
  ],
};

const HELP = `Usage: authenticate-bigcommerce <command> [options]

Commands:
${Object.entries(COMMANDS)
  .map(([name, [summary]]) => `  ${name.padEnd(9)}${summary}`)
  .join('\n')}

Use <command> --help for its options, and --version for the version.`;

const [name = '', ...args] = process.argv.slice(2);
process.exitCode = await main();

async function main(): Promise<number> {
  if (isHelp(name)) return print(HELP);
  if (name === '--version') {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    return print(JSON.parse(manifest).version);
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) return fail(2, `Give a command: ${Object.keys(COMMANDS).join(', ')}. See --help.`);
  const [, load] = command;
  const { help, run } = await load();
  if (args.some(isHelp)) return print(help);
  try {
    return await run(args);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    const isUsage = error instanceof UsageError || code.startsWith('ERR_PARSE_ARGS_');
    return fail(isUsage ? 2 : 1, `${name}: ${message}`);
  }
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h';
}

function print(text: string): number {
  console.log(text);
  return 0;
}

function fail(status: number, message: string): number {
  console.error(`authenticate-bigcommerce: ${message}`);
  return status;
}
