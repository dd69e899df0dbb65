import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { suite, test } from 'node:test';
import { instanceBody, PASSWORD } from '../handler/instance-body.js';
import { respondWith } from '../handler/served-handler.js';
import { INSTANCE_KEY, type Served, settingsFor, startServe } from './back-end.js';
import { run } from './command.js';

const SESSION = { cookie: 'session=ann-the-subject' };

const create = (served: Served, headers: Record<string, string> = SESSION) =>
  served.send('POST', '/instances', { headers, body: instanceBody() });

/** Sends bytes on a connection of its own. */
async function sendBytes(url: string, bytes: string) {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

/** Sends a request to `/healthz` and, after its response, `more` without end. */
async function sendWithoutEnd(url: string, head: string, more: string) {
  const socket = await sendBytes(url, `GET /healthz HTTP/1.1\r\nhost: a\r\n${head}`);
  await once(socket, 'data');
  const timer = setInterval(() => socket.write(more), 100);
  return socket.on('error', () => undefined).on('close', () => clearInterval(timer));
}

suite('The command serve', { timeout: 120_000 }, () => {
  test('serves the page and the handler below BASE_PATH, and who may frame it', async () => {
    await using served = await startServe(() => ({
      BASE_PATH: '/shop/connect',
      FRAME_ANCESTORS: 'https://shop.example',
    }));
    assert.match(served.url, /\/shop\/connect\/$/);
    const get = (path: string) =>
      fetch(new URL(path, served.url), {
        redirect: 'manual',
        headers: { 'accept-encoding': 'br' },
      });
    const moved = await get('/shop/connect');
    assert.deepEqual([moved.status, moved.headers.get('location')], [308, '/shop/connect/']);
    const page = await get('');
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(
      page.headers.get('content-security-policy') ?? '',
      /connect-src 'self';.* frame-ancestors https:\/\/shop\.example$/,
    );
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
    assert.equal(page.headers.get('cache-control'), 'no-cache');
    const html = await page.text();
    const paths = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)];
    assert.ok(paths.length >= 2, html);
    for (const [, path = ''] of paths) {
      const { status, headers } = await get(path);
      assert.equal(status, 200, path);
      assert.match(headers.get('cache-control') ?? '', /immutable/);
      assert.equal(headers.get('content-encoding'), 'br');
    }
    assert.equal((await create(served)).status, 200);
    const health = await get('healthz');
    assert.deepEqual([health.status, await health.text()], [200, 'ok']);
    const probe = await sendBytes(served.url, 'GET /shop/connect/healthz HTTP/1.0\r\n\r\n');
    assert.match(await text(probe), /^HTTP\/1\.1 200 /);
    const plain = await fetch(served.url, { headers: { 'accept-encoding': 'gzip, br; q=0' } });
    assert.deepEqual([plain.headers.get('content-encoding'), await plain.text()], [null, html]);
    for (const path of [
      '/',
      '/healthz',
      '/api/cloud-elements/instances',
      'index.html',
      'package.json',
      '..%2fcli.js',
      'assets/..%2f..%2fcli.js',
    ]) {
      assert.equal((await get(path)).status, 404, path);
    }
  });

  test('serves no page with PAGE=0', async () => {
    await using served = await startServe(() => ({ PAGE: '0' }));
    assert.equal((await fetch(served.url)).status, 404);
    assert.equal((await create(served)).status, 200);
  });

  test('gives the handler ORIGIN, ALLOWED_ORIGINS, ALLOW_EVENTS and ALLOW_DISCONNECT', async () => {
    const [own, other] = ['https://connect.example', 'https://shop.example'];
    await using strict = await startServe(() => ({ ORIGIN: own }));
    await using served = await startServe(() => ({
      ...{ ORIGIN: own, ALLOWED_ORIGINS: other, ALLOW_EVENTS: '1', ALLOW_DISCONNECT: '1' },
    }));
    const from = (origin: string) => ({ ...SESSION, 'sec-fetch-site': 'cross-site', origin });
    const same = { ...SESSION, origin: own };
    for (const [server, headers, status] of [
      ...[
        [strict, same, 200],
        [strict, from(other), 403],
      ],
      ...[
        [served, same, 200],
        [served, from(other), 200],
        [served, from('https://a.example'), 403],
      ],
    ] as [Served, Record<string, string>, number][]) {
      assert.equal((await create(server, headers)).status, status, JSON.stringify(headers));
    }
    const connections = await served.send('GET', '/connections', { headers: SESSION });
    assert.equal((await connections.json()).canDisconnect, true);
    assert.equal((await strict.send('DELETE', '/instances/5', { headers: SESSION })).status, 405);
  });

  test('writes a line for each request, without the subject, secrets, ids and queries', async () => {
    await using served = await startServe();
    const { command } = served;
    const { id, token } = await (await create(served)).json();
    await served.send('PUT', `/instances/${id}`, { headers: SESSION, body: instanceBody() });
    await served.send('GET', `/instances?tags[]=${PASSWORD}`, { headers: SESSION });
    await served.send('POST', `/${PASSWORD}?a=${token}`, { headers: SESSION });
    const json = JSON.stringify(instanceBody());
    const body = JSON.parse(json.replace('"shop"', '"echo-secrets"'));
    await served.send('POST', '/instances', { headers: SESSION, body });
    served.sandbox.onRequest = () => respondWith(404, { message: json, requestId: 'r' });
    await create(served);
    await fetch(`${served.url}healthz`);
    await fetch(`${served.url}?${token}`);
    // URLs that `Request` does not accept.
    for (const method of ['GET', 'POST']) {
      const target = `http://user:${PASSWORD}@127.0.0.1/api/cloud-elements/instances?${token}`;
      const head = `${method} ${target} HTTP/1.0\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n`;
      const socket = await sendBytes(served.url, head);
      assert.match(await text(socket), /^HTTP\/1\.1 400 [\s\S]+\r\n\r\n\{"message":/);
    }
    const lines = await command.linesOf(9);
    const mount = '/api/cloud-elements';
    assert.deepEqual(
      lines.map(({ method, route, status, source }) => [method, route, status, source]),
      [
        ['POST', `${mount}/instances`, 200, undefined],
        ['PUT', `${mount}/instances/:id`, 200, undefined],
        ['GET', `${mount}/instances`, 404, 'handler'],
        ['POST', `${mount}/*`, 404, 'handler'],
        ['POST', `${mount}/instances`, 400, 'service'],
        ['POST', `${mount}/instances`, 500, 'handler'],
        ['GET', '/', 200, undefined],
        ['GET', `${mount}/instances`, 400, 'handler'],
        ['POST', `${mount}/instances`, 400, 'handler'],
      ],
    );
    for (const { time, milliseconds } of lines) {
      assert.match(`${time} ${milliseconds}`, /^\d{4}-\d\d-\d\dT[\d:.]+Z \d+$/);
    }
    const { userSecret, organizationSecret } = served.sandbox;
    const secrets = [userSecret, organizationSecret, PASSWORD, token, INSTANCE_KEY, String(id)];
    // The service's messages repeat the store.
    for (const word of [...secrets, 'ann-the-subject', 'My shop', 'wuxeae6']) {
      assert.ok(!command.lines.join('\n').includes(word), `${word} in the log`);
    }
    assert.equal(command.stderr, '');
  });

  test('keeps serving after its output is closed', async () => {
    await using served = await startServe();
    served.command.child.stdout.destroy();
    for (let round = 0; round < 3; round++) assert.equal((await create(served)).status, 200);
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const name = `lets requests in flight end after ${signal}, takes no others, and exits with 0`;
    // Less than serve waits for requests in flight: it must not wait for the unfinished ones.
    test(name, { timeout: 60_000 }, async () => {
      await using served = await startServe();
      const { command, sandbox, url } = served;
      let release = () => {};
      const arrived = new Promise<void>((resolve) => {
        sandbox.onRequest = async () => {
          resolve();
          await new Promise<void>((done) => {
            release = done;
          });
          return undefined;
        };
      });
      const unfinished = [
        await sendBytes(url, ''),
        await sendBytes(url, 'GET / HTTP/1.1\r\n'),
        await sendWithoutEnd(url, '\r\nGET / HTTP/1.1\r\n', 'a: b\r\n'),
        await sendWithoutEnd(url, 'transfer-encoding: chunked\r\n\r\n', '1\r\na\r\n'),
      ];
      // Not `once`, which rejects if the connection is reset.
      const cut = unfinished.map((socket) => new Promise((done) => socket.on('close', done)));
      const response = create(served);
      await arrived;
      command.child.kill(signal);
      const isRefused = () =>
        fetch(url).then(
          () => false,
          () => true,
        );
      while (!(await isRefused())) await new Promise(setImmediate);
      release();
      assert.equal((await response).status, 200);
      await Promise.all(cut);
      assert.equal(await command.status, 0);
    });
  }

  test('ends immediately after a second signal', async () => {
    await using served = await startServe();
    served.sandbox.onRequest = () => ({ kind: 'hold' });
    const held = create(served).catch(() => undefined);
    while (served.sandbox.requests.length === 0) await new Promise(setImmediate);
    const again = setInterval(() => served.command.child.kill('SIGTERM'), 100);
    assert.equal(await served.command.status, 1);
    clearInterval(again);
    await held;
  });

  test('prints one line if its port is in use', async () => {
    await using served = await startServe();
    const { port } = new URL(served.url);
    const settings = settingsFor(served.sandbox, served.backEnd);
    const { status, stderr } = await run(['serve'], { ...settings, PORT: port });
    assert.equal(status, 1);
    assert.match(stderr, /^authenticate-bigcommerce: serve: [^\n]*EADDRINUSE[^\n]*\n$/);
  });
});
