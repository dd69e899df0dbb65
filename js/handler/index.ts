import { withoutPrototype } from './fields.js';
import { HttpError, refusal } from './http-error.js';
import { type Instance, toElementInstance } from './instance.js';
import { createInstance, findInstance, updateInstance, withoutReserved } from './instances.js';
import { type ErrorContext, type ProxyOptions, readOptions } from './options.js';
import { Owner } from './owner.js';
import { readPageBody } from './page-body.js';
import { makeLog, report } from './report.js';
import { type Route, route } from './route.js';
import { requireInstanceBody } from './rules.js';
import { requireSameOrigin } from './same-origin.js';
import { Service } from './service.js';

export type { ElementInstance } from '../types.js';
export type { ErrorContext, ErrorReport, ProxyOptions, Subject } from './options.js';

/**
 * Makes the handler of the page's own origin, which passes on to the service what
 * `authenticateBigCommerce` sends, adds the account's secrets, and keeps each subject to its own
 * instances. Any number of copies can run side by side.
 *
 * @throws TypeError where an option is unknown or of the wrong type.
 */
export function createProxy(options: ProxyOptions): (request: Request) => Promise<Response> {
  const settings = readOptions(options);
  const { onError = makeLog(), onInstance } = settings;
  const service = new Service(settings);
  let warning = settings.hasEmptyBaseUrl
    ? new HttpError(500, 'baseUrl is empty: requests go to US production.')
    : undefined;

  return async (request) => {
    const context: ErrorContext = { request: withoutCredentials(request) };
    if (warning) {
      const first = warning;
      warning = undefined;
      await report(onError, first, context);
    }
    try {
      const asked = route(request);
      requireSameOrigin(request, settings.origin);
      if (settings.issue !== '') {
        throw refusal(500, 'The handler is not set up.', { reported: settings.issue });
      }
      const owner = await Owner.of(withoutBody(request), settings.authorize);
      context.subject = owner.subject;
      return json(200, await perform(asked, request, owner));
    } catch (thrown) {
      const error =
        thrown instanceof HttpError
          ? thrown
          : new HttpError(500, 'The handler failed.', { cause: thrown });
      await report(onError, error, context);
      return json(error.status, error.body, error.details.headers);
    }
  };

  /** Does what the page asks for; returns the JSON of the response. */
  async function perform(asked: Route, request: Request, owner: Owner): Promise<unknown> {
    if (asked.task === 'find') {
      const found = await findInstance(service, owner, asked.tag);
      return found ? [await handOver(found, owner)] : [];
    }
    const body = requireInstanceBody(await readPageBody(request, settings.timeout), {
      allowEvents: settings.allowEvents,
      allowKey: asked.task === 'create',
    });
    const instance =
      asked.task === 'create'
        ? await createInstance(service, owner, body)
        : await updateInstance(service, owner, asked.id, body);
    return handOver(instance, owner);
  }

  async function handOver(instance: Instance, { subject }: Owner): Promise<Instance> {
    try {
      // A copy, which the host can change.
      await onInstance?.(toElementInstance(withoutReserved(instance)), { subject });
    } catch (cause) {
      const message =
        'The instance could not be stored: try again, with the same idempotencyKey if there is one.';
      const reported = 'onInstance threw: the cause says what.';
      throw new HttpError(500, message, { reported, cause });
    }
    return instance;
  }
}

function withoutBody({ url, method, headers }: Request): Request {
  // Such a request can arrive, but not be made.
  const isForbidden = /^(?:CONNECT|TRACE|TRACK)$/i.test(method);
  return new Request(url, withoutPrototype({ method: isForbidden ? 'GET' : method, headers }));
}

/** For `onError`, which may log it. */
function withoutCredentials(request: Request): Request {
  const reported = withoutBody(request);
  reported.headers.delete('cookie');
  reported.headers.delete('authorization');
  return reported;
}

function json(status: number, body: unknown, headers?: Record<string, string>): Response {
  return new Response(
    JSON.stringify(body),
    withoutPrototype({
      status,
      headers: { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' },
    }),
  );
}
