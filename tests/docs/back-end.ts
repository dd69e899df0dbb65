// The back ends of docs/back-ends.md, as processes.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { filesIn } from '../snippets.js';

const FIXTURES = fileURLToPath(new URL('back-ends', import.meta.url));

/** Has the packages of `requirements.txt`. */
const PYTHON = fileURLToPath(new URL('../../target/python/bin/python', import.meta.url));

/** Where Debian has Java's libraries. */
const JARS = '/usr/share/java/*';

export const ENVIRONMENT = { ...process.env, PYTHON, JARS };

/** Milliseconds to start, also on a busy machine: Go compiles its standard library. */
const WAIT = 240_000;

export interface Language {
  name: string;
  /** A command that succeeds where the machine has what the back end needs. */
  probe: string;
  /** Starts the back end on the port `PORT`. */
  start: string;
  /** What its paths end with. */
  suffix?: string;
}

export const LANGUAGES: Language[] = [
  {
    name: 'Flask',
    probe: '"$PYTHON" -c "import flask, standardwebhooks"',
    start: 'exec "$PYTHON" -m flask run --port "$PORT"',
  },
  {
    name: 'Django',
    probe: '"$PYTHON" -c "import django, standardwebhooks"',
    start: 'exec "$PYTHON" django_app.py',
  },
  {
    name: 'PHP',
    probe: 'php --version',
    // Displayed errors make PHP answer 200, unless the script has set another status.
    start: 'exec php -d display_errors=1 -d session.save_path="$PWD" -S 127.0.0.1:"$PORT"',
    suffix: '.php',
  },
  {
    name: 'Sinatra',
    probe: 'ruby -r sinatra/base -e "" && puma --version',
    start: 'exec puma --bind tcp://127.0.0.1:"$PORT"',
  },
  {
    name: 'Java',
    probe: 'javac --version && test -e /usr/share/java/jackson-databind.jar',
    start: 'javac -cp "$JARS" *.java && exec java -cp "$JARS:." Merchants',
  },
  {
    name: 'Go',
    probe: 'go version',
    start: 'go build -o server *.go && exec ./server',
  },
];

/** Why tests that need this are skipped; with CI set, nothing is. */
export function reasonToSkip(probe: string): string | false {
  if (process.env.CI) return false;
  const { status } = spawnSync('sh', ['-c', probe], { env: ENVIRONMENT, stdio: 'ignore' });
  return status !== 0 && `this fails: ${probe}`;
}

export interface Folder extends Disposable {
  path: string;
}

/** A folder with the page's files, and with what the page leaves to its readers. */
export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'back-end-'));
  cpSync(FIXTURES, path, { recursive: true });
  for (const [name, code] of filesIn('docs/back-ends.md')) {
    mkdirSync(join(path, dirname(name)), { recursive: true });
    writeFileSync(join(path, name), code);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A server that a shell's command starts, until it is disposed of. */
export class Server implements AsyncDisposable {
  readonly origin: string;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(command: string, cwd: string, port: number, settings: object) {
    this.origin = `http://127.0.0.1:${port}`;
    this.#child = spawn('sh', ['-c', command], {
      cwd,
      env: { ...ENVIRONMENT, PORT: String(port), ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        this.#output += text;
      });
    }
  }

  /** Resolves once it answers. */
  static async start(command: string, cwd: string, port: number, settings = {}): Promise<Server> {
    const server = new Server(command, cwd, port, settings);
    const deadline = performance.now() + WAIT;
    // Nothing says in every language that it listens.
    while (!(await fetch(server.origin).catch(() => undefined))) {
      if (server.#child.exitCode !== null || performance.now() > deadline) {
        await server[Symbol.asyncDispose]();
        assert.fail(`${command} does not answer: ${server.#output}`);
      }
      await delay(50);
    }
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'close');
  }
}

/** A back end that stores its instances in files. */
export class BackEnd implements AsyncDisposable {
  private constructor(
    readonly folder: Folder,
    readonly instances: string,
    readonly server: Server,
    readonly suffix: string,
  ) {}

  static async start({ start, suffix = '' }: Language, INSTANCE_KEY: string): Promise<BackEnd> {
    const folder = makeFolder();
    const INSTANCES = join(folder.path, 'instances');
    mkdirSync(INSTANCES);
    const settings = { INSTANCE_KEY, INSTANCES };
    try {
      const server = await Server.start(start, folder.path, await findFreePort(), settings);
      return new BackEnd(folder, INSTANCES, server, suffix);
    } catch (error) {
      folder[Symbol.dispose]();
      throw error;
    }
  }

  url(path: string): string {
    return `${this.server.origin}${path}${this.suffix}`;
  }

  /** Gives the cookies of a new session, and the subject that the merchant is. */
  async signIn(merchant: string): Promise<{ cookie: string; subject: string }> {
    const response = await fetch(`${this.url('/sign-in')}?merchant=${merchant}`, {
      method: 'POST',
    });
    const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
    return { cookie: cookies.join('; '), subject: await response.text() };
  }

  /** Subject and token of an instance that it has stored. */
  stored(id: number): unknown {
    return JSON.parse(readFileSync(join(this.instances, String(id)), 'utf8'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}
