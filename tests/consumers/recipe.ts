// The projects of docs/frameworks.md, put together from its snippets.
import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { By, until } from 'selenium-webdriver';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import { environmentOf } from '../cli/command.js';
import { instanceBody, newKey, subjectTag } from '../handler/instance-body.js';
import { MOUNT } from '../handler/served-handler.js';
import { Program } from '../program.js';
import { projectsIn } from '../snippets.js';
import type { Consumer } from './consumer.js';
import { VALUES, type Visitor } from './visitor.js';

export const RECIPES = projectsIn('docs/frameworks.md');

const PACKAGE = 'authenticate-bigcommerce';

const INSTALL = /^(?:npm install|deno add|bun add) (?:--save-dev )?(.+)$/;

/** The address that a server prints when it listens. */
const ADDRESS = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/;

export function recipe(name: string) {
  return RECIPES.get(name) ?? assert.fail(`no recipe ${name}`);
}

/** The packages that a recipe's commands install. */
export function packagesOf(name: string): string[] {
  return recipe(name).commands.flatMap((command) => {
    const [, names = ''] = INSTALL.exec(command) ?? [];
    return names === '' ? [] : names.replaceAll('npm:', '').split(' ');
  });
}

export interface Server {
  origin: string;
  /** Waits until its output matches: a line can come after the response that it is about. */
  printed(pattern: RegExp): Promise<unknown>;
}

/**
 * Puts a recipe together in a new folder, with the packages that it installs and no others; leaving
 * its scope removes it. Pass `folder` for tools that need all packages in the project's folder.
 */
export function assemble(
  name: string,
  consumer: Consumer,
  sandbox: Sandbox,
  folder = linkPackages(name, consumer),
) {
  const { files, commands } = recipe(name);
  for (const [file, code] of files) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), code);
  }
  const env = {
    ...consumer.env,
    PATH: [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    PORT: '0',
    // Where CI is set, Vite would print its address in colors.
    NO_COLOR: '1',
  };
  const running: Program[] = [];
  const run = (line: string, settings: NodeJS.ProcessEnv = {}) => {
    const command = new Program('sh', ['-c', line], {
      cwd: folder,
      env: { ...env, ...settings },
    });
    running.push(command);
    return command;
  };
  return {
    folder,
    /** Runs the commands between the installation and the last one. */
    async build(): Promise<void> {
      for (const line of commands.slice(0, -1)) {
        if (INSTALL.test(line)) continue;
        const command = run(line);
        assert.equal(await command.status, 0, `${line}: ${command.output}`);
      }
    },
    /** Writes `.env`, and runs the last command or another until it prints an address. */
    async start(line = commands.at(-1) ?? '', settings: NodeJS.ProcessEnv = {}): Promise<Server> {
      // Like the recipe's sandbox.js, but with the sandbox of the tests.
      const lines = Object.entries({ ...environmentOf(sandbox), DEMO_MERCHANT: 'ann' });
      writeFileSync(join(folder, '.env'), lines.map((line) => `${line.join('=')}\n`).join(''));
      const command = run(line, settings);
      const [origin] = await command.printed(ADDRESS);
      return { origin, printed: (pattern) => command.printed(pattern) };
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const command of running) await command[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A new folder with the packages of a recipe: others are not found. */
function linkPackages(name: string, consumer: Consumer): string {
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  const [from = '', to = ''] = [consumer.folder, folder].map((root) => join(root, 'node_modules'));
  for (const installed of packagesOf(name)) {
    assert.ok(existsSync(join(from, installed)), `the consumer has ${installed}`);
    mkdirSync(dirname(join(to, installed)), { recursive: true });
    symlinkSync(join(from, installed), join(to, installed));
  }
  symlinkSync(join(from, '.bin'), join(to, '.bin'));
  // Vite's server does not serve files of a linked package.
  rmSync(join(to, PACKAGE));
  cpSync(join(from, PACKAGE), join(to, PACKAGE), { recursive: true });
  return folder;
}

/**
 * Opens a recipe's page, submits an empty form, connects a store, looks it up and renews it, with a
 * silent console. `tags` are those that its config has.
 */
export async function connectStore(
  visitor: Visitor,
  server: Server,
  tags: string[] = [],
): Promise<void> {
  const { browser, sandbox } = visitor;
  await browser.get(server.origin);
  await pressButton(visitor);
  const error = await browser.wait(
    until.elementLocated(By.css('[data-error-for=clientId]:not(:empty), .bigcommerce-error')),
    20_000,
  );
  assert.match(await error.getText(), /Client ID/);
  await submitStore(visitor);
  const [instance = assert.fail('no instance'), ...others] = sandbox.instances.values();
  assert.deepEqual(others, []);
  const { id } = instance;
  assert.ok(instance.tags.includes(subjectTag('ann')), String(instance.tags));
  await server.printed(new RegExp(`ann has connected instance ${id}\n`));
  const responses = await browser.executeAsyncScript(
    `const [path, id, tag, body, done] = arguments;
     const call = async (url, init) => {
       const response = await fetch(path + url, init);
       return [response.status, await response.json()];
     };
     const headers = { 'content-type': 'application/json' };
     Promise.all([
       call('/instances?tags[]=' + tag),
       call('/instances/' + id, { method: 'PUT', headers, body }),
     ]).then(done, (error) => done(String(error)));`,
    ...[MOUNT, id, `idempotency-key:${newKey()}`, JSON.stringify(instanceBody({ name: 'New' }))],
  );
  const { token } = instance;
  assert.deepEqual(responses, [
    [200, []],
    [200, { id, token, name: 'New', tags, valid: true, disabled: false }],
  ]);
  await visitor.assertSilence();
  sandbox.instances.clear();
}

/** Fills the form, submits it, and waits for the status. */
export async function submitStore(
  visitor: Visitor,
  values: Partial<typeof VALUES> = {},
  status = /^Your store is connected\.$/,
): Promise<void> {
  const { browser } = visitor;
  for (const [name, value] of Object.entries({ ...VALUES, ...values })) {
    const input = await browser.wait(until.elementLocated(By.name(name)), 20_000);
    await input.clear();
    await input.sendKeys(value);
  }
  await pressButton(visitor);
  const element = await browser.wait(until.elementLocated(By.css('[role=status]')), 20_000);
  await browser.wait(until.elementTextMatches(element, status), 60_000);
}

async function pressButton({ browser }: Visitor): Promise<void> {
  const button = await browser.wait(until.elementLocated(By.css('form button')), 20_000);
  await browser.wait(until.elementIsEnabled(button), 20_000);
  await button.click();
}
