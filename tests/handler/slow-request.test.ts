// For a hostile request or response, the handler takes about as long as for a harmless one of the same
// size, and for eight times the size about eight times as long: noise does not reach the 64 times of
// quadratic work.
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { instanceBody, subjectTag, withSettings } from './instance-body.js';
import { MOUNT, makeHandler, pageRequest } from './served-handler.js';

/** Secrets of the same letters as the hostile texts, which match in part everywhere. */
const PASSWORD = `${'a'.repeat(1023)}b`;
const USER_SECRET = `b${'a'.repeat(1023)}`;
const ORGANIZATION_SECRET = 'a'.repeat(1024);

const HARMLESS = 'The store said no. ';
const HOSTILE = [
  ...['a', ' ', 'a.', '1.', '-', '@', '/', '?', '%', '\\', '<', '<a', '\t', '\u200b', '😀'],
  ...['subject:', '/instances', `${'a'.repeat(1023)} `],
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
  response?: unknown;
}

const body = withSettings({ password: PASSWORD });

/** The text in pieces of up to 8 characters. */
const pieces = (text: string) => text.match(/.{1,8}/gsu) ?? [];

/** The text for a URL or header, no longer than servers accept. */
const forHead = (text: string) => encodeURI(text.slice(0, text.length / 8));

const own = [subjectTag('ann')];

/** Puts a text into an exchange. */
const PLACES: Record<string, (text: string) => Exchange> = {
  'the name of a request': (name) => ({ body: instanceBody({ name }) }),
  'the store URL of a request': (text) => ({
    body: withSettings({ 'store.url': `https://${text.slice(0, 1000)}/api/v2` }),
  }),
  'tags of a request': (text) => ({ body: instanceBody({ tags: pieces(text) }) }),
  'members of a request': (text) => ({
    body: Object.fromEntries(pieces(text).map((piece, at) => [piece + at, piece])),
  }),
  'the origin of a request': (text) => ({
    headers: { 'sec-fetch-site': 'cross-site', origin: forHead(text) },
    body,
  }),
  'a message of a response': (message) => ({ body, status: 400, response: { message } }),
  'every field of a response': (text) => ({
    body,
    status: 503,
    response: { message: text, providerMessage: text, requestId: text, token: text },
  }),
  'the page of a response': (text) => ({ body, status: 404, response: `<${text}` }),
  'tags of a response': (text) => ({
    method: 'PUT',
    path: '/instances/1',
    body,
    response: { id: 1, token: 't', tags: [...own, ...pieces(text)] },
  }),
  'every field of a list': (text) => ({
    method: 'GET',
    path: '/connections',
    response: [
      {
        ...{ id: 1, name: text, createdDate: text, tags: [...own, ...pieces(text)] },
        configuration: { 'store.url': `https://${text.slice(0, 1000)}/api/v2` },
      },
    ],
  }),
};

/** The size of a hostile text, in characters, and how many times larger it gets. */
const SIZE = 6 * 1024;
const GROWTH = 8;

/** How often a measurement that seems slow is repeated. */
const MAX_ROUNDS = 10;

/** Measures an exchange, repeatedly. */
function stopwatch({
  method = 'POST',
  path = '/instances',
  headers = {},
  body,
  status = 200,
  response = { id: 1, token: 't' },
}: Exchange) {
  const text = typeof response === 'string' ? response : JSON.stringify(response);
  const handle = makeHandler({
    userSecret: USER_SECRET,
    organizationSecret: ORGANIZATION_SECRET,
    allowEvents: true,
    // The time of a network would hide the handler's.
    fetch: async () => new Response(text, { status }),
  });
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  let least = Number.POSITIVE_INFINITY;
  /** The least processor time so far, in milliseconds: the machine can be busy. */
  return async (): Promise<number> => {
    const request = pageRequest(MOUNT + path, init);
    const start = process.cpuUsage();
    await (await handle(request)).text();
    const { user, system } = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 1000);
    return least;
  };
}

suite('The handler', { timeout: 300_000 }, () => {
  for (const [what, place] of Object.entries(PLACES)) {
    test(`takes time in proportion to the size where ${what} is hostile`, async () => {
      const harmless = stopwatch(place(fill(HARMLESS, SIZE)));
      // The harmless exchange can end with an early error, whose time does not count.
      const accepted = stopwatch({ body });
      for (const part of HOSTILE) {
        const small = stopwatch(place(fill(part, SIZE)));
        const large = stopwatch(place(fill(part, GROWTH * SIZE)));
        for (let round = 1; ; round++) {
          const usual = Math.max(await harmless(), await accepted());
          const [forSmall, forLarge] = [await small(), await large()];
          // Below the usual time, the ratio of the two means nothing.
          const proportional = 3 * GROWTH * Math.max(forSmall, usual);
          if (forSmall <= 10 * usual && forLarge <= proportional) break;
          const text = `${forSmall} ms, not ${usual}, and ${forLarge} for ${GROWTH} times as much`;
          assert.ok(round < MAX_ROUNDS, `${JSON.stringify(part.slice(0, 9))}: ${text}`);
        }
      }
    });
  }
});
