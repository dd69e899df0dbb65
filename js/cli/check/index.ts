import { parseArgs } from 'node:util';
import { createIdempotencyKey } from '../../index.js';
import { UsageError } from '../usage.js';
import { Account, checkAccount } from './account.js';
import { checkHandler, readHandler } from './handler.js';
import { Report } from './report.js';
import { checkStore } from './store.js';

export const help = `Usage: authenticate-bigcommerce check [options]

Checks your account at Cloud Elements or SAP Open Connectors, and your own handler. Prints one line
for each check; docs/service.md explains words such as (documented).
Exit status: 0, or 1 if a check fails.

  check                   Checks the secrets, their region and the service's URL. Creates nothing.
  check --store <file>    Also checks which credential connects a store, and how the service handles
                          an instance: creates one with the credentials in the file, and deletes it.
                          The file is the one that BigCommerce saves with an API account, or one in
                          the same format: one line for each of CLIENT ID, ACCESS TOKEN, CLIENT SECRET
                          and API PATH, or of USERNAME, API TOKEN and API PATH. On each line, a colon
                          follows the name, and the value follows the colon.
  check --handler <url>   Checks the handler at the URL that a page has as its base-url. Creates
                          nothing.

  --json                  Prints one line of JSON for each check.

Environment variables of check and check --store:

  CLOUD_ELEMENTS_USER_SECRET, CLOUD_ELEMENTS_ORGANIZATION_SECRET
  CLOUD_ELEMENTS_BASE_URL (without a default, because the secrets are valid in one region only)

Environment variables of check --handler: a merchant's session, without which it checks less.

  CHECK_COOKIE            the Cookie header that a browser sends
  CHECK_SESSION_TOKEN     the session token that a page sends`;

/** The last one is sent if the terminal is closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Returns the exit status. */
export async function run(args: string[]): Promise<number> {
  const { store, handler, json = false } = readArguments(args);
  const target = handler === undefined ? undefined : readHandler(handler, process.env);
  const report = new Report(json);
  const interrupt = new AbortController();
  const { signal } = interrupt;
  // Also for a repeated signal: npx forwards Ctrl-C, which the terminal has sent already.
  const stop = () => {
    if (!signal.aborted) console.error('Interrupted: what was created is being deleted.');
    interrupt.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  // A closed pipe, as after `| head`, must not prevent the deletion.
  process.stdout.on('error', stop);
  try {
    if (store !== undefined || !target) await checkService(store, report, signal);
    if (target) await checkHandler(target, report, signal);
    report.end();
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    for (const name of SIGNALS) process.off(name, stop);
    // The error of the last write can come later.
    process.stdout.off('error', stop).on('error', () => undefined);
  }
  return signal.aborted || report.problems > 0 ? 1 : 0;
}

async function checkService(
  store: string | undefined,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  report.begin('Account');
  let account: Account;
  try {
    account = new Account(process.env);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    report.add('settings', 'Are secrets and address usable?', {
      state: 'problem',
      answer: `No: ${error.message}`,
      advice: 'docs/service.md says where they are found.',
    });
    return;
  }
  const { userSecret, organizationSecret } = account;
  report.hide(userSecret, organizationSecret);
  const tag = `idempotency-key:${createIdempotencyKey()}`;
  const isUsable = await checkAccount(account, report, tag, signal);
  if (store === undefined || !isUsable) return;
  report.begin('Store');
  await checkStore(store, { account, report, signal });
}

function readArguments(args: string[]) {
  const options = {
    store: { type: 'string' },
    handler: { type: 'string' },
    json: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch {
    // Without the parser's message, which can quote a secret.
    throw new UsageError('takes --store <file>, --handler <url> and --json. See --help.');
  }
}
