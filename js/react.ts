'use client';

import {
  createElement,
  type DetailedHTMLProps,
  type ForwardRefExoticComponent,
  forwardRef,
  type HTMLAttributes,
  type RefAttributes,
  useEffect,
  useImperativeHandle,
  useInsertionEffect,
  useRef,
} from 'react';
import type {
  ConnectAttributes,
  ConnectEventMap,
  ConnectProps,
  BigCommerceConnect as Element,
} from './connect.js';
import type { BigCommerceAuthError, ElementInstance } from './index.js';

/** The props of {@link BigCommerceConnect}; all others are attributes of the element. */
export interface BigCommerceConnectProps extends ConnectProps, HTMLAttributes<Element> {
  /** A store is connected. */
  onConnected?: ((instance: ElementInstance) => void) | undefined;
  /** A submit has failed. */
  onFailed?: ((error: BigCommerceAuthError) => void) | undefined;
}

/** Without the component, React 18 knows only attributes, and React 19 hydrates no others. */
type TagProps = DetailedHTMLProps<HTMLAttributes<Element>, Element> &
  ConnectAttributes & { class?: string | undefined };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'bigcommerce-connect': TagProps;
    }
  }
}

/** `<bigcommerce-connect>` around the page's own form, for React 18 and 19. */
export const BigCommerceConnect: ForwardRefExoticComponent<
  BigCommerceConnectProps & RefAttributes<Element>
> = /* @__PURE__ */ forwardRef<Element, BigCommerceConnectProps>((props, ref) => {
  const {
    baseUrl,
    timeout,
    instanceId,
    config,
    messages,
    onConnected,
    onFailed,
    className,
    ...attributes
  } = props;
  const element = useRef<Element>(null);
  useImperativeHandle(ref, () => element.current as Element, []);

  const latest = useRef({ onConnected, onFailed });
  // Not a layout effect, of which React 18 warns on servers.
  useInsertionEffect(() => {
    latest.current = { onConnected, onFailed };
  }, [onConnected, onFailed]);
  // The same functions in each run of the effect: adding a listener twice has no effect.
  const listeners = useRef({
    connected: ({ detail }: ConnectEventMap['connected']) => latest.current.onConnected?.(detail),
    failed: ({ detail }: ConnectEventMap['failed']) => latest.current.onFailed?.(detail),
  });

  // Not in the tag: there, React 18 turns properties into strings, and React 19 sets neither properties
  // nor listeners when it hydrates. https://github.com/facebook/react/issues/35446
  useEffect(() => {
    Object.assign(element.current as Element, { config, messages });
  }, [config, messages]);
  useEffect(() => {
    const { connected, failed } = listeners.current;
    // Never removed, because a call goes on while React hides the form.
    element.current?.addEventListener('connected', connected);
    element.current?.addEventListener('failed', failed);
    element.current?.removeAttribute('defer-hydration');
    import('./connect.js');
  }, []);

  return createElement('bigcommerce-connect', {
    ...attributes,
    // React 18 would make it the attribute `classname`.
    class: className,
    'base-url': baseUrl,
    timeout,
    'instance-id': instanceId,
    'defer-hydration': '',
    ref: element,
  });
});
