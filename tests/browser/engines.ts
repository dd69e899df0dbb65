// Starts the browsers that the tests drive: headless, each with a driver of its own.
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { suite } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Builder, Capabilities, logging, type WebDriver } from 'selenium-webdriver';
import { Program } from '../program.js';
import { serve } from '../server.js';

export const engines = ['Chromium', 'Firefox', 'WebKit'] as const;

export type Engine = (typeof engines)[number];

interface Parts {
  driver: string;
  driverArguments?: string[];
  /** Another command that must exist; the driver finds the browser itself. */
  other?: string;
  capabilities: Record<string, unknown>;
}

const PARTS: Record<Engine, Parts> = {
  Chromium: {
    driver: 'chromedriver',
    capabilities: {
      browserName: 'chrome',
      'goog:chromeOptions': {
        args: [
          '--headless=new',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--disable-component-update',
          // Chromium's own sandbox does not start as root, as in most containers.
          ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        ],
      },
      'goog:loggingPrefs': { browser: 'WARNING' },
    },
  },
  Firefox: {
    driver: 'geckodriver',
    // A free port, too: the default one is the same for all.
    driverArguments: ['--websocket-port=0'],
    other: 'firefox',
    capabilities: { browserName: 'firefox', 'moz:firefoxOptions': { args: ['-headless'] } },
  },
  WebKit: {
    driver: 'WebKitWebDriver',
    other: 'Xvfb',
    capabilities: { browserName: 'MiniBrowser' },
  },
};

const FOLDERS = [
  ...(process.env.PATH?.split(delimiter) ?? []),
  // Where set-up puts geckodriver, and where macOS has Firefox.
  fileURLToPath(new URL('../../target/geckodriver/bin', import.meta.url)),
  '/Applications/Firefox.app/Contents/MacOS',
];

/** Defines a suite for each engine; a skipped one shows why. */
export function inEveryEngine(title: string, tests: (engine: Engine) => void): void {
  for (const engine of engines) {
    const options = { timeout: 1_200_000, skip: skipReason(engine) };
    suite(`${title}, in ${engine}`, options, () => tests(engine));
  }
}

/** Why an engine is skipped: on a developer's machine, all but Chromium may be missing. */
export function skipReason(engine: Engine): string | false {
  if (engine === 'Chromium' || process.env.CI) return false;
  return missingMessage(engine) ?? false;
}

function missingMessage(engine: Engine): string | undefined {
  const { driver, other = driver } = PARTS[engine];
  const missing = [...new Set([driver, other])].filter((command) => !find(command));
  if (missing.length === 0) return undefined;
  return `${missing.join(' and ')} missing: run \`sh scripts/setup.sh ${engine.toLowerCase()}\``;
}

function find(command: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, command)).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Starts a browser; `quit()` ends it. */
export async function startBrowser(engine: Engine = 'Chromium'): Promise<WebDriver> {
  const driver = await startDriver(engine);
  try {
    const browser = await new Builder()
      .disableEnvironmentOverrides()
      .usingServer(driver.url)
      .withCapabilities(new Capabilities(PARTS[engine].capabilities))
      .build();
    const wait = browser.wait.bind(browser);
    // The default, 200 ms, adds up to minutes.
    browser.wait = ((...[condition, timeout, message, pollTimeout = 20]: Parameters<typeof wait>) =>
      wait(condition, timeout, message, pollTimeout)) as typeof wait;
    const quit = browser.quit.bind(browser);
    browser.quit = () => quit().finally(driver.end);
    return browser;
  } catch (error) {
    driver.end();
    throw error;
  }
}

/** The console's errors and warnings since the last call; only Chromium's driver can read them. */
export async function takeConsole(browser: WebDriver): Promise<string[]> {
  if ((await browser.getCapabilities()).getBrowserName() !== 'chrome') return [];
  const entries = await browser.manage().logs().get(logging.Type.BROWSER);
  return entries.map(({ message }) => message);
}

/** Starts an engine's driver; `end()` kills it and all that it has started, at exit at the latest. */
export async function startDriver(engine: Engine): Promise<{ url: string; end: () => void }> {
  const missing = missingMessage(engine);
  if (missing) throw new Error(`${engine}: ${missing}`);
  const { driver, driverArguments = [] } = PARTS[engine];
  const env = Object.fromEntries(
    // All pages are on this machine, and WebKitGTK would use a proxy even for those.
    Object.entries(process.env).filter(([name]) => !/^(https?|all)_proxy$/i.test(name)),
  );
  // WebKitGTK has no headless mode.
  if (engine === 'WebKit') Object.assign(env, { DISPLAY: await display(), LANG: 'en_US.UTF-8' });
  const port = await freePort();
  // Chromium leaves files in its temporary folder.
  const folder = mkdtempSync(join(tmpdir(), 'browser-'));
  env.TMPDIR = folder;
  const url = `http://127.0.0.1:${port}`;
  const file = find(driver) ?? driver;
  const program = new Program(file, [`--port=${port}`, ...driverArguments], { env });
  const end = () => {
    process.off('exit', end);
    program.kill();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  };
  process.once('exit', end);
  const isReady = () =>
    fetch(`${url}/status`).then(
      ({ ok }) => ok,
      () => false,
    );
  // Not all drivers report when they listen.
  while (!(await isReady())) {
    if (!program.isRunning) throw new Error(`${driver} exited at once: ${program.output}`);
    await setTimeout(10);
  }
  program.unref();
  return { url, end };
}

let virtualDisplay: Promise<string> | undefined;

/** A virtual display, one for all browsers. */
function display(): Promise<string> {
  virtualDisplay ??= (async () => {
    // It chooses a free number, and writes it to its first output.
    const args = ['-displayfd', '1', '-nolisten', 'tcp'];
    const program = new Program('Xvfb', args, { env: process.env });
    const [number] = await program.printed(/\d+(?=\n)/, 'stdout');
    program.unref();
    return `:${number}`;
  })();
  return virtualDisplay;
}

/** A free port. */
export async function freePort(): Promise<number> {
  await using site = await serve(() => undefined);
  return Number(new URL(site.origin).port);
}
