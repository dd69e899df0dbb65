export interface SandboxOptions {
  /** Default: a free port. */
  port?: number | undefined;
  /**
   * The name or address to listen on. Requests must have it, 127.0.0.1 or localhost as their host.
   * Default: 127.0.0.1.
   */
  host?: string | undefined;
  /** The only user secret that the sandbox accepts. Default: a random one. */
  userSecret?: string | undefined;
  /** The only organization secret that the sandbox accepts. Default: a random one. */
  organizationSecret?: string | undefined;
  /** The origins whose pages can call the sandbox. Default: none. */
  allowedOrigins?: readonly string[] | undefined;
  /**
   * The response to a lookup without a match: 404, as the vendor's test suite requires, or 200 with
   * an empty list, as other versions may answer. Default: 404.
   */
  emptyLookup?: 404 | 'empty-list' | undefined;
  /**
   * Whether responses to `POST`, `PUT` and `PATCH` mask the credentials, as those to `GET` do, or
   * repeat them: the vendor's examples show both. Default: masked.
   */
  credentials?: 'masked' | 'echo' | undefined;
  /**
   * What a store accepts as `oauth.api.secret`: an access token, a Client secret (64 hexadecimal
   * digits), or any value. This is not documented. Default: any.
   */
  storeLevel?: 'access-token' | 'client-secret' | 'any' | undefined;
}
