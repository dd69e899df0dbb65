// What each response of the service, or of another server in its place, means for the page.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import type { ErrorReport } from 'authenticate-bigcommerce/proxy';
import type { Task } from '../../js/handler/meaning.js';
import { type Site, serve } from '../server.js';
import { instanceBody, KEY, keyTag, subjectTag } from './instance-body.js';
import { creationRequest, makeHandler, pageRequest } from './served-handler.js';

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
  'list over 1 MiB': `[${JSON.stringify(INSTANCE)}]`.padEnd(1024 * 1024 + 1),
  'empty list': '[]',
};

/**
 * What a response can mean: a name, the status for the page, whether nothing was created, the message
 * and what `onError` gets in its place. `#` is the response's status.
 */
const MEANINGS = `
unreadable | 502 | - | The response of the service cannot be read. | The service answered #, and the response cannot be read: check baseUrl.
unreadable 404 | 502 | none | The response of the service cannot be read. | The service answered #, and the response cannot be read: check baseUrl.
likely created | 502 | - | The response of the service cannot be read. | The service answered #, and the response cannot be read: check baseUrl. It has likely created an instance.
web page | 500 | - | A web page answered # at the handler's baseUrl: it has to end in /elements/api-v2.
redirect | 500 | - | A redirect answered at the handler's baseUrl: it has to end in /elements/api-v2, without a sign-in or a slash at its end.
wrong secrets | 500 | none | The service did not accept the account's secrets. | The service answered #: check userSecret and organizationSecret, and whether baseUrl is of their region.
no connector | 500 | none | The service does not know the connector bigcommerce, or baseUrl is wrong. | The service answered #: the account has no connector bigcommerce, or baseUrl is wrong.
wrong address, page | 500 | none | The service is not at its address: check baseUrl. | The server at baseUrl answered # with a web page: check baseUrl.
wrong address, stranger | 500 | none | The service is not at its address: check baseUrl. | The server at baseUrl answered #, but not as the service does: check baseUrl.
wrong address, handler | 500 | none | The service is not at its address: check baseUrl. | The server at baseUrl answered #, as another handler does: check baseUrl.
firewall, page | 500 | none | Something between the handler and the service refused. | A server between this one and the service answered # with a web page: is it a firewall or a proxy?
firewall, stranger | 500 | none | Something between the handler and the service refused. | A server between this one and the service answered #, but not as the service does: is it a firewall or a proxy?
failed, page | 502 | - | Something between the handler and the service failed. | A server between this one and the service answered # with a web page.
failed, stranger | 502 | - | Something between the handler and the service failed. | A server between this one and the service answered #, but not as the service does.
failed, handler | 502 | - | Something between the handler and the service failed. | A server between this one and the service answered #, as another handler does.
another's | 404 | none | There is no such instance. | The instance is not one of the subject's.
missing | 404 | none | There is no such instance. | The service answered # when the instance was looked up.
passed on | # | - | The service answered #.
status passed on | # | - | The service answered #.
`;

/**
 * Each task with each status and body, and what that means: the instances are handed over, there are
 * none, the instance is deleted, or one of the meanings above.
 */
const TABLE = `
create update | 200 201 299 | instance, instance after a BOM, instance of 1 MiB | instance
list find | 200 | list | instance
delete | 200 202 299 | empty, text, service, instance, half a body, long body | deleted
delete | 204 | empty | deleted
delete | 404 | service, store | deleted
list find | 200 | empty list, list without tags | none
create | 200 202 | gateway, text, empty, null, array, half a body, long body, service, list | likely created
create | 200 | id 0, id "7", id 2^53, no token, id in a prototype, instance over 1 MiB | likely created
update | 200 | gateway, empty, no token, service | unreadable
list find | 200 | text, empty, null, instance, half a body, list over 1 MiB | unreadable
find | 200 | list without token | unreadable
check | 200 | text, empty, null, list | unreadable
check | 200 | gateway, id 0 | another's
all | 200 | page | web page
all | 301 302 303 307 308 | page, empty, instance | redirect
create update | 400 401 403 404 405 409 422 | store, store in XML | passed on
list find delete | 400 401 403 | store | passed on
all | 401 | service | wrong secrets
all | 401 400 403 409 410 451 | page | firewall, page
all | 401 400 403 409 410 451 | gateway, text, empty | firewall, stranger
create | 404 405 | service, service without message | no connector
create | 404 405 | page, half a page | wrong address, page
create | 404 405 | gateway, text, empty, null, array, half a body, long body | wrong address, stranger
all | 401 403 404 415 | handler | wrong address, handler
list find | 404 | service, store, gateway | none
list find | 404 | page, text, empty, null, array, half a body | unreadable 404
list find delete | 405 | service | passed on
list find check update delete | 405 | page | firewall, page
update | 404 405 | service | passed on
check update delete | 404 405 | page | firewall, page
check update delete | 404 405 | gateway, text, empty | firewall, stranger
check | 400 403 404 405 409 | service, store | missing
list find create update delete | 400 403 409 410 451 | service | passed on
list find create update delete | 408 429 499 | service, store, page, gateway, handler, text, empty | passed on
check | 408 429 499 | service, store, page | status passed on
list find create update delete | 500 502 503 504 599 | service, store | passed on
check | 500 502 503 504 | service, store | status passed on
all | 500 502 503 504 | page | failed, page
all | 500 502 503 504 | gateway, text, empty, half a body | failed, stranger
all | 500 | handler | failed, handler
all | 600 999 | service, page | unreadable
`;

/** The requests to the service of each task, of which the last is answered so. */
const SENT: Record<Task, string[]> = {
  list: ['GET'],
  find: ['GET'],
  create: ['POST'],
  check: ['GET'],
  update: ['GET', 'PUT'],
  delete: ['GET', 'DELETE'],
};

suite('A response of the service', { timeout: 120_000 }, () => {
  let service: Site;
  let respond: (method: string, response: ServerResponse) => void;

  before(async () => {
    service = await serve(async (request, response) => {
      await text(request);
      respond(request.method ?? '', response);
    });
  });
  after(() => service?.[Symbol.asyncDispose]());

  /** Has the handler do `task`, which is answered by this status and body. */
  async function perform(task: Task, status: number, name: string) {
    const body = BODIES[name] ?? assert.fail(name);
    const requests: string[] = [];
    const methods = SENT[task];
    respond = (method, response) => {
      const isAsked = requests.push(method) === methods.length;
      const sent = isAsked ? body : JSON.stringify(INSTANCE);
      const location = `${service.origin}/elsewhere`;
      const length = Buffer.byteLength(sent);
      const headers = { 'retry-after': '9', 'content-length': length, location };
      response.writeHead(isAsked ? status : 200, headers);
      if (isAsked && name === 'half a body')
        response.write(body.slice(0, 9), () => response.destroy());
      else response.end(sent);
    };
    const reports: ErrorReport[] = [];
    let instances = 0;
    const handle = makeHandler({
      baseUrl: service.origin,
      allowDisconnect: true,
      onError: (report: ErrorReport) => reports.push(report),
      onInstance: () => instances++,
    });
    const update = { method: 'PUT', body: JSON.stringify(instanceBody()) };
    const page = {
      list: () => pageRequest('/connections'),
      find: () => pageRequest(`/instances?tags[]=${KEY}`),
      create: () => creationRequest(JSON.stringify(instanceBody({ tags: [KEY] }))),
      check: () => pageRequest(`/instances/${ID}`, update),
      update: () => pageRequest(`/instances/${ID}`, update),
      delete: () => pageRequest(`/instances/${ID}`, { method: 'DELETE' }),
    }[task]();
    const response = await handle(page);
    assert.deepEqual(requests, methods, 'nothing is repeated');
    const answered = response.status === 204 ? await response.text() : await response.json();
    return { response, answered, reports, instances };
  }

  for (const row of TABLE.trim().split('\n')) {
    const [tasks = '', statuses = '', bodies = '', result = ''] = row.split(' | ');
    test(`to ${tasks} with ${statuses} and ${bodies}: ${result}`, async () => {
      for (const task of (tasks === 'all' ? Object.keys(SENT) : tasks.split(' ')) as Task[]) {
        for (const status of statuses.split(' ')) {
          for (const body of bodies.split(', ')) await check(task, Number(status), body, result);
        }
      }
    });
  }

  async function check(task: Task, status: number, name: string, result: string) {
    const { response, answered, reports, instances } = await perform(task, status, name);
    const what = `${task} ${status} ${name}`;
    if (result === 'deleted') {
      assert.deepEqual([response.status, answered, reports], [204, '', []], what);
      return;
    }
    if (task === 'list' && response.status === 200) {
      const { token: _, ...connection } = { ...INSTANCE, tags: ['a'] };
      const connections = result === 'none' ? [] : [connection, { ...connection, id: 5 }];
      assert.deepEqual([answered, reports], [{ connections, canDisconnect: true }, []], what);
      return;
    }
    if (result === 'instance' || result === 'none') {
      const tags = task === 'update' ? ['a'] : [KEY, 'a'];
      const instance = { ...INSTANCE, tags };
      const list = result === 'none' ? [] : [instance];
      assert.deepEqual(answered, task === 'find' ? list : instance, what);
      assert.deepEqual([response.status, reports, instances], [200, [], list.length], what);
      return;
    }
    assert.equal(instances, 0, what);
    const meaning = MEANINGS.split('\n').find((line) => line.startsWith(`${result} |`));
    const [, answer = '', none, message = '', reported = message] = (meaning ?? assert.fail(result))
      .replaceAll('#', String(status))
      .split(' | ');
    const said = UNREAD.test(name) ? {} : jsonOf(name);
    const plain = (text?: string) => text?.replace(/<[^>]*(>|$)/g, ' ').trim() || undefined;
    const isPassedOn = / ?passed on$/.test(result);
    const serviceMessage = isPassedOn ? plain(said.message) : undefined;
    const isRefused = isPassedOn && status < 500 && ![408, 499].includes(status);
    const isNone = none === 'none' || isRefused;
    assert.equal(response.status, Number(answer), what);
    const expected = {
      message,
      source: isPassedOn ? 'service' : 'handler',
      ...(isNone && { created: false }),
      ...(result === 'passed on' && {
        requestId: said.requestId,
        providerMessage: plain(said.providerMessage),
        serviceMessage,
      }),
    };
    assert.deepEqual(answered, JSON.parse(JSON.stringify(expected)), what);
    const isLater = status === 429 || status >= 500;
    assert.equal(response.headers.get('retry-after'), isLater ? '9' : null, what);
    assert.equal(reports.length, 1, what);
    const [report] = reports;
    const words = serviceMessage && `The service answered ${status}: ${serviceMessage}`;
    assert.deepEqual(
      [report?.message, report?.requestId],
      [words ?? reported, said.requestId],
      what,
    );
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
