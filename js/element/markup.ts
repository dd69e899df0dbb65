// The types of the tag in the markup of frameworks.
import type { ConnectConfig, ConnectEventMap } from './connect.js';
import type { ConnectMessages } from './messages.js';

/** The element's attributes and properties, with their names in components. */
export interface ConnectProps {
  /** The base URL of requests, such as `/api/cloud-elements`. */
  baseUrl?: string | undefined;
  /** The timeout of a call, in milliseconds. */
  timeout?: number | undefined;
  /** The id of an instance to renew, instead of creating one. */
  instanceId?: number | undefined;
  /** Other fields of the config. Values from controls and attributes take precedence. */
  config?: ConnectConfig | undefined;
  /** The page's own texts. */
  messages?: ConnectMessages | undefined;
}

/** The element's attributes, properties and event handlers, with their names in the tag. */
export interface ConnectAttributes extends Pick<ConnectProps, 'config' | 'messages'> {
  'base-url'?: string | undefined;
  timeout?: number | string | undefined;
  'instance-id'?: number | string | undefined;
  'defer-hydration'?: '' | true | undefined;
  onconnected?: ((event: ConnectEventMap['connected']) => void) | undefined;
  onfailed?: ((event: ConnectEventMap['failed']) => void) | undefined;
}

declare global {
  // Only Svelte reads it.
  namespace svelteHTML {
    interface IntrinsicElements {
      'bigcommerce-connect': ConnectAttributes & { [attribute: string]: unknown };
    }
  }
}
