// What the core makes of a response, over HTTP: the table of tests/rust/plan.rs has all statuses, this
// one has bodies and messages.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, suite, test } from 'node:test';
import {
  authenticateBigCommerce,
  BigCommerceAuthError,
  createIdempotencyKey,
} from 'authenticate-bigcommerce';
import { SPEED, speedUp } from '../browser/fast-timers.js';
import { type Site, serve } from '../server.js';

const SECRETS = {
  password: 'pass"word-0123',
  userSecret: 'the/user+secret',
  organizationSecret: 'the/organization+secret',
};
const INSTANCE = {
  ...{ id: 7, token: 'the-token', name: 'Büro 😀' },
  ...{ tags: ['Docs'], valid: true, disabled: false },
};
const DETAILS = { requestId: 'r-1', serviceMessage: 'No rights' };

/** The bodies with a name in the table; in the others, `#` is the tag of the key. */
const BODIES: Record<string, unknown> = {
  nothing: '',
  text: 'OK',
  page: ' \n<!doctype html><h1>Hello</h1>',
  instance: { ...INSTANCE, configuration: SECRETS },
  cut: '{"id":7,"token":"t"',
  long: JSON.stringify({ ...INSTANCE, padding: ' '.repeat(1024 * 1024) }),
  found: [1, null, { ...INSTANCE, id: 6, tags: ['#'] }, { ...INSTANCE, tags: ['#'] }, INSTANCE],
  others: [INSTANCE, { ...INSTANCE, tags: ['#x', 1] }],
  service: { message: 'No rights', requestId: 'r-1' },
  store: { message: 'No rights', requestId: 'r-1', providerMessage: 'Invalid token' },
  gateway: { message: 'no Route matched' },
  handler: { source: 'handler', message: 'Not you' },
  none: { source: 'handler', message: 'Not you', created: false },
  other: { source: 'nginx', message: 'No rights', requestId: 'r-1' },
  marked: { ...DETAILS, source: 'service', message: 'The service answered.' },
};

/** What follows "… answered 400" in a message, by its name in the table. */
const MESSAGES: Record<string, string> = {
  alone: '.',
  words: ': No rights',
  gateway: ': no Route matched',
  handler: ': Not you',
  instance: '. The response has no instance with id and token.',
  base: '. A base URL of the service ends in /elements/api-v2.',
  redirect:
    '. Redirects are not followed: does a sign-in or a rule for trailing slashes come first?',
  region:
    '. userSecret and organizationSecret are wrong, or of another region than baseUrl. It says: No rights',
  connector:
    '. The account has no connector bigcommerce, or baseUrl is wrong: it ends in /elements/api-v2.',
  between: '. Is a firewall or a proxy in between?',
  there: '. The handler is not mounted at baseUrl.',
};

/**
 * The columns: the methods of the requests; whether they are sent directly, or to a server that adds
 * the secrets (`behind`); the response; who sent it, according to the message; the result; and the
 * message, with `+` before the server's own.
 *
 * The result is `instance`, `none` where a lookup finds nothing, or the code of an error: with `+`
 * where an instance may exist after a POST, and `again` where a lookup is next. The error has the
 * details of the body only where the service sent it.
 */
const TABLE = `
  POST PUT     | direct behind | 200 instance                 |         | instance
  GET          | direct behind | 200 found                    |         | instance
  GET          | direct behind | 200 others;[]                |         | none
  GET          | direct        | 200 instance;[{"id":7,"tags":["#"]}] | server | RESPONSE again | instance
  POST         | direct behind | 200 nothing;text;cut;long;[] | server  | RESPONSE + again   | instance
  POST         | direct        | 200 {"id":7};{"id":7,"token":""};{"id":0,"token":"t"};{"id":1.5,"token":"t"};{"id":"7","token":"t"};{"id":9007199254740992,"token":"t"} | server | RESPONSE + again | instance
  PUT          | direct behind | 200 text                     | server  | RESPONSE           | instance
  POST PUT GET | direct        | 200 page                     | server  | RESPONSE +         | base
  POST PUT GET | behind        | 200 page                     | server  | HANDLER +          | base
  POST PUT GET | direct        | 302 nothing                  | server  | RESPONSE +         | redirect
  POST PUT GET | behind        | 307 nothing                  | server  | HANDLER +          | redirect
  POST PUT     | direct behind | 400 store                    | service | REJECTED           | words
  POST         | direct behind | 403 store                    | service | FORBIDDEN          | words
  POST         | direct behind | 401 {"providerMessage":"no"} | service | REJECTED           | alone
  POST PUT GET | direct        | 401 service                  | service | UNAUTHORIZED       | region
  POST PUT GET | behind        | 401 service                  | service | HANDLER            | region
  POST         | direct behind | 404 service                  | service | NOT_FOUND          | connector + No rights
  PUT          | direct behind | 404 service                  | service | NOT_FOUND          | words
  GET          | direct behind | 404 service                  |         | none
  POST         | direct behind | 409 {"requestId":"r","message":5} | service | CONFLICT      | alone
  POST         | direct behind | 500 service                  | service | SERVER +           | words
  POST         | direct behind | 503 service retry-after=7    | service | SERVER +           | words
  POST         | direct behind | 429 service retry-after=99   | service | RATE_LIMITED       | words
  POST         | direct        | 404 gateway                  | server  | NOT_FOUND          | connector + no Route matched
  POST         | direct        | 405 nothing                  | server  | NOT_FOUND          | connector
  POST PUT GET | behind        | 404 gateway                  | server  | HANDLER            | there + no Route matched
  GET          | behind        | 404 {"requestId":5};page     | server  | HANDLER            | there
  GET          | direct        | 404 gateway                  |         | none
  GET          | direct        | 404 page;text;nothing        | server  | NOT_FOUND again    | connector
  POST         | behind        | 401 text                     | server  | UNAUTHORIZED       | alone
  POST PUT     | direct        | 403 text;page                | server  | FORBIDDEN          | between
  POST PUT     | behind        | 403 nothing;page             | server  | HANDLER            | between
  POST         | direct        | 413 gateway                  | server  | REJECTED           | between + no Route matched
  POST         | direct behind | 503 gateway                  | server  | SERVER + again     | gateway
  POST         | direct behind | 502 page;nothing             | server  | SERVER + again     | alone
  GET          | direct behind | 500 page                     | server  | SERVER again       | alone
  POST PUT GET | behind        | 401 handler                  | handler | UNAUTHORIZED       | handler
  POST         | behind        | 400 handler                  | handler | HANDLER            | handler
  POST         | behind        | 500 handler                  | handler | HANDLER +          | handler
  POST         | behind        | 502 handler                  | handler | SERVER + again     | handler
  POST         | behind        | 504 handler                  | handler | SERVER + again     | handler
  POST         | behind        | 502 none                     | handler | SERVER             | handler
  PUT          | behind        | 404 handler                  | handler | NOT_FOUND          | handler
  POST         | behind        | 404 handler                  | handler | HANDLER            | handler
  POST         | behind        | 400 marked                   | service | REJECTED           | words
  POST         | behind        | 400 other                    | service | REJECTED           | words
  POST         | behind        | 500 {"source":"nginx","requestId":"r","created":false} | service | SERVER + | alone
  POST         | behind        | 503 {"source":"service","message":"no"} | service | SERVER + | alone
  POST         | behind        | 500 {"source":"service","created":false} | service | SERVER  | alone
  GET          | behind        | 404 {"source":"service"}     |         | none
  POST         | direct        | 502 none                     | server  | SERVER + again     | handler
  POST         | behind        | 502 {"source":"gateway","created":false} | server | SERVER + again | alone
  POST         | behind        | 502 {"source":"handler","created":0} | handler | SERVER + again | alone
`;

suite('A response', { timeout: 120_000 }, () => {
  const timers = { setTimeout, now: performance.now };
  let requests: string[] = [];
  let respond: (method: string, tag: string, response: ServerResponse) => void;
  let service: Site;

  before(async () => {
    service = await serve((request, response) => {
      const { method = '', url = '' } = request;
      requests.push(method);
      const tag = new URL(url, 'http://service').searchParams.get('tags[]') ?? '';
      response.setHeader('connection', 'close');
      request.resume().on('end', () => respond(method, tag, response));
    });
    speedUp(SPEED);
  });
  after(async () => {
    globalThis.setTimeout = timers.setTimeout;
    performance.now = timers.now;
    await service?.[Symbol.asyncDispose]();
  });

  /** The result; a lookup is that of a key. */
  function connect(method: string, isDirect: boolean, isKeyed: boolean): Promise<unknown> {
    requests = [];
    const { password, ...secrets } = SECRETS;
    return authenticateBigCommerce({
      username: 'shop',
      password,
      storeUrl: 's.example',
      name: 'n',
      baseUrl: service.origin,
      ...(isDirect && secrets),
      ...(method === 'PUT' && { instanceId: 7 }),
      ...(method === 'GET' && { idempotencyKey: `key-${createIdempotencyKey()}` }),
      ...(method === 'POST' && isKeyed && { idempotencyKey: createIdempotencyKey() }),
    } as Parameters<typeof authenticateBigCommerce>[0]).catch((error: unknown) => error);
  }

  async function assertResult(
    [method = '', sent, status, name = '', header]: (string | undefined)[],
    [who = '', result = '', says = '']: string[],
  ): Promise<void> {
    const [code = '', ...marks] = result.split(' ');
    const body = BODIES[name] ?? JSON.parse(name);
    let isFirst = true;
    respond = (requested, tag, response) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body).replaceAll('#', tag);
      if (requested === method && isFirst) {
        if (header) response.setHeader(...(header.split('=') as [string, string]));
        response.writeHead(Number(status), { location: '/elsewhere' }).end(text);
        isFirst = false;
      } else {
        const other = { ...INSTANCE, id: requested === 'GET' ? 8 : 9, tags: tag ? [tag] : [] };
        response.end(JSON.stringify(requested === 'GET' ? [other] : other));
      }
    };
    if (code === 'instance' || code === 'none' || marks.includes('again')) {
      const instance = await connect(method, sent === 'direct', true);
      const id = code === 'instance' ? 7 : code === 'none' ? 9 : 8;
      const tags = method === 'GET' || id !== 7 ? [] : INSTANCE.tags;
      assert.deepEqual(instance, { ...INSTANCE, id, tags });
      const next = { instance: [], none: ['POST'] }[code] ?? ['GET'];
      assert.deepEqual(requests, [method, ...next]);
      // The error of a failed lookup is lost.
      if (code === 'instance' || method === 'GET') return;
      isFirst = true;
    }
    const error = await connect(method, sent === 'direct', false);
    assert.deepEqual(requests, [method]);
    assert.ok(error instanceof BigCommerceAuthError, JSON.stringify(error));
    const { requestId, providerMessage, message, source, serviceMessage } = Object(body);
    const details = {
      ...(typeof requestId === 'string' && { requestId }),
      ...(providerMessage && { providerMessage }),
      ...(header && { retryAfter: Number(header.split('=')[1]) }),
      ...(['handler', 'service'].includes(source)
        ? serviceMessage && { serviceMessage }
        : typeof message === 'string' && { serviceMessage: message }),
    };
    assert.deepEqual(
      { ...error },
      {
        code: `ERR_${code}`,
        status: Number(status),
        ...(who === 'service' && code !== 'HANDLER' && code !== 'RESPONSE' && details),
        mayHaveCreated: marks.includes('+') && method === 'POST',
      },
    );
    const server = sent === 'direct' ? "server at the service's address" : 'server at baseUrl';
    const [known = '', more] = says.split(' + ');
    assert.equal(
      error.message,
      `The ${who === 'server' ? server : who} answered ${status}${
        name === 'page' ? ' with a web page' : ''
      }${MESSAGES[known]}${more ? ` It says: ${more}` : ''}`,
    );
  }

  for (const row of TABLE.trim().split('\n')) {
    const [methods = '', sent = '', given = '', ...expected] = row.split(/ *\| */);
    test(`${methods.trim()}, ${sent}, ${given} is read as in the table`, async () => {
      const [status, bodies = '', header] = given.split(' ');
      for (const method of methods.trim().split(' ')) {
        for (const way of sent.split(' ')) {
          for (const body of bodies.split(';')) {
            await assertResult([method, way, status, body, header], expected);
          }
        }
      }
    });
  }

  test('of the service is reduced to text, redacted and cut', async () => {
    const { password, userSecret, organizationSecret } = SECRETS;
    const long = 'x'.repeat(600);
    const fields = ['requestId', 'message', 'providerMessage', 'token'];
    const xml = '<?xml version="1.0"?><error><message>Bad\ntoken</message><code>5</code>';
    for (const [said, shown, message = `: ${shown[1]}`] of [
      [
        ['<b>r</b>', '<p>No <b>rights</b></p>', xml],
        ['r', 'No rights', 'Bad token 5'],
      ],
      [['<br>', '<hr/>', '<x'], [undefined, undefined, undefined], '.'],
      [
        ['a\r\nb\0\u202ec\u2066d\u200b e\u2028f', 'a\tb', ''],
        ['a bcd e f', 'a b', undefined],
      ],
      [
        [long, long, long],
        [long.slice(0, 200), long.slice(0, 500), long.slice(0, 500)],
        `: ${long}`.slice(0, 500 - 'The service answered 422'.length),
      ],
      [
        [userSecret, `${JSON.stringify(password)} or ${password}`, organizationSecret, 't0k3n'],
        ['[redacted]', '"[redacted]" or [redacted]', '[redacted]'],
      ],
      [
        ['r', 'of t0k3n', 'p', 't0k3n'],
        ['r', 'of [redacted]', 'p'],
      ],
    ] as [string[], (string | undefined)[], string?][]) {
      const body = Object.fromEntries(said.map((text, at) => [fields[at], text]));
      respond = (_, _tag, response) => response.writeHead(422).end(JSON.stringify(body));
      const error = Object(await connect('POST', true, false));
      assert.deepEqual([error.requestId, error.serviceMessage, error.providerMessage], shown);
      assert.equal(error.message, `The service answered 422${message}`);
    }
  });
});
