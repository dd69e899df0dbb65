import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { freePort } from '../browser/engines.js';
import { INSTANCE_KEY, settingsFor, startServe } from '../cli/back-end.js';
import { Command } from '../cli/command.js';
import { instanceBody, newKey, subjectTag } from '../handler/instance-body.js';
import { Program } from '../program.js';
import { filesIn } from '../snippets.js';

const PAGE = 'docs/back-ends.md';

const KEY = Buffer.from(INSTANCE_KEY.replace('whsec_', ''), 'base64');

const MINUTES = 60;

const FIXTURES = fileURLToPath(new URL('back-ends', import.meta.url));

/** Has the packages of `requirements.txt`. */
const PYTHON = fileURLToPath(new URL('../../target/python/bin/python', import.meta.url));

/** Where Debian has Java's libraries. */
const JARS = '/usr/share/java/*';

const ENVIRONMENT = { ...process.env, PYTHON, JARS };

/** Milliseconds to start, also on a busy machine. */
const WAIT = 120_000;

interface Language {
  name: string;
  /** A command that succeeds where the machine has what the back end needs. */
  probe: string;
  build?: string;
  /** Starts the back end on the port `PORT`. */
  start: string;
  /** What its paths end with. */
  suffix?: string;
}

const LANGUAGES: Language[] = [
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
    build: 'javac -cp "$JARS" *.java',
    start: 'exec java -cp "$JARS:." Merchants',
  },
  {
    name: 'Go',
    probe: 'go version',
    build: 'go build -o server *.go',
    start: 'exec ./server',
  },
];

/** Why tests that need this are skipped; with CI set, nothing is. */
function reasonToSkip(probe: string): string | false {
  if (process.env.CI) return false;
  const { status } = spawnSync('sh', ['-c', probe], { env: ENVIRONMENT, stdio: 'ignore' });
  return status !== 0 && `this fails: ${probe}`;
}

/** A folder with the page's files, and with those that the page leaves to its readers. */
function makeFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'back-end-'));
  cpSync(FIXTURES, path, { recursive: true });
  for (const [name, code] of filesIn(PAGE)) {
    mkdirSync(join(path, dirname(name)), { recursive: true });
    writeFileSync(join(path, name), code);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

interface Server extends AsyncDisposable {
  origin: string;
}

/** Starts a server on a port; resolves once it answers. */
async function startServer(
  line: string,
  cwd: string,
  port: number,
  settings = {},
): Promise<Server> {
  const env = { ...ENVIRONMENT, PORT: String(port), ...settings };
  const command = new Program('sh', ['-c', line], { cwd, env });
  const origin = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + WAIT;
  // Not all servers report when they listen.
  while (!(await fetch(origin).catch(() => undefined))) {
    if (!command.isRunning || performance.now() > deadline) {
      await command[Symbol.asyncDispose]();
      assert.fail(`${line} does not answer: ${command.output}`);
    }
    await delay(50);
  }
  return { origin, [Symbol.asyncDispose]: () => command[Symbol.asyncDispose]() };
}

/** Starts a back end that stores its instances in files. */
async function startBackEnd(
  { start, suffix = '' }: Language,
  folder: string,
  INSTANCE_KEY: string,
) {
  const instances = join(folder, 'instances');
  mkdirSync(instances, { recursive: true });
  const settings = { INSTANCE_KEY, INSTANCES: instances };
  const server = await startServer(start, folder, await freePort(), settings);
  const url = (path: string) => `${server.origin}${path}${suffix}`;
  return {
    ...server,
    instances,
    url,
    /** Gives the cookies of a new session, and the subject that the merchant is. */
    async signIn(merchant: string) {
      const init = { method: 'POST' };
      const response = await fetch(`${url('/sign-in')}?merchant=${merchant}`, init);
      const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
      return { cookie: cookies.join('; '), subject: await response.text() };
    },
    /** Subject and token of an instance that it has stored. */
    stored: (id: number) => JSON.parse(readFileSync(join(instances, String(id)), 'utf8')),
  };
}

/** A delivery to a back end's route, with a signature that is right but for the changes. */
async function deliver(url: string, { age = 0, key = KEY, sent = '', signatures = '' } = {}) {
  const data = { subject: 'ann', id: 1, token: 'token', name: 'Zoë’s shop' };
  const body = JSON.stringify({ type: 'instance.connected', data });
  const timestamp = Math.floor(Date.now() / 1000) - age;
  const digest = createHmac('sha256', key).update(`message.${timestamp}.${body}`).digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': 'message',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatures.replace('right', digest) || `v1,${digest}`,
    },
    body: sent || body,
  });
  return response.status;
}

test('The back ends have only files that are run here, except those of Laravel, Rails and Docker', () => {
  const others = ['routes/connect.php', 'app/controllers/connect_controller.rb'];
  const docker = ['Dockerfile', 'compose.yaml'];
  assert.deepEqual(
    [...filesIn(PAGE).keys()].filter((name) => !others.includes(name) && !docker.includes(name)),
    [
      ...['connect.py', 'app.py', 'merchants.py', 'connect_urls.py'],
      ...['verified_event.php', 'internal/session.php', 'internal/instances.php'],
      ...['verified_event.rb', 'connect.rb', 'StandardWebhook.java', 'Connect.java'],
      ...['standard_webhook.go', 'connect.go', 'link.py', 'link.php'],
      ...['find-instances.sh', 'connect.conf'],
    ],
  );
});

for (const language of LANGUAGES) {
  const skip = reasonToSkip(language.probe);
  suite(`The back end in ${language.name}`, { timeout: 600_000, skip }, () => {
    let sandbox: Sandbox;
    let folder: ReturnType<typeof makeFolder>;
    let backEnd: Awaited<ReturnType<typeof startBackEnd>>;
    let serve: Command;

    before(async () => {
      sandbox = await startSandbox();
      folder = makeFolder();
      if (language.build) {
        await using build = new Program('sh', ['-c', language.build], {
          cwd: folder.path,
          env: ENVIRONMENT,
        });
        assert.equal(await build.status, 0, build.output);
      }
      backEnd = await startBackEnd(language, folder.path, INSTANCE_KEY);
      serve = await Command.start(['serve'], {
        ...settingsFor(sandbox, backEnd),
        SESSION_URL: backEnd.url('/internal/session'),
        INSTANCE_URL: backEnd.url('/internal/instances'),
        ALLOW_DISCONNECT: '1',
      });
    });
    after(async () => {
      await serve?.[Symbol.asyncDispose]();
      await backEnd?.[Symbol.asyncDispose]();
      folder?.[Symbol.dispose]();
      await sandbox?.close();
    });

    /** Sends what a page does in a browser that has these cookies. */
    const send = (cookie: string, method: string, path: string, body?: object) =>
      fetch(new URL(`api/cloud-elements${path}`, serve.started.url), {
        method,
        headers: { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
        body: body ? JSON.stringify(body) : null,
      });
    const connect = (cookie: string, tag = `idempotency-key:${newKey()}`) =>
      send(cookie, 'POST', '/instances', instanceBody({ name: 'Zoë’s shop', tags: [tag] }));

    test('gets id and token of an instance whose merchant is signed in', async () => {
      const { cookie, subject } = await backEnd.signIn('ann');
      const { id, token } = await (await connect(cookie)).json();
      assert.deepEqual(backEnd.stored(id), [subject, token]);
      assert.equal(sandbox.instances.get(id)?.tags[0], subjectTag(subject));
    });

    test('answers 401 to a merchant who is not signed in', async () => {
      const { size } = sandbox.instances;
      assert.equal((await connect('session=unknown')).status, 401);
      assert.equal(sandbox.instances.size, size);
    });

    for (const [what, changes] of Object.entries({
      'signed with another key': { key: Buffer.alloc(32) },
      'of 6 minutes ago': { age: 6 * MINUTES },
      'of 6 minutes from now': { age: -6 * MINUTES },
      'changed after it was signed': { sent: '{"type":"instance.connected","data":{"id":1}}' },
      'without a signature of the known kind': { signatures: 'v2,right' },
    })) {
      test(`refuses a delivery ${what}`, async () => {
        assert.equal(await deliver(backEnd.url('/internal/instances'), changes), 401);
        assert.ok(!existsSync(join(backEnd.instances, '1')), 'the instance is not stored');
      });
    }

    test('takes one of several signatures', async () => {
      const signatures = `v1,${Buffer.alloc(32).toString('base64')} v1,right`;
      assert.equal(await deliver(backEnd.url('/internal/instances'), { signatures }), 204);
      assert.deepEqual(backEnd.stored(1), ['ann', 'token']);
      rmSync(join(backEnd.instances, '1'));
    });

    test('takes no delivery where it has no key', async () => {
      const stored = readdirSync(backEnd.instances);
      await using other = await startBackEnd(language, folder.path, '').catch(() => undefined);
      if (!other) return;
      const url = other.url('/internal/instances');
      const status = await deliver(url, { key: Buffer.alloc(0) }).catch(() => 0);
      assert.ok(status < 200 || status > 299, String(status));
      assert.deepEqual(readdirSync(other.instances), stored);
    });

    test('gets an instance that it could not store again, at the next lookup', async () => {
      const { cookie, subject } = await backEnd.signIn('bob');
      const tag = `idempotency-key:${newKey()}`;
      const away = `${backEnd.instances}-away`;
      renameSync(backEnd.instances, away);
      try {
        assert.equal((await connect(cookie, tag)).status, 500);
      } finally {
        renameSync(away, backEnd.instances);
      }
      const found = await send(cookie, 'GET', `/instances?tags[]=${tag}`);
      const [{ id, token }, ...others] = await found.json();
      assert.deepEqual(others, []);
      assert.deepEqual(backEnd.stored(id), [subject, token]);
    });

    test('deletes an instance that its merchant disconnects', async () => {
      const { cookie } = await backEnd.signIn('eve');
      const { id } = await (await connect(cookie)).json();
      assert.ok(existsSync(join(backEnd.instances, String(id))), 'the instance is stored');
      assert.equal((await send(cookie, 'DELETE', `/instances/${id}`)).status, 204);
      assert.ok(!existsSync(join(backEnd.instances, String(id))), 'the instance is deleted');
    });
  });
}

suite('The links of docs/back-ends.md', { timeout: 120_000 }, () => {
  for (const { name, probe, command } of [
    {
      name: 'Python',
      probe: '"$PYTHON" -c "import jwt"',
      command: `exec "$PYTHON" -c 'import link, sys; print(link.connect_link(*sys.argv[1:]))' "$@"`,
    },
    {
      name: 'PHP',
      probe: 'php --version',
      command: `exec php -r 'require "link.php"; echo connect_link(...array_slice($argv, 1));' -- "$@"`,
    },
  ]) {
    test(`of ${name} connect a store`, { skip: reasonToSkip(probe) }, async () => {
      const SESSION_KEY = 'session-key-0123456789abcdef01234567';
      await using served = await startServe(() => ({ SESSION_URL: undefined, SESSION_KEY }));
      using folder = makeFolder();
      const args = ['-c', command, 'sh', served.url, 'ann', 'Zoë’s shop'];
      const env = { ...ENVIRONMENT, SESSION_KEY };
      const { stdout } = await promisify(execFile)('sh', args, { cwd: folder.path, env });
      const [page, token] = stdout.trim().split('#session=');
      assert.equal(page, served.url);
      const headers = { authorization: `Bearer ${token}` };
      const response = await served.send('POST', '/instances', { headers, body: instanceBody() });
      assert.equal(response.status, 200);
      assert.deepEqual(
        served.backEnd.deliveries.map(({ payload }) => payload.data.subject),
        ['ann'],
      );
    });
  }
});

test("A merchant's instances are found with find-instances.sh", async (t) => {
  const skip = reasonToSkip('curl --version');
  if (skip) return t.skip(skip);
  await using served = await startServe();
  const headers = { cookie: 'session=ann' };
  const created = await served.send('POST', '/instances', { headers, body: instanceBody() });
  const { id, token } = await created.json();
  using folder = makeFolder();
  const { url, userSecret, organizationSecret } = served.sandbox;
  const env = {
    ...ENVIRONMENT,
    CLOUD_ELEMENTS_BASE_URL: url,
    CLOUD_ELEMENTS_USER_SECRET: userSecret,
    CLOUD_ELEMENTS_ORGANIZATION_SECRET: organizationSecret,
  };
  const find = async (subject: string) => {
    const args = [join(folder.path, 'find-instances.sh'), subject];
    return JSON.parse((await promisify(execFile)('sh', args, { env })).stdout);
  };
  const [found, ...others] = await find('ann');
  assert.deepEqual([found.id, found.token, others], [id, token, []]);
  assert.ok((await find('bob')).requestId, 'another merchant has no instance');
});

test('nginx serves app and page on one origin, with connect.conf', async (t) => {
  const skip = reasonToSkip('nginx -v');
  if (skip) return t.skip(skip);
  using folder = makeFolder();
  const port = await freePort();
  const ORIGIN = `http://127.0.0.1:${port}`;
  await using served = await startServe(() => ({ BASE_PATH: '/connect', ORIGIN }));
  const locations = filesIn(PAGE)
    .get('connect.conf')
    ?.replace('127.0.0.1:8787', new URL(served.url).host)
    .replace('127.0.0.1:8000', new URL(served.backEnd.origin).host);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder.path, 'nginx.conf'),
    `pid nginx.pid; daemon off; master_process off; error_log stderr; events {}
     http {
       access_log off; ${paths.map((path) => `${path}_temp_path ${path};`).join(' ')}
       server { listen 127.0.0.1:${port}; ${locations} }
     }`,
  );
  const command = 'exec nginx -p . -e stderr -c nginx.conf';
  await using nginx = await startServer(command, folder.path, port);
  const get = async (path: string) => {
    const response = await fetch(`${nginx.origin}${path}`);
    const isOfNginx = (await response.text()).includes('<center>nginx');
    return [response.status, isOfNginx];
  };
  assert.deepEqual(await get('/connect/'), [200, false]);
  assert.deepEqual(await get('/connect/healthz'), [200, false]);
  assert.deepEqual(await get('/session'), [401, false]);
  assert.deepEqual(await get('/internal/session'), [404, true]);
  const post = (origin: string) =>
    fetch(`${nginx.origin}/connect/api/cloud-elements/instances`, {
      method: 'POST',
      headers: { origin, cookie: 'session=ann', 'content-type': 'application/json' },
      body: JSON.stringify(instanceBody()),
    });
  assert.equal((await post(ORIGIN)).status, 200);
  assert.equal((await post('https://shop.example')).status, 403);
});
