import { ELEMENT_ENGLISH, Texts, takeProperties } from '../base.js';
import {
  type AuthenticateConfig,
  BigCommerceAuthError,
  type ConfigFields,
  type ElementInstance,
  preload,
} from '../index.js';
import { type Attempts, connect } from './attempt.js';
import { type CredentialsFile, type Kind, kindOf } from './credentials-file.js';
import { FieldErrors } from './field-errors.js';
import {
  type Control,
  clearSecrets,
  controls,
  controlsOf,
  type FieldName,
  fill,
  hasAttribute,
  isSecret,
  issuesOf,
  nextControl,
  readConfig,
  setAttribute,
  unreadable,
  warnOfClientSecret,
} from './form.js';
import { whenIdle } from './idle.js';
import {
  type ConnectMessages,
  textOf,
  textOfConnected,
  textOfFilled,
  textOfOtherKind,
} from './messages.js';
import { receiveCredentials } from './receive.js';
import { Status } from './status.js';
import { SubmitButtons } from './submit-buttons.js';
import { isForeign } from './submitter.js';

/** What the form's controls and the attributes do not give; where they do, they win. */
export type ConnectConfig = {
  [Name in Exclude<keyof ConfigFields, 'idempotencyKey' | 'signal'>]?:
    | ConfigFields[Name]
    | undefined;
};

/** What BigCommerce's file has, without its values. */
export interface Credentials {
  /** The kind of account that its credentials are of, if it has any. */
  kind: Kind | undefined;
  fields: FieldName[];
}

/** The events of a {@link BigCommerceConnect}; each submit ends in `connected` or `failed`. */
export interface ConnectEventMap extends HTMLElementEventMap {
  /** BigCommerce's file was read, and is about to fill the controls that are enabled. */
  credentials: CustomEvent<Credentials>;
  connected: CustomEvent<ElementInstance>;
  failed: CustomEvent<BigCommerceAuthError>;
}

interface ListenerMethod {
  <Type extends keyof ConnectEventMap>(
    type: Type,
    listener: (this: BigCommerceConnect, event: ConnectEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  (
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** `<bigcommerce-connect>`: makes the form inside connect a BigCommerce store. */
export interface BigCommerceConnect extends HTMLElement {
  /** What the form's controls and the attributes do not give. */
  config: ConnectConfig | undefined;
  /** The page's own texts. */
  messages: ConnectMessages | undefined;
  addEventListener: ListenerMethod;
  removeEventListener: ListenerMethod;
}

declare global {
  interface HTMLElementTagNameMap {
    'bigcommerce-connect': BigCommerceConnect;
  }
}

const NAME = 'bigcommerce-connect';

const DEFER_HYDRATION = 'defer-hydration';

/** Without a prototype: `Object.prototype.attributes`, if a script set it, would cause a loop. */
const OBSERVED = Object.assign(Object.create(null), {
  childList: true,
  subtree: true,
  attributeFilter: ['novalidate'],
});

/** Of the page: one element prepares the module for all. */
let isScheduled = false;

/** The submit tries again, and shows the error. */
function prepareModule(): void {
  preload().catch(() => {});
}

// Servers have none; the module can be imported there all the same.
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

class Connect extends Base implements BigCommerceConnect {
  static readonly observedAttributes = [DEFER_HYDRATION];

  // Accessors, because Svelte assigns only to what has a setter.
  accessor config: ConnectConfig | undefined;
  accessor messages: ConnectMessages | undefined;
  /** Ends the call in flight. */
  #call: AbortController | undefined;
  /** The last attempt by its values, where there is no `crypto.subtle`. */
  readonly #attempts: Attempts = new Map();
  /** The form that has connected a store and waits to be reset. */
  #closed: HTMLFormElement | undefined;
  readonly #texts = new Texts(this, ELEMENT_ENGLISH, () => {
    this.#status.update();
    this.#errors.update();
  });
  readonly #status = new Status(this, this.#texts);
  readonly #errors = new FieldErrors(this, this.#texts);
  readonly #buttons = new SubmitButtons(this, () => this.#update());
  /** The parser and frameworks may bring the form, or parts of it, later. */
  readonly #observer = new MutationObserver(() => this.#update());
  /** The forms that it has made usable. */
  readonly #usable = new WeakSet<Element>();
  #isPrepared = false;

  constructor() {
    super();
    takeProperties(this, ['config', 'messages']);
    this.addEventListener('submit', (event) => this.#onSubmit(event));
    this.addEventListener('reset', (event) => this.#onReset(event));
    this.addEventListener('focusin', (event) => this.#onFocus(event));
    receiveCredentials(this, {
      getForm: () => this.#form,
      onFiles: () => this.#prepare(),
      onReceived: (found, keepsFocus) => this.#fill(found, keepsFocus),
    });
  }

  connectedCallback(): void {
    // Controls with the attribute `form` can be anywhere in it.
    this.#observer.observe(this.getRootNode(), OBSERVED);
    this.#update();
    if (this.#isPrepared) this.#texts.follow();
    if (!isScheduled) whenIdle(prepareModule);
    isScheduled = true;
  }

  attributeChangedCallback(): void {
    this.#update();
  }

  disconnectedCallback(): void {
    this.#observer.disconnect();
    this.#texts.unfollow();
    // A move within the page disconnects, too, but has connected again by then.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#call?.abort();
      this.#attempts.clear();
    });
  }

  /** Frameworks that hydrate must find the form as the server has rendered it. */
  get #form(): HTMLFormElement | null {
    return this.hasAttribute(DEFER_HYDRATION) ? null : this.querySelector('form');
  }

  /** Brings a form in line with the state. */
  #update(form = this.#form): void {
    const present = form ? controls(form) : [];
    this.#errors.removeAll(present);
    if (!form) return;
    // A cached page comes back with what another element has shown, and a morph brings back what the
    // server has rendered.
    if (!this.#usable.has(form) || !hasAttribute(form, 'novalidate')) {
      this.#errors.removeOld(form);
      this.#status.removeOld();
      this.#buttons.forget(present);
      this.#usable.add(form);
      setAttribute(form, 'novalidate', true);
    }
    setAttribute(form, 'aria-busy', this.#call);
    this.#buttons.update(present, this.#call !== undefined || this.#closed === form);
  }

  #onFocus(event: Event): void {
    if (event.composedPath().includes(this.#form as EventTarget)) this.#prepare();
  }

  /** Does once what a submit needs. */
  #prepare(): void {
    if (this.#isPrepared || !this.#form) return;
    this.#isPrepared = true;
    warnOfClientSecret(this.#form);
    // Before there is anything to announce, because only changes are announced.
    this.#status.show();
    this.#texts.follow();
    prepareModule();
  }

  /** Fills the form with what BigCommerce's file says. */
  #fill(found: CredentialsFile | undefined, keepsFocus: boolean): void {
    const form = this.#form;
    if (!form || this.#call || this.#closed === form) return;
    const kind = found && kindOf(found);
    if (found) {
      const detail: Credentials = { kind, fields: Object.keys(found) as FieldName[] };
      this.dispatchEvent(new CustomEvent('credentials', { detail, bubbles: true }));
    }
    const names = found ? fill(form, found) : [];
    if (names.length > 0) {
      this.#status.show(textOfFilled(names), true);
      const next = keepsFocus ? undefined : nextControl(form);
      if (next) this.#status.focus(next);
    } else if (kind) {
      this.#status.show(textOfOtherKind(kind));
    } else {
      this.#status.show({ names: ['otherFile'] });
    }
  }

  #onSubmit(event: SubmitEvent): void {
    const form = this.#form;
    if (!form || event.target !== form || event.defaultPrevented) return;
    if (isForeign(event.submitter)) return;
    event.preventDefault();
    if (!this.#call && this.#closed !== form) this.#connect(form);
  }

  #onReset(event: Event): void {
    if (event.target !== this.#form || event.defaultPrevented || this.#call) return;
    this.#closed = undefined;
    this.#errors.removeAll();
    this.#status.show();
    this.#update();
  }

  async #connect(form: HTMLFormElement): Promise<void> {
    const call = new AbortController();
    this.#call = call;
    let secrets: Control[] = [];
    let config: Partial<ConfigFields> = {};
    let instance: ElementInstance | undefined;
    let error: BigCommerceAuthError | undefined;
    try {
      // The focus may have been outside the element, or a script may have submitted the form.
      this.#prepare();
      secrets = controls(form).filter(isSecret);
      this.#errors.removeAll();
      this.#update();
      this.#status.show({ names: [navigator.onLine ? 'connecting' : 'offline'] });
      config = readConfig(this, Object(this.config), form);
      // The function reports what is missing.
      instance = await connect(
        config as unknown as AuthenticateConfig,
        call.signal,
        this.#attempts,
      );
    } catch (thrown) {
      error = thrown instanceof BigCommerceAuthError ? thrown : unreadable();
    }
    this.#call = undefined;
    try {
      if (instance) {
        this.#closed = form;
        clearSecrets(secrets, form, this.#form);
        this.#status.show(textOfConnected(instance));
      }
      // The page may have replaced it meanwhile.
      this.#update(form);
      this.#update();
      if (error) this.#showError(this.#form ?? form, error, config);
    } finally {
      const type = instance ? 'connected' : 'failed';
      const detail = instance ?? error;
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    }
  }

  /** Shows at each field what is wrong with it, and in the status everything else. */
  #showError(
    form: HTMLFormElement,
    error: BigCommerceAuthError,
    config: Partial<ConfigFields>,
  ): void {
    const rest = this.#errors.showIssues(form, issuesOf(form, error), config.tags);
    const isMerchants = rest.every(({ path: [name] }) => controlsOf(form, name).length > 0);
    this.#status.show(textOf(error, config, rest, isMerchants));
    const wrong = controls(form).find((control) => this.#errors.has(control));
    if (wrong) wrong.focus();
    else this.#status.scrollIntoView();
  }
}

// Where the script comes twice, the first one stays.
const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry && !registry.get(NAME)) registry.define(NAME, Connect);

/** The class that is registered for the tag. */
export const BigCommerceConnect = (registry?.get(NAME) ?? Connect) as {
  new (): BigCommerceConnect;
  prototype: BigCommerceConnect;
};
