import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { ErrorReport } from 'authenticate-bigcommerce/proxy';
import fc from 'fast-check';
import {
  type Fault,
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { runs } from '../random.js';
import {
  CLIENT_SECRET,
  EVENTS,
  instanceBody,
  KEY,
  keyTag,
  PASSWORD,
  storeLevelBody,
  subjectTag,
} from './instance-body.js';
import { checked, MOUNT, makeHandler, PAGE_HEADERS } from './served-handler.js';

/** The reserved tags of the instances with the key. */
const ANNS_TAGS = [subjectTag('ann'), keyTag('ann', KEY)];
const BOBS_TAGS = [subjectTag('bob'), keyTag('bob', KEY)];

/** The ids of the two instances. All requests are Ann's. */
const BOBS = 1;
const ANNS = 2;
const BOBS_TOKEN = 'token-of-bob-0123456789';

/** Tags, most of them attempts to fake a reserved one. */
const tag = fc.oneof(
  fc.constantFrom(
    KEY,
    'a',
    ...ANNS_TAGS,
    ...BOBS_TAGS,
    ...ANNS_TAGS.map((tag) => tag.toUpperCase()),
  ),
  fc.constantFrom('subject:bob', 'Subject:bob', ' subject:bob', '<b>subject:bob'),
  fc.constantFrom('sub<i>ject:bob', 'subject&#58;bob', 'subject:ann', '\u0000', '\ud800', ''),
  fc.string({ unit: 'binary' }),
);

const member = fc.tuple(
  fc.constantFrom(
    ...['element', 'configuration', 'tags', 'name', 'id', 'token', 'subject', '__proto__'],
    ...['constructor', 'toString', 'length', ''],
  ),
  fc.oneof(
    fc.jsonValue(),
    tag,
    fc.array(tag, { maxLength: 4 }),
    fc.constantFrom({ key: 'bigcommerce' }, { key: 'shopify' }, { username: 'u' }),
    fc.constant(storeLevelBody().configuration),
  ),
);

/** Request bodies: the core's own, others that differ from it, or no JSON. */
const body = fc.oneof(
  fc.array(member, { maxLength: 2 }).map((changes) => {
    const own = instanceBody({ tags: [KEY, 'Docs'] });
    for (const [name, value] of changes) {
      // Like JSON.parse, this makes an own property even of __proto__.
      Object.defineProperty(own, name, { value, enumerable: true, configurable: true });
    }
    return JSON.stringify(own);
  }),
  fc.array(tag, { maxLength: 3 }).map((tags) => JSON.stringify(instanceBody({ tags }))),
  fc.constant(JSON.stringify(instanceBody())),
  fc.constant(JSON.stringify(storeLevelBody())),
  fc.constant(
    JSON.stringify(
      instanceBody({ configuration: { ...Object(instanceBody().configuration), ...EVENTS } }),
    ),
  ),
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 99 }),
  fc.constant('x'.repeat(64 * 1024 + 1)),
);

const path = fc.oneof(
  fc.constantFrom(
    ...['/instances', `/instances/${BOBS}`, `/instances/${ANNS}`, `/instances?tags[]=${KEY}`],
    ...[`/instances?tags%5B%5D=${KEY}`, `/instances?tags[]=${KEY}&tags[]=a`, '/instances?a=b'],
    ...[
      '/instances?tags[]=subject:bob',
      `/instances?tags[]=${BOBS_TAGS[1]}`,
      `/instances/${ANNS}/../${BOBS}`,
      '/instances/0',
      '/',
    ],
    ...['/instances/9007199254740993', `/instances//${BOBS}`, `/instances/${BOBS}%2f`, '/hubs'],
  ),
  fc.webPath().map((path) => `/instances${path}`),
  fc.webQueryParameters().map((query) => `/instances?${query}`),
);

type Sent = {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
};

const headers = fc.record(
  {
    'sec-fetch-site': fc.constantFrom('same-origin', 'same-origin', 'same-site', 'none', 'x'),
    origin: fc.constantFrom('https://shop.example', 'https://evil.example', 'null'),
    'content-type': fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text'),
    'content-length': fc.constantFrom('0', '-1', 'NaN', '1e9'),
    authorization: fc.constantFrom('User x, Organization y'),
    cookie: fc.string({ unit: 'grapheme-ascii' }).map((value) => `session=${value.trim()}`),
  },
  { requiredKeys: [] },
);

/** Mostly the three routes of the handler. */
const route = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      { method: 'POST', path: '/instances' },
      { method: 'PUT', path: `/instances/${BOBS}` },
      { method: 'PUT', path: `/instances/${ANNS}` },
      { method: 'GET', path: `/instances?tags[]=${KEY}` },
    ),
  },
  fc.record({
    method: fc.constantFrom('POST', 'PUT', 'GET', 'DELETE', 'PATCH', 'OPTIONS'),
    path,
  }),
);

const request: fc.Arbitrary<Sent> = fc
  .tuple(
    route,
    fc.oneof(
      { weight: 6, arbitrary: fc.constant(PAGE_HEADERS) },
      headers,
      headers.map((more) => ({ ...PAGE_HEADERS, ...more })),
    ),
    body,
  )
  .map(([route, headers, body]) => ({ ...route, headers, body }));

/** Stands in responses for the secrets and the body of the request: a service can repeat only those. */
const ECHO = 'ECHO';

/** Instances of a broken or hostile service. */
const instance = fc.record(
  {
    id: fc.oneof(fc.constantFrom(BOBS, ANNS), fc.jsonValue()),
    token: fc.oneof(fc.constant(BOBS_TOKEN), fc.jsonValue()),
    tags: fc.oneof(
      fc.constantFrom(BOBS_TAGS, [...BOBS_TAGS, ...ANNS_TAGS], [KEY], BOBS_TAGS.slice(1)),
    ),
    name: fc.jsonValue(),
    configuration: fc.constant({ password: ECHO, 'oauth.api.secret': ECHO }),
  },
  { requiredKeys: [] },
);

const errorBody = fc.record(
  { message: fc.constantFrom(ECHO, 5), requestId: fc.constant(ECHO), other: fc.constant(ECHO) },
  { requiredKeys: [] },
);

/** The fault of the first request to the service; mostly none. */
const fault = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  fc.record({
    kind: fc.constant('respond' as const),
    // Without those below 200 and 204, 205, 304: they must not have the body that the sandbox sends.
    status: fc.oneof(fc.integer({ min: 206, max: 303 }), fc.integer({ min: 400, max: 599 })),
    headers: fc.constantFrom(
      { 'retry-after': USER_SECRET },
      { 'retry-after': '5', location: 'http://127.0.0.1:9/', 'set-cookie': 'a=b' },
    ),
    body: fc.oneof(errorBody, fc.jsonValue()).map((body) => JSON.stringify(body)),
  }),
  fc.constantFrom<Fault>({ kind: 'drop' }, { kind: 'drop-after' }, { kind: 'half' }),
);

/** Wrong instances with a status of 200. */
const wrongAnswer = fc
  .oneof(instance, fc.array(instance, { maxLength: 3 }))
  .map((body): Fault => ({ kind: 'respond', status: 200, body: JSON.stringify(body) }));

suite('Any request', { timeout: 1_200_000 }, () => {
  let sandbox: Sandbox;
  let handle: (request: Request) => Promise<Response>;
  const reports: Omit<ErrorReport, 'cause'>[] = [];

  before(async () => {
    sandbox = await startSandbox();
    handle = makeHandler({
      baseUrl: sandbox.url,
      allowEvents: true,
      onError: ({ cause: _, ...report }: ErrorReport) => reports.push(report),
    });
  });
  after(() => sandbox?.close());

  /** Sends a request, and checks what must be true of every response. */
  async function send({ method, path, headers, body }: Sent) {
    const received = await handle(
      new Request(`https://shop.example${MOUNT}${path}`, {
        method,
        headers,
        ...(method !== 'GET' && { body: body as BodyInit }),
      }),
    );
    const text = await received.text();
    assert.ok(!text.includes(BOBS_TOKEN), text);
    const response = checked(received.status, Object.fromEntries(received.headers), text);
    assert.deepEqual(
      reports.map(({ status, source }) => [status, source]),
      response.status === 200 ? [] : [[response.status, response.body.source]],
    );
    const reported = JSON.stringify(reports);
    for (const secret of [USER_SECRET, ORGANIZATION_SECRET, PASSWORD, CLIENT_SECRET, BOBS_TOKEN]) {
      assert.ok(!reported.includes(secret), reported);
    }
    // Without a request to the service, nothing was created.
    const isPassedOn = sandbox.requests.length > 0;
    assert.ok(isPassedOn || response.status === 200 || response.body.created === false);
    return response;
  }

  function reset(fault: Fault | undefined): void {
    reports.length = 0;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
    const settings = { ...instanceBody(), eventsEnabled: false, createdDate: '2020-01-01' };
    for (const [id, tags, token] of [
      [BOBS, BOBS_TAGS, BOBS_TOKEN],
      [ANNS, ANNS_TAGS, 'token-of-ann'],
    ] as const) {
      sandbox.instances.set(id, { ...settings, id, token, tags: [...tags] } as never);
    }
    let nextFault = fault;
    sandbox.onRequest = ({ headers, body: sent }) => {
      const fault = nextFault;
      nextFault = undefined;
      if (fault?.kind !== 'respond') return fault;
      const echo = JSON.stringify(`${headers.authorization} ${sent}`).slice(1, -1);
      return { ...fault, body: fault.body?.replaceAll(ECHO, () => echo) ?? '' };
    };
  }

  /** Checks what must be true of every request to the service. */
  function checkPassedOn(): void {
    for (const { method, path, headers, body } of sandbox.requests) {
      assert.match(
        `${method} ${path}`,
        /^\w+ \/elements\/api-v2\/instances(\/[1-9]\d*|\?tags\[\]=idempotency-key%3A[0-9a-f]{40})?$/,
      );
      assert.equal(headers.cookie, undefined);
      if (method === 'GET') continue;
      const tags: string[] = JSON.parse(body).tags;
      const own = tags.filter((tag) => /^subject:/i.test(stripped(tag).trim()));
      assert.deepEqual(own, [subjectTag('ann')], `${method} ${path}`);
      assert.equal(tags[0], subjectTag('ann'));
      const keys = tags.filter((tag) => /^idempotency-key:/i.test(stripped(tag).trim()));
      // A page can send any key, even Bob's digest; the service gets a digest for Ann.
      assert.ok(keys.length <= 1 && (keys.length === 0 || tags[1] === keys[0]), `${keys}`);
      if (keys[0]) assert.match(keys[0], /^idempotency-key:[0-9a-f]{40}$/);
      assert.notEqual(keys[0], BOBS_TAGS[1]);
      assert.ok(tags.length <= 101 && new Set(tags).size === tags.length);
      assert.ok(method === 'POST' || !path.endsWith(`/${BOBS}`), "no update of Bob's instance");
    }
  }

  /** The tag as a service that strips HTML may understand it. */
  const stripped = (tag: string) => tag.replace(/<[^>]*>/g, '').replaceAll('&#58;', ':');

  const bobs = () => JSON.stringify(sandbox.instances.get(BOBS));

  /** Sends a request; `time` is the processor time until the response, in milliseconds. */
  async function sendTimed(sent: Sent) {
    const start = process.cpuUsage();
    const response = await send(sent);
    const { user, system } = process.cpuUsage(start);
    return { ...response, time: (user + system) / 1000 };
  }

  /** The least time of five. */
  async function leastTime(sent: Sent, fault?: Fault): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let times = 0; times < 5; times++) {
      reset(fault);
      least = Math.min(least, (await sendTimed(sent)).time);
    }
    return least;
  }

  test('gets a documented response, and passes on only requests of its subject', async () => {
    const statuses = new Map<number, number>();
    let slowest: { time: number; request: Sent; fault: Fault | undefined }[] = [];
    await fc.assert(
      fc.asyncProperty(request, fault, async (request, fault) => {
        reset(fault);
        const before = bobs();
        const { status, time } = await sendTimed(request);
        slowest.push({ time, request, fault });
        slowest = slowest.sort((a, b) => b.time - a.time).slice(0, 20);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const isServices = fault?.kind === 'respond' && fault.status === status && status !== 401;
        if (!isServices) {
          assert.ok([200, 400, 403, 404, 405, 413, 415, 500, 502].includes(status), `${status}`);
        }
        checkPassedOn();
        assert.equal(bobs(), before);
      }),
      runs(1000),
    );
    // Otherwise the requests would test too little.
    for (const status of [200, 400, 403, 404, 405, 413, 415, 502]) {
      assert.ok(statuses.has(status), `${status} among ${[...statuses.keys()]}`);
    }
    for (const { request, fault } of slowest) {
      const body = JSON.stringify(instanceBody());
      const usual = await leastTime({
        method: 'POST',
        path: '/instances',
        headers: PAGE_HEADERS,
        // Of the same length.
        body: body.padEnd(Math.min(request.body.length, 64 * 1024)),
      });
      const time = await leastTime(request, fault);
      assert.ok(time <= 10 * usual, `${time} ms, not ${usual}: ${JSON.stringify(request)}`);
    }
  });

  test("gets nothing of another's instance, whatever the service answers", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(
          { method: 'GET', path: `/instances?tags[]=${KEY}` },
          { method: 'PUT', path: `/instances/${BOBS}` },
          { method: 'PUT', path: `/instances/${ANNS}` },
        ),
        wrongAnswer,
        async (request, response) => {
          reset(response);
          const before = bobs();
          await send({ ...request, headers: PAGE_HEADERS, body: JSON.stringify(instanceBody()) });
          assert.equal(bobs(), before);
          checkPassedOn();
        },
      ),
      runs(500),
    );
  });
});
