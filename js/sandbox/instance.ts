import template from './instance-response.json' with { type: 'json' };
import type { SandboxOptions } from './options.js';
import { type RecordedRequest, readJson } from './request.js';
import { HttpError } from './response.js';

/** The settings whose values are secret. */
const CREDENTIALS = ['password', 'oauth.api.secret', 'event.notification.signature.key'];

/** The settings of each kind of account. */
const LEGACY_SETTINGS = ['username', 'password'];
const STORE_LEVEL_SETTINGS = ['authentication.type', 'oauth.api.key', 'oauth.api.secret'];

/** An element instance of the service. Responses have more fields, the same for every instance. */
export interface Instance {
  id: number;
  name: string;
  createdDate: string;
  token: string;
  tags: string[];
  valid: boolean;
  disabled: boolean;
  eventsEnabled: boolean;
  /** The settings of the last `POST` or `PUT`, with the credentials. */
  configuration: Record<string, unknown>;
}

export type StoreLevelSecret = NonNullable<SandboxOptions['storeLevel']>;

export type InstanceSettings = Pick<Instance, 'name' | 'configuration' | 'eventsEnabled'> & {
  tags?: string[];
};

/** Reads the settings of a `POST` or `PUT`. */
export function readSettings(request: RecordedRequest): InstanceSettings {
  const settings = readJson(request);
  if (requireText(settings, 'element', 'key') !== template.element.key) {
    throw new HttpError(404, 'No element with this key');
  }
  requireText(settings, 'name');
  const configuration = readConfiguration(settings);
  if (!requireText(settings, 'configuration', 'store.url').endsWith('/api/v2')) {
    throw new HttpError(
      400,
      'configuration.store.url is not an API Path: it does not end in /api/v2',
    );
  }
  return {
    ...readNameAndTags(settings),
    configuration,
    eventsEnabled: configuration['event.notification.enabled'] === true,
  } as InstanceSettings;
}

/**
 * Reads the configuration, which must be that of one kind of account. How the service treats a
 * mixture is not documented: it is refused, so that users do not rely on one.
 */
function readConfiguration(settings: unknown): Instance['configuration'] {
  const configuration: Instance['configuration'] = Object(Object(settings).configuration);
  const isStoreLevel = configuration['authentication.type'] === 'custom';
  for (const setting of isStoreLevel ? LEGACY_SETTINGS : STORE_LEVEL_SETTINGS) {
    if (configuration[setting] !== undefined) {
      throw new HttpError(400, `configuration.${setting} does not go with this kind of account`);
    }
  }
  for (const setting of isStoreLevel ? ['oauth.api.key'] : LEGACY_SETTINGS) {
    requireText(settings, 'configuration', setting);
  }
  // Documented as optional.
  if (configuration['oauth.api.secret'] !== undefined) {
    requireText(settings, 'configuration', 'oauth.api.secret');
  }
  return configuration;
}

/** Whether the store accepts the secret of a store-level API account. */
export function opensStore(
  { configuration }: InstanceSettings,
  accepted: StoreLevelSecret,
): boolean {
  if (accepted === 'any' || configuration['authentication.type'] === undefined) return true;
  const secret = configuration['oauth.api.secret'];
  const isClientSecret = /^[\da-f]{64}$/i.test(String(secret));
  return secret !== undefined && isClientSecret === (accepted === 'client-secret');
}

/** Reads the settings of a `PATCH`. */
export function readPart(request: RecordedRequest): Partial<InstanceSettings> {
  return readNameAndTags(readJson(request));
}

/** Reads only the fields that are present. Missing tags are kept; an empty list removes all. */
function readNameAndTags(settings: unknown): Partial<InstanceSettings> {
  const { name, tags } = Object(settings);
  if (tags !== undefined && !isStrings(tags))
    throw new HttpError(400, 'tags is not a list of strings');
  return {
    ...(name !== undefined && { name: stripHtml(requireText(settings, 'name')) }),
    ...(tags !== undefined && { tags: tags.map(stripHtml) }),
  };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function requireText(settings: unknown, ...path: string[]): string {
  let value = settings;
  for (const key of path) value = (value as Record<string, unknown> | null | undefined)?.[key];
  if (typeof value !== 'string' || value === '') {
    throw new HttpError(400, `Missing required parameter: ${path.join('.')}`);
  }
  return value;
}

/** Returns the username or client id of these settings. */
export function accountOf({ configuration }: Pick<Instance, 'configuration'>): string {
  return String(configuration.username ?? configuration['oauth.api.key']);
}

/** Returns the instance with masked credentials. */
export function masked(instance: Instance): Instance {
  const configuration = { ...instance.configuration };
  for (const name of CREDENTIALS) if (name in configuration) configuration[name] = '********';
  return { ...instance, configuration };
}

/** Removes tags, except an unclosed one. Runs in linear time. */
function stripHtml(value: string): string {
  return value.replace(/<[^>]*(>?)/g, (tag, end) => (end ? '' : tag));
}
