// Runs the command `check`.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './command.js';

type Run = Parameters<typeof run>;
export type Outcome = Awaited<ReturnType<typeof run>>;

const ACCESS_TOKEN = 'access-token-0123456789abcdef';
const CLIENT_SECRET = '0f'.repeat(32);
const API_TOKEN = 'api-token-fedcba9876543210';

/** Files as BigCommerce saves them, by the kind of account. */
export const FILES = {
  'store-level': `ACCESS TOKEN: ${ACCESS_TOKEN}
CLIENT ID: client-id
CLIENT SECRET: ${CLIENT_SECRET}
NAME: My app
API PATH: https://api.bigcommerce.com/stores/abc123/v3/`,
  legacy: `USERNAME: shop
API TOKEN: ${API_TOKEN}
API PATH: https://store-wuxeae6.mybigcommerce.com/api/v2/`,
};

/** Runs `check`, whose output must not have a credential, or a value of the environment but the address. */
export async function runCheck(
  args: string[],
  environment: Record<string, string>,
  onStart?: Run[2],
): Promise<Outcome> {
  const outcome = await run(['check', ...args], environment, onStart);
  const { CLOUD_ELEMENTS_BASE_URL: _, ...secrets } = environment;
  const output = outcome.stdout + outcome.stderr;
  for (const secret of [...Object.values(secrets), ACCESS_TOKEN, CLIENT_SECRET, API_TOKEN]) {
    assert.ok(secret === '' || !output.includes(secret), `a secret in ${output}`);
  }
  return outcome;
}

/** Runs `check --store` with a file of this content. */
export async function checkStore(
  content: string,
  ...more: [environment: Record<string, string>, onStart?: Run[2]]
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  const file = join(folder, 'BigCommerceAPI-credentials-1.txt');
  try {
    writeFileSync(file, content);
    return await runCheck(['--json', '--store', file], ...more);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A line of `--json`. */
export interface Finding {
  check: string;
  state: 'ok' | 'note' | 'problem' | 'unknown';
  answer: string;
  basis?: string;
  advice?: string;
}

/** Asserts the findings in a table: `check | state | a part of answer, basis or advice | …`. */
export function assertFindings({ stdout }: Outcome, table: string): void {
  const found: Finding[] = stdout
    .trim()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  for (const row of table.trim().split(/\s*\n\s*/)) {
    const [check, state, ...parts] = row.split(' | ');
    const texts = found
      .filter((finding) => finding.check === check)
      .map(({ state, answer, basis, advice }) => `${state} ${answer} (${basis}) ${advice}`);
    const isFound = texts.some(
      (text) => text.startsWith(`${state} `) && parts.every((part) => text.includes(part)),
    );
    assert.ok(isFound, `${row} is not in:\n${texts.join('\n') || stdout}`);
  }
}
