import type { ElementInstance } from '../types.js';

/** Who is asking, as the host's own session knows them. */
export interface Subject {
  /** 1 to 64 characters of `A–Z a–z 0–9 . _ -`; names the owner of the instances. */
  subject: string;
}

/** What {@link createProxy} needs to know. */
export interface ProxyOptions {
  /** The account's User Secret. */
  userSecret: string;
  /** The account's Organization Secret. */
  organizationSecret: string;
  /**
   * Says who is asking, from the session cookie or whatever the host uses; gets the request without
   * its body. `null` answers 401; anything but a subject, and a throw, answer 500.
   */
  authorize(request: Request): Subject | null | Promise<Subject | null>;
  /**
   * The service: an `https:` URL, or an `http:` URL of a loopback host.
   * @defaultValue `https://api.cloud-elements.com/elements/api-v2`, US production
   */
  baseUrl?: string | undefined;
  /**
   * The page's origin, for hosts that see another one behind TLS termination.
   * @defaultValue the request's own
   */
  origin?: string | undefined;
  /**
   * Awaited before the page gets the instance, so that the host need not trust the page to pass it
   * on. Is called again when a page finds its instance again; a throw answers 500.
   */
  onInstance?(instance: ElementInstance, owner: Subject): unknown;
  /**
   * Whether pages may set up events.
   * @defaultValue false
   */
  allowEvents?: boolean | undefined;
  /** Used in place of the global `fetch`. */
  fetch?: typeof fetch | undefined;
  /**
   * Milliseconds for the service to answer what one request of the page takes; 1 to 2147483647.
   * @defaultValue 50000
   */
  timeout?: number | undefined;
}
