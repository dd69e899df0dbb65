import { ELEMENT_ENGLISH, Texts, upgradeProperties } from '../base.js';
import type { ConnectConfig } from '../connect.js';
import { BigCommerceAuthError, type ElementInstance } from '../index.js';
import { Builder } from './build.js';
import {
  type Connection,
  type ConnectionsConfig,
  disconnect,
  listConnections,
} from './connections.js';
import { ConnectionsView } from './connections-view.js';
import { ENGLISH } from './english.js';
import css from './form.css';
import { FormView } from './form-view.js';
import type { DefaultValues, FormMessages, HelpUrls, Scope, Settings } from './settings.js';
import { SuccessView } from './success-view.js';
import { forwardWindowDrops } from './window-drops.js';

/** The events of a {@link BigCommerceConnectForm}. */
export interface ConnectFormEventMap extends HTMLElementEventMap {
  connected: CustomEvent<ElementInstance>;
  failed: CustomEvent<BigCommerceAuthError>;
  /** A store was disconnected. */
  disconnected: CustomEvent<Pick<ElementInstance, 'id'>>;
}

interface ListenerMethod {
  <Type extends keyof ConnectFormEventMap>(
    type: Type,
    listener: (this: BigCommerceConnectForm, event: ConnectFormEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** `<bigcommerce-connect-form>`: a form that connects a BigCommerce store. */
export interface BigCommerceConnectForm extends HTMLElement {
  /** Other fields of the config. Values from fields and attributes take precedence. */
  config: ConnectConfig | undefined;
  /** The page's own texts, or those of a language. */
  messages: FormMessages | undefined;
  /** The initial values of fields, except secrets. */
  defaultValues: DefaultValues | undefined;
  /** The OAuth scopes that the host needs. */
  scopes: readonly Scope[] | undefined;
  /** The pages where a merchant finds or creates an API account. */
  helpUrls: HelpUrls | undefined;
  /** Reloads the connected stores. */
  reload(): Promise<void>;
  addEventListener: ListenerMethod;
  removeEventListener: ListenerMethod;
}

declare global {
  interface HTMLElementTagNameMap {
    'bigcommerce-connect-form': BigCommerceConnectForm;
  }
}

const NAME = 'bigcommerce-connect-form';

const PROPERTIES = ['config', 'messages', 'defaultValues', 'scopes', 'helpUrls'] as const;

type Properties = Pick<BigCommerceConnectForm, (typeof PROPERTIES)[number]>;

// Servers have no `HTMLElement`, but can import the module.
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

let sheet: CSSStyleSheet | undefined;

class ConnectForm extends Base implements BigCommerceConnectForm {
  static readonly observedAttributes = [
    'base-url',
    'instance-id',
    'to',
    'account',
    'credential',
    'connection-name',
    'return-url',
    'show-connections',
  ];

  readonly #properties: Partial<Properties> = {};
  readonly #texts: Texts = new Texts(this, { ...ELEMENT_ENGLISH, ...ENGLISH }, () =>
    this.#updateTexts(),
  );
  readonly #builder = new Builder(this.#texts);
  readonly #root: HTMLElement;
  readonly #form: FormView;
  readonly #success: SuccessView;
  readonly #connections: ConnectionsView;
  #view: FormView | SuccessView | ConnectionsView;
  /** Whether the merchant has opened the form, and with which button. */
  #isOpened = false;
  #opener: Element | null | undefined;
  /** Whether a store was connected after the list was loaded. */
  #isStale = false;
  /** Aborts the request for the connections. */
  #loading: AbortController | undefined;
  #isMoving = false;
  #stopForwarding: (() => void) | undefined;

  constructor() {
    super();
    this.#form = new FormView(this.#builder, () => this.#cancel());
    this.#success = new SuccessView(this.#builder, {
      onConnectAnother: () => this.#open(),
      onShowConnections: () => this.#showConnections(),
    });
    this.#connections = new ConnectionsView(this.#builder, {
      onConnectAnother: () => this.#open(),
      onReconnect: (connection) => this.#open(connection),
      onRetry: () => {
        // The button is hidden while the list loads.
        this.#connections.label.focus();
        this.reload();
      },
      disconnect: (id) => this.#disconnect(id),
    });
    this.#view = this.#form;
    const views = [this.#form, this.#success, this.#connections].map(({ element }) => element);
    this.#root = this.#builder.element('div', { class: 'root', part: 'container' }, ...views);
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#root);
    // Before the element fills the fields: the file can be dropped while the list is shown.
    this.#form.element.addEventListener('credentials', () => {
      if (this.#view === this.#connections) this.#showForm();
    });
    this.#form.element.addEventListener('connected', ({ detail }) => {
      this.#isStale = true;
      this.#success.show(detail, this.#form.name);
      this.#show(this.#success);
    });
    upgradeProperties(this, PROPERTIES);
    this.#updateTexts();
  }

  connectedCallback(): void {
    this.#texts.follow();
    this.#stopForwarding ??= forwardWindowDrops(this, this.#form.element);
    this.#update();
    if (this.#hasConnections && !this.#isMoving) this.#showConnections(false);
    this.#isMoving = false;
  }

  disconnectedCallback(): void {
    this.#texts.unfollow();
    this.#stopForwarding?.();
    this.#stopForwarding = undefined;
    // A move within the page also disconnects the element, but connects it again before this.
    this.#isMoving = true;
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#isMoving = false;
      this.#loading?.abort();
    });
  }

  attributeChangedCallback(name: string): void {
    this.#update();
    if (!this.isConnected) return;
    if (name === 'show-connections') this.#showConnections(false);
    else if (name === 'base-url') this.reload();
  }

  get config() {
    return this.#properties.config;
  }
  set config(config) {
    this.#set({ config });
    this.reload();
  }
  get messages() {
    return this.#properties.messages;
  }
  set messages(messages) {
    this.#set({ messages });
    this.#updateTexts();
  }
  get defaultValues() {
    return this.#properties.defaultValues;
  }
  set defaultValues(defaultValues) {
    this.#set({ defaultValues });
  }
  get scopes() {
    return this.#properties.scopes;
  }
  set scopes(scopes) {
    this.#set({ scopes });
  }
  get helpUrls() {
    return this.#properties.helpUrls;
  }
  set helpUrls(helpUrls) {
    this.#set({ helpUrls });
  }

  async reload(): Promise<void> {
    if (!this.isConnected || !this.#hasConnections) return;
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    this.#connections.showLoading();
    try {
      const found = await listConnections({ ...this.#access, signal: loading.signal });
      if (loading.signal.aborted) return;
      this.#isStale = false;
      this.#connections.showList(found);
      const isEmpty = found.connections.length === 0;
      const hasFocus = this.shadowRoot?.activeElement != null;
      if (isEmpty && this.#view === this.#connections) this.#show(this.#form, hasFocus);
      // A form that the merchant uses stays.
      const isUsed = this.#isOpened || hasFocus;
      if (!isEmpty && this.#view === this.#form && !isUsed) this.#show(this.#connections, false);
      this.#form.showCancel(!isEmpty);
    } catch (error) {
      if (!loading.signal.aborted) this.#connections.showFailure(error);
    }
  }

  get #hasConnections(): boolean {
    return this.hasAttribute('show-connections');
  }

  get #access(): ConnectionsConfig {
    const config = Object(this.config);
    const { sessionToken, timeout } = config;
    return {
      baseUrl: this.getAttribute('base-url') ?? config.baseUrl,
      sessionToken,
      timeout,
    };
  }

  #set(properties: Partial<Properties>): void {
    Object.assign(this.#properties, properties);
    this.#update();
  }

  #update(): void {
    const value = (name: string) => this.getAttribute(name) || undefined;
    const account = value('account');
    const { config, defaultValues, scopes, helpUrls } = this.#properties;
    const settings: Settings = {
      baseUrl: this.getAttribute('base-url') ?? undefined,
      instanceId: this.getAttribute('instance-id') ?? undefined,
      to: value('to'),
      account: account === 'legacy' || account === 'store-level' ? account : undefined,
      credential: value('credential') === 'client-secret' ? 'clientSecret' : 'accessToken',
      connectionName: value('connection-name'),
      config,
      defaultValues: Object(defaultValues),
      scopes: scopes ?? [],
      helpUrls: Object(helpUrls),
    };
    this.#form.update(settings);
    this.#success.update(value('return-url'), this.#hasConnections);
  }

  #updateTexts(): void {
    const { lang, dir } = this.#texts.language;
    Object.assign(this.#root, { lang, dir });
    this.#form.element.messages = this.messages;
    this.#form.element.lang = lang;
    this.#builder.update(this.#root);
  }

  /** Shows a view, hides the others, and moves the focus to the view's label. */
  #show(view: FormView | SuccessView | ConnectionsView, movesFocus = true): void {
    this.#view = view;
    for (const other of [this.#form, this.#success, this.#connections]) {
      other.element.hidden = other !== view;
    }
    if (movesFocus) view.label.focus();
  }

  /** Opens the form, to reconnect a connection or to connect another store. */
  #open(connection?: Connection): void {
    this.#form.reset(connection);
    this.#showForm();
  }

  #showForm(): void {
    this.#isOpened = true;
    this.#opener = this.shadowRoot?.activeElement;
    this.#form.showCancel(this.#hasConnections);
    this.#show(this.#form);
  }

  #cancel(): void {
    this.#isOpened = false;
    this.#form.reset();
    this.#show(this.#connections);
    if (this.#isStale) this.reload();
    else (this.#opener as HTMLElement | null)?.focus();
  }

  #showConnections(movesFocus = true): void {
    this.#isOpened = false;
    // After success, the form is closed until it is reset.
    if (this.#view === this.#success) this.#form.reset();
    this.#show(this.#hasConnections ? this.#connections : this.#form, movesFocus);
    this.#loading?.abort();
    this.#form.showCancel(false);
    this.reload();
  }

  async #disconnect(id: number): Promise<void> {
    try {
      await disconnect(this.#access, id);
    } catch (error) {
      // Already disconnected, for example in another tab.
      if (!(error instanceof BigCommerceAuthError && error.code === 'ERR_NOT_FOUND')) throw error;
    }
    const init = { detail: { id }, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('disconnected', init));
  }
}

// If the script is loaded twice, the first one defines the element.
const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry && !registry.get(NAME)) registry.define(NAME, ConnectForm);

/** The class of the element. */
export const BigCommerceConnectForm = (registry?.get(NAME) ?? ConnectForm) as {
  new (): BigCommerceConnectForm;
  prototype: BigCommerceConnectForm;
};
