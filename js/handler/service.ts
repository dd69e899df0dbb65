import { readField, withoutPrototype } from './fields.js';
import { HttpError } from './http-error.js';
import type { Settings } from './options.js';
import { redact } from './redact.js';
import { type InstanceBody, secretsOf } from './rules.js';
import { readText } from './text.js';

/** Longest response that is read, in bytes after decoding. */
const MAX_RESPONSE = 1024 * 1024;

/** Longest `message` and `providerMessage`, in UTF-16 units. */
const MAX_MESSAGE = 500;

const MAX_REQUEST_ID = 200;

/** Seconds, or a date in one of HTTP's three forms; anything else could hold anything. */
const RETRY_AFTER =
  /^(?:\d{1,10}|[A-Z][a-z]{2,8}, \d\d[ -][A-Z][a-z]{2}[ -](?:\d\d){1,2} \d\d:\d\d:\d\d GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

type Method = 'GET' | 'POST' | 'PUT';

/** The service's response to a request, whatever its status. */
export class ServiceResponse {
  readonly status: number;
  /** Undefined where the body is no JSON, or was not read whole. */
  readonly json: unknown;
  readonly #method: Method;
  readonly #secrets: readonly string[];
  readonly #text: string | undefined;
  readonly #retryAfter: string;

  constructor(
    method: Method,
    secrets: readonly string[],
    { status, headers }: Response,
    text: string | undefined,
  ) {
    this.status = status;
    this.json = parse(text);
    this.#method = method;
    this.#secrets = secrets;
    this.#text = text;
    this.#retryAfter = headers.get('retry-after') ?? '';
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  /** Of another handler, which `baseUrl` names in place of the service. */
  get isFromHandler(): boolean {
    return readField(this.json, 'source') === 'handler';
  }

  /** A web server's own page. A body that was not read whole could be one. */
  get isHtml(): boolean {
    return this.#text === undefined || this.#text.trimStart().startsWith('<');
  }

  /** Whether the request has certainly created nothing. */
  get nothingCreated(): boolean {
    return this.status >= 400 && this.status < 500 && ![408, 499].includes(this.status);
  }

  get requestId(): string | undefined {
    return this.#redactedText('requestId', MAX_REQUEST_ID);
  }

  get retryHeaders(): Record<string, string> {
    const header = this.#retryAfter;
    // A secret can consist of digits.
    const isSecret = redact(header, this.#secrets, header.length) !== header;
    return RETRY_AFTER.test(header) && !isSecret ? { 'retry-after': header } : {};
  }

  /** For `onError`. */
  get summary(): string {
    return `Cloud Elements answered ${this.status}`;
  }

  /** A response that is no success, as the page may see it. */
  error(): HttpError {
    const { status, nothingCreated, requestId } = this;
    if (status === 401) return this.wrongSecrets();
    if (status < 400 || status > 599) return this.unreadable();
    const isMissing = status === 404 || status === 405;
    if (this.#method === 'POST' && isMissing && !this.#isFromService) return this.wrongBaseUrl();
    return new HttpError(status, this.#redactedText('message', MAX_MESSAGE) || `${this.summary}.`, {
      source: 'service',
      nothingCreated,
      requestId,
      providerMessage: this.#redactedText('providerMessage', MAX_MESSAGE),
      headers: this.retryHeaders,
    });
  }

  /** The host's secrets are wrong, and not the merchant's. */
  wrongSecrets(): HttpError {
    const { nothingCreated, requestId } = this;
    const cure = 'check userSecret and organizationSecret, and whether baseUrl is of their region';
    return new HttpError(500, 'Cloud Elements did not accept our secrets.', {
      nothingCreated,
      reported: { message: `${this.summary}: ${cure}.`, requestId },
    });
  }

  /** Where `baseUrl` names something else than the service. */
  wrongBaseUrl(): HttpError {
    const { nothingCreated } = this;
    return new HttpError(500, 'Cloud Elements is not at its address: check baseUrl.', {
      nothingCreated,
      reported: {
        message: `What is at baseUrl answered ${this.status}, and not as Cloud Elements does: check it.`,
      },
    });
  }

  unreadable(): HttpError {
    const { nothingCreated } = this;
    return new HttpError(502, 'The response of Cloud Elements cannot be read.', {
      nothingCreated,
      reported: { message: `${this.summary}, and the response cannot be read: check baseUrl.` },
    });
  }

  get #isFromService(): boolean {
    const isText = (name: string) => typeof readField(this.json, name) === 'string';
    return !this.isFromHandler && (isText('message') || isText('requestId'));
  }

  #redactedText(name: string, max: number): string | undefined {
    const text = readField(this.json, name);
    const token = readField(this.json, 'token');
    const secrets = typeof token === 'string' ? [...this.#secrets, token] : this.#secrets;
    return typeof text === 'string' ? redact(text, secrets, max) : undefined;
  }
}

/** Cloud Elements, called with the account's secrets. */
export class Service {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Ends what is done for one request of a page. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#settings.timeout);
  }

  /**
   * Asks for what is at `path`.
   *
   * @throws {@link HttpError} where there is no whole response.
   */
  get(path: string, deadline: AbortSignal): Promise<ServiceResponse> {
    return this.#request('GET', path, deadline, null, []);
  }

  /**
   * Sends an instance.
   *
   * @throws {@link HttpError} where there is no whole response.
   */
  send(
    method: 'POST' | 'PUT',
    path: string,
    deadline: AbortSignal,
    body: InstanceBody,
  ): Promise<ServiceResponse> {
    return this.#request(method, path, deadline, JSON.stringify(body), secretsOf(body));
  }

  async #request(
    method: Method,
    path: string,
    deadline: AbortSignal,
    body: string | null,
    bodySecrets: readonly string[],
  ): Promise<ServiceResponse> {
    const { secrets: account, baseUrl, fetch: given } = this.#settings;
    const [user, organization] = account;
    const secrets = [...account, ...bodySecrets];
    try {
      // Through a variable, because Workers' fetch must not be called as a method.
      const send = given ?? fetch;
      const response = await send(
        baseUrl + path,
        withoutPrototype<RequestInit>({
          method,
          headers: withoutPrototype({
            authorization: `User ${user}, Organization ${organization}`,
            ...(body !== null && { 'content-type': 'application/json' }),
          }),
          body,
          // Not 'error', which some edge runtimes do not know; a 3xx is no success.
          redirect: 'manual',
          signal: deadline,
        }),
      );
      const text = await readText(response, MAX_RESPONSE, deadline).catch((error) => {
        // An error's status says enough.
        if (response.ok || deadline.aborted) throw error;
        return undefined;
      });
      return new ServiceResponse(method, secrets, response, text);
    } catch (error) {
      if (deadline.aborted) throw new HttpError(504, 'Cloud Elements did not answer in time.');
      const message = 'Cloud Elements could not be reached';
      const cause = redacted(error, secrets);
      throw new HttpError(502, `${message}.`, {
        reported: { message: `${message}: ${reasonOf(cause)}.`, cause },
      });
    }
  }
}

function reasonOf({ name, message, code }: Error & { code?: string }): string {
  const reason = message || name;
  return code === undefined || reason.includes(code) ? reason : `${reason} (${code})`;
}

/** What JSON says, `undefined` where it is none; the parser's error is dropped, as it quotes it. */
function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Name, code and messages of what `fetch` threw; its other fields could hold the request. */
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
  // Node says in the cause of its error what happened.
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
