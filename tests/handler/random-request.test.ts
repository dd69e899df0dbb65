import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import type { ErrorReport } from 'authenticate-bigcommerce/proxy';
import fc from 'fast-check';
import { type Fault, type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
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
  withSettings,
} from './instance-body.js';
import { checked, MOUNT, makeHandler, optionsFor, PAGE_HEADERS } from './served-handler.js';

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
    ...[KEY, 'a', ...ANNS_TAGS, ...BOBS_TAGS, ...ANNS_TAGS.map((tag) => tag.toUpperCase())],
    ...['subject:bob', 'Subject:bob', ' subject:bob', '<b>subject:bob', 'sub<i>ject:bob'],
    ...['subject&#58;bob', 'subject:ann', '\u0000', '\ud800', ''],
  ),
  fc.string({ unit: 'binary' }),
);

const member = fc.tuple(
  fc.constantFrom(
    ...['element', 'configuration', 'tags', 'name', 'id', 'token', '__proto__', 'constructor', ''],
  ),
  fc.oneof(
    fc.jsonValue(),
    fc.array(tag, { maxLength: 4 }),
    fc.constantFrom({ key: 'shopify' }, { username: 'u' }, storeLevelBody().configuration),
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
  fc.constantFrom(
    ...[instanceBody(), storeLevelBody(), withSettings(EVENTS)].map((body) => JSON.stringify(body)),
    'x'.repeat(64 * 1024 + 1),
  ),
  fc.json(),
  fc.uint8Array({ maxLength: 99 }),
);

const path = fc.oneof(
  fc.constantFrom(
    ...['/instances', `/instances/${BOBS}`, `/instances?tags%5B%5D=${KEY}`, '/instances/0', '/'],
    ...[`/instances?tags[]=${KEY}&tags[]=a`, '/instances?tags[]=subject:bob', '/hubs'],
    ...[`/instances?tags[]=${BOBS_TAGS[1]}`, `/instances/${ANNS}/../${BOBS}`, '/connections'],
  ),
  fc.webPath().map((path) => `/instances${path}`),
  fc.webQueryParameters().map((query) => `/instances?${query}`),
);

interface Sent {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array;
}

const headers = fc.record(
  {
    'sec-fetch-site': fc.constantFrom('same-origin', 'same-origin', 'same-site', 'none', 'x'),
    origin: fc.constantFrom('https://shop.example', 'https://evil.example', 'null'),
    'content-type': fc.constantFrom('application/json', 'application/json; charset=utf-8', 'text'),
    'content-length': fc.constantFrom('0', '-1', 'NaN', '1e9'),
    cookie: fc.string({ unit: 'grapheme-ascii' }).map((value) => `session=${value.trim()}`),
  },
  { requiredKeys: [] },
);

/** Mostly the routes of the handler. */
const route = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      { method: 'POST', path: '/instances' },
      { method: 'PUT', path: `/instances/${BOBS}` },
      { method: 'PUT', path: `/instances/${ANNS}` },
      { method: 'DELETE', path: `/instances/${BOBS}` },
      { method: 'DELETE', path: `/instances/${ANNS}` },
      { method: 'GET', path: `/instances?tags[]=${KEY}` },
      { method: 'GET', path: '/connections' },
    ),
  },
  fc.record({ method: fc.constantFrom('POST', 'PUT', 'GET', 'DELETE', 'OPTIONS'), path }),
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

/** Replaced in responses by the secrets and the body of the request, which a service may repeat. */
const ECHO = 'ECHO';

/** Instances of a broken or hostile service. */
const instance = fc.record(
  {
    id: fc.oneof(fc.constantFrom(BOBS, ANNS), fc.jsonValue()),
    token: fc.oneof(fc.constant(BOBS_TOKEN), fc.jsonValue()),
    tags: fc.constantFrom(BOBS_TAGS, [...BOBS_TAGS, ...ANNS_TAGS], [KEY], BOBS_TAGS.slice(1)),
    name: fc.jsonValue(),
    configuration: fc.constant({ password: ECHO }),
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
    headers: fc.constant({ location: 'http://127.0.0.1:9/', 'set-cookie': 'a=b' }),
    body: fc.oneof(errorBody, fc.jsonValue()).map((body) => JSON.stringify(body)),
  }),
  fc.constantFrom<Fault>({ kind: 'drop' }, { kind: 'drop-after' }, { kind: 'half' }),
);

/** Wrong instances with a status of 200. */
const wrongAnswer = fc
  .oneof(instance, fc.array(instance, { maxLength: 3 }))
  .map((body): Fault => ({ kind: 'respond', status: 200, body: JSON.stringify(body) }));

suite('Any request to the handler', { timeout: 1_200_000 }, () => {
  let sandbox: Sandbox;
  let handle: (request: Request) => Promise<Response>;
  let secrets: string[];
  const reports: Omit<ErrorReport, 'cause'>[] = [];

  before(async () => {
    sandbox = await startSandbox();
    const { userSecret, organizationSecret } = sandbox;
    secrets = [userSecret, organizationSecret, PASSWORD, CLIENT_SECRET, BOBS_TOKEN];
    handle = makeHandler({
      ...optionsFor(sandbox),
      allowEvents: true,
      allowDisconnect: true,
      onError: ({ cause: _, ...report }: ErrorReport) => reports.push(report),
    });
  });
  after(() => sandbox?.close());

  const bobs = () => JSON.stringify(sandbox.instances.get(BOBS));

  /** Sends a request, and checks what must be true of every response and every request to the service. */
  async function send({ method, path, headers, body }: Sent, fault: Fault | undefined) {
    reset(fault);
    const before = bobs();
    const received = await handle(
      new Request(`https://shop.example${MOUNT}${path}`, {
        method,
        headers,
        ...(method !== 'GET' && { body: body as BodyInit }),
      }),
    );
    const text = await received.text();
    const response = checked(received.status, Object.fromEntries(received.headers), text, secrets);
    assert.deepEqual(
      reports.map(({ status, source }) => [status, source]),
      response.status < 300 ? [] : [[response.status, response.body.source]],
    );
    const reported = JSON.stringify(reports);
    for (const secret of secrets) assert.ok(!reported.includes(secret), reported);
    // Without a request to the service, nothing was created.
    const isPassedOn = sandbox.requests.length > 0;
    const { created } = response.body;
    assert.ok(isPassedOn || response.status < 300 || created === false, `created is ${created}`);
    checkPassedOn();
    assert.equal(bobs(), before);
    return response;
  }

  function reset(fault: Fault | undefined): void {
    reports.length = 0;
    sandbox.requests.length = 0;
    sandbox.instances.clear();
    const settings = { ...instanceBody(), eventsEnabled: false, createdDate: '2020-01-01' };
    const bobs = { ...settings, id: BOBS, token: BOBS_TOKEN, tags: [...BOBS_TAGS] };
    const anns = { ...settings, id: ANNS, token: 'token-of-ann', tags: [...ANNS_TAGS] };
    for (const instance of [bobs, anns]) sandbox.instances.set(instance.id, instance as never);
    let nextFault = fault;
    sandbox.onRequest = ({ headers, body: sent }) => {
      const fault = nextFault;
      nextFault = undefined;
      if (fault?.kind !== 'respond') return fault;
      const echo = JSON.stringify(`${headers.authorization} ${sent}`).slice(1, -1);
      return { ...fault, body: fault.body?.replaceAll(ECHO, () => echo) ?? '' };
    };
  }

  function checkPassedOn(): void {
    for (const { method, path, headers, body } of sandbox.requests) {
      assert.match(
        `${method} ${path}`,
        /^\w+ \/elements\/api-v2\/instances(\/[1-9]\d*|\?tags%5B%5D=(idempotency-key|subject)%3A[0-9a-f]{40})?$/,
      );
      assert.equal(headers.cookie, undefined);
      assert.ok(['GET', 'POST'].includes(method) || !path.endsWith(`/${BOBS}`), "not Bob's");
      if (method === 'GET' || method === 'DELETE') continue;
      const tags: string[] = JSON.parse(body).tags;
      const own = tags.filter((tag) => /^subject:/i.test(stripped(tag).trim()));
      assert.deepEqual(own, [subjectTag('ann')], `${method} ${path}`);
      assert.equal(tags[0], subjectTag('ann'));
      const keys = tags.filter((tag) => /^idempotency-key:/i.test(stripped(tag).trim()));
      // A page can send any key, even Bob's digest; the service gets a digest for Ann.
      assert.ok(keys.length <= 1 && (keys.length === 0 || tags[1] === keys[0]), `${keys}`);
      if (keys[0]) assert.match(keys[0], /^idempotency-key:[0-9a-f]{40}$/);
      assert.notEqual(keys[0], BOBS_TAGS[1]);
    }
  }

  /** The tag as a service that strips HTML may understand it. */
  const stripped = (tag: string) => tag.replace(/<[^>]*>/g, '').replaceAll('&#58;', ':');

  test('gets a documented response, and passes on only requests of its subject', async () => {
    const statuses = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(request, fault, async (request, fault) => {
        const { status, body } = await send(request, fault);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        const own = [200, 204, 400, 403, 404, 405, 413, 415, 500, 502];
        assert.ok(body.source === 'service' || own.includes(status), `${status}`);
      }),
      runs(1000),
    );
    // Otherwise the requests would test too little.
    for (const status of [200, 204, 400, 403, 404, 405, 413, 415, 500, 502]) {
      assert.ok(statuses.has(status), `${status} among ${[...statuses.keys()]}`);
    }
  });

  test("gets nothing of another's instance, whatever the service answers", async () => {
    const routes = [
      { method: 'GET', path: `/instances?tags[]=${KEY}` },
      { method: 'PUT', path: `/instances/${BOBS}` },
      { method: 'PUT', path: `/instances/${ANNS}` },
      { method: 'GET', path: '/connections' },
      { method: 'DELETE', path: `/instances/${BOBS}` },
    ];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...routes), wrongAnswer, async (route, answer) => {
        await send(
          { ...route, headers: PAGE_HEADERS, body: JSON.stringify(instanceBody()) },
          answer,
        );
      }),
      runs(500),
    );
  });
});
