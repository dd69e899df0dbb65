// Runs `check` as users do: as a process of its own.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../js/sandbox/sandbox.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export const ACCESS_TOKEN = 'access-token-0123456789abcdef';
export const CLIENT_SECRET = '0f'.repeat(32);
export const API_TOKEN = 'api-token-fedcba9876543210';

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

/** A line of `--json`. */
export interface Finding {
  check: string;
  state: 'ok' | 'note' | 'problem' | 'unknown';
  question: string;
  answer: string;
  basis?: string;
  advice?: string;
}

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** The account's variables for a sandbox. */
export function environmentOf({ userSecret, organizationSecret, url }: Sandbox) {
  return {
    CLOUD_ELEMENTS_USER_SECRET: userSecret,
    CLOUD_ELEMENTS_ORGANIZATION_SECRET: organizationSecret,
    CLOUD_ELEMENTS_BASE_URL: url,
  };
}

/**
 * Runs `check` with these arguments. None of the environment's values but the address is in its
 * output, and no credential either. `onStart` gets the running process.
 */
export async function runCheck(
  args: string[],
  environment: Record<string, string>,
  onStart: (process: ChildProcess) => void = () => undefined,
): Promise<Outcome> {
  const child = spawn(process.execPath, [CLI, 'check', ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart(child);
  const [stdout, stderr, [status]] = await Promise.all([
    // Nothing is left of it where a test has closed it.
    text(child.stdout).catch(() => ''),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const { CLOUD_ELEMENTS_BASE_URL: _, ...secrets } = environment;
  for (const secret of [...Object.values(secrets), ACCESS_TOKEN, CLIENT_SECRET, API_TOKEN]) {
    const isPrinted = secret !== '' && `${stdout}${stderr}`.includes(secret);
    assert.ok(!isPrinted, `a secret in ${stdout}${stderr}`);
  }
  return { status, stdout, stderr };
}

/** Writes `content` to a file, with which `work` is done. */
export async function withFile<T>(content: string, work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  try {
    const path = join(folder, 'BigCommerceAPI-credentials-1.txt');
    writeFileSync(path, content);
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Checks that findings are those of a table: `check | state | a part of answer, basis and advice`. */
export function assertFindings({ stdout }: Outcome, table: string): void {
  const found: Finding[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const rows = table
    .trim()
    .split('\n')
    .map((row) => row.trim().split(' | '));
  for (const [check, state, ...parts] of rows) {
    const own = found.filter((finding) => finding.check === check);
    const texts = own.map(
      (finding) => `${finding.state} ${finding.answer} (${finding.basis}) ${finding.advice}`,
    );
    const isSo = texts.some(
      (line) => line.startsWith(`${state} `) && parts.every((part) => line.includes(part)),
    );
    assert.ok(isSo, `${check} is ${state}, ${parts}:\n${texts.join('\n') || stdout}`);
  }
}
