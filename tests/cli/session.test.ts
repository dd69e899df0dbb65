import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { instanceBody, subjectTag } from '../handler/instance-body.js';
import { type Served, startServe } from './back-end.js';

const KEY = 'session-key-0123456789-0123456789';
const AUDIENCE = 'authenticate-bigcommerce';
const HOUR = 3600;

const now = () => Math.floor(Date.now() / 1000);

/**
 * The subject's tag of the instance that a request with these headers creates, or the status of its
 * error; and the line of the log.
 */
async function ask(served: Served, headers: Record<string, string>) {
  served.sandbox.instances.clear();
  const from = served.command.lines.length;
  const response = await served.send('POST', '/instances', { body: instanceBody(), headers });
  const text = await response.text();
  assert.ok(!text.includes('SESSION_'), text);
  const [line = {}] = await served.command.linesOf(1, from);
  const [instance] = served.sandbox.instances.values();
  return { outcome: instance ? instance.tags[0] : response.status, line };
}

async function outcomeOf(served: Served, headers: Record<string, string>) {
  return (await ask(served, headers)).outcome;
}

suite('A session that the back end is asked for', { timeout: 120_000 }, () => {
  let served: Served;
  before(async () => {
    served = await startServe();
  });
  after(() => served?.[Symbol.asyncDispose]());

  const respond = (status: number, body: string | Buffer = '', headers = {}) => {
    served.backEnd.onSession = (_, response) => response.writeHead(status, headers).end(body);
  };

  test('is that of the cookie and the authorization, and of nothing else', async () => {
    assert.equal(await outcomeOf(served, { cookie: 'a=b; session=ann' }), subjectTag('ann'));
    let asked: IncomingMessage | undefined;
    served.backEnd.onSession = (request, response) => {
      asked = request;
      response.end('{"subject":7}');
    };
    const sent = {
      authorization: 'Bearer a',
      cookie: 'b=c',
      'x-user': 'ann',
      referer: 'https://a.example',
    };
    assert.equal(await outcomeOf(served, sent), subjectTag('7'));
    const { host: _, connection: __, ...headers } = asked?.headers ?? {};
    assert.equal(asked?.method, 'GET');
    assert.deepEqual(
      [headers.authorization, headers.cookie, headers.accept],
      ['Bearer a', 'b=c', 'application/json'],
    );
    for (const name of ['x-user', 'referer', 'origin', 'content-type', 'content-length']) {
      assert.equal(headers[name], undefined, name);
    }
  });

  for (const status of [401, 403]) {
    test(`is none where it answers ${status}`, async () => {
      respond(status, '{"subject":"ann"}');
      const { outcome, line } = await ask(served, { cookie: 'session=ann' });
      assert.deepEqual([outcome, line.reason], [401, `SESSION_URL answered ${status}.`]);
    });
  }

  for (const [what, expected, answer] of [
    ['with a redirect', / 302:/, () => respond(302, '{"subject":"ann"}', { location: '/' })],
    ['with 404', / 404:/, () => respond(404, '{"subject":"ann"}')],
    ['with 204', / 204:/, () => respond(204)],
    ['with 500', / 500:/, () => respond(500, '{"subject":"ann"}')],
    ['with a web page', /not JSON/, () => respond(200, '<p>ann</p>')],
    ['with nothing', /not JSON/, () => respond(200)],
    [
      'with text that is not UTF-8',
      /not UTF-8/,
      () => respond(200, Buffer.from('{"subject":"j\xfcrg"}', 'latin1')),
    ],
    [
      'with more than 64 KiB',
      /64 KiB/,
      () => respond(200, `{"subject":"ann"}${' '.repeat(65_536)}`),
    ],
    ['without a subject', /a subject is/, () => respond(200, '{"user":"ann"}')],
    ['with null', /a subject is/, () => respond(200, 'null')],
    ['with an object as subject', /a subject is/, () => respond(200, '{"subject":{"id":"ann"}}')],
    [
      'with half a response',
      /UND_ERR_SOCKET/,
      () => {
        served.backEnd.onSession = (_, response) => {
          response.writeHead(200, { 'content-length': 99 });
          response.write('{"subject":"ann"}', () => response.destroy());
        };
      },
    ],
    [
      'too late',
      /within 5 seconds/,
      () => {
        served.backEnd.onSession = (_: IncomingMessage, response: ServerResponse) =>
          void response.writeHead(200).write('{"subject":"ann"}');
      },
    ],
  ] as const) {
    test(`is unknown, with 500 and a line in the log, where it answers ${what}`, async () => {
      answer();
      const { outcome, line } = await ask(served, { cookie: 'session=ann' });
      assert.equal(outcome, 500);
      assert.match(String(line.cause ?? line.message), expected);
    });
  }
});

suite('A session token', { timeout: 120_000 }, () => {
  let served: Served;
  before(async () => {
    served = await startServe(() => ({
      SESSION_URL: undefined,
      SESSION_KEY: KEY,
      SESSION_ISSUER: 'https://shop.example',
    }));
  });
  after(() => served?.[Symbol.asyncDispose]());

  const bytes = (key: string) => new TextEncoder().encode(key);

  const CLAIMS = { sub: 'ann', aud: AUDIENCE, iss: 'https://shop.example', exp: now() + HOUR };

  const sign = (claims: Record<string, unknown> = {}, { alg = 'HS256', key = KEY } = {}) =>
    new SignJWT({ ...CLAIMS, ...claims }).setProtectedHeader({ alg }).sign(bytes(key));

  test('names the subject', async () => {
    for (const authorization of [
      `Bearer ${await sign()}`,
      `bearer ${await sign({ aud: ['a', AUDIENCE], exp: now() + 24 * HOUR })}`,
    ]) {
      assert.equal(await outcomeOf(served, { authorization }), subjectTag('ann'));
    }
  });

  for (const [what, make, reason] of [
    ['that has expired', () => sign({ exp: now() - HOUR }), /EXPIRED: exp/],
    ['that expires in more than 24 hours', () => sign({ exp: now() + 25 * HOUR }), /24 hours/],
    ['without exp', () => sign({ exp: undefined }), /: exp/],
    ['without sub', () => sign({ sub: undefined }), /: sub/],
    ['for another audience', () => sign({ aud: 'other' }), /: aud/],
    ['without an audience', () => sign({ aud: undefined }), /: aud/],
    ['of another issuer', () => sign({ iss: 'https://evil.example' }), /: iss/],
    ['that is not valid yet', () => sign({ nbf: now() + HOUR }), /: nbf/],
    ['signed with another key', () => sign({}, { key: `${KEY}x` }), /SIGNATURE/],
    ['signed with HS512', () => sign({}, { alg: 'HS512', key: KEY.repeat(2) }), /ALG/],
    ['with alg: none', async () => new UnsecuredJWT(CLAIMS).encode(), /JWS|ALG/],
    [
      'with a changed payload',
      async () => {
        const [head, , tail] = (await sign()).split('.');
        const payload = Buffer.from(JSON.stringify({ ...CLAIMS, sub: 'bob' })).toString(
          'base64url',
        );
        return [head, payload, tail].join('.');
      },
      /SIGNATURE/,
    ],
    ['that is none', async () => 'a.b', /JWS/],
  ] as [string, () => Promise<string>, RegExp][]) {
    test(`${what} is refused, and the log says why`, async () => {
      const token = await make();
      const { outcome, line } = await ask(served, { authorization: `Bearer ${token}` });
      assert.equal(outcome, 401);
      assert.match(String(line.reason), reason);
      assert.doesNotMatch(JSON.stringify(line), /evil/);
    });
  }

  test('is taken from the header authorization alone', async () => {
    const token = await sign();
    for (const headers of [{}, { authorization: token }, { cookie: `session=${token}` }]) {
      assert.equal(await outcomeOf(served, headers), 401);
    }
  });
});

suite('A session token of a key set', { timeout: 120_000 }, () => {
  for (const alg of ['RS256', 'ES256']) {
    test(`signed with ${alg} names the subject, and is refused with another key`, async () => {
      await using served = await startServe(({ origin }) => ({
        SESSION_URL: undefined,
        SESSION_JWKS_URL: `${origin}/jwks`,
        SESSION_AUDIENCE: 'shop',
      }));
      const [own, other] = [await generateKeyPair(alg), await generateKeyPair(alg)];
      const publicKey = await exportJWK(own.publicKey);
      served.backEnd.keys = [
        { ...publicKey, kid: 'own' },
        { ...(await exportJWK(other.publicKey)), kid: 'other' },
      ];
      const sign = (key: CryptoKey | Uint8Array, kid: string | undefined, header = alg) =>
        new SignJWT({ sub: 'ann', aud: 'shop', exp: now() + HOUR })
          .setProtectedHeader({ alg: header, ...(kid && { kid }) })
          .sign(key);
      const subject = async (token: string) =>
        outcomeOf(served, { authorization: `Bearer ${token}` });
      assert.equal(await subject(await sign(own.privateKey, 'own')), subjectTag('ann'));
      assert.equal(await subject(await sign(other.privateKey, 'own')), 401);
      assert.equal(await subject(await sign(own.privateKey, 'unknown')), 401);
      assert.equal(await subject(await sign(own.privateKey, undefined)), 401);
      // The public key taken for a shared secret.
      const secret = new TextEncoder().encode(JSON.stringify(publicKey));
      assert.equal(await subject(await sign(secret, 'own', 'HS256')), 401);
    });
  }

  test('is neither accepted nor refused where the keys cannot be fetched or used', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const own = await exportJWK(publicKey);
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
    const authorization = `Bearer ${await new SignJWT({
      sub: 'ann',
      aud: AUDIENCE,
      exp: now() + HOUR,
    })
      .setProtectedHeader({ alg: 'RS256' })
      .sign(privateKey)}`;
    for (const [path, key, expected] of [
      ['/nowhere', own, /^SESSION_JWKS_URL answered 404\.$/],
      [
        '/jwks',
        { ...own, x: ' '.repeat(65_536) },
        /^SESSION_JWKS_URL answered more than 64 KiB\.$/,
      ],
      ['/jwks', short.export({ format: 'jwk' }), /^The key set of SESSION_JWKS_URL cannot be used/],
    ] as const) {
      await using served = await startServe(({ origin }) => ({
        SESSION_URL: undefined,
        SESSION_JWKS_URL: origin + path,
      }));
      served.backEnd.keys = [key];
      const { outcome, line } = await ask(served, { authorization });
      assert.equal(outcome, 500);
      assert.match(String(line.cause), expected);
    }
  });
});
