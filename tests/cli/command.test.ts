import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { instanceBody } from '../handler/instance-body.js';
import { Command, run } from './command.js';

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

suite('The command', { timeout: 120_000 }, () => {
  test('prints its commands, the help of each, and its version', async () => {
    const { status, stdout } = await run(['--help']);
    assert.equal(status, 0);
    const commands = [...stdout.matchAll(/^ {2}(\w+) +\S/gm)].map(([, name = '']) => name);
    assert.ok(commands.length >= 2, stdout);
    for (const command of commands) {
      const help = await run([command, '--help']);
      assert.equal(help.status, 0, command);
      assert.match(help.stdout, new RegExp(`^Usage: authenticate-bigcommerce ${command}\\b`));
    }
    assert.deepEqual(await run(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
  });

  for (const args of [
    ...[[], ['unknown'], ['toString'], ['--unknown']],
    ...[
      ['sandbox', 'word'],
      ['sandbox', '--unknown'],
      ['sandbox', '--port'],
      ['serve', 'word'],
    ],
    ...['x', '65536', '-1', ''].map((port) => ['sandbox', `--port=${port}`]),
    ...[
      ['sandbox', '--origin=shop.example'],
      ['sandbox', '--store-level=x'],
    ],
  ]) {
    test(`is refused with exit status 2 as "${args.join(' ')}"`, async () => {
      const { status, stdout, stderr } = await run(args);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^authenticate-bigcommerce: [^\n]+\n$/);
    });
  }
});

suite('The command sandbox', { timeout: 120_000 }, () => {
  test('runs a sandbox that tests in another process control, until SIGTERM', async () => {
    const secrets = ['--user-secret=user', '--organization-secret=organization'];
    const origin = 'https://shop.example';
    await using command = await Command.start(['sandbox', `--origin=${origin}`, ...secrets]);
    const { url, ...given } = command.started;
    assert.deepEqual(given, { userSecret: 'user', organizationSecret: 'organization' });
    const send = async (method: string, path: string, body?: object) => {
      const response = await fetch(new URL(path, url), {
        method,
        headers: {
          authorization: 'User user, Organization organization',
          'content-type': 'application/json',
          origin,
        },
        body: body ? JSON.stringify(body) : null,
      });
      assert.equal(response.headers.get('access-control-allow-origin'), origin);
      return method === 'GET' ? response.json() : response.status;
    };
    const path = `${new URL(url).pathname}/instances`;
    assert.equal(await send('POST', path, instanceBody()), 200);
    const [{ configuration }] = await send('GET', '/_sandbox/instances');
    assert.deepEqual(configuration, instanceBody().configuration);
    const [{ body, ...request }, ...others] = await send('GET', '/_sandbox/requests');
    assert.deepEqual([request.method, request.path, others], ['POST', path, []]);
    assert.deepEqual(JSON.parse(body), instanceBody());
    assert.equal(await send('DELETE', '/_sandbox'), 204);
    for (const what of ['instances', 'requests']) {
      assert.deepEqual(await send('GET', `/_sandbox/${what}`), []);
    }
    for (const path of ['/_sandbox/requests', '/_sandbox/instances', '/_sandbox/x', '/_sandbox']) {
      assert.equal((await fetch(new URL(path, url))).status, 401, path);
    }
    assert.equal(await send('PUT', '/_sandbox'), 405);
    command.child.kill('SIGTERM');
    assert.equal(await command.status, 0);
  });

  test('listens at --host, and answers requests that name it', async () => {
    await using command = await Command.start(['sandbox', '--host=::1']);
    const { url } = command.started;
    assert.match(url, /^http:\/\/\[::1\]:\d+\//);
    assert.equal((await fetch(`${url}/instances`)).status, 401);
  });

  test('prints one line if its port is in use', async () => {
    await using first = await Command.start(['sandbox']);
    const { port } = new URL(first.started.url);
    const { status, stderr } = await run(['sandbox', `--port=${port}`]);
    assert.equal(status, 1);
    assert.match(stderr, /^authenticate-bigcommerce: sandbox: [^\n]*EADDRINUSE[^\n]*\n$/);
  });
});
