import { parseArgs } from 'node:util';
import { createIdempotencyKey } from '../../index.js';
import { UsageError } from '../usage.js';
import { Account, checkAccount } from './account.js';
import { checkHandler, readHandler } from './handler.js';
import { Report } from './report.js';
import { checkStore } from './store.js';

export const help = `Usage: authenticate-bigcommerce check [options]

Asks your account at Cloud Elements or SAP Open Connectors, and your own server, whether they are set
up right. Prints a line for each question; (documented) and the like are as docs/service.md has them.
Exit status: 0, or 1 where something is wrong.

  check                   are the secrets right, and of the region? Is the address the service's?
                          Creates nothing.
  check --store <file>    also: which credential connects a store, and what does the service make of
                          an instance? Creates one with the credentials in the file, and deletes it.
                          The file is the one that BigCommerce saves with an API account, or has the
                          same form: lines of CLIENT ID, ACCESS TOKEN, CLIENT SECRET and API PATH, or
                          of USERNAME, API TOKEN and API PATH, each followed by a colon and the value.
  check --handler <url>   is the handler that a page has as its base-url set up right? Creates nothing.

  --json                  a JSON object for each question, one a line

Environment variables of the first two:

  CLOUD_ELEMENTS_USER_SECRET, CLOUD_ELEMENTS_ORGANIZATION_SECRET, CLOUD_ELEMENTS_BASE_URL

Environment variables of the third: the session of a merchant of yours, without which it sees less:

  CHECK_COOKIE            what a browser sends as the header "cookie"
  CHECK_SESSION_TOKEN     what a page sends as its session token`;

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
