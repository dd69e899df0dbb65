// What the compiler must accept and refuse, as a consumer's code sees the package;
// `tsc` is the test. Nothing here runs.
import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  BigCommerceAuthError,
  type BigCommerceAuthErrorInit,
  type ConfigFields,
  type ConfigIssue,
  type ElementInstance,
  type ErrorCode,
  type PollerResource,
  preload,
} from 'authenticate-bigcommerce';
import { BigCommerceConnect, type ConnectMessages } from 'authenticate-bigcommerce/connect';
import type { FormMessages, Language } from 'authenticate-bigcommerce/form';
import en from 'authenticate-bigcommerce/languages/en';
import {
  createProxy,
  type ErrorReport,
  type InstanceOwner,
  type ProxyOptions,
  type Subject,
} from 'authenticate-bigcommerce/proxy';

const coupons: PollerResource = {
  url: '/hubs/ecommerce/coupons',
  idField: 'id',
  datesConfiguration: {
    updatedDateField: 'u',
    updatedDateFormat: 'f',
    createdDateField: 'c',
    createdDateFormat: 'f',
  },
};

const store = { storeUrl: 's', name: 'n' };
const required = { ...store, username: 'u', password: 'p', baseUrl: '/api' };
const both = { ...required, username: undefined, password: undefined };
const account = { userSecret: 'u', organizationSecret: 'o' };

/** A value for each field: a new one must be added here. */
const fields: ConfigFields = {
  ...{ ...required, ...account, clientId: 'c', accessToken: 'a', clientSecret: 's' },
  sessionToken: 't',
  tags: ['a'],
  instanceId: 5,
  events: { callbackUrl: 'https://e', refreshInterval: 15, signatureKey: 's' },
  idempotencyKey: '0123456789abcdef',
  signal: new AbortController().signal,
  timeout: 1000,
};
const noStoreLevel = { clientId: undefined, accessToken: undefined, clientSecret: undefined };

/** A config has credentials of one kind, and secrets or a base URL; the rest may be undefined. */
export const configs: AuthenticateConfig[] = [
  required,
  { ...fields, ...noStoreLevel, sessionToken: undefined },
  {
    ...{ ...required, userSecret: undefined, organizationSecret: undefined },
    ...{ tags: undefined, instanceId: undefined, events: undefined, idempotencyKey: undefined },
    ...{ signal: undefined, timeout: undefined },
  },
  { ...required, tags: ['a', 'b'] as const },
  { ...required, events: { callbackUrl: 'https://e', resources: ['orders'] as const } },
  { ...required, events: { callbackUrl: 'https://e', resources: { coupons } } },
  { ...store, ...account, clientId: 'c', clientSecret: 's', baseUrl: undefined },
  { ...store, ...account, clientId: 'c', accessToken: 'a' },
  { ...required, sessionToken: 't' },
  { ...required, sessionToken: () => undefined },
  { ...required, sessionToken: async (): Promise<string | undefined> => 't' },
  { ...store, ...account, clientId: 'c', accessToken: 'a', clientSecret: 's' },
  // A form can have the fields of both kinds of accounts, those of one kind undefined.
  { ...required, clientId: undefined, accessToken: '', clientSecret: undefined },
  { ...both, clientId: 'c', accessToken: undefined, clientSecret: undefined },
  // @ts-expect-error credentials are required
  { ...store, baseUrl: '/api' },
  // @ts-expect-error a Client ID alone connects nothing
  { ...store, ...account, clientId: 'c' },
  // @ts-expect-error credentials are of one kind of account
  { ...required, clientId: 'c', accessToken: 'a' },
  // @ts-expect-error secrets or a base URL are required
  { ...store, username: 'u', password: 'p' },
  // @ts-expect-error the secrets go together
  { ...required, userSecret: 'u' },
  // @ts-expect-error a session token goes to a handler, which has the secrets
  { ...required, ...account, sessionToken: 't' },
  // @ts-expect-error a session token opens no account
  { ...store, username: 'u', password: 'p', sessionToken: 't' },
  // @ts-expect-error null is no token
  { ...required, sessionToken: async () => null },
  // @ts-expect-error a name is required
  { ...required, name: undefined },
  // @ts-expect-error null is not undefined
  { ...required, timeout: null },
  // @ts-expect-error a number is no string
  { ...required, username: 5 },
  // @ts-expect-error tags are an array
  { ...required, tags: 'a' },
  // @ts-expect-error a controller is no signal
  { ...required, signal: new AbortController() },
  // @ts-expect-error baseUrl is a string
  { ...required, baseUrl: new URL('https://api.example') },
  // @ts-expect-error an id is a number
  { ...required, instanceId: '5' },
  // @ts-expect-error events need a callbackUrl
  { ...required, events: { resources: ['orders'] } },
  // @ts-expect-error there is no such resource
  { ...required, events: { callbackUrl: 'https://e', resources: ['coupons'] } },
  // @ts-expect-error a resource has dates
  { ...required, events: { callbackUrl: 'https://e', resources: { coupons: { url: '/c' } } } },
  // @ts-expect-error there is no such field
  { ...required, userName: 'u' },
];

export async function call(): Promise<[id: number, token: string]> {
  // @ts-expect-error a config is required
  authenticateBigCommerce();
  const instance: ElementInstance = await authenticateBigCommerce(required);
  const { id, token, name, tags, valid, disabled } = instance;
  // @ts-expect-error it may be undefined
  name.length;
  // @ts-expect-error it may be undefined
  tags.length;
  const isValid: boolean | undefined = valid ?? disabled;
  // @ts-expect-error other fields of the response are not passed on
  instance.configuration;
  return [id, token, isValid].slice(0, 2) as [number, string];
}

export const loads: Promise<void>[] = [
  preload(),
  preload('https://cdn.example/a.wasm'),
  preload(new URL('https://cdn.example/a.wasm')),
  preload(new Response()),
  preload(fetch('/a.wasm')),
  preload(new Uint8Array()),
  preload(new ArrayBuffer()),
  preload(new WebAssembly.Module(new Uint8Array())),
  // @ts-expect-error null is no source
  preload(null),
];

/** Each code has its own fields, and no others. */
export function read(error: unknown): unknown {
  if (!(error instanceof BigCommerceAuthError)) return undefined;
  const name: 'BigCommerceAuthError' = error.name;
  const common: [Error, string, string | undefined, boolean, ErrorCode] = [
    ...([error, error.message, error.stack, error.mayHaveCreated, error.code] as const),
  ];
  // @ts-expect-error not before the code is known
  error.issues;
  switch (error.code) {
    case 'ERR_CONFIG': {
      const issues: ConfigIssue[] = error.issues;
      return issues.map(({ path, code, params = {}, message }) => [
        error.cause,
        path[0],
        code,
        params.max,
        message,
      ]);
    }
    case 'ERR_LOAD':
    case 'ERR_NETWORK':
    case 'ERR_ABORTED':
      // @ts-expect-error the config is valid
      error.issues;
      return error.cause;
    case 'ERR_TIMEOUT': {
      // @ts-expect-error there was no response
      error.status;
      const cause: BigCommerceAuthError | undefined = error.cause;
      return cause?.code;
    }
    case 'ERR_HANDLER':
    case 'ERR_RESPONSE': {
      // @ts-expect-error nothing else of the response is used
      error.requestId;
      return error.status;
    }
    case 'ERR_RATE_LIMITED':
    case 'ERR_SERVER': {
      const seconds: number | undefined = error.retryAfter;
      return [error.status, error.requestId, error.providerMessage, error.serviceMessage, seconds];
    }
    case 'ERR_UNAUTHORIZED':
    case 'ERR_FORBIDDEN':
    case 'ERR_NOT_FOUND':
    case 'ERR_CONFLICT':
    case 'ERR_REJECTED': {
      // @ts-expect-error it has no retryAfter
      error.retryAfter;
      const texts: (string | undefined)[] = [error.requestId, error.providerMessage];
      return [error.status.toFixed(), texts];
    }
    // @ts-expect-error there is no such code
    case 'ERR_OTHER':
      return [name, common];
    default: {
      const nothing: never = error;
      return nothing;
    }
  }
}

export function change(error: BigCommerceAuthError): void {
  // @ts-expect-error it is read-only
  error.mayHaveCreated = false;
}

const common = { message: 'It failed.', mayHaveCreated: false };

/** A page's tests can construct each error, with its fields. */
export const errors: Record<ErrorCode, BigCommerceAuthError> = {
  ERR_CONFIG: new BigCommerceAuthError({
    ...common,
    code: 'ERR_CONFIG',
    issues: [{ path: ['tags', 1], code: 'too-long', params: { max: 255 }, message: 'Too long.' }],
  }),
  ERR_LOAD: new BigCommerceAuthError({ ...common, code: 'ERR_LOAD', cause: new Error() }),
  ERR_NETWORK: new BigCommerceAuthError({ ...common, code: 'ERR_NETWORK', cause: undefined }),
  ERR_TIMEOUT: new BigCommerceAuthError({ ...common, code: 'ERR_TIMEOUT' }),
  ERR_ABORTED: new BigCommerceAuthError({ ...common, code: 'ERR_ABORTED', cause: 'enough' }),
  ERR_UNAUTHORIZED: new BigCommerceAuthError({ ...common, code: 'ERR_UNAUTHORIZED', status: 401 }),
  ERR_FORBIDDEN: new BigCommerceAuthError({ ...common, code: 'ERR_FORBIDDEN', status: 403 }),
  ERR_NOT_FOUND: new BigCommerceAuthError({ ...common, code: 'ERR_NOT_FOUND', status: 404 }),
  ERR_CONFLICT: new BigCommerceAuthError({ ...common, code: 'ERR_CONFLICT', status: 409 }),
  ERR_RATE_LIMITED: new BigCommerceAuthError({
    ...{ ...common, code: 'ERR_RATE_LIMITED', status: 429, retryAfter: 2 },
  }),
  ERR_REJECTED: new BigCommerceAuthError({
    ...{ ...common, code: 'ERR_REJECTED', status: 400, requestId: 'r' },
    ...{ providerMessage: 'Invalid API token', serviceMessage: 'Refused' },
  }),
  ERR_SERVER: new BigCommerceAuthError({ ...common, code: 'ERR_SERVER', status: 500 }),
  ERR_HANDLER: new BigCommerceAuthError({ ...common, code: 'ERR_HANDLER', status: 500 }),
  ERR_RESPONSE: new BigCommerceAuthError({ ...common, code: 'ERR_RESPONSE', status: 200 }),
};

export const incomplete: BigCommerceAuthErrorInit[] = [
  // @ts-expect-error a code is required
  common,
  // @ts-expect-error the issues are required
  { ...common, code: 'ERR_CONFIG' },
  // @ts-expect-error the status is required
  { ...common, code: 'ERR_REJECTED' },
  // @ts-expect-error mayHaveCreated is required
  { code: 'ERR_TIMEOUT', message: 'It failed.' },
];

/** The element has a type by its tag name. */
export const element: BigCommerceConnect = document.createElement('bigcommerce-connect');
element.config = { userSecret: 'u', organizationSecret: 'o', events: { callbackUrl: 'https://e' } };
element.config = { sessionToken: async () => 't' };
element.config = undefined;
// @ts-expect-error the element has its own keys
element.config = { idempotencyKey: '0123456789abcdef' };
// @ts-expect-error the element has its own signal
element.config = { signal: new AbortController().signal };
element.addEventListener('connected', ({ detail }) => detail.token.length);
/** Its class can be extended, constructed and used with `instanceof`. */
export class OwnConnect extends BigCommerceConnect {}
new BigCommerceConnect().messages = { ERR_HANDLER: ({ status }) => status.toFixed() };
export const isElement = (value: unknown): value is BigCommerceConnect =>
  value instanceof BigCommerceConnect && value.config !== null;
element.addEventListener('failed', ({ detail }) => detail.code === 'ERR_CONFIG' && detail.issues);
element.addEventListener('click', ({ clientX }) => clientX);
// @ts-expect-error an instance has no code
element.addEventListener('connected', ({ detail }) => detail.code);

export const messages: ConnectMessages[] = [
  { connecting: 'c' },
  {
    connecting: () => 'c',
    connected: ({ id }) => id.toFixed(),
    username: 'u',
    tags: (i) => i.message,
  },
  { ERR_CONFIG: ({ issues }) => issues.length.toFixed(), ERR_TIMEOUT: 't' },
  { ERR_RATE_LIMITED: ({ retryAfter = 0 }) => retryAfter.toFixed() },
  // @ts-expect-error it has no retryAfter
  { ERR_REJECTED: ({ retryAfter }) => retryAfter },
  // @ts-expect-error there is no such code
  { ERR_OTHER: 'o' },
  // @ts-expect-error there is no such field
  { userName: 'u' },
];

declare const variable: string | undefined;

const environment = {
  userSecret: variable,
  organizationSecret: variable,
  baseUrl: variable,
  origin: variable,
};

/** The options of the proxy, required and optional. */
export const options: ProxyOptions[] = [
  { ...account, authorize: () => null },
  { ...account, authorize: async ({ headers }) => ({ subject: headers.get('x') ?? '' }) },
  {
    ...account,
    authorize: (request: Request): Subject => ({ subject: request.url }),
    baseUrl: undefined,
    origin: undefined,
    allowEvents: undefined,
    allowDisconnect: undefined,
    allowedOrigins: ['https://app.example'] as const,
    fetch: undefined,
    timeout: undefined,
    onInstance: async ({ id, token, tags }: ElementInstance, { subject }: Subject) =>
      [id, token, tags, subject].length,
  },
  // As in process.env.
  { ...environment, authorize: () => null },
  { ...account, authorize: () => ({ subject: 5 }) },
  { ...account, authorize: async () => ({ subject: 5n }) },
  {
    ...account,
    authorize: () => null,
    onInstance: (_, { outcome, storeUrl }: InstanceOwner) => [
      outcome === 'found',
      storeUrl?.length,
    ],
    onDisconnect: ({ id }, { subject }: { subject: number }) => [id, subject.toFixed()],
    onError: ({ status, message, source, requestId, cause }: ErrorReport, { request, subject }) => [
      status.toFixed(),
      message.length,
      source === 'handler' || source === 'service',
      requestId?.length,
      cause,
      request.url,
      String(subject),
    ],
  },
  // @ts-expect-error authorize is required
  account,
  // @ts-expect-error undefined is neither a subject nor null
  { ...account, authorize: () => undefined },
  // @ts-expect-error a subject is no boolean
  { ...account, authorize: () => ({ subject: true }) },
  // @ts-expect-error a report has no body
  { ...account, authorize: () => null, onError: ({ body }) => body },
  // @ts-expect-error there is no such option
  { ...account, authorize: () => null, baseURL: 'https://api.example' },
];

export const handler: (request: Request) => Promise<Response> = createProxy({
  ...account,
  authorize: () => null,
});

declare const pl: Language;

/** A language is a whole set of messages, of the element as of the form. */
export const languages: [ConnectMessages, FormMessages, ConnectMessages] = [pl, pl, en];

// @ts-expect-error a language has all texts
export const incompleteLanguage: Language = { ...en, missing: 'Is missing.' };
