// What can go wrong with a call's requests, and the result of the call: one table for all engines.
import { gzipSync } from 'node:zlib';
import type { Engine } from './engines.js';
import {
  deadAddress,
  type HostileResponse,
  http,
  INSTANCE,
  json,
  preflight,
  SECRETS,
  startHostileServer,
} from './hostile-server.js';

/** The time on the page's clock, so that dates in headers are an exact number of seconds away. */
export const NOW = Date.UTC(2030, 0, 1);

/** The result of a call: an instance, or the fields of an error. */
export type Outcome =
  | { instance: object }
  | { code: string; mayHaveCreated: boolean; [field: string]: unknown };

/** What goes wrong with one call. */
export interface Fault {
  name: string;
  /** The responses to its requests. */
  responses: HostileResponse[];
  config?: Record<string, unknown>;
  outcome: Outcome;
  /** Allowed engine differences, and the reason. */
  except?: { outcomes: Partial<Record<Engine, Outcome>>; why: string };
}

const ONE_MIB = 1024 * 1024;

/** For calls with the same result, however far they get in that time. */
const SHORT = { config: { timeout: 200 } };

/** Enough for a response that arrives, in calls that reach the timeout. */
const LONG = { config: { timeout: 2000 } };

/** An error response that repeats the secrets it was sent, and what our error shows of it. */
const DETAILS = {
  requestId: 'request-1',
  serviceMessage: 'Not with [redacted],[redacted],[redacted]',
  providerMessage: 'BigCommerce knows no [redacted]',
};
const ERROR = {
  ...DETAILS,
  message: `Not with ${Object.values(SECRETS)}`,
  providerMessage: `BigCommerce knows no ${SECRETS.password}`,
  configuration: SECRETS,
};
const LEAKY = { ...INSTANCE, configuration: SECRETS };
const TEXT = JSON.stringify(LEAKY);

/** A response whose headers are written out, so that they can be anything. */
const raw = (head: string, ...body: (string | Uint8Array)[]) => ({
  bytes: [`${head.trim().replaceAll(/\n */g, '\r\n')}\r\n\r\n`, ...body],
});
const OK = `HTTP/1.1 200 OK
  access-control-allow-origin: *
  connection: close`;

const chunked = (...chunks: string[]) => ({
  bytes: [
    http(200, '', { 'content-length': undefined, 'transfer-encoding': 'chunked' }),
    ...chunks,
  ],
});
const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;

const bytes = (...bytes: NonNullable<HostileResponse['bytes']>[number][]): HostileResponse => ({
  bytes,
});
const text = (body: string | Uint8Array, headers?: Record<string, string | undefined>) =>
  bytes(http(200, body, headers));
const instance = (headers?: Record<string, string | undefined>) => bytes(json(200, LEAKY, headers));
const changed = (changes: object) => bytes(json(200, { ...LEAKY, ...changes }));

/** `bytes`, then the end of the connection before the 1000 bytes of the body are there. */
const unfinished = (
  status: number,
  value: unknown,
  ending: NonNullable<HostileResponse['ending']>,
) => ({
  bytes: [json(status, value, { 'content-length': '1000' })],
  ending,
});

const padded = (value: object, length: number) => {
  const json = JSON.stringify({ ...value, padding: '' });
  return json.replace(/""}$/, () => `"${' '.repeat(length - json.length)}"}`);
};

const trickled = (data: Uint8Array, size: number, ms: number) =>
  Array.from({ length: Math.ceil(data.length / size) }, (_, at) => [
    data.subarray(at * size, (at + 1) * size),
    ms,
  ]).flat();

const DEEP = '['.repeat(100_000) + ']'.repeat(100_000);

const CONNECTED: Outcome = { instance: INSTANCE };
const NETWORK: Outcome = { code: 'ERR_NETWORK', mayHaveCreated: true };
const TIMEOUT: Outcome = { code: 'ERR_TIMEOUT', mayHaveCreated: true };
const noInstance = (status = 200): Outcome => ({
  code: 'ERR_RESPONSE',
  mayHaveCreated: true,
  status,
});

/** A refusal of the service, which repeats what it was sent. */
const refused = (status: number, details: object = DETAILS): Outcome => ({
  code:
    status === 500
      ? 'ERR_SERVER'
      : status === 401 && details !== DETAILS
        ? 'ERR_UNAUTHORIZED'
        : 'ERR_REJECTED',
  mayHaveCreated: status >= 500,
  status,
  ...details,
});

/** Faults of one response each, with the same outcome. */
function all(
  outcome: Outcome,
  responses: Record<string, HostileResponse>,
  more: Pick<Fault, 'config' | 'except'> = {},
): Fault[] {
  return Object.entries(responses).map(([name, response]) => ({
    name,
    responses: [response],
    outcome,
    ...more,
  }));
}

const except = (why: string, outcomes: Partial<Record<Engine, Outcome>>) => ({
  except: { why, outcomes },
});

const SHORT_BODIES = 'WebKitGTK takes the end of the connection for the end of the body.';

const hidden = { 'access-control-allow-origin': undefined };
const foreign = { 'access-control-allow-origin': 'https://example.com' };

const connection: Fault[] = [
  {
    name: 'refused',
    responses: [],
    config: { baseUrl: await deadAddress() },
    outcome: NETWORK,
  },
  ...all(NETWORK, {
    'reset at once': { reset: 'preflight' },
    'reset after the request': { reset: 'head' },
    'reset instead of a response': { ending: 'cut' },
    'ended instead of a response': {},
    'ended within the headers': bytes('HTTP/1.1 200 OK\r\naccess-control-allow-or'),
    'reset within the body': unfinished(200, LEAKY, 'cut'),
  }),
  ...all(
    NETWORK,
    {
      'ended within the body': text(TEXT.slice(0, -1), { 'content-length': '1000' }),
    },
    except(SHORT_BODIES, { WebKit: noInstance() }),
  ),
  ...all(
    NETWORK,
    { 'ended after the instance': unfinished(200, LEAKY, 'end') },
    except(SHORT_BODIES, { WebKit: CONNECTED }),
  ),
];

const pace: Fault[] = [
  ...all(CONNECTED, {
    'a response after a while': bytes(200, json(200, LEAKY)),
    'headers in pieces': bytes(
      'HTTP/1.1 200 O',
      50,
      'K\r\naccess-',
      50,
      json(200, LEAKY).subarray(17),
    ),
    // 'ü' arrives in two pieces.
    'a body that trickles, byte by byte': bytes(
      ...trickled(json(200, { ...LEAKY, configuration: 'ü' }), 1, 1),
    ),
  }),
  ...all(
    TIMEOUT,
    {
      'no response': { ending: 'hold' },
      'headers that trickle too long': bytes(...trickled(json(200, LEAKY), 1, 50)),
      'a body that does not end': unfinished(200, LEAKY, 'hold'),
      'a body that trickles too long': bytes(
        json(200, LEAKY).subarray(0, -TEXT.length),
        ...trickled(Buffer.from(TEXT), 1, 50),
      ),
      '400 whose body does not end': unfinished(400, ERROR, 'hold'),
      'no response to the preflight': { preflight: { ending: 'hold' } },
    },
    SHORT,
  ),
];

const length: Fault[] = [
  ...all(CONNECTED, {
    'no length': instance({ 'content-length': undefined }),
    chunks: chunked(...[...TEXT].map(chunk), '0\r\n\r\n'),
  }),
  ...all(noInstance(), {
    'a length that is too short': instance({ 'content-length': '9' }),
  }),
  ...all(
    NETWORK,
    { 'chunks without an end': chunked(chunk(TEXT)) },
    except(SHORT_BODIES, { WebKit: CONNECTED }),
  ),
  ...all(NETWORK, { 'a chunk that is cut': chunked(chunk(TEXT).slice(0, -9)) }),
];

const UNPACKED = 'WebKitGTK passes on unchanged what it cannot unpack.';

const encoding: Fault[] = [
  ...all(CONNECTED, {
    gzip: text(gzipSync(TEXT), { 'content-encoding': 'gzip' }),
    'an unknown encoding': instance({ 'content-encoding': 'unheard-of' }),
  }),
  ...all(
    NETWORK,
    {
      'gzip that is none': instance({ 'content-encoding': 'gzip' }),
    },
    except(UNPACKED, { WebKit: CONNECTED }),
  ),
  ...all(
    NETWORK,
    {
      'gzip that is broken': text(gzipSync(TEXT).fill(255, 20, 60), { 'content-encoding': 'gzip' }),
    },
    except('WebKitGTK ends the body where it is broken.', { WebKit: noInstance() }),
  ),
  ...all(noInstance(), {
    // For all engines, the body ends where the packed bytes end.
    'gzip that breaks off': text(gzipSync(TEXT).subarray(0, 40), { 'content-encoding': 'gzip' }),
    'gzip of 64 MiB': text(gzipSync(Buffer.alloc(64 * ONE_MIB, ' ')), {
      'content-encoding': 'gzip',
    }),
  }),
];

const headers: Fault[] = [
  ...all(CONNECTED, { cookies: instance({ 'set-cookie': `token=${INSTANCE.token}` }) }),
  ...all(NETWORK, {
    'a header of 1 MiB': instance({ 'x-giant': 'x'.repeat(ONE_MIB) }),
    'a header without end': { bytes: [`${OK}\r\nx-giant: `], ending: 'endless' },
  }),
];

const protocol: Fault[] = [
  ...all(CONNECTED, {
    '103 before the response': bytes(
      'HTTP/1.1 103 Early Hints\r\nlink: </x.css>; rel=preload\r\n\r\n',
      json(200, LEAKY),
    ),
  }),
  ...all(NETWORK, {
    'an alert of TLS': bytes(Buffer.from([21, 3, 3, 0, 2, 2, 80])),
    garbage: bytes(Buffer.alloc(4096, 'Sorry!\0\xff\r\n\r\n', 'latin1')),
  }),
  ...all(
    TIMEOUT,
    {
      '101': {
        ...raw('HTTP/1.1 101 Switching Protocols\nupgrade: x\nconnection: upgrade'),
        ending: 'hold',
      },
    },
    {
      ...LONG,
      ...except(
        'Firefox rejects a 101 that it did not ask for, the others wait for a final response.',
        {
          Firefox: NETWORK,
        },
      ),
    },
  ),
];

const WHOLE_401 = 'WebKitGTK reads the whole body of a 401 before it passes the response on.';

// tests/core/responses.test.ts has what statuses mean; these are those that engines handle themselves.
const statuses: Fault[] = [
  ...all(CONNECTED, {
    299: bytes(json(299, LEAKY)),
    // Browsers retry a request that was sent to the wrong server:
    // https://www.rfc-editor.org/rfc/rfc9110#status.421
    421: bytes(json(421, ERROR)),
  }),
  ...all(
    noInstance(205),
    { 205: bytes(json(205, LEAKY)) },
    except('A 205 has no body, but WebKitGTK reads one.', { WebKit: CONNECTED }),
  ),
  ...all(
    refused(407),
    { 407: bytes(json(407, ERROR)) },
    except('Chromium accepts it only from a proxy.', { Chromium: NETWORK }),
  ),
  ...all(noInstance(204), { 204: bytes(http(204, '', { 'content-length': undefined })) }),
  ...[300, 304, 999].flatMap((status) =>
    all(noInstance(status), {
      [status]: bytes(
        status === 304 ? http(304, '', { 'content-length': undefined }) : json(status, LEAKY),
      ),
    }),
  ),
  ...[400, 401, 500].flatMap((status) => {
    const bare = refused(status, {});
    /** For WebKit, which needs the whole body of a 401. */
    const whole = (outcome: Outcome) =>
      status === 401 ? except(WHOLE_401, { WebKit: outcome }) : {};
    return [
      ...all(refused(status), {
        [`${status} of exactly 1 MiB`]: bytes(http(status, padded(ERROR, ONE_MIB))),
      }),
      ...all(bare, {
        [`${status} without its body`]: bytes(http(status, '', { 'content-length': '1000' })),
        [`${status} over 1 MiB`]: bytes(http(status, padded(ERROR, ONE_MIB + 1))),
      }),
      ...all(
        bare,
        { [`${status} whose body breaks off`]: unfinished(status, ERROR, 'end') },
        except('Firefox checks the length of a 2xx only, WebKitGTK of none.', {
          Firefox: refused(status),
          WebKit: refused(status),
        }),
      ),
      ...all(
        bare,
        {
          [`${status} that is no gzip`]: bytes(json(status, ERROR, { 'content-encoding': 'gzip' })),
        },
        except(UNPACKED, { WebKit: refused(status) }),
      ),
      ...all(
        bare,
        { [`${status} whose connection is reset`]: unfinished(status, ERROR, 'cut') },
        whole(NETWORK),
      ),
      ...all(
        bare,
        {
          [`${status} without end`]: {
            bytes: [http(status, '{', { 'content-length': undefined })],
            ending: 'endless',
          },
        },
        { ...LONG, ...whole(TIMEOUT) },
      ),
    ];
  }),
];

const limited = { code: 'ERR_RATE_LIMITED', mayHaveCreated: false, status: 429 };
const exposed = { 'access-control-expose-headers': 'retry-after' };
const retryAfter: Fault[] = [
  ...Object.entries({
    7: 7,
    'Tue, 01 Jan 2030 00:00:30 GMT': 30,
    'Tuesday, 01-Jan-30 00:00:30 GMT': 30,
    'Tue Jan  1 00:00:30 2030': 30,
    'Mon, 31 Dec 2029 23:59:00 GMT': 0,
  }).flatMap(([header, seconds]) =>
    all(
      { ...limited, retryAfter: seconds },
      { [header]: bytes(json(429, {}, { 'retry-after': header, ...exposed })) },
    ),
  ),
  ...all(limited, { 'hidden by CORS': bytes(json(429, {}, { 'retry-after': '7' })) }),
];

/** Another origin, which no redirect may reach. The importing file closes it. */
export const elsewhere = await startHostileServer();

// Redirects are not followed, and browsers hide where they lead.
const redirects: Fault[] = [301, 302, 303, 307, 308].flatMap((status) =>
  all(
    noInstance(0),
    Object.fromEntries(
      Object.entries({
        'to the same origin': '/target',
        'to another origin': `${elsewhere.url}/target`,
        'to a script': 'javascript:0',
        'without a target': undefined,
      }).map(([where, location]) => [
        `${status} ${where}`,
        bytes(json(status, LEAKY, { location })),
      ]),
    ),
  ),
);

const cors: Fault[] = [
  ...all(NETWORK, {
    'a response for no origin': instance(hidden),
    'a response for another origin': instance(foreign),
    'a response for two origins': instance({ 'access-control-allow-origin': '*, *' }),
    '400 for no origin': bytes(json(400, ERROR, hidden)),
    'a preflight for no origin': { preflight: bytes(preflight(hidden)) },
    'a preflight for another origin': { preflight: bytes(preflight(foreign)) },
    'a preflight for no headers': {
      preflight: bytes(preflight({ 'access-control-allow-headers': undefined })),
    },
    'a preflight with 404': { preflight: bytes(preflight({}, 404)) },
    'a preflight that redirects': { preflight: bytes(preflight({ location: '/instances' }, 307)) },
    'a preflight that is garbage': { preflight: bytes('Sorry!\r\n\r\n') },
    'a preflight that ends': { preflight: {} },
  }),
  ...all(CONNECTED, {
    'a preflight after a while': {
      preflight: bytes(200, preflight()),
      ...instance(),
    },
    'a preflight with 200': { preflight: bytes(preflight({}, 200)), ...instance() },
    // POST needs none: https://fetch.spec.whatwg.org/#cors-safelisted-method
  }),
];

const content: Fault[] = [
  ...all(CONNECTED, {
    'no content type': instance({ 'content-type': undefined }),
    'the content type of HTML': instance({ 'content-type': 'text/html' }),
    'a content type that must not be sniffed': instance({
      'content-type': 'text/css',
      'x-content-type-options': 'nosniff',
    }),
    'a wrong character set': instance({
      'content-type': 'application/json; charset=utf-16',
    }),
    'a byte order mark': text(`\ufeff${TEXT}`),
  }),
  {
    name: 'characters of every length',
    responses: [changed({ name: 'aé→🛒' })],
    outcome: { instance: { ...INSTANCE, name: 'aé→🛒' } },
  },
  ...(
    [
      ['Latin-1', Buffer.from('Caf\xe9', 'latin1'), 'Caf\ufffd'],
      ['UTF-8 that breaks off', Buffer.from('Café').subarray(0, -1), 'Caf\ufffd'],
      ['surrogates in UTF-8', Buffer.from([0xed, 0xa0, 0x80]), '\ufffd'.repeat(3)],
    ] as const
  ).map(([name, sent, read]): Fault => {
    const [before = '', after = ''] = JSON.stringify({ ...LEAKY, name: '|' }).split('|');
    return {
      name: `a name of ${name}`,
      responses: [text(Buffer.concat([Buffer.from(before), sent, Buffer.from(after)]))],
      outcome: { instance: { ...INSTANCE, name: read } },
    };
  }),
  ...all(noInstance(), {
    'UTF-16': text(Buffer.from(TEXT, 'utf16le')),
    nothing: text(''),
    HTML: text(`<!doctype html>${TEXT}`, { 'content-type': 'text/html' }),
    'JSON that breaks off': text(TEXT.slice(0, -1)),
    'more than 1 MiB': text(padded(LEAKY, ONE_MIB + 1)),
    'more than 1 MiB, packed': text(gzipSync(padded(LEAKY, ONE_MIB + 1)), {
      'content-encoding': 'gzip',
    }),
    'a body without end': {
      bytes: [http(200, '{', { 'content-length': undefined })],
      ending: 'endless',
    },
    'deeply nested arrays': text(DEEP),
  }),
  ...all(CONNECTED, {
    'exactly 1 MiB': text(padded(LEAKY, ONE_MIB)),
    'an instance with deep nesting in it': text(TEXT.replace(/}$/, `,"x":${DEEP}}`)),
  }),
];

const TAGS = Array.from({ length: 9 }, (_, at) => `idempotency-key:the-key-of-case-${at}`);
const LIST = bytes(
  json(200, [
    { ...LEAKY, id: 9999 },
    { ...LEAKY, tags: TAGS },
  ]),
);
const EMPTY = bytes(json(404, ERROR));

/** Faults of a call with a key, whose first request is a lookup. */
const keyed: Fault[] = Object.entries<HostileResponse[]>({
  'a lookup whose 404 breaks off': [
    { bytes: [json(404, ERROR).subarray(0, -1)], ending: 'cut' },
    LIST,
  ],
  'a lookup that is reset': [{ ending: 'cut' }, LIST],
  'a lookup over 1 MiB': [text(padded({}, ONE_MIB + 1)), LIST],
  'a POST that is reset': [EMPTY, { ending: 'cut' }, LIST],
  'a POST that ends': [EMPTY, {}, LIST],
  'a POST whose body is cut': [EMPTY, unfinished(200, LEAKY, 'cut'), LIST],
}).map(([name, responses], at) => ({
  name: `${name}, then a lookup that finds`,
  responses,
  // One key for each, because the function remembers how calls with a key ended.
  config: { idempotencyKey: `the-key-of-case-${at}` },
  outcome: { instance: { ...INSTANCE, tags: [] } },
}));

/** All faults, by subject. */
export const faults: Record<string, Fault[]> = {
  'the connection': connection,
  'the pace': pace,
  'the length': length,
  'the encoding': encoding,
  'the headers': headers,
  'the protocol': protocol,
  'the status': statuses,
  'Retry-After': retryAfter,
  redirects,
  CORS: cors,
  'the content': content,
  'a call with a key': keyed,
};
