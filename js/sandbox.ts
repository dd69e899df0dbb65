import {
  type Instance as SandboxInstance,
  type SandboxOptions,
  startSandbox as start,
} from './sandbox/sandbox.js';

export type { SandboxInstance, SandboxOptions };

/** A received request. Its `path` includes the query. */
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
  /** The only user secret that it accepts. */
  readonly userSecret: string;
  /** The only organization secret that it accepts. */
  readonly organizationSecret: string;
  /** The last 1,000 requests in the order of their arrival, including preflights. */
  readonly requests: readonly SandboxRequest[];
  /** The current instances, by id. */
  readonly instances: ReadonlyMap<number, SandboxInstance>;
  /** Closes all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts a local stand-in for the Cloud Elements API, for your tests. Any credentials connect,
 * except the test credentials, which cause failures.
 */
export function startSandbox(options?: SandboxOptions): Promise<Sandbox> {
  return start(options);
}
