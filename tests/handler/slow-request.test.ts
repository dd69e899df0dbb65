// For a hostile request or response, the handler takes about as long as for a harmless one of the same
// size, and for twice the size about twice as long.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { EVENTS, instanceBody, KEY, subjectTag } from './instance-body.js';
import { MOUNT, makeHandler, pageRequest } from './served-handler.js';

/** Secrets of the same letters as the hostile texts, which match in part everywhere. */
const PASSWORD = `${'a'.repeat(254)}b`;
const USER_SECRET = `${'a'.repeat(1023)}b`;
const ORGANIZATION_SECRET = 'a'.repeat(1024);

const HARMLESS = 'The store said no. ';

const HOSTILE = [
  ...[
    'a',
    ' ',
    'a.',
    '1.',
    '.',
    '-',
    '@',
    ':',
    '/',
    '?',
    '%',
    '%61',
    '&#',
    '&#97;',
    '\\',
    '\\u006',
  ],
  ...['<', '\t', '\u200b', '\u2028', '😀', 'YWFh', 'localhost.', 'subject:', '/instances', '0'],
  `${'a'.repeat(1023)} `,
];

const fill = (part: string, size: number) =>
  part.repeat(Math.ceil(size / part.length)).slice(0, size);

/** A request of the page, and the service's response to each request of the handler. */
interface Exchange {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: object;
  status?: number;
  responseBody?: unknown;
  retryAfter?: string;
}

/** Puts a text into an exchange. */
type Place = (text: string) => Exchange;

const body = (changes: object, settings: object = {}) =>
  instanceBody({
    configuration: {
      ...Object(instanceBody().configuration),
      password: PASSWORD,
      ...settings,
    },
    ...changes,
  });

const orders = EVENTS['event.poller.configuration'].orders;

/** The text in pieces of up to 8 characters. */
const pieces = (text: string) => text.match(/.{1,8}/gsu) ?? [];

/** The text for a URL or header, no longer than servers accept. */
const forHead = (text: string) => encodeURI(text.slice(0, text.length / 8));

const inRequests: Record<string, Place> = {
  'the name': (name) => ({ body: body({ name }) }),
  'the password': (password) => ({ body: body({}, { password }) }),
  'the store URL': (text) => ({ body: body({}, { 'store.url': `https://${text}/api/v2` }) }),
  'a tag': (tag) => ({ body: body({ tags: [tag] }) }),
  tags: (text) => ({ body: body({ tags: pieces(text) }) }),
  'a callback URL': (text) => ({
    body: body({}, { ...EVENTS, 'event.notification.callback.url': `http://${text}` }),
  }),
  'a resource': (url) => ({
    body: body({}, { ...EVENTS, 'event.poller.configuration': { a: { ...orders, url } } }),
  }),
  'the name of a resource': (name) => ({
    body: body({}, { ...EVENTS, 'event.poller.configuration': { [name]: orders } }),
  }),
  members: (text) => ({
    body: Object.fromEntries(pieces(text).map((piece, at) => [piece + at, piece])),
  }),
  'the path': (text) => ({ path: `/${forHead(text)}/instances`, body: body({}) }),
  'the query': (text) => ({ method: 'GET', path: `/instances?tags[]=${KEY}${forHead(text)}` }),
  'the content type': (text) => ({
    headers: { 'content-type': `application/json${forHead(text)}` },
    body: body({}),
  }),
  'the origin': (text) => ({
    headers: { 'sec-fetch-site': 'cross-site', origin: forHead(text) },
    body: body({}),
  }),
};

const own = [subjectTag('ann')];

const inResponses: Record<string, Place> = {
  'a message': (message) => ({ body: body({}), status: 400, responseBody: { message } }),
  'every field of an error': (text) => ({
    body: body({}),
    status: 503,
    responseBody: { message: text, providerMessage: text, requestId: text },
    retryAfter: forHead(text),
  }),
  'the token of an error': (text) => ({
    body: body({}),
    status: 400,
    responseBody: { message: text, token: text.slice(0, 1024) },
  }),
  'a body without JSON': (text) => ({ body: body({}), status: 404, responseBody: text }),
  'the token': (token) => ({ body: body({}), responseBody: { id: 1, token } }),
  'a tag': (tag) => ({ body: body({}), responseBody: { id: 1, token: 't', tags: [...own, tag] } }),
  tags: (text) => ({
    body: body({}),
    responseBody: { id: 1, token: 't', tags: [...own, ...pieces(text)] },
  }),
  'the tags of an instance that is updated': (text) => ({
    method: 'PUT',
    path: '/instances/1',
    body: body({}),
    responseBody: { id: 1, token: 't', tags: [...own, ...pieces(text)] },
  }),
  'an array': (text) => ({
    method: 'GET',
    path: `/instances?tags[]=${KEY}`,
    responseBody: pieces(text).map((token, id) => ({ id, token, tags: [token, KEY] })),
  }),
};

/** How often a measurement that seems slow is repeated. */
const MAX_ROUNDS = 10;

/** Measures an exchange, repeatedly. */
function stopwatch(exchange: Exchange) {
  const {
    method = 'POST',
    path = '/instances',
    headers,
    body,
    status = 200,
    responseBody,
  } = exchange;
  const { retryAfter = '1' } = exchange;
  const text =
    typeof responseBody === 'string'
      ? responseBody
      : JSON.stringify(responseBody ?? { id: 1, token: 't' });
  const handle = makeHandler({
    userSecret: USER_SECRET,
    organizationSecret: ORGANIZATION_SECRET,
    allowEvents: true,
    // The time of a network would hide the handler's.
    fetch: async () => new Response(text, { status, headers: { 'retry-after': retryAfter } }),
  });
  const init = {
    method,
    ...(headers && { headers }),
    ...(body && { body: JSON.stringify(body) }),
  };
  let least = Number.POSITIVE_INFINITY;
  return {
    /** The least processor time so far, in milliseconds: the machine can be busy. */
    async measure(): Promise<number> {
      const request = pageRequest(MOUNT + path, init);
      const start = process.cpuUsage();
      const response = await handle(request);
      await response.text();
      const { user, system } = process.cpuUsage(start);
      least = Math.min(least, (user + system) / 1000);
      return least;
    },
  };
}

suite('The handler', { timeout: 300_000 }, () => {
  for (const [where, places, size] of [
    ['a request', inRequests, 24 * 1024],
    ['a response', inResponses, 48 * 1024],
  ] as const) {
    for (const [what, place] of Object.entries(places)) {
      test(`takes time in proportion to the size where ${what} of ${where} is hostile`, async () => {
        const harmless = stopwatch(place(fill(HARMLESS, size)));
        // The harmless exchange can end with an early error, whose time does not count.
        const accepted = stopwatch({ body: body({}) });
        for (const part of HOSTILE) {
          const once = stopwatch(place(fill(part, size)));
          const twice = stopwatch(place(fill(part, 2 * size)));
          for (let round = 1; ; round++) {
            const usual = Math.max(await harmless.measure(), await accepted.measure());
            const taken = await once.measure();
            const takenByTwice = await twice.measure();
            // Below the usual time, the ratio of the two means nothing.
            if (taken <= 10 * usual && takenByTwice <= 3 * Math.max(taken, usual)) break;
            const text = `${taken} ms, not ${usual}, and ${takenByTwice} for twice as much`;
            assert.ok(round < MAX_ROUNDS, `${JSON.stringify(part.slice(0, 9))}: ${text}`);
          }
        }
      });
    }
  }
});
