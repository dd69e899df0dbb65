// The types of the tag in the markup of frameworks.
import type { ConnectConfig } from '../connect.js';
import type { ConnectFormEventMap } from './form.js';
import type { DefaultValues, FormMessages, HelpUrls, Scope } from './settings.js';

interface Properties {
  /** Other fields of the config. Values from fields and attributes take precedence. */
  config?: ConnectConfig | undefined;
  /** The page's own texts, or those of a language. */
  messages?: FormMessages | undefined;
  /** The initial values of fields, except secrets. */
  defaultValues?: DefaultValues | undefined;
  /** The OAuth scopes that the host needs. */
  scopes?: readonly Scope[] | undefined;
  /** The pages where a merchant finds or creates an API account. */
  helpUrls?: HelpUrls | undefined;
}

/** The form's attributes and properties, with their names in components. */
export interface ConnectFormProps extends Properties {
  /** The base URL of requests, such as `/api/cloud-elements`. */
  baseUrl?: string | undefined;
  /** The id of an instance to renew, instead of creating one. */
  instanceId?: number | undefined;
  /** The colour scheme, independent of the page's. */
  theme?: 'light' | 'dark' | undefined;
  /** The name of the application or account that the store is connected to. */
  to?: string | undefined;
  /** The only kind of account to ask for. */
  account?: 'store-level' | 'legacy' | undefined;
  /** The secret of a store-level API account to ask for. */
  credential?: 'access-token' | 'client-secret' | undefined;
  /** The name of the connection. The form does not ask for it then. */
  connectionName?: string | undefined;
  /** The URL of the link *Continue* after success. */
  returnUrl?: string | undefined;
  /** Whether to show the connected stores first. */
  showConnections?: boolean | undefined;
}

/** The form's attributes, properties and event handlers, with their names in the tag. */
export interface ConnectFormAttributes
  extends Properties,
    Pick<ConnectFormProps, 'theme' | 'to' | 'account' | 'credential'> {
  'base-url'?: string | undefined;
  'instance-id'?: number | string | undefined;
  'connection-name'?: string | undefined;
  'return-url'?: string | undefined;
  'show-connections'?: '' | true | undefined;
  onconnected?: ((event: ConnectFormEventMap['connected']) => void) | undefined;
  onfailed?: ((event: ConnectFormEventMap['failed']) => void) | undefined;
  ondisconnected?: ((event: ConnectFormEventMap['disconnected']) => void) | undefined;
}

declare global {
  // Only Svelte reads it.
  namespace svelteHTML {
    interface IntrinsicElements {
      'bigcommerce-connect-form': ConnectFormAttributes & { [attribute: string]: unknown };
    }
  }
}
