/** All fields of a config. `undefined` counts as absent. */
export interface ConfigFields {
  /** The Username of the BigCommerce Legacy API account; 1 to 255 characters. */
  username: string;
  /** Its API Token; 1 to 255 characters. */
  password: string;
  /**
   * The Client ID of the BigCommerce store-level API account; 1 to 255 characters. Documented by
   * the vendor of Cloud Elements (release 2.160), but not tested with the service.
   */
  clientId: string;
  /** Its access token, sent as the vendor's *Client Secret*; 1 to 255 characters. */
  accessToken: string;
  /** Its Client secret, sent only without an `accessToken`; 1 to 255 characters. */
  clientSecret: string;
  /**
   * The API Path of the account: `https://<host>/api/v2`, or the store's address without the path.
   * With `clientId` also `https://api.bigcommerce.com/stores/<store hash>/v3/`, with or without the
   * version.
   */
  storeUrl: string;
  /** The name of the connection; 1 to 255 characters. */
  name: string;
  /**
   * Tags to find the instance by: at most 99, each 1 to 255 characters, without `<`, `>`, `&` and
   * control characters. The prefixes `idempotency-key:` and `subject:` are reserved.
   */
  tags: readonly string[];
  /**
   * The account's User Secret. Only for pages whose signed-in user owns it; other pages omit both
   * secrets, and set a `baseUrl` that adds them.
   */
  userSecret: string;
  /** The account's Organization Secret; required with `userSecret`. */
  organizationSecret: string;
  /**
   * The token of the merchant's session, sent to `baseUrl` as `authorization: Bearer …`; 1 to 4,096
   * characters of printable ASCII without spaces. Not allowed with `userSecret`. A function is
   * called once per call, within its `signal` and `timeout`; if it returns `undefined`, no header
   * is sent.
   */
  sessionToken: string | (() => string | undefined | Promise<string | undefined>);
  /**
   * The base URL of requests: an `https:` URL, an `http:` URL of a loopback host, or a path on the
   * page's origin.
   * @defaultValue `https://api.cloud-elements.com/elements/api-v2`, US production
   */
  baseUrl: string;
  /** The id of an instance to renew, instead of creating one; a positive integer. */
  instanceId: number;
  /** Makes the service poll the store for events. */
  events: EventsConfig;
  /**
   * Identifies this attempt with these values, so that calling again after a lost response finds
   * its instance instead of creating a second one. 16 to 64 characters of `A–Z a–z 0–9 . _ -`, from
   * `createIdempotencyKey()` or, for example, `crypto.randomUUID()`. Only one call at a time can
   * use it. Ignored with `instanceId`.
   */
  idempotencyKey: string;
  /** Aborts the call, in any phase. If it is aborted already, nothing is sent. */
  signal: AbortSignal;
  /**
   * The timeout of the call, including loading the module, in milliseconds; 1 to 2147483647.
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

/**
 * The store's credentials. A form for both kinds of accounts sets all, blank ones to `undefined`.
 */
type Credentials =
  | (Pick<ConfigFields, Legacy> & Absent<StoreLevel>)
  | (StoreLevelWith<'accessToken'> & Absent<Legacy>)
  | (StoreLevelWith<'clientSecret'> & Absent<Legacy>)
  | { [Name in Legacy | StoreLevel]: string | undefined };

/** Access to the service: the account's secrets, or a handler that adds them. */
type Access =
  | (Pick<ConfigFields, Account> & Maybe<Pick<ConfigFields, 'baseUrl'>> & Absent<'sessionToken'>)
  | (Pick<ConfigFields, 'baseUrl'> & Maybe<Pick<ConfigFields, 'sessionToken'>> & Absent<Account>);

/**
 * The config of `authenticateBigCommerce`; see {@link ConfigFields}.
 *
 * The credentials are those of a Legacy API account (`username` and `password`) or of a store-level
 * API account (`clientId` and `accessToken`, or `clientSecret`). Each of these five counts as
 * absent if it is blank.
 */
export type AuthenticateConfig = Pick<ConfigFields, 'storeUrl' | 'name'> &
  Maybe<Omit<ConfigFields, 'storeUrl' | 'name' | keyof Access | Legacy | StoreLevel>> &
  Credentials &
  Access;

/** The events that the service polls for, and where it sends them. */
export interface EventsConfig {
  /**
   * Where to send events: an `https:` URL, or an `http:` URL of a loopback host; at most 2,048
   * characters.
   */
  callbackUrl: string;
  /**
   * Minutes between two polls: an integer from 1 to 1440.
   * @defaultValue 15
   */
  refreshInterval?: number | undefined;
  /**
   * The key of the HMAC-SHA256 in `Elements-Webhook-Signature` that signs events; 1 to 255
   * characters.
   */
  signatureKey?: string | undefined;
  /**
   * Names of standard resources, or custom resources by name; at most 50.
   * @defaultValue all three standard resources
   */
  resources?:
    | readonly ('orders' | 'products' | 'customers')[]
    | Readonly<Record<string, PollerResource>>
    | undefined;
}

/** A resource to poll, and how to detect changes. */
export interface PollerResource {
  /** The path of the resource, with its query. `${date:…}` stands for the time of the last poll. */
  url: string;
  /** The field with the id of an entry. */
  idField: string;
  /** The fields with the dates of changes, and their formats in the service's notation. */
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
  /** The id of the instance; a positive safe integer. */
  id: number;
  /** Gives access to the instance in later calls: store it like a password. */
  token: string;
  /** The name as the service stores it: without HTML. */
  name?: string;
  /** Your tags, without those of the package. */
  tags?: string[];
  /** Whether the service considers the connection usable. */
  valid?: boolean;
  /** Whether you have disabled the connection at the service. No document says that renewing enables it. */
  disabled?: boolean;
}

/** A connected store as the handler lists it: without the token. */
export interface Connection extends Omit<ElementInstance, 'token'> {
  /** When it was created, in UTC: `2017-08-07T18:46:38Z`, with or without fractions of a second. */
  createdDate?: string;
  /** The API path of the store, `https://<host name>/api/v2`. */
  storeUrl?: string;
}

/** The kind of an issue; stable, so that pages can translate it. docs/errors.md explains each. */
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
  /** The path to the value, such as `['tags', 1]`; empty for the config itself. */
  path: (string | number)[];
  /** The kind of the issue. */
  code: ConfigIssueCode;
  /** The limits in the message, such as `max`. */
  params?: Readonly<Record<string, number>>;
  /** An English sentence. Never contains the value. */
  message: string;
}

/** The names of all fields of `Type` and no others, checked by the compiler. */
type Names<Type> = { [Name in keyof Required<Type>]: true };

/** The names of a config's fields. */
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
