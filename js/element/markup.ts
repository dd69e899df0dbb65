// How the tag is written in the markup of frameworks.
import type { ConnectConfig, ConnectEventMap } from './connect.js';
import type { ConnectMessages } from './messages.js';

/** What a page can give the element, by the names that components have for it. */
export interface ConnectProps {
  /** Where requests go, such as `/api/cloud-elements`. */
  baseUrl?: string | undefined;
  /** Milliseconds for the whole call. */
  timeout?: number | undefined;
  /** Re-authenticates this instance, instead of creating one. */
  instanceId?: number | undefined;
  /** What the form's controls and the attributes do not give. */
  config?: ConnectConfig | undefined;
  /** The page's own texts. */
  messages?: ConnectMessages | undefined;
}

/** The same, by the names that the tag has for it, and its listeners. */
export interface ConnectAttributes extends Pick<ConnectProps, 'config' | 'messages'> {
  'base-url'?: string | undefined;
  timeout?: number | string | undefined;
  'instance-id'?: number | string | undefined;
  'defer-hydration'?: '' | true | undefined;
  onconnected?: ((event: ConnectEventMap['connected']) => void) | undefined;
  onfailed?: ((event: ConnectEventMap['failed']) => void) | undefined;
}

declare global {
  // Svelte's own, and of no effect elsewhere.
  namespace svelteHTML {
    interface IntrinsicElements {
      'bigcommerce-connect': ConnectAttributes & { [attribute: string]: unknown };
    }
  }
}
