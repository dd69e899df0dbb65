import { randomBytes } from 'node:crypto';
import { isObject, readField } from '../../handler/fields.js';
import { readTags } from '../../handler/instance.js';
import { type Meaning, meaningOf, type Answer as Reply } from '../../handler/meaning.js';
import { readOptions } from '../../handler/options.js';
import { whoAnswered } from '../../handler/service.js';
import { isSameTag } from '../../handler/tags.js';
import { readText, within } from '../../handler/text.js';
import { type Answer, NoAnswer, type Report } from './report.js';

/** The timeout of a request, in milliseconds. */
const TIMEOUT = 15_000;

/** The maximum length of a response, in bytes; the package and the handler have the same limit. */
export const MAX_RESPONSE = 1024 * 1024;

/** The end of the API's base URL, in all regions. */
const API_PATH = '/elements/api-v2';

/** The environment variables for the options of `createProxy`. */
const VARIABLES: Record<string, string> = {
  userSecret: 'CLOUD_ELEMENTS_USER_SECRET',
  organizationSecret: 'CLOUD_ELEMENTS_ORGANIZATION_SECRET',
  baseUrl: 'CLOUD_ELEMENTS_BASE_URL',
};

/** A response with any status. */
export interface ServiceResponse extends Reply {
  /** Undefined if the body is not JSON. */
  json: unknown;
}

/** The status and the list of a lookup's response. */
interface Found {
  status: number;
  entries: unknown[];
}

/** Sends a request. Redirects are not followed. */
export async function send(
  url: string,
  init: RequestInit & { signal: AbortSignal },
): Promise<ServiceResponse> {
  const limit = AbortSignal.timeout(TIMEOUT);
  // Without listeners, as `within` and `readText` add them, the timeout's signal is
  // garbage-collected and never fires: https://github.com/nodejs/node/issues/57736
  const signal = AbortSignal.any([init.signal, limit]);
  try {
    const response = await within(limit, fetch(url, { ...init, redirect: 'manual', signal }));
    const text = await readText(response, MAX_RESPONSE, limit);
    const json = parseJson(text);
    const says = readField(json, 'message');
    return {
      status: response.status,
      who: whoAnswered(json, text),
      isObject: isObject(json),
      hasProviderMessage: typeof readField(json, 'providerMessage') === 'string',
      says: typeof says === 'string' ? says : undefined,
      json,
    };
  } catch (error) {
    init.signal.throwIfAborted();
    throw new NoAnswer(`No response: ${reasonOf(error)}.`);
  }
}

/** The account at the service, as the handler would use it. */
export class Account {
  readonly userSecret: string;
  readonly organizationSecret: string;
  readonly baseUrl: string;

  /** @throws TypeError with the name of a variable that breaks a rule of `createProxy`. */
  constructor(environment: NodeJS.ProcessEnv) {
    const names = Object.entries(VARIABLES);
    const given = Object.fromEntries(
      names.map(([option, variable]) => [option, environment[variable]?.trim() ?? '']),
    );
    try {
      const settings = readOptions({ ...given, authorize: () => null });
      const { issue, hasEmptyBaseUrl } = settings;
      // Without a default, which could be of another region than the secrets.
      const address = hasEmptyBaseUrl ? 'baseUrl is missing or empty.' : '';
      if (issue || address) throw new TypeError(`${issue} ${address}`.trim());
      [this.userSecret, this.organizationSecret] = settings.secrets;
      this.baseUrl = settings.baseUrl;
    } catch (error) {
      throw new TypeError(inVariables((error as Error).message));
    }
  }

  /** Sends a request with the account's secrets or, to the store, with the token of an instance. */
  request(
    method: string,
    path: string,
    signal: AbortSignal,
    token?: string,
  ): Promise<ServiceResponse> {
    const opener = token ? `Element ${token}` : `Organization ${this.organizationSecret}`;
    const headers = { authorization: `User ${this.userSecret}, ${opener}` };
    return send(this.baseUrl + path, { method, headers, signal });
  }

  /** Looks up `tag` with a User secret that no account has. */
  findWithUnknownSecret(tag: string, signal: AbortSignal): Promise<ServiceResponse> {
    const secret = randomBytes(32).toString('base64');
    const headers = { authorization: `User ${secret}, Organization ${this.organizationSecret}` };
    return send(this.baseUrl + pathOf(tag), { headers, signal });
  }

  /**
   * Looks up the instances with `tag`.
   *
   * @throws {@link NoAnswer} if the response says neither that there are some nor that there are
   * none.
   */
  async find(tag: string, signal: AbortSignal): Promise<Found> {
    const response = await this.request('GET', pathOf(tag), signal);
    const { status, json } = response;
    if (status === 200 && Array.isArray(json)) return { status, entries: json };
    const meaning = meaningOf('find', response);
    if (meaning === 'none') return { status, entries: [] };
    throw failureOf(meaning);
  }

  /**
   * Deletes an instance. It may be gone already, because an earlier response was lost.
   *
   * @throws {@link NoAnswer} if the response does not say that the instance is gone.
   */
  async delete(id: number, signal: AbortSignal): Promise<void> {
    const response = await this.request('DELETE', `/instances/${id}`, signal);
    const meaning = meaningOf('delete', response);
    if (meaning !== 'none') throw failureOf(meaning);
  }
}

function failureOf({ message, reported = message }: Meaning): NoAnswer {
  return new NoAnswer(inVariables(reported));
}

function pathOf(tag: string): string {
  return `/instances?tags%5B%5D=${encodeURIComponent(tag)}`;
}

/** Whether an instance has `tag`. */
export function hasTag(instance: unknown, tag: string): boolean {
  return (readTags(instance) ?? []).some((other) => isSameTag(other, tag));
}

/** Looks up a `tag` that no instance has. Returns whether the account can be used. */
export async function checkAccount(
  account: Account,
  report: Report,
  tag: string,
  signal: AbortSignal,
): Promise<boolean> {
  const question = 'Are the secrets those of an account at this address?';
  const value = await report.ask('account', question, async () => {
    const value = await account.find(tag, signal);
    const { status, who } = await account.findWithUnknownSecret(tag, signal);
    if (who !== 'service' || status !== 401) {
      throw new NoAnswer(
        `No: it answers ${status} to a User secret that no account has, and not 401 as the service does: check CLOUD_ELEMENTS_BASE_URL.`,
      );
    }
    // The service also answers 404 to an unknown path.
    if (value.status === 404 && !account.baseUrl.endsWith(API_PATH)) {
      const answer = 'The secrets are; the address may be another: a lookup is answered 404.';
      const advice = `CLOUD_ELEMENTS_BASE_URL has to end in ${API_PATH}.`;
      return { state: 'unknown', answer, advice, value };
    }
    return { state: 'ok', answer: `Yes: ${account.baseUrl} answers a lookup.`, value };
  });
  if (value) {
    report.add('no-match', 'How is a lookup without a match answered?', describeNoMatch(value));
  }
  return value !== undefined;
}

/** Describes the response to a lookup of a tag that no instance has. */
export function describeNoMatch({ status, entries }: Found): Answer {
  if (entries.length > 0) {
    return {
      state: 'note',
      answer: `With ${entries.length} instances without the tag: the filter is ignored.`,
      basis: 'documented otherwise',
      advice:
        'The package picks its own by their tags, but can read no list over 1 MiB. Ask the service for support.',
    };
  }
  if (status === 404) return { state: 'ok', answer: '404.', basis: 'documented' };
  return {
    state: 'note',
    answer: 'An empty list.',
    basis: 'documented otherwise',
    advice: 'Nothing to do: the package takes both.',
  };
}

/** Replaces the options in a message of the handler with variables. */
function inVariables(message: string): string {
  return message
    .replace(/^createProxy: |the handler's (?=baseUrl)/g, '')
    .replace(/\b(?:userSecret|organizationSecret|baseUrl)\b/g, (name) => VARIABLES[name] ?? name);
}

/** Parses JSON; undefined if it is invalid or `text` is. */
export function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}

/** Returns the reason of a `fetch` error, which Node has in the cause. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = Object(error);
  if (name === 'TimeoutError') return `none within ${TIMEOUT / 1000} seconds`;
  return String(Object(cause).code ?? (Object(cause).message || message));
}
