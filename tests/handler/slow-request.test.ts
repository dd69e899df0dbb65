// However hostile a request or an answer is, the handler takes about as long as for a harmless one
// of the same size, and not longer than in proportion to it.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { EVENTS, instanceBody, MOUNT, subjectTag } from './served-handler.js';

const KEY = 'idempotency-key:0123456789abcdef';

/** Of the same letters as the texts, so that they are found in part everywhere. */
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

const filled = (part: string, size: number) =>
  part.repeat(Math.ceil(size / part.length)).slice(0, size);

/** A request, and what the service answers to all that is sent on. */
interface Exchange {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: object;
  status?: number;
  answer?: unknown;
  retryAfter?: string;
}

/** Makes an exchange with a text in it. */
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

/** Each letter or so on its own. */
const pieces = (text: string) => text.match(/.{1,8}/gsu) ?? [];

/** As it stands in an address or a header, and no longer than servers let it be. */
const inHead = (text: string) => encodeURI(text.slice(0, text.length / 8));

const inRequests: Record<string, Place> = {
  'the name': (name) => ({ body: body({ name }) }),
  'the password': (password) => ({ body: body({}, { password }) }),
  'the store': (text) => ({ body: body({}, { 'store.url': `https://${text}/api/v2` }) }),
  'a tag': (tag) => ({ body: body({ tags: [tag] }) }),
  tags: (text) => ({ body: body({ tags: pieces(text) }) }),
  'a callback': (text) => ({
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
  'the path': (text) => ({ path: `/${inHead(text)}/instances`, body: body({}) }),
  'the query': (text) => ({ method: 'GET', path: `/instances?tags[]=${KEY}${inHead(text)}` }),
  'the content type': (text) => ({
    headers: { 'content-type': `application/json${inHead(text)}` },
    body: body({}),
  }),
  'the origin': (text) => ({
    headers: { 'sec-fetch-site': 'cross-site', origin: inHead(text) },
    body: body({}),
  }),
};

const own = [subjectTag('ann')];

const inAnswers: Record<string, Place> = {
  'a message': (message) => ({ body: body({}), status: 400, answer: { message } }),
  'all of an error': (text) => ({
    body: body({}),
    status: 503,
    answer: { message: text, providerMessage: text, requestId: text },
    retryAfter: inHead(text),
  }),
  'the token of an error': (text) => ({
    body: body({}),
    status: 400,
    answer: { message: text, token: text.slice(0, 1024) },
  }),
  'no JSON': (text) => ({ body: body({}), status: 404, answer: text }),
  'the token': (token) => ({ body: body({}), answer: { id: 1, token } }),
  'a tag': (tag) => ({ body: body({}), answer: { id: 1, token: 't', tags: [...own, tag] } }),
  tags: (text) => ({
    body: body({}),
    answer: { id: 1, token: 't', tags: [...own, ...pieces(text)] },
  }),
  'the tags of what is updated': (text) => ({
    method: 'PUT',
    path: '/instances/1',
    body: body({}),
    answer: { id: 1, token: 't', tags: [...own, ...pieces(text)] },
  }),
  'a list': (text) => ({
    method: 'GET',
    path: `/instances?tags[]=${KEY}`,
    answer: pieces(text).map((token, id) => ({ id, token, tags: [token, KEY] })),
  }),
};

/** How often what seems slow is measured again. */
const MAX_ROUNDS = 10;

/** Measures an exchange, over and over. */
function stopwatch(exchange: Exchange) {
  const { method = 'POST', path = '/instances', headers, body, status = 200, answer } = exchange;
  const { retryAfter = '1' } = exchange;
  const text =
    typeof answer === 'string' ? answer : JSON.stringify(answer ?? { id: 1, token: 't' });
  const handle = createProxy({
    userSecret: USER_SECRET,
    organizationSecret: ORGANIZATION_SECRET,
    allowEvents: true,
    authorize: () => ({ subject: 'ann' }),
    onError: () => undefined,
    // No network, whose time would hide the handler's.
    fetch: async () => new Response(text, { status, headers: { 'retry-after': retryAfter } }),
  });
  const init = {
    method,
    headers: { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
    ...(body && { body: JSON.stringify(body) }),
  };
  let least = Number.POSITIVE_INFINITY;
  return {
    /** The fewest milliseconds of the processor until now, for others may keep it busy. */
    async measure(): Promise<number> {
      const request = new Request(`https://shop.example${MOUNT}${path}`, init);
      const begin = process.cpuUsage();
      const response = await handle(request);
      await response.text();
      const { user, system } = process.cpuUsage(begin);
      least = Math.min(least, (user + system) / 1000);
      return least;
    },
  };
}

suite('The handler', { timeout: 300_000 }, () => {
  for (const [where, places, size] of [
    ['a request', inRequests, 24 * 1024],
    ['an answer', inAnswers, 48 * 1024],
  ] as const) {
    for (const [what, place] of Object.entries(places)) {
      test(`takes no longer where ${what} of ${where} is hostile`, async () => {
        const harmless = stopwatch(place(filled(HARMLESS, size)));
        // A harmless one can be refused at once, which says nothing of the size.
        const accepted = stopwatch({ body: body({}) });
        for (const part of HOSTILE) {
          const once = stopwatch(place(filled(part, size)));
          const twice = stopwatch(place(filled(part, 2 * size)));
          for (let round = 1; ; round++) {
            const usual = Math.max(await harmless.measure(), await accepted.measure());
            const taken = await once.measure();
            const takenByTwice = await twice.measure();
            // Less than is usual is not slow, whatever half of it takes.
            if (taken <= 10 * usual && takenByTwice <= 3 * Math.max(taken, usual)) break;
            const text = `${taken} ms, not ${usual}, and ${takenByTwice} for twice as much`;
            assert.ok(round < MAX_ROUNDS, `${JSON.stringify(part.slice(0, 9))}: ${text}`);
          }
        }
      });
    }
  }
});
