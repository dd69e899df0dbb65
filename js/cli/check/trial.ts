import { setTimeout as delay } from 'node:timers/promises';
import { readField } from '../../handler/fields.js';
import { readText } from '../../handler/text.js';
import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  createIdempotencyKey,
  type ElementInstance,
} from '../../index.js';
import { type Account, hasTag, MAX_RESPONSE, parseJson } from './account.js';
import { NoAnswer } from './report.js';
import type { Body, Way } from './ways.js';

/** The pauses before lookups, in milliseconds: the service may still be creating an instance. */
const PAUSES = [0, 500, 1000, 2000, 4000];

/** The number of lookups that must find nothing before an instance counts as not created. */
const MIN_LOOKUPS = 4;

/** An interrupt does not abort the deletion. Each request has its own timeout. */
const UNINTERRUPTED = new AbortController().signal;

/**
 * What the package returns, and what it does not: the body that was sent, and the response's JSON.
 */
export interface Exchange {
  instance: ElementInstance;
  sent: Body;
  received: unknown;
}

/** The result of deleting a trial's instances, by id. */
export interface Removal {
  deleted: number[];
  left: number[];
  /** Not deleted, because they do not have the trial's tag. */
  unmarked: number[];
  /** Whether an instance may exist that no response has shown. */
  mayExist: boolean;
  /** Why some are left. */
  refusal: string | undefined;
}

/** An instance that is created for the checks, and then deleted. No other has its tag. */
export class Trial {
  readonly #key = createIdempotencyKey();
  readonly tag = `idempotency-key:${this.#key}`;
  readonly name = `check ${new Date().toISOString()}`;
  /** Not sorted, so that a service that sorts them is noticed. */
  readonly tags = [this.tag, 'check', 'authenticate-bigcommerce'];
  readonly #account: Account;
  /** The instances in responses. `unmarked` ones may belong to others. */
  readonly #instances = new Map<number, 'there' | 'deleted' | 'unmarked'>();
  /** Whether an instance may exist that no response has shown with the tag. */
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
      const isMarked = hasTag(created.received, this.tag);
      this.#instances.set(created.instance.id, isMarked ? 'there' : 'unmarked');
      this.#mayExist = !isMarked;
      return created;
    } catch (error) {
      this.#mayExist = readField(error, 'mayHaveCreated') !== false;
      throw error;
    }
  }

  /**
   * Renews the instance, with its tags in the body, as the handler does.
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

  /**
   * Returns the milliseconds until a lookup by the tag finds the instance; undefined if none does.
   */
  async find(signal: AbortSignal): Promise<number | undefined> {
    let waited = 0;
    for (const pause of PAUSES) {
      await delay(pause, undefined, { signal });
      waited += pause;
      const { entries } = await this.#account.find(this.tag, signal);
      if (entries.some((entry) => hasTag(entry, this.tag))) return waited;
    }
    return undefined;
  }

  /** Deletes the instances with the tag, and nothing else. */
  async remove(): Promise<Removal> {
    let empty = 0;
    for (const pause of PAUSES) {
      if (this.#idsOf('there').length === 0 && !this.#mayExist) break;
      await delay(pause);
      try {
        const found = await this.#lookUp();
        if (found > 0 || ++empty >= MIN_LOOKUPS) this.#mayExist = false;
      } catch (error) {
        this.#noteRefusal(error);
      }
      for (const id of this.#idsOf('there')) {
        try {
          await this.#account.delete(id, UNINTERRUPTED);
          this.#instances.set(id, 'deleted');
        } catch (error) {
          this.#noteRefusal(error);
        }
      }
    }
    return {
      deleted: this.#idsOf('deleted'),
      left: this.#idsOf('there'),
      unmarked: this.#idsOf('unmarked'),
      mayExist: this.#mayExist,
      refusal: this.#refusal,
    };
  }

  async #lookUp(): Promise<number> {
    const { entries } = await this.#account.find(this.tag, UNINTERRUPTED);
    // The service may ignore the filter.
    const found = entries.filter((entry) => hasTag(entry, this.tag));
    for (const entry of found) {
      const id = Number(readField(entry, 'id'));
      if (this.#instances.get(id) !== 'deleted') this.#instances.set(id, 'there');
    }
    return found.length;
  }

  #noteRefusal(error: unknown): void {
    if (!(error instanceof NoAnswer)) throw error;
    this.#refusal = error.message;
  }

  #idsOf(state: 'there' | 'deleted' | 'unmarked'): number[] {
    return [...this.#instances].filter(([, other]) => other === state).map(([id]) => id);
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

/** Makes a call of the package with a body that `change` changes. It calls the global `fetch`. */
async function watch(
  change: Way['change'],
  call: () => Promise<ElementInstance>,
): Promise<Exchange> {
  const { fetch } = globalThis;
  let sent: Body = { configuration: {} };
  let received: unknown;
  globalThis.fetch = async (url, init) => {
    if (typeof init?.body !== 'string' || !init.signal) return fetch(url, init);
    const body: Body = JSON.parse(init.body);
    sent = change?.(body) ?? body;
    const response = await fetch(url, { ...init, body: JSON.stringify(sent) });
    received = parseJson(await readText(response.clone(), MAX_RESPONSE, init.signal));
    return response;
  };
  try {
    return { instance: await call(), sent, received };
  } finally {
    globalThis.fetch = fetch;
  }
}
