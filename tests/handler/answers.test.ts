// The table of answers, by HTTP: what the core makes of each, and what the handler passes on.
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { authenticateBigCommerce, BigCommerceAuthError, preload } from 'authenticate-bigcommerce';
import { createProxy } from 'authenticate-bigcommerce/proxy';
import { ORGANIZATION_SECRET, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { checked, instanceBody, newKey, PASSWORD, serve, subjectTag } from './served-handler.js';
import { type Row, readTable, type Text, whole } from './tables.js';

/** A lookup of a key is the GET. */
type Method = 'POST' | 'PUT' | 'GET';

/** As JSON, as text, or in hexadecimal digits. */
type Body = { json: unknown } | { text: Text; isCut?: true } | { hex: string };

/** Each status with each body, to each of the requests. */
interface Given {
  requests: Method[];
  statuses: number[];
  headers?: Record<string, string>;
  /** The informational answer before it. */
  first?: 102 | 103;
  bodies: Body[];
}

interface Failure {
  code: string;
  /** Who answered, where that is not who was asked. */
  who?: string;
  /** How the message goes on after the status. */
  says?: string;
  /** Null where there is no whole answer. */
  status?: null;
  /** To a POST; nothing else creates. */
  mayHaveCreated?: true;
  requestId?: Text;
  providerMessage?: Text;
  retryAfter?: number;
}

/** A lookup can also say that there is none, or have to be repeated. */
type Made = { instance: object } | Failure | 'none' | 'again';

/** An error that has a message, or else what is different to passing the answer on. */
interface Passed {
  /** Default: the service's. */
  status?: number;
  /** `#` is the service's status. */
  message?: string;
  /** Default: the handler. */
  source?: 'service';
  created?: false;
  requestId?: string;
  providerMessage?: string;
  list?: object[];
  retryAfter?: null;
}

interface AnswerRow extends Omit<Row<Given, Made, Passed>, 'handler'> {
  /** Where the page holds no secrets, and somebody else's handler answers; default: the same. */
  unmarked?: Made;
  /** Default: it is passed on. */
  handler?: Passed;
  /** What the core makes of what the handler passes on; default: the same. */
  page?: Made;
}

const ROWS = readTable<Given, Made, Passed>('answer') as AnswerRow[];

/** The instance that is there to be updated. */
const ID = 7;

/** What a second lookup finds, and what is created where a lookup finds nothing. */
const SECOND = { id: 8, token: 'found by a second lookup' };
const CREATED = { id: 9, token: 'created after a lookup' };

/** One answer, given to one call. */
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

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    await textOf(request);
    this.requests.push(method);
    const tag = new URL(url, 'http://service').searchParams.get('tags[]') ?? '';
    const filled = (text: string) =>
      text
        .replaceAll('<key>', tag)
        .replaceAll('<KEY>', tag.toUpperCase())
        .replaceAll('<ann>', subjectTag('ann'))
        .replaceAll('<bob>', subjectTag('bob'));
    const json = (value: unknown) => response.end(filled(JSON.stringify(value)));
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
    else response.end(filled(whole(body.text)));
  }

  /** The requests that came for what the call came to. */
  expectedRequests(made: Made): string[] {
    if (made === 'none') return ['GET', 'POST'];
    if (made === 'again') return ['GET', 'GET'];
    return [this.method];
  }
}

suite('Of an answer', { timeout: 600_000, concurrency: 8 }, () => {
  const calls: Call[] = [];
  let service: Awaited<ReturnType<typeof serve>>;
  let handler: Awaited<ReturnType<typeof serve>>;

  before(async () => {
    await preload();
    service = await serve((request, response) => {
      const call = calls[Number(request.url?.split('/')[1])] ?? assert.fail('a call');
      call.answer(request, response);
    });
    const listener = getRequestListener((request) =>
      createProxy({
        userSecret: USER_SECRET,
        organizationSecret: ORGANIZATION_SECRET,
        baseUrl: `${service.origin}/${new URL(request.url).pathname.split('/')[1]}`,
        authorize: () => ({ subject: 'ann' }),
        onError: () => undefined,
      })(request),
    );
    handler = await serve((request, response) => {
      // As browsers do, and Node does not.
      request.rawHeaders.push('sec-fetch-site', 'same-origin');
      listener(request, response);
    });
  });
  after(async () => {
    await handler?.close();
    await service?.close();
  });

  /** Gives the path that leads to the call. */
  const begin = (call: Call) => `/${calls.push(call) - 1}`;

  /** What the core makes of it: an instance, or the fields of an error. */
  async function connect(call: Call, to: { origin: string }, secrets: object) {
    const config = {
      ...{ username: 'shop', password: PASSWORD, storeUrl: 'store.example', name: 'My shop' },
      ...(call.method === 'PUT' && { instanceId: ID }),
      ...(call.method === 'GET' && { idempotencyKey: call.key }),
      ...secrets,
      baseUrl: to.origin + begin(call),
    };
    try {
      return { instance: await authenticateBigCommerce(config) };
    } catch (error) {
      assert.ok(error instanceof BigCommerceAuthError, String(error));
      return { ...error, message: error.message };
    }
  }

  type Come = Awaited<ReturnType<typeof connect>>;

  function check(call: Call, come: Come, made: Made, status: number, message: string): void {
    const { name } = call;
    if (made === 'none' || made === 'again') {
      const { id, token } = made === 'none' ? CREATED : SECOND;
      assert.deepEqual(come, { instance: { id, token, tags: [] } }, name);
    } else if ('instance' in made) {
      assert.deepEqual(come, made, name);
    } else {
      assert.ok('message' in come, `${name}: an error`);
      const { message: said, ...fields } = come;
      const { code, retryAfter, mayHaveCreated = false } = made;
      assert.deepEqual(
        fields,
        {
          code,
          ...(made.status !== null && { status }),
          mayHaveCreated: mayHaveCreated && call.method === 'POST',
          ...(retryAfter !== undefined && { retryAfter }),
          ...detailsOf(made),
        },
        name,
      );
      // What else may have gone wrong is for those without an answer.
      if (made.status === null) assert.ok(said.startsWith(message), `${name}: ${said}`);
      else assert.equal(said, message, name);
    }
  }

  const account = { userSecret: USER_SECRET, organizationSecret: ORGANIZATION_SECRET };

  /** The core, where it asks whoever is at `baseUrl`. */
  async function checkCore(call: Call, made: Made, asked: string, secrets: object) {
    const come = await connect(call, service, secrets);
    const { who = asked, says = '.', status } = made as Partial<Failure>;
    const message =
      status === null
        ? `No whole response came from ${who.replace('The ', 'the ')}: `
        : `${who} answered ${call.status}${says}`;
    check(call, come, made, call.status, message);
    assert.deepEqual(call.requests, call.expectedRequests(made), call.name);
  }

  /** The handler's answer. */
  async function ask(call: Call) {
    const { method } = call;
    const paths = { POST: '', PUT: `/${ID}`, GET: `?tags[]=${tagOf(call)}` };
    const response = await fetch(`${handler.origin}${begin(call)}/instances${paths[method]}`, {
      method,
      ...(method !== 'GET' && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(instanceBody()),
      }),
    });
    const headers = Object.fromEntries(response.headers);
    return checked(response.status, headers, await response.text());
  }

  /** Checks what the handler answers, and gives the status and the message that the page gets. */
  async function checkHandler(call: Call, { given, core, handler = {} }: AnswerRow) {
    const { status, headers, body } = await ask(call);
    const { name, method } = call;
    // An update looks at what is there.
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
    const said = message.replace('#', String(call.status));
    const expected = {
      message: said,
      source,
      ...(created === false && { created }),
      ...detailsOf(passed ?? handler),
    };
    assert.deepEqual([status, body], [expectedStatus, expected], name);
    assert.equal(headers['retry-after'], retryAfter ?? undefined, name);
    const who = source === 'service' ? 'Cloud Elements' : 'The handler';
    return { status, message: `${who} answered ${status}: ${said}` };
  }

  for (const row of ROWS) {
    const { given, core, unmarked, page, why } = row;
    const { requests, statuses, bodies } = given;
    const about = why ?? JSON.stringify(bodies).slice(0, 60);
    test(`${requests} answered ${statuses}, ${about}: both make what the table says`, async () => {
      const cases = requests.flatMap((method) =>
        statuses.flatMap((status) => bodies.map((body) => ({ method, status, body }))),
      );
      const checks = cases.map(async ({ method, status, body }) => {
        const newCall = () => new Call(given, method, status, body);
        await checkCore(newCall(), core, 'Cloud Elements', account);
        await checkCore(newCall(), unmarked ?? core, 'The server at baseUrl', {});
        const passed = await checkHandler(newCall(), row);
        const call = newCall();
        const come = await connect(call, handler, {});
        check(call, come, page ?? core, passed.status, passed.message);
      });
      await Promise.all(checks);
    });
  }
});

function tagOf({ key }: Call): string {
  return `idempotency-key:${key}`;
}

/** What the service says beside its message. */
function detailsOf({
  requestId,
  providerMessage,
}: Pick<Failure, 'requestId' | 'providerMessage'>): Record<string, string> {
  return {
    ...(requestId !== undefined && { requestId: whole(requestId) }),
    ...(providerMessage !== undefined && { providerMessage: whole(providerMessage) }),
  };
}
