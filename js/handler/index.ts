import { withoutPrototype } from './fields.js';
import { HttpError, refusal } from './http-error.js';
import { type Instance, toElementInstance } from './instance.js';
import {
  createInstance,
  deleteInstance,
  findInstance,
  listConnections,
  updateInstance,
  withoutReserved,
} from './instances.js';
import {
  type ErrorContext,
  type InstanceOwner,
  type ProxyOptions,
  readOptions,
} from './options.js';
import { corsHeaders, isPreflight, PREFLIGHT_HEADERS, requireOrigin } from './origins.js';
import { Owner } from './owner.js';
import { readPageBody } from './page-body.js';
import { makeLog, report } from './report.js';
import { type Route, route } from './route.js';
import { type InstanceBody, requireInstanceBody } from './rules.js';
import { Service } from './service.js';

export type { ElementInstance } from '../types.js';
export type {
  ErrorContext,
  ErrorReport,
  InstanceOwner,
  ProxyOptions,
  Subject,
} from './options.js';

/**
 * Creates a handler for the page's origin. It forwards the requests of `authenticateBigCommerce` to
 * the service, adds the account's secrets, and restricts each subject to its own instances. It also
 * lists these, and deletes them if the host allows it. Any number of copies can run in parallel.
 *
 * @throws TypeError if an option is unknown or of the wrong type.
 */
export function createProxy(options: ProxyOptions): (request: Request) => Promise<Response> {
  const settings = readOptions(options);
  const { onError = makeLog() } = settings;
  const service = new Service(settings);
  let warning = settings.hasEmptyBaseUrl
    ? new HttpError(500, 'baseUrl is empty: requests go to US production.')
    : undefined;

  return async (request) => {
    const cors = corsHeaders(request, settings);
    if (isPreflight(request, settings)) {
      return respond(204, undefined, { ...cors, ...PREFLIGHT_HEADERS });
    }
    const context: ErrorContext = { request: withoutCredentials(request) };
    if (warning) {
      const first = warning;
      warning = undefined;
      await report(onError, first, context);
    }
    try {
      const asked = route(request, settings.allowDisconnect);
      requireOrigin(request, settings);
      if (settings.issue !== '') {
        throw refusal(500, 'The handler is not set up.', { reported: settings.issue });
      }
      const owner = await Owner.of(withoutBody(request), settings.authorize);
      context.subject = owner.subject;
      const result = await perform(asked, request, owner);
      return respond(result ? 200 : 204, result, cors);
    } catch (thrown) {
      const error =
        thrown instanceof HttpError
          ? thrown
          : new HttpError(500, 'The handler failed.', { cause: thrown });
      await report(onError, error, context);
      return respond(error.status, error.body, { ...error.details.headers, ...cors });
    }
  };

  /** Performs the page's request. Returns the JSON of the response, if it has a body. */
  async function perform(
    asked: Route,
    request: Request,
    owner: Owner,
  ): Promise<object | undefined> {
    switch (asked.task) {
      case 'list': {
        const connections = await listConnections(service, owner);
        return { connections, canDisconnect: settings.allowDisconnect };
      }
      case 'find': {
        const found = await findInstance(service, owner, asked.tag);
        return found ? [await handOver(found, owner, 'found')] : [];
      }
      case 'create': {
        const body = await readBody(request, { allowKey: true });
        return handOver(await createInstance(service, owner, body), owner, 'created');
      }
      case 'update': {
        const body = await readBody(request, { allowKey: false });
        return handOver(await updateInstance(service, owner, asked.id, body), owner, 'updated');
      }
      case 'delete':
        await deleteInstance(service, owner, asked.id, () => announceDeletion(asked.id, owner));
        return undefined;
    }
  }

  async function readBody(request: Request, rules: { allowKey: boolean }): Promise<InstanceBody> {
    const { allowEvents, timeout } = settings;
    return requireInstanceBody(await readPageBody(request, timeout), { allowEvents, ...rules });
  }

  /** Passes the instance to the host, and returns it for the page. */
  async function handOver(
    instance: Instance,
    { subject }: Owner,
    outcome: InstanceOwner['outcome'],
  ): Promise<object> {
    const { storeUrl } = instance;
    const owner = { subject, outcome, ...(storeUrl !== undefined && { storeUrl }) };
    try {
      // A copy, because the host may change it.
      await settings.onInstance?.(toElementInstance(withoutReserved(instance)), owner);
    } catch (cause) {
      const message =
        'The instance could not be stored: try again, with the same idempotencyKey if there is one.';
      const reported = 'onInstance threw: the cause says what.';
      throw new HttpError(500, message, { reported, cause });
    }
    return toElementInstance(instance);
  }

  async function announceDeletion(id: number, { subject }: Owner): Promise<void> {
    try {
      await settings.onDisconnect?.({ id }, { subject });
    } catch (cause) {
      const reported = 'onDisconnect threw: the cause says what.';
      throw new HttpError(500, 'The store is still connected: try again.', { reported, cause });
    }
  }
}

function withoutBody({ url, method, headers }: Request): Request {
  // The `Request` constructor refuses URLs with these, and these methods.
  const { href } = Object.assign(new URL(url), { username: '', password: '' });
  const isForbidden = /^(?:CONNECT|TRACE|TRACK)$/i.test(method);
  return new Request(href, withoutPrototype({ method: isForbidden ? 'GET' : method, headers }));
}

/** Copies the request for `onError`, which may log it. */
function withoutCredentials(request: Request): Request {
  const reported = withoutBody(request);
  reported.headers.delete('cookie');
  reported.headers.delete('authorization');
  return reported;
}

/** Creates a response, with `body` as JSON if there is one. */
function respond(
  status: number,
  body: object | undefined,
  headers: Record<string, string>,
): Response {
  return new Response(
    body ? JSON.stringify(body) : null,
    withoutPrototype({
      status,
      headers: {
        ...headers,
        ...(body && { 'content-type': 'application/json' }),
        'cache-control': 'no-store',
      },
    }),
  );
}
