'use client';

import {
  createElement,
  type DetailedHTMLProps,
  type ForwardedRef,
  type ForwardRefExoticComponent,
  forwardRef,
  type HTMLAttributes,
  type RefAttributes,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useInsertionEffect,
  useRef,
} from 'react';
import type {
  ConnectAttributes,
  BigCommerceConnect as ConnectElement,
  ConnectProps,
} from './connect.js';
import { isLeftToBrowser } from './element/submitter.js';
import type {
  ConnectFormAttributes,
  BigCommerceConnectForm as ConnectFormElement,
  ConnectFormProps,
} from './form.js';
import { BigCommerceAuthError, type ElementInstance } from './index.js';

interface Callbacks {
  /** Called when a store is connected. */
  onConnected?: ((instance: ElementInstance) => void) | undefined;
  /** Called when a submit fails, or the element's script cannot be loaded. */
  onFailed?: ((error: BigCommerceAuthError) => void) | undefined;
}

interface FormCallbacks extends Callbacks {
  /** Called when a store is disconnected. */
  onDisconnected?: ((detail: Pick<ElementInstance, 'id'>) => void) | undefined;
}

/** The props of {@link BigCommerceConnect}; all others are attributes of the element. */
export interface BigCommerceConnectProps
  extends ConnectProps,
    Callbacks,
    HTMLAttributes<ConnectElement> {}

/** The props of {@link BigCommerceConnectForm}; all others are attributes of the element. */
export interface BigCommerceConnectFormProps
  extends ConnectFormProps,
    FormCallbacks,
    HTMLAttributes<ConnectFormElement> {}

/** Without the component, React 18 sets only attributes, and React 19 hydrates only attributes. */
type TagProps<Type, Attributes> = DetailedHTMLProps<HTMLAttributes<Type>, Type> &
  Attributes & { class?: string | undefined };

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'bigcommerce-connect': TagProps<ConnectElement, ConnectAttributes>;
      'bigcommerce-connect-form': TagProps<ConnectFormElement, ConnectFormAttributes>;
    }
  }
}

type Load = () => Promise<unknown>;

/**
 * Returns a function that loads an element's script. After a failure, the next call tries again.
 */
function loaderOf(tag: string, importScript: Load): Load {
  let loading: Promise<unknown> | undefined;
  /** Chromium and Firefox cache a failed import, and fetch it again only from another URL. */
  let nextUrl: string | undefined;
  const importNext = () =>
    nextUrl ? import(/* @vite-ignore */ /* webpackIgnore: true */ nextUrl) : importScript();
  return () => {
    loading ??= importNext().catch((cause) => {
      loading = undefined;
      // The message of both browsers. Bundlers with their own loader have others, and fetch again.
      const [, failedUrl] = /dynamically imported module: (\S+)$/.exec(String(cause)) ?? [];
      if (failedUrl) nextUrl = `${failedUrl}${failedUrl.includes('?') ? '&' : '?'}retry`;
      throw new BigCommerceAuthError({
        code: 'ERR_LOAD',
        message: `The script of <${tag}> could not be loaded: is its chunk served?`,
        cause,
        mayHaveCreated: false,
      });
    });
    return loading;
  };
}

const loadConnect = /* @__PURE__ */ loaderOf('bigcommerce-connect', () => import('./connect.js'));

const loadForm = /* @__PURE__ */ loaderOf('bigcommerce-connect-form', () => import('./form.js'));

/** Sets an element's properties, adds its listeners, and loads its script. */
function useElement<Type extends HTMLElement>(
  forwarded: ForwardedRef<Type>,
  load: Load,
  properties: Readonly<Record<string, unknown>>,
  callbacks: FormCallbacks,
): RefObject<Type | null> {
  const element = useRef<Type>(null);
  useImperativeHandle(forwarded, () => element.current as Type, []);

  const latest = useRef(callbacks);
  // Not a layout effect, about which React 18 warns on servers.
  useInsertionEffect(() => {
    latest.current = callbacks;
  });
  const onLoadFailed = (error: BigCommerceAuthError) => latest.current.onFailed?.(error);
  // The same functions in each run of the effect, because adding a listener twice has no effect.
  const listeners = useRef<Record<string, (event: never) => void>>({
    connected: ({ detail }: CustomEvent) => latest.current.onConnected?.(detail),
    failed: ({ detail }: CustomEvent) => latest.current.onFailed?.(detail),
    disconnected: ({ detail }: CustomEvent) => latest.current.onDisconnected?.(detail),
    focusin: () => {
      load().catch(onLoadFailed);
    },
    submit: (event: SubmitEvent) => {
      if (event.defaultPrevented || customElements.get('bigcommerce-connect')) return;
      if (isLeftToBrowser(event.submitter)) return;
      // The form's native submission would leave the page, with the credentials in its request.
      event.preventDefault();
      load().then(() => (event.target as HTMLFormElement).requestSubmit(), onLoadFailed);
    },
  });

  // Not in the tag: there, React 18 converts properties to strings, and React 19 sets neither
  // properties nor listeners when it hydrates. https://github.com/facebook/react/issues/35446
  const previous = useRef<Readonly<Record<string, unknown>>>({});
  useEffect(() => {
    for (const [name, value] of Object.entries(properties)) {
      if (value !== previous.current[name])
        Object.assign(element.current as Type, { [name]: value });
    }
    previous.current = properties;
  });
  useEffect(() => {
    // Never removed, because a call continues while React hides the form.
    for (const [type, listener] of Object.entries(listeners.current)) {
      element.current?.addEventListener(type, listener as EventListener);
    }
    element.current?.removeAttribute('defer-hydration');
    load().catch(onLoadFailed);
  }, []);
  return element;
}

/** `<bigcommerce-connect>` around the page's own form, for React 18 and 19. */
export const BigCommerceConnect: ForwardRefExoticComponent<
  BigCommerceConnectProps & RefAttributes<ConnectElement>
> = /* @__PURE__ */ forwardRef<ConnectElement, BigCommerceConnectProps>((props, forwarded) => {
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
  const callbacks = { onConnected, onFailed };
  return createElement('bigcommerce-connect', {
    ...attributes,
    // React 18 would set the attributes `classname` and `hidden="false"`.
    class: className,
    hidden: props.hidden || undefined,
    'base-url': baseUrl,
    timeout,
    'instance-id': instanceId,
    'defer-hydration': '',
    ref: useElement(forwarded, loadConnect, { config, messages }, callbacks),
  });
});

/** `<bigcommerce-connect-form>`, for React 18 and 19. */
export const BigCommerceConnectForm: ForwardRefExoticComponent<
  BigCommerceConnectFormProps & RefAttributes<ConnectFormElement>
> = /* @__PURE__ */ forwardRef<ConnectFormElement, BigCommerceConnectFormProps>(
  (props, forwarded) => {
    const {
      config,
      messages,
      defaultValues,
      scopes,
      helpUrls,
      onConnected,
      onFailed,
      onDisconnected,
      baseUrl,
      instanceId,
      connectionName,
      returnUrl,
      showConnections,
      className,
      ...attributes
    } = props;
    const properties = { config, messages, defaultValues, scopes, helpUrls };
    const callbacks = { onConnected, onFailed, onDisconnected };
    return createElement('bigcommerce-connect-form', {
      ...attributes,
      class: className,
      hidden: props.hidden || undefined,
      'base-url': baseUrl,
      'instance-id': instanceId,
      'connection-name': connectionName,
      'return-url': returnUrl,
      'show-connections': showConnections ? '' : undefined,
      ref: useElement(forwarded, loadForm, properties, callbacks),
    });
  },
);
