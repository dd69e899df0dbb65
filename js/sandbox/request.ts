import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Instance } from './instance.js';
import { HttpError } from './response.js';

const MAX_BODY = 2 ** 20;

/** The characters that RFC 3986 allows in a path with a query. Tomcat refuses others. */
const TARGET = /^(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})*$/i;

/** A received request. Its `path` includes the query. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The secrets of the sandbox's only account. */
export interface Account {
  userSecret: string;
  organizationSecret: string;
}

/** Reads the body; undefined if it is too large. */
export async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Reads to the end, because a client that is still sending does not read the response.
  for await (const chunk of incoming) {
    length += chunk.length;
    if (length <= MAX_BODY) chunks.push(chunk);
  }
  return length <= MAX_BODY ? Buffer.concat(chunks).toString() : undefined;
}

export function isValidTarget(path: string): boolean {
  return TARGET.test(path);
}

export function authorize(request: RecordedRequest, account: Account): void {
  const { userSecret, organizationSecret } = account;
  const authorization = `User ${userSecret}, Organization ${organizationSecret}`;
  if (request.headers.authorization !== authorization) {
    throw new HttpError(401, 'Invalid Organization or User secret');
  }
  requireJsonAccepted(request);
}

/** Authorizes a request to the store of one of the `instances`. */
export function authorizeForStore(
  request: RecordedRequest,
  { userSecret }: Account,
  instances: Iterable<Instance>,
): void {
  const { authorization } = request.headers;
  const instance = [...instances].find(
    ({ token }) => authorization === `User ${userSecret}, Element ${token}`,
  );
  if (!instance) throw new HttpError(401, 'Invalid Element token or User secret');
  if (instance.disabled) throw new HttpError(403, 'The element instance is disabled');
  requireJsonAccepted(request);
}

function requireJsonAccepted({ headers }: RecordedRequest): void {
  if (!/^$|\*\/\*|\bapplication\/(json|\*)/.test(headers.accept ?? '')) {
    throw new HttpError(406, 'Only application/json can be answered');
  }
}

export function readJson({ headers, body }: RecordedRequest): unknown {
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new HttpError(415, 'Content-Type must be application/json');
  }
  try {
    return JSON.parse(body);
  } catch {
    throw new HttpError(400, 'The body is not JSON');
  }
}
