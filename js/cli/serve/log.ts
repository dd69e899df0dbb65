// The log: a line of JSON on stdout for each request.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, Next } from 'hono';
import { routePath } from 'hono/route';
import type { ErrorReport } from '../../proxy.js';

const lines = new AsyncLocalStorage<object>();

/** Writes a line for the request, without secrets or anything that identifies the merchant. */
export async function logRequest(context: Context, next: Next): Promise<void> {
  const start = performance.now();
  const line = {};
  await lines.run(line, next);
  writeLine({
    method: context.req.method,
    // Not the path: anyone can put anything there, and merchants a token by mistake.
    route: routePath(context),
    status: context.res.status,
    milliseconds: Math.round(performance.now() - start),
    ...line,
  });
}

/** Adds fields to the line of the current request. */
export function note(fields: object): void {
  Object.assign(lines.getStore() ?? {}, fields);
}

/** The `onError` of `createProxy`. */
export function noteError({ status, source, requestId, ...report }: ErrorReport): void {
  // Not the service's own message, which may name the store or the instance.
  const message = source === 'service' ? `The service answered ${status}.` : report.message;
  // `session.ts` and `deliver.ts` throw nothing secret, and the handler redacts what `fetch`
  // throws.
  const cause = report.cause instanceof Error ? report.cause.message : undefined;
  note({ source, message, requestId, cause });
}

export function writeLine(fields: object): void {
  console.log(JSON.stringify({ time: new Date().toISOString(), ...fields }));
}
