// Runs suites of the handler against the command `serve`.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { startSandbox } from '../../js/sandbox/sandbox.js';
import { other } from '../handler/served-handler.js';
import { startServe } from './back-end.js';

/** The settings for the options that the suites set, but for those that are functions. */
const SETTINGS: Record<string, Record<string, string>> = {
  none: {},
  allowDisconnect: { ALLOW_DISCONNECT: '1' },
  origin: { ORIGIN: 'https://shop.example' },
  allowedOrigins: { ALLOWED_ORIGINS: 'https://other.example https://app.example' },
};

const sandbox = await startSandbox();
const started = Object.entries(SETTINGS).map(
  async ([option, settings]) => [option, await startServe(() => settings, sandbox)] as const,
);
const commands = new Map(await Promise.all(started));
after(async () => {
  for (const served of commands.values()) await served[Symbol.asyncDispose]();
  for (const [option, { command }] of commands) {
    assert.ok(command.lines.length > 1, `no request to serve with ${option}`);
  }
});

other.processes = {
  sandbox,
  originFor(options) {
    const option = Object.keys(SETTINGS).find((name) => name in options) ?? 'none';
    return new URL(commands.get(option)?.url ?? '').origin;
  },
};

for (const suite of ['isolation', 'origins', 'routes']) {
  // With a query, Node loads the module again: the same suites run in this process, too.
  await import(`../handler/${suite}.test.js?served`);
}
other.processes = undefined;
