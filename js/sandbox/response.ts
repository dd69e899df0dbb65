import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';

export interface SandboxResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** An error response of the service. */
export class HttpError extends Error {
  readonly response: SandboxResponse;

  constructor(
    status: number,
    message: string,
    { headers, ...more }: { headers?: Record<string, string>; providerMessage?: string } = {},
  ) {
    super(message);
    this.response = failure(status, { message, ...more }, headers);
  }
}

export const PREFLIGHT: SandboxResponse = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type',
    // Browsers must not reuse the preflight of an earlier test.
    'access-control-max-age': '0',
  },
};

/** Tomcat's response to a request line with a character that must be percent-encoded. */
export const BAD_TARGET = html(
  400,
  '<!doctype html><html lang="en"><head><title>HTTP Status 400 – Bad Request</title></head><body><h1>HTTP Status 400 – Bad Request</h1><p><b>Message</b> Invalid character found in the request target. The valid characters are defined in RFC 7230 and RFC 3986</p></body></html>',
);

export const BAD_GATEWAY = html(
  502,
  '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>',
);

export const WEB_PAGE = html(
  200,
  '<!doctype html><html lang="en"><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>',
);

export const REDIRECT: SandboxResponse = { status: 302, headers: { location: '/sign-in' } };

function html(status: number, body: string): SandboxResponse {
  return { status, headers: { 'content-type': 'text/html;charset=utf-8' }, body };
}

export function failure(
  status: number,
  error: { message: string; providerMessage?: string },
  headers?: Record<string, string>,
): SandboxResponse {
  return json(status, { requestId: randomBytes(12).toString('hex'), ...error }, headers);
}

export function json(
  status: number,
  value: unknown,
  headers?: Record<string, string>,
): SandboxResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(value),
  };
}

export function allowOrigin(outgoing: ServerResponse, origin: string): void {
  outgoing.setHeader('access-control-allow-origin', origin);
  outgoing.setHeader('access-control-expose-headers', 'retry-after');
  outgoing.setHeader('vary', 'origin');
}

export function send(outgoing: ServerResponse, { status, headers, body }: SandboxResponse): void {
  outgoing.writeHead(status, headers).end(body);
}

export function sendHalf(
  outgoing: ServerResponse,
  { status, headers, body = '' }: SandboxResponse,
): void {
  const bytes = Buffer.from(body);
  outgoing.writeHead(status, { ...headers, 'content-length': bytes.length });
  outgoing.write(bytes.subarray(0, bytes.length / 2), () => outgoing.destroy());
}
