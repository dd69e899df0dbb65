import { accountOf, type InstanceSettings, readSettings } from './instance.js';
import { type Account, authorize, type RecordedRequest } from './request.js';
import { BAD_GATEWAY, failure, REDIRECT, type SandboxResponse, WEB_PAGE } from './response.js';

/**
 * A fault of one request.
 *
 * - `drop`: the connection ends without a response
 * - `hold`: the connection stays open without a response, until `close()`
 * - `respond`: this response is sent instead of the sandbox's own
 * - `half`: half of the body of the sandbox's own response is sent, then the connection ends
 * - `delay`: the request succeeds, but `ms` later
 *
 * With `-after`, for `half` and after a `delay` the sandbox performs the request; otherwise it does
 * not.
 */
export type Fault =
  | { kind: 'drop' | 'drop-after' | 'hold' | 'hold-after' | 'half' }
  | ({ kind: 'respond' | 'respond-after' } & SandboxResponse)
  | { kind: 'delay'; ms: number };

/** `once`: only the first request with a given body fails, so that a retry succeeds. */
type TestCredential = [
  description: string,
  fault: (request: RecordedRequest, settings: InstanceSettings) => Fault | undefined,
  fails?: 'once',
];

/** Lookups list its instances, whatever tags they ask for. */
export const IGNORES_FILTER = 'ignores-filter';

const OUTCOMES = new Map(
  Object.entries<TestCredential>({
    refused: ['400: BigCommerce refuses', () => providerFault(400, 'Invalid API token')],
    'store-401': [
      '401: BigCommerce refuses',
      () => providerFault(401, 'Missing or invalid authentication'),
    ],
    forbidden: ['403: BigCommerce forbids it', () => providerFault(403, 'No access to the API')],
    'echo-secrets': [
      '400: the messages repeat the secrets and credentials of the request',
      ({ headers }, { configuration }) => {
        const text = [headers.authorization, ...Object.values(configuration)].join(' ');
        return { kind: 'respond', ...failure(400, { message: text, providerMessage: text }) };
      },
    ],
    conflict: ['409: already exists', () => serviceFault(409, 'Instance already exists')],
    'rate-limited': [
      '429: too many calls, Retry-After in seconds',
      () => serviceFault(429, 'Too many calls', { 'retry-after': '2' }),
    ],
    'server-error': ['500 with JSON', () => serviceFault(500, 'Internal server error')],
    gateway: ['502 with HTML, from a gateway', () => ({ kind: 'respond', ...BAD_GATEWAY })],
    unavailable: [
      '503, Retry-After as a date',
      () => serviceFault(503, 'Service unavailable', { 'retry-after': httpDateIn(5000) }),
    ],
    'web-page': ['200 with HTML, as of a wrong address', () => ({ kind: 'respond', ...WEB_PAGE })],
    redirect: ['302 to a page to sign in', () => ({ kind: 'respond', ...REDIRECT })],
    slow: ['success after 3 s', () => ({ kind: 'delay', ms: 3000 })],
    cut: ['no response, nothing created', () => ({ kind: 'drop' })],
    lost: ['once: created, but no response', () => ({ kind: 'drop-after' }), 'once'],
    'lost-gateway': [
      'once: created, but a gateway answers 502 with HTML',
      () => ({ kind: 'respond-after', ...BAD_GATEWAY }),
      'once',
    ],
    late: ['once: created, but the response never comes', () => ({ kind: 'hold-after' }), 'once'],
    half: ['once: created, but the response is cut off', () => ({ kind: 'half' }), 'once'],
    [IGNORES_FILTER]: [
      'success, and every lookup lists it, with or without its tags',
      () => undefined,
    ],
  }),
);

/**
 * The usernames and client ids that cause an outcome, like the test cards of payment providers,
 * with a description of it. All others connect.
 */
export const TEST_CREDENTIALS: Readonly<Record<string, string>> = Object.fromEntries(
  [...OUTCOMES].map(([username, [description]]) => [username, description]),
);

/** Returns the fault for a request's credentials, unless the service itself refuses the request. */
export function faultOf(
  request: RecordedRequest,
  account: Account,
  failedBodies: Set<string>,
): Fault | undefined {
  let settings: InstanceSettings;
  try {
    authorize(request, account);
    settings = readSettings(request);
  } catch {
    return undefined;
  }
  const [, fault, fails] = OUTCOMES.get(accountOf(settings)) ?? [];
  if (fails === 'once') {
    if (failedBodies.has(request.body)) return undefined;
    failedBodies.add(request.body);
  }
  return fault?.(request, settings);
}

function providerFault(status: number, providerMessage: string): Fault {
  const message = 'The provider refused the request';
  return { kind: 'respond', ...failure(status, { message, providerMessage }) };
}

function serviceFault(status: number, message: string, headers?: Record<string, string>): Fault {
  return { kind: 'respond', ...failure(status, { message }, headers) };
}

function httpDateIn(ms: number): string {
  return new Date(Date.now() + ms).toUTCString();
}
