import {
  type Instance as SandboxInstance,
  type SandboxOptions,
  startSandbox as start,
} from './sandbox/sandbox.js';

export type { SandboxInstance, SandboxOptions };

/** A request as it arrived; `path` includes the query. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A running sandbox. */
export interface Sandbox {
  /** The API's base URL. */
  readonly url: string;
  /** The one user secret that it accepts. */
  readonly userSecret: string;
  /** The one organization secret that it accepts. */
  readonly organizationSecret: string;
  /** The last 1,000 requests in their order of arrival, preflights included. */
  readonly requests: readonly SandboxRequest[];
  /** The instances that there are now, by id. */
  readonly instances: ReadonlyMap<number, SandboxInstance>;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a local stand-in for the Cloud Elements API, for tests of your own. Any
 * values connect, except the test credentials, which stand for failures.
 */
export function startSandbox(options?: SandboxOptions): Promise<Sandbox> {
  return start(options);
}
