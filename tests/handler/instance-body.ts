// The bodies that the core sends, and the tags of their instances.
import { createHash } from 'node:crypto';

/** The account's secrets of a service that is not the sandbox. */
export const USER_SECRET = 'user-secret-0123456789ab';
export const ORGANIZATION_SECRET = 'organization-secret-0123456789ab';

export const PASSWORD = 'api-token-fedcba987654';
export const CLIENT_SECRET = 'client-secret-89abcdef0123';
export const SIGNATURE_KEY = 'signature-key-0123456789';

/** The core's request body for the README's config, with `changes` at the top level. */
export function instanceBody(changes: object = {}): Record<string, unknown> {
  return {
    element: { key: 'bigcommerce' },
    configuration: {
      username: 'shop',
      password: PASSWORD,
      'store.url': 'https://store-wuxeae6.mybigcommerce.com/api/v2',
    },
    name: 'My shop',
    ...changes,
  };
}

/** The same for a store-level API account, with `changes` to its settings. */
export function storeLevelBody(changes: object = {}): Record<string, unknown> {
  const { password: _, username: __, ...store } = Object(instanceBody().configuration);
  return instanceBody({
    configuration: {
      'authentication.type': 'custom',
      'oauth.api.key': 'client-id',
      'oauth.api.secret': CLIENT_SECRET,
      ...store,
      ...changes,
    },
  });
}

/** The body with `settings` in its configuration. */
export function withSettings(settings: object): Record<string, unknown> {
  return instanceBody({ configuration: { ...Object(instanceBody().configuration), ...settings } });
}

/** The settings that the core sends for `events`. */
export const EVENTS = {
  'event.notification.enabled': true,
  'event.vendor.type': 'polling',
  'event.notification.callback.url': 'https://shop.example/events',
  'event.poller.refresh_interval': '15',
  'event.notification.signature.key': SIGNATURE_KEY,
  'event.poller.configuration': {
    orders: {
      url: '/hubs/ecommerce/orders',
      idField: 'id',
      datesConfiguration: {
        updatedDateField: 'date_modified',
        updatedDateFormat: 'EEE',
        createdDateField: 'date_created',
        createdDateFormat: 'EEE',
        createdDateTimezone: 'GMT',
      },
    },
  },
};

/** The page's tag of a key. */
export const KEY = 'idempotency-key:0123456789abcdef';

/** A key that no other test uses. */
export function newKey(): string {
  return `key-${crypto.randomUUID()}`;
}

/** The first 40 hex digits of SHA-256. */
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 40);

/** The tag of the instances that `subject` owns. */
export function subjectTag(subject: string): string {
  return `subject:${digest(subject)}`;
}

/** The service's tag for `tag`, which a page sends for its key. */
export function keyTag(subject: string, tag: string): string {
  const key = tag.slice('idempotency-key:'.length);
  return `idempotency-key:${digest(JSON.stringify([subject, key]))}`;
}
