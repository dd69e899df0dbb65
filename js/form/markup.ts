// How the tag is written in the markup of frameworks.
import type { ConnectConfig } from '../connect.js';
import type { ConnectFormEventMap } from './form.js';
import type { DefaultValues, FormMessages, HelpUrls, Scope } from './settings.js';

interface Properties {
  /** What the fields and the attributes do not give. */
  config?: ConnectConfig | undefined;
  /** The page's own texts, or those of a language. */
  messages?: FormMessages | undefined;
  /** What stands in the fields at first; no secrets. */
  defaultValues?: DefaultValues | undefined;
  /** The OAuth scopes that the host needs. */
  scopes?: readonly Scope[] | undefined;
  /** Where a merchant finds or makes an API account. */
  helpUrls?: HelpUrls | undefined;
}

/** What a page can give the form, by the names that components have for it. */
export interface ConnectFormProps extends Properties {
  /** Where requests go, such as `/api/cloud-elements`. */
  baseUrl?: string | undefined;
  /** Re-authenticates this instance, instead of creating one. */
  instanceId?: number | undefined;
  /** Light or dark, whatever the page is. */
  theme?: 'light' | 'dark' | undefined;
  /** What the store is connected to. */
  to?: string | undefined;
  /** The one kind of account to ask for. */
  account?: 'store-level' | 'legacy' | undefined;
  /** What a store-level API account is asked for. */
  credential?: 'access-token' | 'client-secret' | undefined;
  /** The connection's name, which is then not asked for. */
  connectionName?: string | undefined;
  /** Where *Continue* leads after success. */
  returnUrl?: string | undefined;
  /** Shows first what is connected. */
  showConnections?: boolean | undefined;
}

/** The same, by the names that the tag has for it, and its listeners. */
export interface ConnectFormAttributes
  extends Properties,
    Pick<ConnectFormProps, 'theme' | 'to' | 'account' | 'credential'> {
  'base-url'?: string | undefined;
  'instance-id'?: number | string | undefined;
  'connection-name'?: string | undefined;
  'return-url'?: string | undefined;
  'show-connections'?: '' | boolean | undefined;
  onconnected?: ((event: ConnectFormEventMap['connected']) => void) | undefined;
  onfailed?: ((event: ConnectFormEventMap['failed']) => void) | undefined;
  ondisconnected?: ((event: ConnectFormEventMap['disconnected']) => void) | undefined;
}

declare global {
  // Svelte's own, and of no effect elsewhere.
  namespace svelteHTML {
    interface IntrinsicElements {
      'bigcommerce-connect-form': ConnectFormAttributes & { [attribute: string]: unknown };
    }
  }
}
