// What can go wrong with a call's requests, and the result of the call: one table for all engines.
import { gzipSync } from 'node:zlib';
import { type Engine, freePort } from './engines.js';
import {
  type HostileResponse,
  HostileServer,
  http,
  INSTANCE,
  json,
  preflight,
  SECRETS,
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
  response: HostileResponse;
  config?: Record<string, unknown>;
  outcome: Outcome;
  /** The outcomes of engines that differ. */
  except?: Partial<Record<Engine, Outcome>>;
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

const LENGTH_1000 = { 'content-length': '1000' };

/** `bytes`, then the end of the connection before the 1000 bytes of the body are there. */
const unfinished = (
  status: number,
  value: unknown,
  ending: NonNullable<HostileResponse['ending']>,
) => ({
  bytes: [json(status, value, LENGTH_1000)],
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

/** Faults with the same outcome. */
const all = (outcome: Outcome, responses: Record<string, HostileResponse>, more?: Partial<Fault>) =>
  Object.entries(responses).map(
    ([name, response]): Fault => ({ name, response, outcome, ...more }),
  );

const hidden = { 'access-control-allow-origin': undefined };
const foreign = { 'access-control-allow-origin': 'https://example.com' };
const UNPACKED = { 'content-encoding': 'gzip' };

/** Another origin, which no redirect may reach. The importing file closes it. */
export const elsewhere = await new HostileServer().start();

const connected = all(CONNECTED, {
  'a response after a while': bytes(200, json(200, LEAKY)),
  'headers in pieces': bytes('HTTP/1.1 200 O', 50, 'K\r\nacc', 50, json(200, LEAKY).subarray(22)),
  'a body that trickles': bytes(...trickled(json(200, LEAKY), 7, 3)),
  'no length': instance({ 'content-length': undefined }),
  chunks: chunked(...[...TEXT].map(chunk), '0\r\n\r\n'),
  gzip: text(gzipSync(TEXT), UNPACKED),
  'an unknown encoding': instance({ 'content-encoding': 'unheard-of' }),
  cookies: instance({ 'set-cookie': `token=${INSTANCE.token}` }),
  '103 before the response': bytes('HTTP/1.1 103 Early Hints\r\n\r\n', json(200, LEAKY)),
  299: bytes(json(299, LEAKY)),
  // Browsers retry a request that was sent to the wrong server:
  // https://www.rfc-editor.org/rfc/rfc9110#status.421
  421: bytes(json(421, ERROR)),
  'a preflight after a while': { preflight: bytes(200, preflight()), ...instance() },
  'a preflight with 200': { preflight: bytes(preflight({}, 200)), ...instance() },
  'no content type': instance({ 'content-type': undefined }),
  'the content type of HTML': instance({ 'content-type': 'text/html' }),
  'a content type that must not be sniffed': instance({
    'content-type': 'text/css',
    'x-content-type-options': 'nosniff',
  }),
  'a wrong character set': instance({ 'content-type': 'application/json; charset=utf-16' }),
  'a byte order mark': text(`\ufeff${TEXT}`),
  'exactly 1 MiB': text(padded(LEAKY, ONE_MIB)),
  'an instance with deep nesting in it': text(TEXT.replace(/}$/, `,"x":${DEEP}}`)),
});

const network = all(NETWORK, {
  'a connection that is reset at once': { reset: 'at once' },
  'a connection that is reset after the request': { reset: 'at headers' },
  'a connection that is reset instead of a response': { ending: 'cut' },
  'a connection that ends instead of a response': {},
  'a connection that ends within the headers': bytes('HTTP/1.1 200 OK\r\naccess-control-'),
  'a connection that is reset within the body': unfinished(200, LEAKY, 'cut'),
  'a chunk that is cut': chunked(chunk(TEXT).slice(0, -9)),
  'a header of 1 MiB': instance({ 'x-giant': 'x'.repeat(ONE_MIB) }),
  'a header without end': { bytes: ['HTTP/1.1 200 OK\r\nx-giant: '], ending: 'endless' },
  'an alert of TLS': bytes(Buffer.from([21, 3, 3, 0, 2, 2, 80])),
  garbage: bytes(Buffer.alloc(4096, 'Sorry!\0\xff\r\n\r\n', 'latin1')),
  'a response for no origin': instance(hidden),
  'a response for another origin': instance(foreign),
  'a response for two origins': instance({ 'access-control-allow-origin': '*, *' }),
  '400 for no origin': bytes(json(400, ERROR, hidden)),
  'a preflight for no origin': { preflight: bytes(preflight(hidden)) },
  'a preflight for no headers': {
    preflight: bytes(preflight({ 'access-control-allow-headers': undefined })),
  },
  'a preflight with 404': { preflight: bytes(preflight({}, 404)) },
  'a preflight that redirects': { preflight: bytes(preflight({ location: '/instances' }, 307)) },
  'a preflight that is garbage': { preflight: bytes('Sorry!\r\n\r\n') },
});
network.push({
  name: 'a connection that is refused',
  response: {},
  config: { baseUrl: `http://127.0.0.1:${await freePort()}` },
  outcome: NETWORK,
});

const unreadable = all(noInstance(), {
  'a length that is too short': instance({ 'content-length': '9' }),
  // For all engines, the body ends where the packed bytes end.
  'gzip that breaks off': text(gzipSync(TEXT).subarray(0, 40), UNPACKED),
  'gzip of 64 MiB': text(gzipSync(Buffer.alloc(64 * ONE_MIB, ' ')), UNPACKED),
  'UTF-16': text(Buffer.from(TEXT, 'utf16le')),
  nothing: text(''),
  HTML: text(`<!doctype html>${TEXT}`, { 'content-type': 'text/html' }),
  'more than 1 MiB': text(padded(LEAKY, ONE_MIB + 1)),
  'more than 1 MiB, packed': text(gzipSync(padded(LEAKY, ONE_MIB + 1)), UNPACKED),
  'a body without end': {
    bytes: [http(200, '{', { 'content-length': undefined })],
    ending: 'endless',
  },
  'deeply nested arrays': text(DEEP),
});

const late = all(
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
);

const names = (
  [
    ['characters of every length', Buffer.from('aé→🛒'), 'aé→🛒'],
    ['Latin-1', Buffer.from('Caf\xe9', 'latin1'), 'Caf\ufffd'],
    ['UTF-8 that breaks off', Buffer.from('Café').subarray(0, -1), 'Caf\ufffd'],
    ['surrogates in UTF-8', Buffer.from([0xed, 0xa0, 0x80]), '\ufffd'.repeat(3)],
  ] as const
).flatMap(([name, sent, read]): Fault[] => {
  const [before = '', after = ''] = JSON.stringify({ ...LEAKY, name: '|' }).split('|');
  const body = Buffer.concat([Buffer.from(before), sent, Buffer.from(after)]);
  const response = bytes(...trickled(http(200, body), 1, 1));
  return all({ instance: { ...INSTANCE, name: read } }, { [`a name of ${name}`]: response });
});

// tests/core/responses.test.ts has what statuses mean; these are those that engines handle themselves.
const statuses = [
  ...all(noInstance(204), { 204: bytes(http(204, '', { 'content-length': undefined })) }),
  ...all(noInstance(304), { 304: bytes(http(304, '', { 'content-length': undefined })) }),
  ...all(noInstance(300), { 300: bytes(json(300, LEAKY)) }),
  ...all(noInstance(999), { 999: bytes(json(999, LEAKY)) }),
  // A 205 has no body, but WebKitGTK reads one.
  ...all(noInstance(205), { 205: bytes(json(205, LEAKY)) }, { except: { WebKit: CONNECTED } }),
  // Chromium accepts it only from a proxy.
  ...all(refused(407), { 407: bytes(json(407, ERROR)) }, { except: { Chromium: NETWORK } }),
  // Firefox rejects a 101 that it did not ask for, the others wait for a final response.
  ...all(
    TIMEOUT,
    { 101: { bytes: ['HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'], ending: 'hold' } },
    { ...LONG, except: { Firefox: NETWORK } },
  ),
];

// WebKitGTK takes the end of the connection for the end of the body, passes on unchanged what it cannot
// unpack, and ends a body where it is broken.
const successes = [
  ...all(
    NETWORK,
    {
      'ended after the instance': unfinished(200, LEAKY, 'end'),
      'chunks without an end': chunked(chunk(TEXT)),
      'gzip that is none': instance(UNPACKED),
    },
    { except: { WebKit: CONNECTED } },
  ),
  ...all(
    NETWORK,
    {
      'ended within the body': text(TEXT.slice(0, -1), LENGTH_1000),
      'gzip that is broken': text(gzipSync(TEXT).fill(255, 20, 60), UNPACKED),
    },
    { except: { WebKit: noInstance() } },
  ),
];

const errors = [400, 401, 500].flatMap((status) => {
  const bare = refused(status, {});
  const whole = refused(status);
  const endless = { bytes: [http(status, '{', { 'content-length': undefined })] };
  // WebKitGTK reads the whole body of a 401 before it passes the response on.
  const inWebKit = (outcome: Outcome) => ({ WebKit: status === 401 ? outcome : bare });
  return [
    ...all(whole, {
      [`${status} of exactly 1 MiB`]: bytes(http(status, padded(ERROR, ONE_MIB))),
    }),
    ...all(bare, {
      [`${status} without its body`]: bytes(http(status, '', LENGTH_1000)),
      [`${status} over 1 MiB`]: bytes(http(status, padded(ERROR, ONE_MIB + 1))),
    }),
    // Firefox checks the length of a 2xx only, WebKitGTK of none.
    ...all(
      bare,
      { [`${status} whose body breaks off`]: unfinished(status, ERROR, 'end') },
      { except: { Firefox: whole, WebKit: whole } },
    ),
    ...all(
      bare,
      { [`${status} that is no gzip`]: bytes(json(status, ERROR, UNPACKED)) },
      { except: { WebKit: whole } },
    ),
    ...all(
      bare,
      { [`${status} whose connection is reset`]: unfinished(status, ERROR, 'cut') },
      { except: inWebKit(NETWORK) },
    ),
    ...all(
      bare,
      { [`${status} without end`]: { ...endless, ending: 'endless' } },
      { ...LONG, except: inWebKit(TIMEOUT) },
    ),
  ];
});

const limited = { code: 'ERR_RATE_LIMITED', mayHaveCreated: false, status: 429 };
const exposed = { 'access-control-expose-headers': 'retry-after' };

const retryAfter = [
  ...Object.entries({
    7: 7,
    'Tue, 01 Jan 2030 00:00:30 GMT': 30,
    'Tuesday, 01-Jan-30 00:00:30 GMT': 30,
    'Mon, 31 Dec 2029 23:59:00 GMT': 0,
  }).flatMap(([header, seconds]) =>
    all(
      { ...limited, retryAfter: seconds },
      { [header]: bytes(json(429, {}, { 'retry-after': header, ...exposed })) },
    ),
  ),
  ...all(limited, { 'hidden by CORS': bytes(json(429, {}, { 'retry-after': '7' })) }),
];

// Redirects are not followed, and browsers hide where they lead.
const redirects = [301, 302, 303, 307, 308].flatMap((status) =>
  [undefined, '/target', `${elsewhere.url}/target`, 'javascript:0'].flatMap((location) =>
    all(noInstance(0), { [`${status} to ${location}`]: bytes(json(status, LEAKY, { location })) }),
  ),
);

/** All faults, by what they are faults of. */
export const faults = {
  'a response that connects': connected,
  'a failure of the network': network,
  'an unreadable 2xx': unreadable,
  'a response that is late': late,
  'a name': names,
  'a status': statuses,
  'a success that engines read in different ways': successes,
  'an error': errors,
  'Retry-After': retryAfter,
  'a redirect': redirects,
};
