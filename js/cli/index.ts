#!/usr/bin/env node
// The command line: `npx authenticate-bigcommerce <command>`.
import { UsageError } from './usage.js';

const [name, ...args] = process.argv.slice(2);
const { help, run } = await import('./check/index.js');
process.exitCode = await main();

async function main(): Promise<number> {
  if (name !== 'check' || args.includes('--help')) {
    console.log(help);
    return 0;
  }
  try {
    return await run(args);
  } catch (error) {
    console.error(`authenticate-bigcommerce: ${name}: ${(error as Error).message}`);
    return error instanceof UsageError ? 2 : 1;
  }
}
