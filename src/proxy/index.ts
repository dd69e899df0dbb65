import { readInstanceBody } from './body.js';
import { HttpError } from './http-error.js';
import type { ProxyOptions, Subject } from './options.js';
import { type Instance, Service } from './service.js';
import { isKeyTag, isReservedTag, isSubjectTag, subjectTag } from './tags.js';

export type { ElementInstance } from '../types.js';
export type { ProxyOptions, Subject } from './options.js';

const SUBJECT = /^[A-Za-z0-9._-]{1,64}$/;

/** The last part of the path, wherever the handler is mounted. */
const INSTANCES = /\/instances(?:\/([1-9]\d{0,15}))?$/;

/**
 * Makes the handler of the page's own origin, which passes on to Cloud Elements what
 * `authenticateBigCommerce` sends, adds the account's secrets, and keeps each subject to its own
 * instances. It holds no state: any number of copies can run side by side.
 *
 * @throws TypeError where an option cannot be used.
 */
export function createProxy(options: ProxyOptions): (request: Request) => Promise<Response> {
  const { authorize, onInstance, origin, allowEvents = false } = options;
  if (typeof authorize !== 'function') throw new TypeError('authorize must be a function.');
  if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).origin === origin)) {
    throw new TypeError('origin must be an origin, such as https://shop.example.');
  }
  const service = new Service(options);

  return async (request) => {
    try {
      const perform = route(request);
      requireSameOrigin(request, origin);
      const owner = await identify(request);
      return json(200, await perform(owner));
    } catch (error) {
      const { status, body, headers } =
        error instanceof HttpError ? error : new HttpError(500, 'The handler failed.');
      return json(status, body, headers);
    }
  };

  /** What the request asks for, as a task for whoever turns out to ask. */
  function route(request: Request): (owner: Subject) => Promise<unknown> {
    const { pathname, search, searchParams } = new URL(request.url);
    const [path, id] = INSTANCES.exec(pathname) ?? [];
    if (path === undefined) throw new HttpError(404, 'There is no such resource.');
    const allowed = id === undefined ? ['GET', 'POST'] : ['PUT'];
    if (!allowed.includes(request.method)) {
      throw new HttpError(405, 'The method is not allowed.', { allow: allowed.join(', ') });
    }
    if (request.method === 'GET') {
      const [[name, tag = ''] = [], ...others] = searchParams;
      if (name !== 'tags[]' || !isKeyTag(tag) || others.length > 0) {
        throw new HttpError(404, 'Instances can only be looked up by one idempotency key.');
      }
      return (owner) => find(tag, owner);
    }
    const isId = id === undefined || Number.isSafeInteger(Number(id));
    if (search !== '' || !isId) throw new HttpError(404, 'There is no such resource.');
    return id === undefined
      ? (owner) => create(request, owner)
      : (owner) => update(Number(id), request, owner);
  }

  async function find(tag: string, owner: Subject): Promise<Instance[]> {
    const found = await service.find(tag, (tags) => isOwn(tags, owner), service.deadline());
    return found ? [await handOver(found, owner)] : [];
  }

  async function create(request: Request, owner: Subject): Promise<Instance> {
    const body = await readInstanceBody(request, { allowEvents, allowKey: true });
    const tags = [...(body.tags ?? []), subjectTag(owner.subject)];
    return handOver(await service.create({ ...body, tags }, service.deadline()), owner);
  }

  async function update(id: number, request: Request, owner: Subject): Promise<Instance> {
    const body = await readInstanceBody(request, { allowEvents, allowKey: false });
    const deadline = service.deadline();
    const present = await service.readTags(id, deadline);
    // As where there is none, so that nobody learns which ids are taken.
    if (!isOwn(present, owner)) throw new HttpError(404, 'There is no such instance.');
    // What the page does not name stays; what says whose and which attempt's it is stays anyway.
    const tags = body.tags ? [...body.tags, ...present.filter(isReservedTag)] : present;
    return handOver(await service.update(id, { ...body, tags }, deadline), owner);
  }

  async function handOver(instance: Instance, owner: Subject): Promise<Instance> {
    const { tags, ...rest } = instance;
    try {
      await onInstance?.({ ...rest, tags: tags.filter((tag) => !isReservedTag(tag)) }, owner);
    } catch {
      throw new HttpError(500, 'The instance could not be stored: try again with the same key.');
    }
    // The key's tag goes along: it is how the page knows its instance again.
    return { ...rest, tags: tags.filter((tag) => !isSubjectTag(tag)) };
  }

  async function identify({ url, method, headers }: Request): Promise<Subject> {
    let owner: Subject | null;
    try {
      owner = await authorize(new Request(url, { method, headers }));
    } catch {
      throw new HttpError(500, 'Who is asking could not be found out.');
    }
    if (owner === null) throw new HttpError(401, 'Nobody is signed in.');
    const { subject } = Object(owner);
    if (typeof subject !== 'string' || !SUBJECT.test(subject)) {
      throw new HttpError(500, 'Who is asking could not be found out.');
    }
    return { subject };
  }
}

/** Other sites' pages, which the browser would send the session's cookie along for, are refused. */
function requireSameOrigin({ url, method, headers }: Request, origin = new URL(url).origin): void {
  const site = headers.get('sec-fetch-site');
  const from = headers.get('origin');
  const isSame =
    site !== null ? site === 'same-origin' : from !== null ? from === origin : method === 'GET';
  if (!isSame) throw new HttpError(403, 'Only pages of the same origin may call.');
}

function isOwn(tags: string[], { subject }: Subject): boolean {
  const [mark, ...others] = tags.filter(isSubjectTag);
  return mark === subjectTag(subject) && others.length === 0;
}

function json(status: number, body: unknown, headers?: Record<string, string>): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}
