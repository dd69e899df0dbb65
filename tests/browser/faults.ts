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

/** For calls with several requests. */
const KEYED = { timeout: 10_000 };

/** An error response that repeats the secrets it was sent, and what our error shows of it. */
const DETAILS = { requestId: 'request-1', providerMessage: 'BigCommerce knows no [redacted]' };
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

const deep = (isClosed: boolean) => '['.repeat(100_000) + (isClosed ? ']'.repeat(100_000) : '');

const CONNECTED: Outcome = { instance: INSTANCE };
const NETWORK: Outcome = { code: 'ERR_NETWORK', mayHaveCreated: true };
const TIMEOUT: Outcome = { code: 'ERR_TIMEOUT', mayHaveCreated: true };
const noInstance = (status = 200): Outcome => ({
  code: 'ERR_RESPONSE',
  mayHaveCreated: true,
  status,
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
    'reset after the preflight': { reset: 'connection' },
    'reset after the request': { reset: 'head' },
    'reset instead of a response': { ending: 'cut' },
    'ended instead of a response': {},
    'ended within the headers': bytes('HTTP/1.1 200 OK\r\naccess-control-allow-or'),
    'reset after the headers': {
      bytes: [http(200, '', { 'content-length': '1000' })],
      ending: 'cut',
    },
    'reset within the body': unfinished(200, LEAKY, 'cut'),
  }),
  ...all(
    NETWORK,
    {
      'ended after the headers': text('', { 'content-length': '1000' }),
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
    'a body after a while': bytes(json(200, LEAKY).subarray(0, -TEXT.length), 200, TEXT),
    'a body that trickles': bytes(...trickled(json(200, LEAKY), 7, 3)),
  }),
  ...all(
    TIMEOUT,
    {
      'no response': { ending: 'hold' },
      'headers that do not end': { bytes: ['HTTP/1.1 200 OK\r\nx'], ending: 'hold' },
      'headers that trickle too long': bytes(...trickled(json(200, LEAKY), 1, 50)),
      'a body that does not start': unfinished(200, '', 'hold'),
      'a body that does not end': unfinished(200, LEAKY, 'hold'),
      'a body that trickles too long': bytes(
        json(200, LEAKY).subarray(0, -TEXT.length),
        ...trickled(Buffer.from(TEXT), 1, 50),
      ),
      '408 whose body does not end': unfinished(408, ERROR, 'hold'),
      '500 whose body does not end': unfinished(500, ERROR, 'hold'),
      'no response to the preflight': { preflight: { ending: 'hold' } },
    },
    SHORT,
  ),
  ...all(
    { code: 'ERR_TIMEOUT', mayHaveCreated: false },
    { '400 whose body does not end': unfinished(400, ERROR, 'hold') },
    LONG,
  ),
];

pace.push({
  name: 'a character in two pieces',
  responses: [bytes(...trickled(json(200, { ...LEAKY, name: 'é' }), 1, 1))],
  outcome: { instance: { ...INSTANCE, name: 'é' } },
});

const length: Fault[] = [
  ...all(CONNECTED, {
    'no length': instance({ 'content-length': undefined }),
    chunks: chunked(...[...TEXT].map(chunk), '0\r\n\r\n'),
  }),
  ...all(noInstance(), {
    'a length that is too short': instance({ 'content-length': '9' }),
    'a length of 0': instance({ 'content-length': '0' }),
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
    identity: instance({ 'content-encoding': 'identity' }),
    'an unknown encoding': instance({ 'content-encoding': 'unheard-of' }),
    'gzip twice': text(gzipSync(gzipSync(TEXT)), { 'content-encoding': 'gzip, gzip' }),
  }),
  ...all(
    NETWORK,
    {
      'gzip that is none': instance({ 'content-encoding': 'gzip' }),
      'deflate that is none': instance({ 'content-encoding': 'deflate' }),
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
    'gzip that is packed once more': text(gzipSync(gzipSync(TEXT)), { 'content-encoding': 'gzip' }),
    'gzip that is not named': text(gzipSync(TEXT)),
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
    'a greeting of SSH': bytes('SSH-2.0-OpenSSH_9.2\r\n'),
    'an alert of TLS': bytes(Buffer.from([21, 3, 3, 0, 2, 2, 80])),
    garbage: bytes(Buffer.alloc(4096, 'Sorry!\0\xff\r\n\r\n', 'latin1')),
    '100 and nothing more': bytes('HTTP/1.1 100 Continue\r\n\r\n'),
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

// tests/vectors/response.json has all statuses; these are those that engines handle themselves.
const statuses: Fault[] = [
  ...[200, 206, 299].map(
    (status): Fault => ({
      name: `${status}`,
      responses: [bytes(json(status, LEAKY))],
      outcome: CONNECTED,
    }),
  ),
  ...all(
    noInstance(205),
    { 205: bytes(json(205, LEAKY)) },
    except('A 205 has no body, but WebKitGTK reads one.', { WebKit: CONNECTED }),
  ),
  ...all(
    { code: 'ERR_REJECTED', mayHaveCreated: false, status: 407, ...DETAILS },
    { 407: bytes(json(407, ERROR)) },
    except('Chromium accepts it only from a proxy.', { Chromium: NETWORK }),
  ),
  // Browsers retry a request that was sent to the wrong server:
  // https://www.rfc-editor.org/rfc/rfc9110#status.421
  ...all(CONNECTED, { 421: bytes(json(421, ERROR)) }),
  ...[204, 300, 304, 999].map(
    (status): Fault => ({
      name: `${status}`,
      responses: [
        bytes(
          [204, 304].includes(status)
            ? http(status, '', { 'content-length': undefined })
            : json(status, LEAKY),
        ),
      ],
      outcome: noInstance(status),
    }),
  ),
  ...(
    [
      [400, 'ERR_REJECTED'],
      [401, 'ERR_UNAUTHORIZED'],
      [408, 'ERR_REJECTED'],
      [425, 'ERR_REJECTED'],
      [429, 'ERR_RATE_LIMITED'],
      [503, 'ERR_SERVER'],
    ] as const
  ).map(([status, code]): Fault => {
    const mayHaveCreated = status >= 500 || status === 408;
    return {
      name: `${status} with JSON`,
      responses: [bytes(json(status, ERROR))],
      outcome: { code, mayHaveCreated, status, ...DETAILS },
    };
  }),
  ...(
    [
      [400, 'ERR_REJECTED', false],
      [401, 'ERR_UNAUTHORIZED', false],
      [500, 'ERR_SERVER', true],
    ] as const
  ).flatMap(([status, code, mayHaveCreated]) => {
    const bare = { code, mayHaveCreated, status };
    const detailed = { ...bare, ...DETAILS };
    /** For WebKit, which needs the whole body of a 401. */
    const whole = (outcome: Outcome) =>
      status === 401
        ? except('WebKitGTK reads the whole body of a 401 before it passes the response on.', {
            WebKit: outcome,
          })
        : {};
    return [
      ...all(bare, {
        [`${status} with HTML`]: bytes(
          http(status, `<h1>No ${SECRETS.password}</h1>`, { 'content-type': 'text/html' }),
        ),
        [`${status} without its body`]: bytes(http(status, '', { 'content-length': '1000' })),
        [`${status} over 1 MiB`]: bytes(http(status, padded(ERROR, ONE_MIB + 1))),
        [`${status} that is no object`]: bytes(json(status, ERROR.message)),
        [`${status} whose details are no strings`]: bytes(
          json(status, { message: 1, requestId: {}, providerMessage: [SECRETS.password] }),
        ),
      }),
      ...all(detailed, {
        [`${status} of exactly 1 MiB`]: bytes(http(status, padded(ERROR, ONE_MIB))),
      }),
      ...all(
        bare,
        { [`${status} whose body breaks off`]: unfinished(status, ERROR, 'end') },
        except('Firefox checks the length of a 2xx only, WebKitGTK of none.', {
          Firefox: detailed,
          WebKit: detailed,
        }),
      ),
      ...all(
        bare,
        {
          [`${status} that is no gzip`]: bytes(json(status, ERROR, { 'content-encoding': 'gzip' })),
        },
        except(UNPACKED, { WebKit: detailed }),
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
        { config: { timeout: 2000 }, ...whole(TIMEOUT) },
      ),
    ];
  }),
];

/** Secrets that are trimmed before they are sent, or sent as part of the events. */
const repeated: Fault[] = Object.entries({
  'a password given with white space': { password: ' pa55word\n' },
  'the signature key of events': {
    events: { callbackUrl: 'https://shop.example/events', signatureKey: 'pa55word' },
  },
}).map(([name, config]) => ({
  name,
  config,
  responses: [bytes(json(400, { message: 'Not with pa55word', providerMessage: 'No pa55word' }))],
  outcome: {
    ...{ code: 'ERR_REJECTED', mayHaveCreated: false, status: 400 },
    providerMessage: 'No [redacted]',
  },
}));

const retryAfter: Fault[] = (
  [
    ['in seconds', '7', 7],
    ['as a date in the future', 'Tue, 01 Jan 2030 00:00:30 GMT', 30],
    ['as a date of the form of RFC 850', 'Tuesday, 01-Jan-30 00:00:30 GMT', 30],
    ['as a date of the form of asctime', 'Tue Jan  1 00:00:30 2030', 30],
    ['as a date in the past', 'Mon, 31 Dec 2029 23:59:00 GMT', 0],
  ] as const
).map(([form, header, seconds]) => ({
  name: `429 with a Retry-After ${form}`,
  responses: [
    bytes(json(429, {}, { 'retry-after': header, 'access-control-expose-headers': 'retry-after' })),
  ],
  outcome: {
    ...{ code: 'ERR_RATE_LIMITED', mayHaveCreated: false, status: 429 },
    ...(seconds !== undefined && { retryAfter: seconds }),
  },
}));
retryAfter.push({
  name: '429 with a Retry-After that CORS hides',
  responses: [bytes(json(429, {}, { 'retry-after': '7' }))],
  outcome: { code: 'ERR_RATE_LIMITED', mayHaveCreated: false, status: 429 },
});

/** Another origin, which no redirect may reach. The importing file closes it. */
export const elsewhere = await startHostileServer();

const redirects: Fault[] = [301, 302, 303, 307, 308].flatMap((status) => [
  ...all(
    NETWORK,
    Object.fromEntries(
      Object.entries({
        'to the same origin': '/target',
        'to itself': '/instances',
        'to another origin': `${elsewhere.url}/target`,
        'to no address': 'http://[',
        'to a script': 'javascript:0',
        'to data': `data:application/json,${TEXT}`,
      }).map(([where, location]) => [
        `${status} ${where}`,
        bytes(json(status, LEAKY, { location })),
      ]),
    ),
  ),
  ...all(
    noInstance(status),
    { [`${status} without a target`]: bytes(json(status, LEAKY)) },
    except('Firefox takes it for a broken redirect, the others for a response.', {
      Firefox: NETWORK,
    }),
  ),
]);

const cors: Fault[] = [
  ...all(NETWORK, {
    'a response for no origin': instance(hidden),
    'a response for another origin': instance(foreign),
    'a response for the origin null': instance({ 'access-control-allow-origin': 'null' }),
    'a response for two origins': instance({ 'access-control-allow-origin': '*, *' }),
    'a response for every origin, twice': instance({
      'Access-Control-Allow-Origin': '*',
    }),
    '400 for no origin': bytes(json(400, ERROR, hidden)),
    '500 for another origin': bytes(json(500, ERROR, foreign)),
    'a preflight for no origin': { preflight: bytes(preflight(hidden)) },
    'a preflight for another origin': { preflight: bytes(preflight(foreign)) },
    'a preflight for no headers': {
      preflight: bytes(preflight({ 'access-control-allow-headers': undefined })),
    },
    'a preflight for another header': {
      preflight: bytes(preflight({ 'access-control-allow-headers': 'content-type' })),
    },
    'a preflight with 403': { preflight: bytes(preflight({}, 403)) },
    'a preflight with 404': { preflight: bytes(preflight({}, 404)) },
    'a preflight with 500': { preflight: bytes(preflight({}, 500)) },
    'a preflight that redirects': { preflight: bytes(preflight({ location: '/instances' }, 307)) },
    'a preflight that redirects elsewhere': {
      preflight: bytes(preflight({ location: elsewhere.url }, 302)),
    },
    'a preflight that is garbage': { preflight: bytes('Sorry!\r\n\r\n') },
    'a preflight that is reset': { preflight: { ending: 'cut' } },
    'a preflight that ends': { preflight: {} },
  }),
  ...all(CONNECTED, {
    'a preflight after a while': {
      preflight: bytes(200, preflight()),
      ...instance(),
    },
    'a preflight with 200': { preflight: bytes(preflight({}, 200)), ...instance() },
    // POST needs none: https://fetch.spec.whatwg.org/#cors-safelisted-method
    'a preflight for no method': {
      preflight: bytes(preflight({ 'access-control-allow-methods': undefined })),
      ...instance(),
    },
    'a preflight for every header': {
      preflight: bytes(preflight({ 'access-control-allow-headers': '*' })),
      ...instance(),
    },
  }),
];

const content: Fault[] = [
  ...all(CONNECTED, {
    'no content type': instance({ 'content-type': undefined }),
    'the content type of HTML': instance({ 'content-type': 'text/html' }),
    'the content type of an image': instance({ 'content-type': 'image/png' }),
    'an invalid content type': instance({ 'content-type': ';;=' }),
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
      ['overlong UTF-8', Buffer.from([0xc0, 0xaf]), '\ufffd'.repeat(2)],
      ['escapes', Buffer.from('\\ud83d\\uded2\\u0000'), '🛒\0'],
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
    'two byte order marks': text(`\ufeff\ufeff${TEXT}`),
    'UTF-16': text(Buffer.from(TEXT, 'utf16le')),
    'nothing, with the content type of HTML': text('', { 'content-type': 'text/html' }),
    nothing: text(''),
    HTML: text(`<!doctype html>${TEXT}`, { 'content-type': 'text/html' }),
    'JSON that breaks off': text(TEXT.slice(0, -1)),
    'JSON and half a character': text(Buffer.concat([Buffer.from(TEXT), Buffer.of(0xc3)])),
    'more than 1 MiB': text(padded(LEAKY, ONE_MIB + 1)),
    'more than 1 MiB, packed': text(gzipSync(padded(LEAKY, ONE_MIB + 1)), {
      'content-encoding': 'gzip',
    }),
    'more than 1 MiB in chunks': chunked(chunk(padded(LEAKY, ONE_MIB + 1)), '0\r\n\r\n'),
    'a body without end': {
      bytes: [http(200, '{', { 'content-length': undefined })],
      ending: 'endless',
    },
    'deeply nested arrays': text(deep(true)),
    'unclosed brackets': text(deep(false)),
  }),
  ...all(CONNECTED, {
    'exactly 1 MiB': text(padded(LEAKY, ONE_MIB)),
    'exactly 1 MiB, packed': text(gzipSync(padded(LEAKY, ONE_MIB)), { 'content-encoding': 'gzip' }),
    'an instance with deep nesting in it': text(TEXT.replace(/}$/, `,"x":${deep(true)}}`)),
  }),
];

/** One for each case, because the function remembers how calls with a key ended. */
const keyOf = (at: number) => `the-key-of-case-${at}`;
const FOUND: Outcome = { instance: { ...INSTANCE, tags: [] } };
const EMPTY = bytes(json(404, ERROR));
const TAGS = Array.from({ length: 100 }, (_, at) => `idempotency-key:${keyOf(at)}`);
const LIST = bytes(json(200, [1, null, { ...LEAKY, id: 9999 }, { ...LEAKY, tags: TAGS }]));

/** Faults of a call with a key, whose first request is a lookup. */
const keyed: Fault[] = (
  [
    ['a lookup that finds an instance among others', [LIST], FOUND],
    ['a lookup that finds only others', [bytes(json(200, [LEAKY]))], CONNECTED],
    ['a lookup that is answered [], then a POST', [bytes(json(200, []))], CONNECTED],
    ['a lookup that is answered 404 without a body, then a POST', [bytes(http(404))], CONNECTED],
    [
      'a lookup that is answered 404 with HTML, then one that finds',
      [bytes(http(404, '\n<html>')), LIST],
      FOUND,
    ],
    [
      'a lookup whose 404 breaks off, then one that finds',
      [{ bytes: [json(404, ERROR).subarray(0, -1)], ending: 'cut' }, LIST],
      FOUND,
    ],
    ['a lookup that is reset, then one that finds', [{ ending: 'cut' }, LIST], FOUND],
    ['a lookup without a list, then one that finds', [instance(), LIST], FOUND],
    ['a lookup that is no JSON, then one that finds', [text('<html>'), LIST], FOUND],
    ['a lookup over 1 MiB, then one that finds', [text(padded({}, ONE_MIB + 1)), LIST], FOUND],
    ['a POST that is reset, then a lookup that finds', [EMPTY, { ending: 'cut' }, LIST], FOUND],
    ['a POST that is unreadable, then a lookup that finds', [EMPTY, text('{'), LIST], FOUND],
    [
      'a POST that is redirected, then a lookup that finds',
      [EMPTY, bytes(json(307, ERROR, { location: '/target' })), LIST],
      FOUND,
    ],
    [
      'a lookup that is refused',
      [bytes(json(401, ERROR))],
      { code: 'ERR_UNAUTHORIZED', mayHaveCreated: false, status: 401, ...DETAILS },
    ],
    [
      'a POST that is refused',
      [EMPTY, bytes(json(400, ERROR))],
      { code: 'ERR_REJECTED', mayHaveCreated: false, status: 400, ...DETAILS },
    ],
    [
      'a lookup without a response',
      [{ ending: 'hold' }],
      { code: 'ERR_TIMEOUT', mayHaveCreated: false },
      SHORT.config,
    ],
    ['a POST without a response', [EMPTY, { ending: 'hold' }], TIMEOUT, LONG.config],
    [
      'a POST that is reset, then a lookup that is refused',
      [EMPTY, { ending: 'cut' }, bytes(json(403, ERROR))],
      { code: 'ERR_FORBIDDEN', mayHaveCreated: true, status: 403, ...DETAILS },
    ],
  ] as [string, HostileResponse[], Outcome, Fault['config']?][]
).map(([name, responses, outcome, config = KEYED], at) => ({
  name,
  responses,
  config: { idempotencyKey: keyOf(at), ...config },
  outcome,
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
  'the secrets': repeated,
  'Retry-After': retryAfter,
  redirects,
  CORS: cors,
  'the content': content,
  'a call with a key': keyed,
};
