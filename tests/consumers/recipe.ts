// The projects of docs/frameworks.md, put together from its snippets.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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
import { instanceBody, newKey, subjectTag } from '../handler/instance-body.js';
import { MOUNT } from '../handler/served-handler.js';
import { projectsIn } from '../snippets.js';
import type { Consumer } from './consumer.js';
import type { Visitor } from './visitor.js';

export const RECIPES = projectsIn('docs/frameworks.md');

/** Milliseconds, also on a busy machine. */
const WAIT = 120_000;

const INSTALL = /^(?:npm install|deno add|bun add) (?:--save-dev )?(.+)$/;

/** The address that a server prints when it listens. */
const ADDRESS = /http:\/\/(?:localhost|127\.0\.0\.1):\d+/;

/** The packages that a recipe's commands install. */
export function packagesOf(name: string): string[] {
  const { commands } = RECIPES.get(name) ?? assert.fail(`no recipe ${name}`);
  return commands.flatMap((command) => {
    const [, names = ''] = INSTALL.exec(command) ?? [];
    return names === '' ? [] : names.replaceAll('npm:', '').split(' ');
  });
}

/** A recipe's project in a folder of its own; leaving its scope removes it. */
export interface Recipe extends AsyncDisposable {
  folder: string;
  /** Runs the commands between the installation and the last one. */
  build(): Promise<void>;
  /** Writes `.env`, and runs the last command or another until it prints an address. */
  start(command?: string, settings?: NodeJS.ProcessEnv): Promise<Server>;
}

export interface Server {
  origin: string;
  /** Waits until its output matches: a line can come after the response that it is about. */
  printed(pattern: RegExp): Promise<unknown>;
}

/**
 * Puts a recipe together in a new folder, with the packages that it installs and no others.
 * Pass `place` for tools that need all packages in the project's folder.
 */
export function assemble(
  name: string,
  consumer: Consumer,
  sandbox: Sandbox,
  place = linkPackages(name, consumer),
): Recipe {
  const { files, commands } = RECIPES.get(name) ?? assert.fail(`no recipe ${name}`);
  for (const [file, code] of files) {
    mkdirSync(join(place, dirname(file)), { recursive: true });
    writeFileSync(join(place, file), code);
  }
  const env = {
    ...consumer.env,
    PATH: [join(place, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    PORT: '0',
    WRANGLER_SEND_METRICS: 'false',
    // Where CI is set, Vite would print its address in colors.
    NO_COLOR: '1',
  };
  const processes: ChildProcess[] = [];
  const run = (command: string, settings: NodeJS.ProcessEnv = {}) => {
    // In its own process group, to kill what it has started as well.
    const child = spawn('sh', ['-c', command], {
      cwd: place,
      env: { ...env, ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    processes.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        child.emit('output');
      });
    }
    const ended = new AbortController();
    child.on('close', () => ended.abort());
    /** Waits until its output matches. */
    const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(WAIT)]);
      for (;;) {
        const match = pattern.exec(output);
        if (match) return match;
        const fail = () => assert.fail(`${command} prints no ${pattern}: ${output}`);
        await once(child, 'output', { signal }).catch(fail);
      }
    };
    return { child, output: () => output, printed };
  };
  return {
    folder: place,
    async build() {
      for (const command of commands.slice(0, -1)) {
        if (INSTALL.test(command)) continue;
        const { child, output } = run(command);
        const [code] = await once(child, 'close');
        assert.equal(code, 0, `${command}: ${output()}`);
      }
    },
    async start(command = commands.at(-1) ?? '', settings = {}) {
      // Like the recipe's sandbox.js, but with the sandbox of the tests.
      const lines = [
        `CLOUD_ELEMENTS_USER_SECRET=${sandbox.userSecret}`,
        `CLOUD_ELEMENTS_ORGANIZATION_SECRET=${sandbox.organizationSecret}`,
        `CLOUD_ELEMENTS_BASE_URL=${sandbox.url}`,
        'DEMO_MERCHANT=ann',
      ];
      writeFileSync(join(place, '.env'), `${lines.join('\n')}\n`);
      const { printed } = run(command, settings);
      const [origin] = await printed(ADDRESS);
      return { origin, printed };
    },
    async [Symbol.asyncDispose]() {
      for (const child of processes) {
        if (child.exitCode !== null || child.pid === undefined) continue;
        process.kill(-child.pid, 'SIGKILL');
        await once(child, 'close');
      }
      rmSync(place, { recursive: true, force: true });
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

const PACKAGE = 'authenticate-bigcommerce';

export const VALUES = {
  clientId: 'shop',
  accessToken: '0123456789abcdef',
  storeUrl: 'store-wuxeae6.mybigcommerce.com',
  name: 'My shop',
};

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
  assert.deepEqual(await visitor.takeErrors(), []);
  sandbox.instances.clear();
}

/** What the element shows of a refusal, where the page has no text of its own. */
export const REFUSAL = /^BigCommerce did not accept these values\./;

/**
 * On the page that `connectStore` has left: goes to another one of the same application and back, by
 * the links `Away` and `Back`, has a store refused and connects it.
 */
export async function comeBack(visitor: Visitor, refusal = REFUSAL): Promise<void> {
  const { browser, sandbox } = visitor;
  for (const link of ['Away', 'Back']) {
    await browser.wait(until.elementLocated(By.linkText(link)), 20_000).click();
  }
  await submitStore(visitor, { clientId: 'refused' }, refusal);
  await submitStore(visitor);
  assert.equal(sandbox.instances.size, 1);
  const errors = await visitor.takeErrors();
  // The refusal is a response with the status 400.
  assert.deepEqual(
    errors.filter((message) => !/Failed to load resource/.test(message)),
    [],
  );
  sandbox.instances.clear();
}

async function submitStore(
  visitor: Visitor,
  values: Partial<typeof VALUES> = {},
  outcome = /^Your store is connected\.$/,
): Promise<void> {
  const { browser } = visitor;
  for (const [name, value] of Object.entries({ ...VALUES, ...values })) {
    const input = await browser.wait(until.elementLocated(By.name(name)), 20_000);
    await input.clear();
    await input.sendKeys(value);
  }
  await pressButton(visitor);
  const status = await browser.wait(until.elementLocated(By.css('[role=status]')), 20_000);
  await browser.wait(until.elementTextMatches(status, outcome), 60_000);
}

async function pressButton({ browser }: Visitor): Promise<void> {
  const button = await browser.wait(until.elementLocated(By.css('form button')), 20_000);
  await browser.wait(until.elementIsEnabled(button), 20_000);
  await button.click();
}
