import assert from 'node:assert/strict';
import { after, afterEach, before, suite, test } from 'node:test';
import { instanceBody, KEY, keyTag } from './instance-body.js';
import { MOUNT, type ServedHandler, startHandler } from './served-handler.js';

suite('The handler passes nothing on of a raw request', { timeout: 600_000 }, () => {
  let handler: ServedHandler;

  before(async () => {
    handler = await startHandler();
  });
  after(() => handler?.[Symbol.asyncDispose]());
  afterEach(() => handler.reset());

  const head = (line: string, ...headers: string[]) =>
    [line, 'host: a.example', 'connection: close', 'cookie: session=ann', ...headers, '', ''].join(
      '\r\n',
    );
  const same = 'sec-fetch-site: same-origin';
  const json = 'content-type: application/json';
  const body = JSON.stringify(instanceBody());

  for (const [what, request] of Object.entries({
    'two lengths': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, `content-length: ${body.length}`, 'content-length: 5')}${body}`,
    'a length and chunks': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, `content-length: ${body.length}`, 'transfer-encoding: chunked')}0\r\n\r\n${body}`,
    'a second request in the body': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-length: 2')}{}${head(`DELETE ${MOUNT}/instances/5 HTTP/1.1`, same)}`,
    'a folded header': head(
      `POST ${MOUNT}/instances HTTP/1.1`,
      'sec-fetch-site: cross-site',
      ' same-origin',
      json,
    ),
    'a space before the colon': head(
      `POST ${MOUNT}/instances HTTP/1.1`,
      'sec-fetch-site : same-origin',
      json,
    ),
    'a bare line feed in a path': head(`POST ${MOUNT}/instances\n HTTP/1.1`, same),
    'a backslash in a path': head(`GET ${MOUNT}\\instances?tags[]=${KEY} HTTP/1.1`, same),
    'an absolute URL of another scheme': head(
      `GET ftp://a.example/instances?tags[]=${KEY} HTTP/1.1`,
      same,
    ),
    'an asterisk': head('OPTIONS * HTTP/1.1', same),
    'an X-HTTP-Method-Override': `${head(`GET ${MOUNT}/instances HTTP/1.1`, same, json, 'x-http-method-override: POST', `content-length: ${body.length}`)}${body}`,
    'an X-Original-URL': head(
      'GET / HTTP/1.1',
      same,
      `x-original-url: ${MOUNT}/instances?tags[]=${KEY}`,
    ),
    'a fragment': head(`GET ${MOUNT}/instances#?tags[]=${KEY} HTTP/1.1`, same),
    'a body in another encoding': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-encoding: gzip', 'content-length: 4')}\x1f\x08\x00\x00`,
    'no host': `GET ${MOUNT}/instances?tags[]=${KEY} HTTP/1.1\r\n${same}\r\nconnection: close\r\n\r\n`,
  })) {
    test(`with ${what}`, async () => {
      const response = await handler.sendRaw(request);
      assert.match(response, /^HTTP\/1.1 4\d\d /);
      assert.doesNotMatch(response, /^HTTP\/1.1 2/m);
      assert.deepEqual(handler.passedOn(), []);
    });
  }

  for (const [what, request] of Object.entries({
    'for a tunnel that the client closes': head('CONNECT api.example:443 HTTP/1.1', same),
    'whose connection ends before its body': `${head(`POST ${MOUNT}/instances HTTP/1.1`, same, json, 'content-length: 500')}${body}`,
  })) {
    test(what, async () => {
      assert.doesNotMatch(await handler.sendRaw(request, true), /^HTTP\/1.1 2/m);
      assert.deepEqual(handler.passedOn(), []);
    });
  }

  test('to the host that an absolute URL names, only to the service', async () => {
    const response = await handler.sendRaw(
      head(`GET http://evil.example/elements/instances?tags[]=${KEY} HTTP/1.1`, same),
    );
    assert.match(response, /^HTTP\/1.1 200 /);
    assert.deepEqual(handler.passedOn(), [
      `GET /elements/api-v2/instances?tags[]=${encodeURIComponent(keyTag('ann', KEY))}`,
    ]);
  });
});
