import { ELEMENT_ENGLISH, Texts, upgradeProperties } from '../base.js';
import type { ConnectConfig, Kind } from '../connect.js';
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
import { takeWindowDrops } from './window-drops.js';

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
  /** What the fields and the attributes do not give. */
  config: ConnectConfig | undefined;
  /** The page's own texts, or those of a language. */
  messages: FormMessages | undefined;
  /** What stands in the fields at first. */
  defaultValues: DefaultValues | undefined;
  /** The OAuth scopes that the host needs. */
  scopes: readonly Scope[] | undefined;
  /** Where a merchant finds or makes an API account. */
  helpUrls: HelpUrls | undefined;
  /** Loads again what is connected. */
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

// Servers have none; the module can be imported there all the same.
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
  #shown: FormView | SuccessView | ConnectionsView;
  /** Whether the merchant has asked for the form, and where. */
  #isChosen = false;
  #opener: Element | null | undefined;
  #loading: AbortController | undefined;
  #isMoving = false;
  #endDrops: (() => void) | undefined;

  constructor() {
    super();
    this.#form = new FormView(this.#builder, () => this.#cancel());
    this.#success = new SuccessView(this.#builder, {
      onAnother: () => this.#open(),
      onShowConnections: () => this.#showConnections(),
    });
    this.#connections = new ConnectionsView(this.#builder, {
      onAnother: () => this.#open(),
      onReconnect: (connection) => this.#open(connection),
      onRetry: () => this.reload(),
      disconnect: (id) => this.#disconnect(id),
    });
    this.#shown = this.#form;
    const views = [this.#form, this.#success, this.#connections].map(({ element }) => element);
    this.#root = this.#builder.element('div', { class: 'root', part: 'container' }, ...views);
    const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.#root);
    this.#form.element.addEventListener('connected', ({ detail }) => {
      this.#success.show(detail, this.#form.name);
      this.#show(this.#success);
    });
    upgradeProperties(this, PROPERTIES);
    this.#updateTexts();
  }

  connectedCallback(): void {
    this.#texts.follow();
    this.#endDrops ??= takeWindowDrops(this, this.#form.element);
    this.#update();
    if (this.#hasConnections && !this.#isMoving) this.#showConnections(false);
    this.#isMoving = false;
  }

  disconnectedCallback(): void {
    this.#texts.unfollow();
    this.#endDrops?.();
    this.#endDrops = undefined;
    // A move within the page disconnects, too, but has connected again by then.
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
      this.#connections.showList(found);
      const isEmpty = found.connections.length === 0;
      if (isEmpty && this.#shown === this.#connections) this.#show(this.#form, false);
      // Not away from a form that the merchant is at.
      const isUsed = this.#isChosen || this.shadowRoot?.activeElement;
      if (!isEmpty && this.#shown === this.#form && !isUsed) this.#show(this.#connections, false);
      this.#form.setCancel(!isEmpty);
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
      account: account === 'legacy' || account === 'store-level' ? (account as Kind) : undefined,
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

  /** Shows one view alone; the focus goes to its label. */
  #show(view: FormView | SuccessView | ConnectionsView, movesFocus = true): void {
    this.#shown = view;
    for (const other of [this.#form, this.#success, this.#connections]) {
      other.element.hidden = other !== view;
    }
    if (movesFocus) view.label.focus();
  }

  /** Opens the form: for another store, or for new credentials of a connection. */
  #open(renewed?: Connection): void {
    this.#isChosen = true;
    this.#opener = this.shadowRoot?.activeElement;
    this.#form.setCancel(this.#hasConnections);
    this.#form.reset(renewed);
    this.#show(this.#form);
  }

  #cancel(): void {
    this.#isChosen = false;
    this.#form.reset();
    this.#show(this.#connections);
    (this.#opener as HTMLElement | null)?.focus();
  }

  #showConnections(movesFocus = true): void {
    this.#isChosen = false;
    this.#show(this.#hasConnections ? this.#connections : this.#form, movesFocus);
    this.reload();
  }

  async #disconnect(id: number): Promise<void> {
    try {
      await disconnect(this.#access, id);
    } catch (error) {
      // Somebody else has disconnected it.
      if (!(error instanceof BigCommerceAuthError && error.code === 'ERR_NOT_FOUND')) throw error;
    }
    const init = { detail: { id }, bubbles: true, composed: true };
    this.dispatchEvent(new CustomEvent('disconnected', init));
  }
}

// Where the script comes twice, the first one stays.
const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry && !registry.get(NAME)) registry.define(NAME, ConnectForm);

/** The class that is registered for the tag. */
export const BigCommerceConnectForm = (registry?.get(NAME) ?? ConnectForm) as {
  new (): BigCommerceConnectForm;
  prototype: BigCommerceConnectForm;
};
