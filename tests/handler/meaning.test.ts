// What each response of the service, or of what stands in its place, means for the page.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import type { ErrorReport } from 'authenticate-bigcommerce/proxy';
import type { Task } from '../../js/handler/meaning.js';
import { instanceBody, KEY, keyTag, subjectTag } from './instance-body.js';
import { creationRequest, makeHandler, pageRequest, serve } from './served-handler.js';

const ID = 7;
const OWN = [subjectTag('ann'), keyTag('ann', KEY)];
const INSTANCE = { id: ID, token: 't', name: 'n', tags: [...OWN, 'a'], valid: true };

const BODIES: Record<string, string> = {
  service: '{"message":"m","requestId":"r"}',
  'service without message': '{"requestId":"r"}',
  store: '{"message":"m","requestId":"r","providerMessage":"p"}',
  'store in XML': '{"message":"<e><m>m</m></e>","requestId":"r","providerMessage":"<p><![x"}',
  page: '\n<!DOCTYPE html><title>t</title>',
  gateway: '{"message":"no Route matched with those values"}',
  handler: '{"message":"m","source":"handler","created":false}',
  text: 'Forbidden',
  empty: '',
  null: 'null',
  array: '[{}]',
  'half a page': '<!DOCTYPE',
  'half a body': '{"message":"m","requestId":"r"',
  'long body': `{"requestId":"r","x":"${'x'.repeat(1024 * 1024)}"}`,
  instance: JSON.stringify(INSTANCE),
  'instance after a BOM': `\ufeff ${JSON.stringify(INSTANCE)}`,
  'instance of 1 MiB': JSON.stringify(INSTANCE).padEnd(1024 * 1024),
  'instance over 1 MiB': JSON.stringify(INSTANCE).padEnd(1024 * 1024 + 1),
  'id 0': JSON.stringify({ ...INSTANCE, id: 0 }),
  'id "7"': JSON.stringify({ ...INSTANCE, id: '7' }),
  'id 2^53': JSON.stringify({ ...INSTANCE, id: 2 ** 53 }),
  'no token': JSON.stringify({ ...INSTANCE, token: '' }),
  'id in a prototype': `{"__proto__":${JSON.stringify(INSTANCE)}}`,
  list: JSON.stringify([{ ...INSTANCE, id: 5 }, INSTANCE, null]),
  'list without tags': '[{"id":7,"token":"t"}]',
  'list without token': JSON.stringify([{ id: 7, tags: OWN }]),
  'empty list': '[]',
};

interface Expected {
  status: number;
  /** `#` stands for the response's status. */
  message: string;
  reported?: string;
  created?: false;
}

/** An error of the handler, with what `onError` gets in place of the message. */
const own = (status: number, message: string, reported = message, created?: false): Expected => ({
  status,
  message,
  reported,
  ...(created === false && { created }),
});
const MUST_END = "at the handler's baseUrl: it has to end in /elements/api-v2";
const WEB_PAGE = own(500, `A web page answered # ${MUST_END}.`);
const REDIRECT = own(
  500,
  `A redirect answered ${MUST_END}, without a sign-in or a slash at its end.`,
);
const UNREADABLE = own(
  502,
  'The response of the service cannot be read.',
  'The service answered #, and the response cannot be read: check baseUrl.',
);
const LIKELY = {
  ...UNREADABLE,
  reported: `${UNREADABLE.reported} It has likely created an instance.`,
};
const WRONG_SECRETS = own(
  500,
  'The service did not accept our secrets.',
  'The service answered 401: check userSecret and organizationSecret, and whether baseUrl is of their region.',
  false,
);
const wrongAddress = (how: string) =>
  own(
    500,
    'The service is not at its address: check baseUrl.',
    `What is at baseUrl answered #${how}: check it.`,
    false,
  );
const between = (how: string) =>
  own(
    500,
    'Something between the handler and the service refused.',
    `What is between this server and the service answered #${how}: a firewall or a proxy?`,
    false,
  );
const failed = (how: string) =>
  own(
    502,
    'Something between the handler and the service failed.',
    `What is between this server and the service answered #${how}.`,
  );
const noConnector = (words: string) =>
  own(
    500,
    'The service does not know the connector bigcommerce, or baseUrl is wrong.',
    `The service answered #${words}: the account has no connector bigcommerce, or baseUrl is wrong.`,
    false,
  );
const missing = (reported: string) => own(404, 'There is no such instance.', reported, false);

const PAGE = ' with a web page';
const STRANGER = ', and not as the service does';
const HANDLER = ', and as another handler does';
const ALL: Task[] = ['find', 'create', 'check', 'update'];
const SENT: Task[] = ['create', 'update'];
const OTHER_4XX = [400, 403, 409, 410, 418, 451];
const STRANGERS = ['gateway', 'text', 'empty', 'null', 'array', 'half a body', 'long body'];

/** The status is passed on with what the service says, or the status alone. */
type Result = 'instance' | 'none' | 'passed on' | 'status passed on' | Expected;

const ROWS: [Task[], statuses: number[], bodies: string[], Result][] = [
  [SENT, [200, 201, 299], ['instance', 'instance after a BOM', 'instance of 1 MiB'], 'instance'],
  [['find'], [200], ['list'], 'instance'],
  [['find'], [200], ['empty list', 'list without tags'], 'none'],
  [
    ['create'],
    [200, 202],
    [
      ...[...STRANGERS, 'service', 'id 0', 'id "7"', 'id 2^53', 'no token', 'list'],
      ...['id in a prototype', 'instance over 1 MiB'],
    ],
    LIKELY,
  ],
  [['update'], [200], ['gateway', 'empty', 'no token', 'service'], UNREADABLE],
  [['find'], [200], ['text', 'empty', 'null', 'instance', 'list without token'], UNREADABLE],
  [['check'], [200], ['text', 'empty', 'null', 'list'], UNREADABLE],
  [['check'], [200], ['gateway', 'id 0'], missing("The instance is not one of the subject's.")],
  [ALL, [200], ['page'], WEB_PAGE],
  [ALL, [301, 302, 303, 307, 308], ['page', 'empty', 'instance'], REDIRECT],
  [SENT, [400, 401, 403, 404, 405, 409, 422], ['store', 'store in XML'], 'passed on'],
  [['find'], [400, 401, 403], ['store'], 'passed on'],
  [ALL, [401], ['service'], WRONG_SECRETS],
  [ALL, [401], ['page'], between(PAGE)],
  [ALL, [401, ...OTHER_4XX], ['gateway', 'text', 'empty'], between(STRANGER)],
  [['create'], [404, 405], ['service'], noConnector(' (m)')],
  [['create'], [404, 405], ['service without message'], noConnector('')],
  [['create'], [404, 405], ['page', 'half a page'], wrongAddress(PAGE)],
  [['create'], [404, 405], STRANGERS, wrongAddress(STRANGER)],
  [ALL, [401, 403, 404, 415], ['handler'], wrongAddress(HANDLER)],
  [['find'], [404], ['service', 'store', 'gateway'], 'none'],
  [
    ['find'],
    [404],
    ['page', 'text', 'empty', 'null', 'array', 'half a body'],
    { ...UNREADABLE, created: false },
  ],
  [['find'], [405], ['service'], 'passed on'],
  [['find'], [405], ['page'], between(PAGE)],
  [['update'], [404, 405], ['service'], 'passed on'],
  [['check', 'update'], [404, 405], ['page'], between(PAGE)],
  [['check', 'update'], [404, 405], ['gateway', 'text', 'empty'], between(STRANGER)],
  [
    ['check'],
    [400, 403, 404, 405, 409],
    ['service', 'store'],
    missing('The service answered # when the instance was looked up.'),
  ],
  [['find', ...SENT], OTHER_4XX, ['service'], 'passed on'],
  [ALL, OTHER_4XX, ['page'], between(PAGE)],
  [['find', ...SENT], [408, 429, 499], Object.keys(BODIES).slice(0, 8), 'passed on'],
  [['check'], [408, 429, 499], ['service', 'store', 'page'], 'status passed on'],
  [['find', ...SENT], [500, 502, 503, 504, 599], ['service', 'store'], 'passed on'],
  [['check'], [500, 502, 503, 504], ['service', 'store'], 'status passed on'],
  [ALL, [500, 502, 503, 504], ['page'], failed(PAGE)],
  [ALL, [500, 502, 503, 504], ['gateway', 'text', 'empty', 'half a body'], failed(STRANGER)],
  [ALL, [500], ['handler'], failed(HANDLER)],
  [ALL, [600, 999], ['service', 'page'], UNREADABLE],
];

suite('A response of the service', { timeout: 120_000 }, () => {
  let service: Awaited<ReturnType<typeof serve>>;
  let respond: (method: string, response: ServerResponse) => void;

  before(async () => {
    service = await serve(async (request, response) => {
      await text(request);
      respond(request.method ?? '', response);
    });
  });
  after(() => service?.close());

  /** Has the handler do `task`, which is answered by this status and body. */
  async function perform(task: Task, status: number, name: string) {
    const body = BODIES[name] ?? assert.fail(name);
    const requests: string[] = [];
    respond = (method, response) => {
      requests.push(method);
      const isAsked = task !== 'update' || method === 'PUT';
      const sent = isAsked ? body : JSON.stringify(INSTANCE);
      const headers = { 'retry-after': '9', 'content-length': Buffer.byteLength(sent) };
      response.writeHead(isAsked ? status : 200, headers);
      if (isAsked && name === 'half a body')
        response.write(body.slice(0, 9), () => response.destroy());
      else response.end(sent);
    };
    const reports: ErrorReport[] = [];
    let instances = 0;
    const handle = makeHandler({
      baseUrl: service.origin,
      onError: (report: ErrorReport) => reports.push(report),
      onInstance: () => instances++,
    });
    const update = { method: 'PUT', body: JSON.stringify(instanceBody()) };
    const page = {
      find: () => pageRequest(`/instances?tags[]=${KEY}`),
      create: () => creationRequest(JSON.stringify(instanceBody({ tags: [KEY] }))),
      check: () => pageRequest(`/instances/${ID}`, update),
      update: () => pageRequest(`/instances/${ID}`, update),
    }[task]();
    const response = await handle(page);
    const sent = { find: ['GET'], create: ['POST'], check: ['GET'], update: ['GET', 'PUT'] };
    assert.deepEqual(requests, sent[task], 'nothing is repeated');
    return { response, answered: await response.json(), reports, instances };
  }

  for (const [tasks, statuses, bodies, result] of ROWS) {
    const means = typeof result === 'string' ? result : `${result.status} ${result.message}`;
    test(`to ${tasks} with ${statuses} and ${bodies.join(', ')} is answered: ${means}`, async () => {
      for (const task of tasks) {
        for (const status of statuses) {
          for (const body of bodies) await check(task, status, body, result);
        }
      }
    });
  }

  async function check(task: Task, status: number, name: string, result: Result) {
    const { response, answered, reports, instances } = await perform(task, status, name);
    const what = `${task} ${status} ${name}`;
    if (result === 'instance' || result === 'none') {
      const tags = task === 'update' ? ['a'] : [KEY, 'a'];
      const instance = { ...INSTANCE, tags };
      const list = result === 'none' ? [] : [instance];
      assert.deepEqual(answered, task === 'find' ? list : instance, what);
      assert.deepEqual([response.status, reports, instances], [200, [], list.length], what);
      return;
    }
    assert.equal(instances, 0, what);
    const fill = (text: string) => text.replace('#', String(status));
    const isPassedOn = result === 'passed on' || result === 'status passed on';
    const expected: Expected = isPassedOn
      ? { status, message: 'The service answered #.' }
      : { ...result };
    const { requestId, providerMessage, message } = UNREAD.test(name) ? {} : jsonOf(name);
    const plain = (text?: string) =>
      text && (text.replace(/<[^>]*(>|$)/g, ' ').trim() || undefined);
    const says = isPassedOn ? plain(message) : undefined;
    const isFinal =
      isPassedOn && (status === 429 || (status < 500 && ![408, 499].includes(status)));
    assert.equal(response.status, expected.status, what);
    assert.deepEqual(
      answered,
      JSON.parse(
        JSON.stringify({
          message: fill(expected.message),
          source: isPassedOn ? 'service' : 'handler',
          created: isFinal ? false : expected.created,
          ...(result === 'passed on' && {
            requestId,
            providerMessage: plain(providerMessage),
            serviceMessage: says,
          }),
        }),
      ),
      what,
    );
    const isLater = status === 429 || status >= 500;
    assert.equal(response.headers.get('retry-after'), isLater ? '9' : null, what);
    const reported = says ? `The service answered #: ${says}` : expected.message;
    assert.equal(reports.length, 1, what);
    assert.equal(reports[0]?.message, fill(expected.reported ?? reported), what);
    assert.equal(reports[0]?.requestId, requestId, what);
  }
});

/** Bodies that are not read whole. */
const UNREAD = /^(half|long) a? ?body$/;

function jsonOf(name: string) {
  try {
    return Object(JSON.parse(BODIES[name] ?? ''));
  } catch {
    return {};
  }
}
