/** What {@link authenticateBigCommerce} needs to know. `undefined` means absent. */
export interface AuthenticateConfig {
  /** The Username of the BigCommerce Legacy API account; 1 to 255 characters. */
  username: string;
  /** Its API Token; 1 to 255 characters. */
  password: string;
  /** Its API Path, `https://<host>/api/v2`; a bare store address gets the path put behind it. */
  storeUrl: string;
  /** What the connection is to be called; 1 to 255 characters. */
  name: string;
  /**
   * Tags to find the instance by, each 1 to 255 characters. `idempotency-key:` and `subject:` are
   * reserved beginnings.
   */
  tags?: readonly string[] | undefined;
  /**
   * The account's User Secret. Only for pages whose signed-in user owns it; all others leave both
   * secrets out and give a {@link baseUrl} that adds them.
   */
  userSecret?: string | undefined;
  /** The account's Organization Secret; goes with {@link userSecret}. */
  organizationSecret?: string | undefined;
  /**
   * Where requests go: an `https:` URL, an `http:` URL of a loopback host, or a path of the page's
   * own origin.
   * @defaultValue `https://api.cloud-elements.com/elements/api-v2`, US production
   */
  baseUrl?: string | undefined;
  /** Ends the call when it is aborted, in whatever phase. */
  signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the whole call, the loading of the module included; 1 to 2147483647.
   * @defaultValue 60000
   */
  timeout?: number | undefined;
}

/** A connected store. */
export interface ElementInstance {
  /** Names the instance; a positive safe integer. */
  id: number;
  /** Opens the instance in later calls: keep it as you keep a password. */
  token: string;
  /** The name as the service keeps it, which strips HTML. */
  name?: string;
  /** The instance's tags. */
  tags?: string[];
  /** Whether the service holds the connection to be usable. */
  valid?: boolean;
}

/** One problem with a config, in the shape of [Standard Schema](https://standardschema.dev). */
export interface ConfigIssue {
  /** The way to the value, such as `['tags', 1]`; empty where the config itself is meant. */
  path: (string | number)[];
  /** What is wrong, without the value. */
  message: string;
}
