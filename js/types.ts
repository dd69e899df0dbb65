/** Every field of a config. `undefined` means absent. */
export interface ConfigFields {
  /** The Username of the BigCommerce Legacy API account; 1 to 255 characters. */
  username: string;
  /** Its API Token; 1 to 255 characters. */
  password: string;
  /**
   * The Client ID of the BigCommerce store-level API account; 1 to 255 characters. Documented by
   * the vendor of Cloud Elements (release 2.160); this package could not try it.
   */
  clientId: string;
  /** Its access token, sent as the vendor's *Client Secret*; 1 to 255 characters. */
  accessToken: string;
  /** Its Client secret, sent only where there is no `accessToken`; 1 to 255 characters. */
  clientSecret: string;
  /**
   * The API Path of the account: `https://<host>/api/v2`, to which a bare store address is
   * completed; with `clientId` also `https://api.bigcommerce.com/stores/<store hash>/v3/`, with or
   * without the version.
   */
  storeUrl: string;
  /** The name of the connection; 1 to 255 characters. */
  name: string;
  /**
   * Tags to find the instance by: at most 99, each 1 to 255 characters, without `<`, `>`, `&` and
   * control characters. `idempotency-key:` and `subject:` are reserved beginnings.
   */
  tags: readonly string[];
  /**
   * The account's User Secret. Only for pages whose signed-in user owns it; all others leave both
   * secrets out and give a `baseUrl` that adds them.
   */
  userSecret: string;
  /** The account's Organization Secret; goes with `userSecret`. */
  organizationSecret: string;
  /**
   * The token of the merchant's session, which requests to `baseUrl` carry as `authorization: Bearer …`;
   * 1 to 4,096 characters of printable ASCII without space. Not with `userSecret`. A function is
   * called once per call, within its `signal` and `timeout`; `undefined` from it sends no header.
   */
  sessionToken: string | (() => string | undefined | Promise<string | undefined>);
  /**
   * Where requests go: an `https:` URL, an `http:` URL of a loopback host, or a path of the page's
   * own origin.
   * @defaultValue `https://api.cloud-elements.com/elements/api-v2`, US production
   */
  baseUrl: string;
  /** Re-authenticates this instance, instead of creating one; a positive integer. */
  instanceId: number;
  /** Makes the service poll the store for events. */
  events: EventsConfig;
  /**
   * Names this attempt with these values, so that calling again after a lost response finds its
   * instance instead of creating a second one. 16 to 64 characters of `A–Z a–z 0–9 . _ -`, from
   * `createIdempotencyKey()` or such as a `crypto.randomUUID()`. One call at a time can use it.
   * Ignored with `instanceId`, which needs none.
   */
  idempotencyKey: string;
  /** Ends the call when it is aborted, in whatever phase; aborted already, nothing is sent. */
  signal: AbortSignal;
  /**
   * Milliseconds for the whole call, the loading of the module included; 1 to 2147483647.
   * @defaultValue 60000
   */
  timeout: number;
}

type Maybe<Fields> = { [Name in keyof Fields]?: Fields[Name] | undefined };
type Absent<Name extends keyof ConfigFields> = { [Field in Name]?: undefined };

type Legacy = 'username' | 'password';
type StoreLevel = 'clientId' | 'accessToken' | 'clientSecret';
type Account = 'userSecret' | 'organizationSecret';

type StoreLevelWith<Secret extends StoreLevel> = Pick<ConfigFields, 'clientId' | Secret> &
  Maybe<Pick<ConfigFields, StoreLevel>>;

/** What opens the store; a form for both kinds of accounts gives all of it, blank ones as `undefined`. */
type Credentials =
  | (Pick<ConfigFields, Legacy> & Absent<StoreLevel>)
  | (StoreLevelWith<'accessToken'> & Absent<Legacy>)
  | (StoreLevelWith<'clientSecret'> & Absent<Legacy>)
  | { [Name in Legacy | StoreLevel]: string | undefined };

/** What opens the service: the account's secrets, or a handler that adds them. */
type Access =
  | (Pick<ConfigFields, Account> & Maybe<Pick<ConfigFields, 'baseUrl'>> & Absent<'sessionToken'>)
  | (Pick<ConfigFields, 'baseUrl'> & Maybe<Pick<ConfigFields, 'sessionToken'>> & Absent<Account>);

/**
 * The config of `authenticateBigCommerce`; see {@link ConfigFields}.
 *
 * The store is opened by the credentials of a Legacy API account (`username` and `password`) or of a
 * store-level API account (`clientId` and `accessToken`, or `clientSecret`). A blank one of these five
 * counts as absent.
 */
export type AuthenticateConfig = Pick<ConfigFields, 'storeUrl' | 'name'> &
  Maybe<Omit<ConfigFields, 'storeUrl' | 'name' | keyof Access | Legacy | StoreLevel>> &
  Credentials &
  Access;

/** The events that the service is to poll for, and where it sends them. */
export interface EventsConfig {
  /** Where events are sent: an `https:` URL, or an `http:` URL of a loopback host; at most 2,048 characters. */
  callbackUrl: string;
  /**
   * Minutes between two polls; whole, 1 to 1440.
   * @defaultValue 15
   */
  refreshInterval?: number | undefined;
  /** Signs events with an HMAC-SHA256 in `Elements-Webhook-Signature`; 1 to 255 characters. */
  signatureKey?: string | undefined;
  /**
   * Names of standard resources, or entries of your own by name; at most 50.
   * @defaultValue all three standard resources
   */
  resources?:
    | readonly ('orders' | 'products' | 'customers')[]
    | Readonly<Record<string, PollerResource>>
    | undefined;
}

/** What is polled, and how changes are recognised. */
export interface PollerResource {
  /** The resource's path with its query, in which `${date:…}` stands for the last poll's time. */
  url: string;
  /** The field that names an entry. */
  idField: string;
  /** The fields that tell of changes, and their formats in the service's notation. */
  datesConfiguration: {
    updatedDateField: string;
    updatedDateFormat: string;
    updatedDateTimezone?: string | undefined;
    createdDateField: string;
    createdDateFormat: string;
    createdDateTimezone?: string | undefined;
  };
}

/** A connected store. */
export interface ElementInstance {
  /** Names the instance; a positive safe integer. */
  id: number;
  /** Opens the instance in later calls: keep it as you keep a password. */
  token: string;
  /** The name as the service keeps it, which strips HTML. */
  name?: string;
  /** Your own tags, without those of the package. */
  tags?: string[];
  /** Whether the service holds the connection to be usable. */
  valid?: boolean;
  /** Whether your side has switched the connection off at the service; renewing does not enable it. */
  disabled?: boolean;
}

/** A connected store as the handler lists it: without the token. */
export interface Connection extends Omit<ElementInstance, 'token'> {
  /** When it was created, in UTC: `2017-08-07T18:46:38Z`, with or without fractions of a second. */
  createdDate?: string;
  /** The API path of the store, `https://<host name>/api/v2`. */
  storeUrl?: string;
}

/** What is wrong with a value: stable, so that pages can translate it. docs/errors.md explains each. */
export type ConfigIssueCode =
  | 'missing'
  | 'type'
  | 'empty'
  | 'too-long'
  | 'too-many'
  | 'too-large'
  | 'range'
  | 'characters'
  | 'surrogate'
  | 'reserved'
  | 'unknown'
  | 'both-kinds'
  | 'label'
  | 'quoted'
  | 'invisible'
  | 'client-secret'
  | 'in-use'
  | 'unreadable'
  | 'malformed'
  | 'scheme'
  | 'twice'
  | 'user'
  | 'port'
  | 'query'
  | 'fragment'
  | 'path'
  | 'host'
  | 'case'
  | 'store-level'
  | 'origin';

/** One issue with a config, in the shape of [Standard Schema](https://standardschema.dev). */
export interface ConfigIssue {
  /** The way to the value, such as `['tags', 1]`; empty where the config itself is meant. */
  path: (string | number)[];
  /** What is wrong. */
  code: ConfigIssueCode;
  /** The limits in its sentence, such as `max`. */
  params?: Readonly<Record<string, number>>;
  /** The same as an English sentence, without the value. */
  message: string;
}

/** The fields of `Type`, all of them and no others: the compiler checks it. */
type Names<Type> = { [Name in keyof Required<Type>]: true };

/** The names of a config's fields, for whoever reads one. */
export const CONFIG_FIELDS: Names<ConfigFields> = {
  username: true,
  password: true,
  clientId: true,
  accessToken: true,
  clientSecret: true,
  storeUrl: true,
  name: true,
  tags: true,
  userSecret: true,
  organizationSecret: true,
  sessionToken: true,
  baseUrl: true,
  instanceId: true,
  events: true,
  idempotencyKey: true,
  signal: true,
  timeout: true,
};

/** The names of the fields of `events`. */
export const EVENTS_FIELDS: Names<EventsConfig> = {
  callbackUrl: true,
  refreshInterval: true,
  signatureKey: true,
  resources: true,
};
