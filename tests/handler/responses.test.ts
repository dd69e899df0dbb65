// The table of the service's responses, over HTTP: how the core reads each, and what the handler passes on.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import { authenticateBigCommerce, BigCommerceAuthError, preload } from 'authenticate-bigcommerce';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { instanceBody, newKey, PASSWORD, subjectTag } from './instance-body.js';
import { checked, makeHandler, serve, serveAsSameOrigin } from './served-handler.js';
import { type Row, readTable, type Text, whole } from './tables.js';

/** The GET is the lookup of a key. */
type Method = 'POST' | 'PUT' | 'GET';

type Body = { json: unknown } | { text: Text; isCut?: true } | { hex: string };

/** Each request gets each status with each body. */
interface Given {
  requests: Method[];
  statuses: number[];
  headers?: Record<string, string>;
  /** The status of an informational response before the response. */
  first?: 102 | 103;
  bodies: Body[];
}

interface Failure {
  code: string;
  /** Who answered, according to the message. Default: the one that was called. */
  who?: string;
  /** The end of the message, after the status. */
  says?: string;
  /** Null without a whole response. */
  status?: null;
  /** Applies to a POST only: nothing else creates. */
  mayHaveCreated?: true;
  requestId?: Text;
  providerMessage?: Text;
  retryAfter?: number;
}

/** The core's result; of a lookup, also that there is no instance, or that it is repeated. */
type Result = { instance: object } | Failure | 'none' | 'again';

/** With a message, an error of the handler; otherwise what differs from the service's response. */
interface Passed {
  /** Default: the service's. */
  status?: number;
  /** `#` stands for the service's status. */
  message?: string;
  /** Default: the handler. */
  source?: 'service';
  created?: false;
  requestId?: string;
  providerMessage?: string;
  list?: object[];
  retryAfter?: null;
}

interface ResponseRow extends Omit<Row<Given, Result, Passed>, 'handler'> {
  /** The core's result where it called another handler, without secrets. Default: `core`. */
  unmarked?: Result;
  /** Default: the handler passes the response on. */
  handler?: Passed;
  /** The core's result where it called the handler. Default: `core`. */
  page?: Result;
}

const ROWS = readTable<Given, Result, Passed>('response') as ResponseRow[];

/** The id of the instance that is updated. */
const ID = 7;

/** The second lookup of a call finds this one. */
const SECOND = { id: 8, token: 'found by a second lookup' };
/** A POST after a lookup creates this one. */
const CREATED = { id: 9, token: 'created after a lookup' };

/** A call and the service's response to it. */
class Call {
  readonly requests: string[] = [];
  readonly method: Method;
  readonly status: number;
  readonly key = newKey();
  readonly #given: Given;
  readonly #body: Body;

  constructor(given: Given, method: Method, status: number, body: Body) {
    this.#given = given;
    this.method = method;
    this.status = status;
    this.#body = body;
  }

  get name(): string {
    return `${this.method} answered ${this.status} with ${JSON.stringify(this.#body).slice(0, 60)}`;
  }

  async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    await textOf(request);
    this.requests.push(method);
    const tag = new URL(url, 'http://service').searchParams.get('tags[]') ?? '';
    const fill = (text: string) =>
      text
        .replaceAll('<key>', tag)
        .replaceAll('<KEY>', tag.toUpperCase())
        .replaceAll('<ann>', subjectTag('ann'))
        .replaceAll('<bob>', subjectTag('bob'));
    const json = (value: unknown) => response.end(fill(JSON.stringify(value)));
    if (method !== this.method) {
      const tags = ['<ann>'];
      json(method === 'POST' ? { ...CREATED, tags } : { id: ID, token: 'present', tags });
      return;
    }
    if (this.requests.length > 1 && method === 'GET') {
      json([{ ...SECOND, tags: ['<ann>', '<key>'] }]);
      return;
    }
    if (this.#given.first === 102) response.writeProcessing();
    if (this.#given.first === 103) response.writeEarlyHints({ link: '</x.css>; rel=preload' });
    response.writeHead(this.status, this.#given.headers);
    const body = this.#body;
    if ('hex' in body) response.end(Buffer.from(body.hex, 'hex'));
    else if ('json' in body) json(body.json);
    else if (body.isCut) response.write(whole(body.text), () => response.destroy());
    else response.end(fill(whole(body.text)));
  }

  /** The requests of a call with this result. */
  expectedRequests(result: Result): string[] {
    if (result === 'none') return ['GET', 'POST'];
    if (result === 'again') return ['GET', 'GET'];
    return [this.method];
  }
}

suite('A response to', { timeout: 600_000, concurrency: 8 }, () => {
  const calls: Call[] = [];
  let service: Awaited<ReturnType<typeof serve>>;
  let handler: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    await preload();
    service = await serve((request, response) => {
      const call = calls[Number(request.url?.split('/')[1])] ?? assert.fail('a call');
      call.respond(request, response);
    });
    handler = await serveAsSameOrigin((request) => {
      const call = new URL(request.url).pathname.split('/')[1];
      return makeHandler({ baseUrl: `${service.origin}/${call}` })(request);
    });
  });
  after(async () => {
    await handler?.close();
    await service?.close();
  });

  /** Registers the call, and returns the path whose requests belong to it. */
  const register = (call: Call) => `/${calls.push(call) - 1}`;

  /** The core's result: an instance, or the fields of an error. */
  async function connect(call: Call, to: { origin: string }, secrets: object) {
    const config = {
      ...{ username: 'shop', password: PASSWORD, storeUrl: 'store.example', name: 'My shop' },
      ...(call.method === 'PUT' && { instanceId: ID }),
      ...(call.method === 'GET' && { idempotencyKey: call.key }),
      ...secrets,
      baseUrl: to.origin + register(call),
    };
    try {
      return { instance: await authenticateBigCommerce(config) };
    } catch (error) {
      assert.ok(error instanceof BigCommerceAuthError, String(error));
      return { ...error, message: error.message };
    }
  }

  type Actual = Awaited<ReturnType<typeof connect>>;

  function check(
    call: Call,
    actual: Actual,
    expected: Result,
    status: number,
    message: string,
  ): void {
    const { name } = call;
    if (expected === 'none' || expected === 'again') {
      const { id, token } = expected === 'none' ? CREATED : SECOND;
      assert.deepEqual(actual, { instance: { id, token, tags: [] } }, name);
    } else if ('instance' in expected) {
      assert.deepEqual(actual, expected, name);
    } else {
      assert.ok('message' in actual, `${name}: an error`);
      const { message: actualMessage, ...fields } = actual;
      const { code, retryAfter, mayHaveCreated = false } = expected;
      assert.deepEqual(
        fields,
        {
          code,
          ...(expected.status !== null && { status }),
          mayHaveCreated: mayHaveCreated && call.method === 'POST',
          ...(retryAfter !== undefined && { retryAfter }),
          ...detailsOf(expected),
        },
        name,
      );
      // Without a whole response, the message goes on with possible causes.
      if (expected.status === null) assert.ok(actualMessage.startsWith(message), name);
      else assert.equal(actualMessage, message, name);
    }
  }

  const account = { userSecret: USER_SECRET, organizationSecret: ORGANIZATION_SECRET };

  /** Checks a call of the core without the handler; `called` names the service in messages. */
  async function checkCore(call: Call, expected: Result, called: string, secrets: object) {
    const actual = await connect(call, service, secrets);
    const { who = called, says = '.', status } = expected as Partial<Failure>;
    const message =
      status === null
        ? `No whole response came from ${who.replace('The ', 'the ')}: `
        : `${who} answered ${call.status}${says}`;
    check(call, actual, expected, call.status, message);
    assert.deepEqual(call.requests, call.expectedRequests(expected), call.name);
  }

  /** Sends the call's request to the handler, and returns its response. */
  async function send(call: Call) {
    const { method } = call;
    const paths = { POST: '', PUT: `/${ID}`, GET: `?tags[]=${tagOf(call)}` };
    const response = await fetch(`${handler.origin}${register(call)}/instances${paths[method]}`, {
      method,
      ...(method !== 'GET' && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(instanceBody()),
      }),
    });
    const headers = Object.fromEntries(response.headers);
    return checked(response.status, headers, await response.text());
  }

  /** Checks the handler's response, and returns status and message for the page. */
  async function checkHandler(call: Call, { given, core, handler = {} }: ResponseRow) {
    const { status, headers, body } = await send(call);
    const { name, method } = call;
    // An update gets the instance first.
    assert.deepEqual(call.requests, method === 'PUT' ? ['GET', 'PUT'] : [method], name);
    const isError = handler.message !== undefined;
    if (!isError && (core === 'none' || handler.list || Object.hasOwn(Object(core), 'instance'))) {
      const list = JSON.stringify(handler.list ?? []);
      const { instance } = Object(core);
      const expected =
        method === 'GET' ? JSON.parse(list.replaceAll('<key>', tagOf(call))) : instance;
      assert.deepEqual([status, body], [200, expected], name);
      return { status, message: '' };
    }
    const passed = isError ? undefined : (core as Failure);
    const {
      status: expectedStatus = call.status,
      message = passed?.says?.replace(/^: /, '') ?? 'Cloud Elements answered #.',
      source = isError ? 'handler' : 'service',
      created = passed && !passed.mayHaveCreated ? false : undefined,
      retryAfter = source === 'service' ? given.headers?.['retry-after'] : undefined,
    } = handler;
    const text = message.replace('#', String(call.status));
    const expected = {
      message: text,
      source,
      ...(created === false && { created }),
      ...detailsOf(passed ?? handler),
    };
    assert.deepEqual([status, body], [expectedStatus, expected], name);
    assert.equal(headers['retry-after'], retryAfter ?? undefined, name);
    const who = source === 'service' ? 'Cloud Elements' : 'The handler';
    return { status, message: `${who} answered ${status}: ${text}` };
  }

  for (const row of ROWS) {
    const { given, core, unmarked, page, why } = row;
    const { requests, statuses, bodies } = given;
    const about = why ?? JSON.stringify(bodies).slice(0, 60);
    test(`${requests} with ${statuses}, ${about}, is read and passed on as in the table`, async () => {
      const cases = requests.flatMap((method) =>
        statuses.flatMap((status) => bodies.map((body) => ({ method, status, body }))),
      );
      const checks = cases.map(async ({ method, status, body }) => {
        const newCall = () => new Call(given, method, status, body);
        await checkCore(newCall(), core, 'Cloud Elements', account);
        await checkCore(newCall(), unmarked ?? core, 'The server at baseUrl', {});
        const passed = await checkHandler(newCall(), row);
        const call = newCall();
        const actual = await connect(call, handler, {});
        check(call, actual, page ?? core, passed.status, passed.message);
      });
      await Promise.all(checks);
    });
  }
});

function tagOf({ key }: Call): string {
  return `idempotency-key:${key}`;
}

/** The texts of an error besides its message. */
function detailsOf({
  requestId,
  providerMessage,
}: Pick<Failure, 'requestId' | 'providerMessage'>): Record<string, string> {
  return {
    ...(requestId !== undefined && { requestId: whole(requestId) }),
    ...(providerMessage !== undefined && { providerMessage: whole(providerMessage) }),
  };
}
