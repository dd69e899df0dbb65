import { refusal } from './http-error.js';
import { isKeyTag } from './tags.js';

/** What a page can ask for. */
export type Route =
  | { task: 'find'; tag: string }
  | { task: 'create' }
  | { task: 'update'; id: number };

/** The last part of the path, wherever the handler is mounted. */
const INSTANCES = /\/instances(?:\/([1-9]\d{0,15}))?$/;

/**
 * What a request asks for.
 *
 * @throws {@link HttpError}
 */
export function route(request: Request): Route {
  const { pathname, search, searchParams } = new URL(request.url);
  const [path, id] = INSTANCES.exec(pathname) ?? [];
  if (path === undefined) throw refusal(404, 'There is no such resource.');
  const allowed = id === undefined ? ['GET', 'POST'] : ['PUT'];
  if (!allowed.includes(request.method)) {
    throw refusal(405, 'The method is not allowed.', { headers: { allow: allowed.join(', ') } });
  }
  if (request.method === 'GET') {
    const [[name, tag = ''] = [], ...others] = searchParams;
    if (name !== 'tags[]' || !isKeyTag(tag) || others.length > 0) {
      throw refusal(404, 'Instances can only be looked up by one idempotency key.');
    }
    return { task: 'find', tag };
  }
  const isId = id === undefined || Number.isSafeInteger(Number(id));
  if (search !== '' || !isId) throw refusal(404, 'There is no such resource.');
  return id === undefined ? { task: 'create' } : { task: 'update', id: Number(id) };
}
