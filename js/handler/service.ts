import { isObject, readField, withoutPrototype } from './fields.js';
import { HttpError } from './http-error.js';
import { type Answer, meaningOf, type Task } from './meaning.js';
import type { Settings } from './options.js';
import { redact } from './redact.js';
import { type InstanceBody, secretsOf } from './rules.js';
import { readText, within } from './text.js';

/** The maximum length of a response, in bytes after decompression. */
const MAX_RESPONSE = 1024 * 1024;

/** The maximum length of `message` and `providerMessage`, in UTF-16 code units. */
const MAX_MESSAGE = 500;

const MAX_REQUEST_ID = 200;

/** Seconds, or a date as the core parses it. Other values are not forwarded. */
const RETRY_AFTER =
  /^(?:\d{1,10}|[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -](?:\d\d){1,2} \d\d:\d\d:\d\d GMT)$/;

/** Codes of `fetch` errors which mean that nothing was sent, because there was no connection. */
const NOT_SENT = [
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'ConnectionRefused'],
  ...['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ...['SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
];

const METHODS = {
  list: 'GET',
  find: 'GET',
  create: 'POST',
  check: 'GET',
  update: 'PUT',
  delete: 'DELETE',
};

/** A response of the service, with any status. */
export interface ServiceResponse {
  isSuccess: boolean;
  /** Undefined if the body is incomplete or not JSON. */
  json: unknown;
  /** Whether the list has more pages. */
  hasNextPage: boolean;
  /** Returns the error for the page; undefined if a lookup or a deletion needs none. */
  error(): HttpError | undefined;
}

/** Calls the service with the account's secrets. */
export class Service {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Returns the signal that ends the work for one request of a page. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#settings.timeout);
  }

  /**
   * Sends a request, with `body` to create or update an instance.
   *
   * @throws {@link HttpError} if there is no response.
   */
  async ask(
    task: Task,
    path: string,
    body?: InstanceBody,
    deadline = this.deadline(),
  ): Promise<ServiceResponse> {
    const { secrets: account, baseUrl, fetch: given } = this.#settings;
    const [user, organization] = account;
    const secrets = body ? [...account, ...secretsOf(body)] : account;
    try {
      // Called through a variable, because the `fetch` of Workers must not be called as a method.
      const send = given ?? fetch;
      const request = send(
        baseUrl + path,
        withoutPrototype<RequestInit>({
          method: METHODS[task],
          headers: {
            authorization: `User ${user}, Organization ${organization}`,
            ...(body && { 'content-type': 'application/json' }),
          },
          body: body ? JSON.stringify(body) : null,
          // Not 'error', which some edge runtimes do not support.
          redirect: 'manual',
          signal: deadline,
        }),
      );
      const response = await within(deadline, request);
      const text = await readText(response, MAX_RESPONSE, deadline).catch((error) => {
        if (deadline.aborted) throw error;
        // The status says enough.
        return undefined;
      });
      return readResponse(task, secrets, response, text);
    } catch (error) {
      if (deadline.aborted) throw new HttpError(504, 'The service did not answer in time.');
      const cause = redacted(error, secrets);
      throw new HttpError(502, 'The service could not be reached.', {
        ...(NOT_SENT.includes(cause.code ?? '') && { created: false }),
        reported: `The service could not be reached: ${reasonOf(cause)}.`,
        cause,
      });
    }
  }
}

function readResponse(
  task: Task,
  sent: readonly string[],
  { status, headers }: Response,
  text: string | undefined,
): ServiceResponse {
  const json = parse(text);
  const token = readField(json, 'token');
  const secrets = typeof token === 'string' ? [...sent, token] : sent;
  const textOf = (name: string, max = MAX_MESSAGE) => {
    const text = readField(json, name);
    return typeof text === 'string' ? redact(text, secrets, max) : undefined;
  };
  const error = () => {
    const serviceMessage = textOf('message');
    const meaning = meaningOf(task, {
      status,
      who: whoAnswered(json, text),
      isObject: isObject(json),
      hasProviderMessage: isText(json, 'providerMessage'),
      says: serviceMessage,
    });
    if (meaning === 'none') return undefined;
    const { status: answered, message, ...details } = meaning;
    const requestId = textOf('requestId', MAX_REQUEST_ID);
    const providerMessage = textOf('providerMessage');
    // The page gets no details of an instance with an unknown owner, so that it cannot find out
    // which ids exist.
    const isForPage = details.source === 'service' && task !== 'check';
    return new HttpError(answered, message, {
      ...details,
      ...(isForPage && { requestId, providerMessage, serviceMessage }),
      reportedId: requestId,
      ...((status === 429 || status >= 500) && { headers: retryHeaders(headers, secrets) }),
    });
  };
  const isSuccess = status >= 200 && status < 300;
  return { isSuccess, json, hasNextPage: hasNextPage(headers), error };
}

/** Checks the service's own header, and `Link` of RFC 8288. */
function hasNextPage(headers: Headers): boolean {
  const link = headers.get('link') ?? '';
  return !!headers.get('elements-next-page-token') || /;\s*rel\s*=[^;,]*\bnext\b/i.test(link);
}

export function whoAnswered(json: unknown, text = ''): Answer['who'] {
  if (isText(json, 'requestId') || isText(json, 'providerMessage')) return 'service';
  if (readField(json, 'source') === 'handler') return 'handler';
  return text.trimStart().startsWith('<') ? 'page' : 'unknown';
}

function isText(json: unknown, name: string): boolean {
  return typeof readField(json, name) === 'string';
}

function retryHeaders(headers: Headers, secrets: readonly string[]): Record<string, string> {
  const header = headers.get('retry-after') ?? '';
  // A secret can consist of digits.
  const isSecret = redact(header, secrets, header.length) !== header;
  return RETRY_AFTER.test(header) && !isSecret ? { 'retry-after': header } : {};
}

function reasonOf({ name, message, code }: Error & { code?: string }): string {
  const reason = message || name;
  return code === undefined || reason.includes(code) ? reason : `${reason} (${code})`;
}

/**
 * Parses JSON; undefined if it is invalid. The parser's error is dropped, because it quotes the
 * text.
 */
function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/**
 * Copies name, code and messages of a `fetch` error. Its other fields could contain the request.
 */
function redacted(thrown: unknown, secrets: readonly string[]): Error & { code?: string } {
  const read = (object: unknown, name: string) => {
    try {
      return readField(object, name);
    } catch {
      return undefined;
    }
  };
  const clean = (text: unknown) =>
    (typeof text === 'string' && redact(text, secrets, MAX_MESSAGE)) || '';
  // Node's `fetch` has the reason in the cause of its error.
  const both = [thrown, read(thrown, 'cause')];
  const texts = both.map((error) =>
    clean(typeof error === 'string' ? error : read(error, 'message')),
  );
  const code = both.map((error) => clean(read(error, 'code'))).find((code) => code !== '');
  return Object.assign(new Error(texts.filter((text) => text !== '').join(': ')), {
    name: clean(read(thrown, 'name')) || 'Error',
    ...(code !== undefined && { code }),
  });
}
