import type { ElementInstance } from '../types.js';
import { readAddress } from './address.js';
import type { InstanceBody } from './body.js';
import { HttpError } from './http-error.js';
import { parse, readInstance, readNewest, readTags } from './instance.js';
import type { ProxyOptions } from './options.js';
import { redact } from './redact.js';
import { readText } from './text.js';

/** An instance as it is passed on: all that is not named here may hold the credentials. */
export type Instance = ElementInstance & { tags: string[] };

const DEFAULT_BASE_URL = 'https://api.cloud-elements.com/elements/api-v2';

/** Longest answer that is read, in bytes after decoding. */
const MAX_ANSWER = 1024 * 1024;

/** Longest `message` and `providerMessage`, in UTF-16 units. */
const MAX_MESSAGE = 500;

const MAX_REQUEST_ID = 200;

const DEFAULT_TIMEOUT = 50_000;

/** Seconds, or a date in one of HTTP's three forms; anything else could hold anything. */
const RETRY_AFTER = /^(\d{1,10}|[A-Z][a-z]{2,8},? [\w: -]{18,25})$/;

/** Cloud Elements, called with the account's secrets. */
export class Service {
  readonly #baseUrl: string;
  readonly #secrets: string[];
  readonly #fetch: typeof fetch | undefined;
  readonly #timeout: number;

  constructor(options: ProxyOptions) {
    for (const name of ['userSecret', 'organizationSecret'] as const) {
      // Printable ASCII without comma: a header is built of them.
      if (!/^[!-+\--~]+$/.test(options[name] ?? '')) {
        throw new TypeError(`${name} must be printable ASCII without spaces or commas.`);
      }
    }
    this.#secrets = [options.userSecret, options.organizationSecret];
    this.#baseUrl = readBaseUrl(options.baseUrl ?? DEFAULT_BASE_URL);
    this.#fetch = options.fetch;
    this.#timeout = readTimeout(options.timeout ?? DEFAULT_TIMEOUT);
  }

  /** Ends what is done for one request of a page. */
  deadline(): AbortSignal {
    return AbortSignal.timeout(this.#timeout);
  }

  /** The newest instance that carries `tag` and whose tags `isOwn` accepts, where there is one. */
  async find(
    tag: string,
    isOwn: (tags: string[]) => boolean,
    deadline: AbortSignal,
  ): Promise<Instance | null> {
    const path = `/instances?tags[]=${encodeURIComponent(tag)}`;
    const list = await this.#send('GET', path, deadline);
    const found = readNewest(list, (tags) => tags.includes(tag) && isOwn(tags));
    return found === null ? null : usable(found);
  }

  /** The tags of the instance `id`; none where there is no such instance. */
  async readTags(id: number, deadline: AbortSignal): Promise<string[]> {
    const answer = await this.#send('GET', `/instances/${id}`, deadline);
    return (Object(answer).id === id && readTags(answer)) || [];
  }

  /** Creates an instance. */
  async create(body: InstanceBody, deadline: AbortSignal): Promise<Instance> {
    return usable(await this.#send('POST', '/instances', deadline, body));
  }

  /** Updates the instance `id`. */
  async update(id: number, body: InstanceBody, deadline: AbortSignal): Promise<Instance> {
    return usable(await this.#send('PUT', `/instances/${id}`, deadline, body));
  }

  /**
   * The JSON of a 2xx answer, and an empty list where a `GET` finds nothing, which the service
   * answers with 404; everything else is a refusal.
   */
  async #send(
    method: string,
    path: string,
    deadline: AbortSignal,
    body?: InstanceBody,
  ): Promise<unknown> {
    const [user, organization] = this.#secrets;
    const headers: Record<string, string> = {
      authorization: `User ${user}, Organization ${organization}`,
    };
    if (body) headers['content-type'] = 'application/json';
    let response: Response;
    let text: string | undefined;
    try {
      // Through a variable, because Workers' fetch must not be called as a method.
      const send = this.#fetch ?? fetch;
      response = await send(this.#baseUrl + path, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        // Not 'error', which some edge runtimes do not know; a 3xx is refused below.
        redirect: 'manual',
        signal: deadline,
      });
      text = await readText(response, MAX_ANSWER).catch((error) => {
        // An error's status is answer enough.
        if (response.ok || deadline.aborted) throw error;
        return undefined;
      });
    } catch {
      throw deadline.aborted
        ? new HttpError(504, 'Cloud Elements did not answer in time.')
        : new HttpError(502, 'Cloud Elements could not be reached.');
    }
    const answer = parse(text);
    if (response.ok) return answer;
    if (method === 'GET' && response.status === 404) {
      // HTML is a web server's own page, and a body that was not read whole could be one.
      if (text === undefined || text.trimStart().startsWith('<')) throw unreadable();
      return [];
    }
    throw this.#refusal(response, answer, body);
  }

  /** An error answer as the page may see it. */
  #refusal({ status, headers }: Response, answer: unknown, body?: InstanceBody): HttpError {
    if (status === 401) return new HttpError(500, 'Cloud Elements did not accept our secrets.');
    if (status < 400 || status > 599) return unreadable();
    const { password, 'event.notification.signature.key': key } = body?.configuration ?? {};
    const secrets = [...this.#secrets, password, key].filter(
      (secret) => typeof secret === 'string',
    );
    const said = (name: string, max: number) => {
      const text = Object(answer)[name];
      return typeof text === 'string' ? redact(text, secrets, max) : undefined;
    };
    const retryAfter = headers.get('retry-after') ?? '';
    return new HttpError(
      status,
      {
        message: said('message', MAX_MESSAGE) || `Cloud Elements answered ${status}.`,
        requestId: said('requestId', MAX_REQUEST_ID),
        providerMessage: said('providerMessage', MAX_MESSAGE),
      },
      RETRY_AFTER.test(retryAfter) ? { 'retry-after': retryAfter } : {},
    );
  }
}

function readBaseUrl(value: string): string {
  const url = readAddress(value);
  if (!url || (url.username || url.password || url.search || url.hash) !== '') {
    throw new TypeError('baseUrl must be an https: URL, or an http: URL of a loopback host.');
  }
  return (url.origin + url.pathname).replace(/\/$/, '');
}

function readTimeout(ms: number): number {
  // Timers take no longer ones.
  if (!(Number.isInteger(ms) && ms >= 1 && ms <= 2 ** 31 - 1)) {
    throw new TypeError('timeout must be a whole number of milliseconds from 1 to 2147483647.');
  }
  return ms;
}

function usable(answer: unknown): Instance {
  const instance = readInstance(answer);
  if (!instance) throw unreadable();
  return { ...instance, tags: instance.tags ?? [] };
}

function unreadable(): HttpError {
  return new HttpError(502, 'The answer of Cloud Elements cannot be read.');
}
