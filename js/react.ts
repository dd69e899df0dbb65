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
import { BigCommerceAuthError, type ElementInstance } from './index.js';

/** The props of {@link BigCommerceConnect}; all others are attributes of the element. */
export interface BigCommerceConnectProps extends ConnectProps, HTMLAttributes<Element> {
  /** A store is connected. */
  onConnected?: ((instance: ElementInstance) => void) | undefined;
  /** A submit has failed, or the element's script could not be loaded. */
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

let loading: Promise<unknown> | undefined;
/** Chromium and Firefox keep the failure of an import, and fetch it again only from another address. */
let nextAddress: string | undefined;

/** Loads the element's script; after a failure, the next call tries again. */
function load(): Promise<unknown> {
  loading ??= importElement().catch((cause) => {
    loading = undefined;
    // So say both. Where bundlers load scripts themselves, they say something else and ask again.
    const [, failedAt] = /dynamically imported module: (\S+)$/.exec(String(cause)) ?? [];
    if (failedAt) nextAddress = `${failedAt}${failedAt.includes('?') ? '&' : '?'}retry`;
    throw new BigCommerceAuthError({
      code: 'ERR_LOAD',
      message: 'The script of <bigcommerce-connect> could not be loaded: is its chunk served?',
      cause,
      mayHaveCreated: false,
    });
  });
  return loading;
}

function importElement(): Promise<unknown> {
  return nextAddress
    ? import(/* @vite-ignore */ /* webpackIgnore: true */ nextAddress)
    : import('./connect.js');
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
    focusin: () => {
      load().catch((error) => latest.current.onFailed?.(error));
    },
    submit: (event: Event) => {
      if (event.defaultPrevented || customElements.get('bigcommerce-connect')) return;
      // The form's own submit would leave the page, with the credentials in its request.
      event.preventDefault();
      load().then(
        () => (event.target as HTMLFormElement).requestSubmit(),
        (error) => latest.current.onFailed?.(error),
      );
    },
  });

  // Not in the tag: there, React 18 turns properties into strings, and React 19 sets neither properties
  // nor listeners when it hydrates. https://github.com/facebook/react/issues/35446
  useEffect(() => {
    Object.assign(element.current as Element, { config, messages });
  }, [config, messages]);
  useEffect(() => {
    // Never removed, because a call goes on while React hides the form.
    for (const [type, listener] of Object.entries(listeners.current)) {
      element.current?.addEventListener(type, listener as EventListener);
    }
    element.current?.removeAttribute('defer-hydration');
    load().catch((error) => latest.current.onFailed?.(error));
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
