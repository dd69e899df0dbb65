import type { IncomingHttpHeaders } from 'node:http';
import { HttpError } from './response.js';

/** The one user secret that the sandbox accepts. */
export const USER_SECRET = 'sandbox/user+secret/0123456789abcdefghijklm=';

/** The one organization secret that the sandbox accepts. */
export const ORGANIZATION_SECRET = 'sandbox+organization/secret0123456789+/a==';

const AUTHORIZATION = `User ${USER_SECRET}, Organization ${ORGANIZATION_SECRET}`;

/** A request as it arrived; `path` includes the query. */
export interface RecordedRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export function authorize(request: RecordedRequest): void {
  if (request.headers.authorization !== AUTHORIZATION) {
    throw new HttpError(401, 'Invalid Organization or User secret');
  }
  requireJsonAccepted(request);
}

export function requireJsonAccepted({ headers }: RecordedRequest): void {
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
