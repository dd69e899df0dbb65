import { readOptions } from '../../handler/options.js';
import { createIdempotencyKey } from '../../index.js';
import { UsageError } from '../usage.js';
import { type ServiceResponse, send } from './account.js';
import type { Answer, Report } from './report.js';

/** The statuses with which parsers answer a body that is not JSON. */
const PARSER_STATUSES = [400, 415, 422, 500];

/** The minimum length of a cookie's value to redact, in UTF-16 code units: a session id is longer. */
const MIN_SESSION = 16;

/** What to do, by the handler's message for a merchant's session. */
const ADVICE: [RegExp, string][] = [
  [
    /^Nobody is signed in/,
    'authorize does not know this session: copy it again from a browser that is signed in.',
  ],
  [
    /did not accept the account's secrets/,
    'userSecret and organizationSecret are swapped or wrong, or baseUrl is of another region: docs/service.md has the addresses.',
  ],
];

/** A handler, and a session of a merchant. */
export interface Target {
  baseUrl: string;
  /** The headers of the session; empty if none is given. */
  session: Record<string, string>;
  secrets: (string | undefined)[];
}

/** @throws UsageError if `url` cannot be the base URL of a handler. */
export function readHandler(url: string, environment: NodeJS.ProcessEnv): Target {
  const { CHECK_COOKIE: cookie, CHECK_SESSION_TOKEN: token } = environment;
  try {
    // The rule is that of the service's base URL.
    const { baseUrl } = readOptions({ authorize: () => null, baseUrl: url });
    const session = {
      ...(cookie && { cookie }),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    // A server may repeat only one of the cookies, without its name. Shorter ones can be words.
    const cookies =
      cookie?.split(';').map((pair) => pair.slice(pair.indexOf('=') + 1).trim()) ?? [];
    const values = cookies.filter(({ length }) => length >= MIN_SESSION);
    return { baseUrl, session, secrets: [cookie, token, ...values] };
  } catch {
    throw new UsageError(
      '--handler must be an https: URL, or an http: URL of a loopback host, without user, query or fragment.',
    );
  }
}

/** Sends requests that pages send, and others that must be refused. Creates nothing. */
export async function checkHandler(
  { baseUrl, session, secrets }: Target,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  report.begin('Handler');
  report.hide(...secrets);
  const { origin } = new URL(baseUrl);
  const page = { origin, 'sec-fetch-site': 'same-origin' };
  const lookUp = (headers: Record<string, string>) => {
    const tag = `idempotency-key:${createIdempotencyKey()}`;
    const url = `${baseUrl}/instances?tags%5B%5D=${tag}`;
    return send(url, { headers: { ...page, ...headers }, signal });
  };
  // Not the body of an instance, so that whatever reads it refuses it.
  const post = (headers: Record<string, string>, body = '{}') =>
    send(`${baseUrl}/instances`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    });
  const hasSession = Object.keys(session).length > 0;

  const isMounted = await report.ask('mounted', 'Is the handler there?', async () => {
    const response = await send(`${baseUrl}/instances/none`, { headers: session, signal });
    const isThere = response.who === 'handler' && response.status === 404;
    if (!isThere) return describeNotMounted(response, hasSession);
    return { state: 'ok', answer: 'Yes.', value: true };
  });
  if (!isMounted) return;

  const isOpen = await report.ask(
    'signed-out',
    'Are requests without a session refused?',
    async () => {
      const response = await lookUp({});
      const value = isPastAuthorize(response);
      return { ...describeSignedOut(response, value), value };
    },
  );
  await report.ask('other-origin', 'Are pages of other origins refused?', async () => {
    const foreign = { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' };
    const response = await post({ ...foreign, ...session });
    if (response.status === 403) return { state: 'ok', answer: 'Yes, with 403.' };
    const advice = 'Something before the handler changes or drops Origin and Sec-Fetch-Site.';
    return { state: 'problem', answer: `No: ${describe(response)}`, advice };
  });
  await report.ask('origin', 'Does the handler know its public origin?', async () => {
    // Without Sec-Fetch-Site, the handler compares only the origins.
    const response = await post({ origin });
    if (response.who !== 'handler') return inBetween(response);
    if (response.status !== 403) return { state: 'ok', answer: `Yes: ${origin}.` };
    const advice = `Give createProxy origin: '${origin}', as TLS ends before it, or a proxy changes the host.`;
    return { state: 'problem', answer: 'No: a page of its own is refused with 403.', advice };
  });
  const canEnter = hasSession || isOpen;
  await report.ask('body', 'Does the handler get the body unread?', async () => {
    const broken = await post({ ...page, ...session }, '{');
    if (broken.who !== 'handler') {
      return PARSER_STATUSES.includes(broken.status) ? readBefore(broken) : inBetween(broken);
    }
    if (!canEnter) {
      const advice = 'A parser that passes invalid JSON on can only be found with a session.';
      return { state: 'unknown', answer: 'No parser in front of it refuses invalid JSON.', advice };
    }
    const response = await post({ ...page, ...session });
    if (/read already/.test(response.says ?? '')) return readBefore(response);
    if (response.status !== 400) return inBetween(response);
    return { state: 'ok', answer: 'Yes.' };
  });
  await report.ask('service', 'Does the service accept what the handler has?', async () => {
    if (!canEnter) {
      const advice =
        'Set CHECK_COOKIE or CHECK_SESSION_TOKEN to the session of one of your merchants.';
      return { state: 'unknown', answer: 'Cannot be checked without a session.', advice };
    }
    return describeLookup(await lookUp(session));
  });
  report.add('unseen', 'What cannot be checked from here?', {
    state: 'unknown',
    answer:
      'Whether each merchant has a subject of their own, whether onInstance stores what it gets, whether calls are limited, and what is logged.',
    advice: 'docs/deployment.md lists what else to check before you go live.',
  });
}

/** Whether a request without a session got past `authorize`. */
function isPastAuthorize({ status, who, says }: ServiceResponse): boolean {
  if (status === 200 || who === 'service') return true;
  // The handler's responses before `authorize` has identified the user.
  const isBefore =
    status < 500 || /not set up|has no headers|could not be identified/.test(says ?? '');
  return who === 'handler' && !isBefore;
}

function describeSignedOut(response: ServiceResponse, isOpen: boolean): Answer {
  const { status, who } = response;
  if (isOpen) {
    const advice =
      'authorize must return null if nobody is signed in. Otherwise, anyone can create instances in your account.';
    const answer = status === 200 ? 'No: a lookup is answered 200.' : `No: ${describe(response)}`;
    return { state: 'problem', answer, advice };
  }
  if (status === 401) return { state: 'ok', answer: 'Yes, with 401.' };
  const advice =
    who === 'handler' && status === 403
      ? 'The option origin of createProxy names another origin than this one.'
      : "Your server's log says more.";
  return { state: 'problem', answer: describe(response), advice };
}

function describeLookup(response: ServiceResponse): Answer {
  if (response.status === 200) return { state: 'ok', answer: 'Yes: a lookup is answered 200.' };
  const [, advice] = ADVICE.find(([says]) => says.test(response.says ?? '')) ?? [
    /^/,
    "Your server's log says more, and docs/troubleshooting.md what it means.",
  ];
  return { state: 'problem', answer: `No: ${describe(response)}`, advice };
}

function describeNotMounted(response: ServiceResponse, hasSession: boolean): Answer {
  const { status, who } = response;
  if ((status === 401 || status === 403) && who !== 'service' && !hasSession) {
    const advice =
      'Does your server check sessions before the handler? Set CHECK_COOKIE to the session of one of your merchants.';
    return { state: 'unknown', answer: `Not seen: ${describe(response)}`, advice };
  }
  const advice =
    'Compare the address with the path where the handler is mounted. Its route has to take all paths below, without redirects.';
  return { state: 'problem', answer: `No: ${describe(response)}`, advice };
}

function readBefore(response: ServiceResponse): Answer {
  const advice = 'Put the handler before body parsers, such as express.json().';
  return { state: 'problem', answer: `No: ${describe(response)}`, advice };
}

function inBetween(response: ServiceResponse): Answer {
  const advice =
    'Is a firewall, or a protection against CSRF, before the handler? Exempt its path: it checks origins itself.';
  return { state: 'problem', answer: `Not seen: ${describe(response)}`, advice };
}

/** Describes who answers what. */
function describe({ status, who, says }: ServiceResponse): string {
  const names = {
    handler: 'the handler',
    service: 'the service',
    page: 'a web page',
    unknown: 'something else',
  };
  return `${names[who]} answers ${status}${says ? `: ${says}` : '.'}`;
}
