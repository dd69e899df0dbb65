import { refusal } from './http-error.js';
import { isKeyTag } from './tags.js';

/** A task that a page can request. */
export type Route =
  | { task: 'list' }
  | { task: 'find'; tag: string }
  | { task: 'create' }
  | { task: 'update' | 'delete'; id: number };

/** The end of the path, wherever the handler is mounted. */
const RESOURCE = /\/(?:connections|instances(?:\/([1-9]\d{0,15}))?)$/;

/**
 * Returns the task of a request.
 *
 * @throws {@link HttpError}
 */
export function route(request: Request, allowDisconnect: boolean): Route {
  const { pathname, searchParams, username, password } = new URL(request.url);
  // `Request` refuses such a URL: an adapter that has one cannot read the body.
  if (`${username}${password}` !== '') {
    throw refusal(400, 'The URL must not contain a user or a password.');
  }
  const [path, digits] = RESOURCE.exec(pathname) ?? [];
  const id = Number(digits);
  if (path === undefined || (digits !== undefined && !Number.isSafeInteger(id))) {
    throw refusal(404, 'There is no such resource.');
  }
  const isList = path === '/connections';
  const { method } = request;
  const allowed = isList
    ? ['GET']
    : digits === undefined
      ? ['GET', 'POST']
      : ['PUT', ...(allowDisconnect ? ['DELETE'] : [])];
  if (!allowed.includes(method)) {
    throw refusal(405, 'The method is not allowed.', { headers: { allow: allowed.join(', ') } });
  }
  if (isList) return { task: 'list' };
  if (digits !== undefined) return { task: method === 'PUT' ? 'update' : 'delete', id };
  if (method === 'POST') return { task: 'create' };
  const [tag, ...others] = searchParams.getAll('tags[]');
  if (!isKeyTag(tag) || others.length > 0) {
    throw refusal(404, 'Instances can only be looked up by one idempotency key.');
  }
  return { task: 'find', tag };
}
