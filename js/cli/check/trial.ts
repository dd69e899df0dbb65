import { setTimeout as delay } from 'node:timers/promises';
import { readField } from '../../handler/fields.js';
import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  createIdempotencyKey,
  type ElementInstance,
} from '../../index.js';
import { type Account, carries, parseJson } from './account.js';
import { NoAnswer } from './report.js';
import type { Body, Way } from './ways.js';

/** Milliseconds before each lookup: the service may still be at work on an instance. */
const PAUSES = [0, 500, 1000, 2000, 4000];

/** How many lookups find nothing before an instance that may be there counts as not created. */
const MIN_LOOKUPS = 4;

/** An interrupt does not end what deletes; each request has its own time limit. */
const UNINTERRUPTED = new AbortController().signal;

/** What the package gave, and what it does not: the body that was sent, and the response's JSON. */
export interface Exchange {
  instance: ElementInstance;
  sent: Body;
  received: unknown;
}

/** What became of a trial's instances, by their ids. */
export interface Removal {
  deleted: number[];
  left: number[];
  /** Not deleted, because without the trial's tag. */
  unmarked: number[];
  /** Whether a `POST` had no response, and no lookup did. */
  mayExist: boolean;
  /** Why some are left. */
  refusal: string | undefined;
}

/** One instance that is created to be looked at, and deleted. No other carries its tag. */
export class Trial {
  readonly #key = createIdempotencyKey();
  readonly tag = `idempotency-key:${this.#key}`;
  readonly name = `check ${new Date().toISOString()}`;
  /** In an order that no sorting leaves. */
  readonly tags = [this.tag, 'check', 'authenticate-bigcommerce'];
  readonly #account: Account;
  /** Those that responses have named; `unmarked` ones may be another's. */
  readonly #instances = new Map<number, 'there' | 'deleted' | 'unmarked'>();
  /** Whether the service may have one that no response has shown with the tag. */
  #mayExist = false;
  #refusal: string | undefined;

  constructor(account: Account) {
    this.#account = account;
  }

  /** @throws BigCommerceAuthError */
  async create({ credentials, change }: Way, signal: AbortSignal): Promise<Exchange> {
    this.#mayExist = true;
    const config = { ...credentials, idempotencyKey: this.#key, tags: this.tags.slice(1) };
    try {
      const created = await this.#call(config, signal, change);
      const isMarked = carries(created.received, this.tag);
      this.#instances.set(created.instance.id, isMarked ? 'there' : 'unmarked');
      this.#mayExist = !isMarked;
      return created;
    } catch (error) {
      this.#mayExist = readField(error, 'mayHaveCreated') !== false;
      throw error;
    }
  }

  /**
   * Renews the instance, with its tags in the body, as the handler has them.
   *
   * @throws BigCommerceAuthError
   */
  renew(id: number, { credentials, change }: Way, signal: AbortSignal): Promise<Exchange> {
    const { tags } = this;
    return this.#call({ ...credentials, instanceId: id }, signal, (body) => ({
      ...(change?.(body) ?? body),
      tags,
    }));
  }

  /** The milliseconds until a lookup by the tag finds the instance; undefined where none does. */
  async find(signal: AbortSignal): Promise<number | undefined> {
    let waited = 0;
    for (const pause of PAUSES) {
      await delay(pause, undefined, { signal });
      waited += pause;
      const { entries } = await this.#account.find(this.tag, signal);
      if (entries.some((entry) => carries(entry, this.tag))) return waited;
    }
    return undefined;
  }

  /** Deletes what carries the tag, and nothing else. */
  async remove(): Promise<Removal> {
    let empty = 0;
    for (const pause of PAUSES) {
      if (this.#those('there').length === 0 && !this.#mayExist) break;
      await delay(pause);
      try {
        const found = await this.#lookUp();
        if (found > 0 || ++empty >= MIN_LOOKUPS) this.#mayExist = false;
      } catch (error) {
        this.#noteRefusal(error);
      }
      for (const id of this.#those('there')) {
        await this.#delete(id).catch((error) => this.#noteRefusal(error));
      }
    }
    return {
      deleted: this.#those('deleted'),
      left: this.#those('there'),
      unmarked: this.#those('unmarked'),
      mayExist: this.#mayExist,
      refusal: this.#refusal,
    };
  }

  async #lookUp(): Promise<number> {
    const { entries } = await this.#account.find(this.tag, UNINTERRUPTED);
    // The service may ignore what was asked for.
    const own = entries.filter((entry) => carries(entry, this.tag));
    for (const entry of own) {
      const id = Number(readField(entry, 'id'));
      if (this.#instances.get(id) !== 'deleted') this.#instances.set(id, 'there');
    }
    return own.length;
  }

  async #delete(id: number): Promise<void> {
    const { status } = await this.#account.request('DELETE', `/instances/${id}`, UNINTERRUPTED);
    // 404: by a request before, whose response was lost.
    if (status === 404 || (status >= 200 && status < 300)) this.#instances.set(id, 'deleted');
    else this.#refusal = `The service answers ${status}.`;
  }

  #noteRefusal(error: unknown): void {
    if (!(error instanceof NoAnswer)) throw error;
    this.#refusal = error.message;
  }

  #those(state: 'there' | 'deleted' | 'unmarked'): number[] {
    return [...this.#instances].filter(([, own]) => own === state).map(([id]) => id);
  }

  #call(config: object, signal: AbortSignal, change: Way['change']): Promise<Exchange> {
    const { userSecret, organizationSecret, baseUrl } = this.#account;
    const account = { userSecret, organizationSecret, baseUrl };
    const { name } = this;
    return watch(change, () =>
      authenticateBigCommerce({ ...config, ...account, name, signal } as AuthenticateConfig),
    );
  }
}

/** Makes a call of the package's with its body changed by `change`. It calls the global `fetch`. */
async function watch(
  change: Way['change'],
  call: () => Promise<ElementInstance>,
): Promise<Exchange> {
  const { fetch } = globalThis;
  let sent: Body = { configuration: {} };
  let received: unknown;
  globalThis.fetch = async (url, init) => {
    if (typeof init?.body !== 'string') return fetch(url, init);
    const body: Body = JSON.parse(init.body);
    sent = change?.(body) ?? body;
    const response = await fetch(url, { ...init, body: JSON.stringify(sent) });
    received = parseJson(await response.clone().text());
    return response;
  };
  try {
    return { instance: await call(), sent, received };
  } finally {
    globalThis.fetch = fetch;
  }
}
