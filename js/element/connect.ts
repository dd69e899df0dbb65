import { ELEMENT_ENGLISH, Texts, upgradeProperties } from '../base.js';
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
  isCleared,
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
import { isLeftToBrowser } from './submitter.js';

/** Fields of the config. Values from the form's controls and the attributes take precedence. */
export type ConnectConfig = {
  [Name in Exclude<keyof ConfigFields, 'idempotencyKey' | 'signal'>]?:
    | ConfigFields[Name]
    | undefined;
};

/** What BigCommerce's file contains, without the values. */
export interface Credentials {
  /** The kind of account that the credentials belong to, if there are any. */
  kind: Kind | undefined;
  /** The fields with a value. */
  fields: FieldName[];
}

/** The events of a {@link BigCommerceConnect}; each submit ends in `connected` or `failed`. */
export interface ConnectEventMap extends HTMLElementEventMap {
  /** BigCommerce's file was read. It has not yet filled the enabled controls. */
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

/** `<bigcommerce-connect>`: lets the form inside it connect a BigCommerce store. */
export interface BigCommerceConnect extends HTMLElement {
  /** Other fields of the config. Values from controls and attributes take precedence. */
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

/** Without a prototype: if a script sets `Object.prototype.attributes`, that would cause a loop. */
const OBSERVED = Object.assign(Object.create(null), {
  childList: true,
  subtree: true,
  attributeFilter: ['novalidate'],
});

/** Whether an element of the page has scheduled the loading of the module. */
let isScheduled = false;

/** Loads the module. After a failure, the submit tries again, and shows the error. */
function loadModule(): void {
  preload().catch(() => {});
}

// Servers have no `HTMLElement`, but can import the module.
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

class Connect extends Base implements BigCommerceConnect {
  static readonly observedAttributes = [DEFER_HYDRATION];

  // Accessors, because Svelte sets only properties that have a setter.
  accessor config: ConnectConfig | undefined;
  accessor messages: ConnectMessages | undefined;
  /** Aborts the call in flight, if there is one. */
  #controller: AbortController | undefined;
  /** The last attempt, if `crypto.subtle` is undefined. */
  readonly #attempts: Attempts = new Map();
  /** The form that has connected a store, until it is reset. */
  #connectedForm: HTMLFormElement | undefined;
  readonly #texts = new Texts(this, ELEMENT_ENGLISH, () => {
    this.#status.update();
    this.#errors.update();
  });
  readonly #status = new Status(this, this.#texts);
  readonly #errors = new FieldErrors(this, this.#texts);
  readonly #buttons = new SubmitButtons(this, () => this.#update());
  /** The parser and frameworks may insert the form, or parts of it, later. */
  readonly #observer = new MutationObserver(() => this.#update());
  /** The forms from which old texts were removed. */
  readonly #initialized = new WeakSet<Element>();
  #isPrepared = false;

  constructor() {
    super();
    upgradeProperties(this, ['config', 'messages']);
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
    // Controls with a `form` attribute can be anywhere in the root.
    this.#observer.observe(this.getRootNode(), OBSERVED);
    this.#update();
    if (this.#isPrepared) this.#texts.follow();
    if (!isScheduled) whenIdle(loadModule);
    isScheduled = true;
  }

  attributeChangedCallback(): void {
    this.#update();
  }

  disconnectedCallback(): void {
    this.#observer.disconnect();
    this.#texts.unfollow();
    // A move within the page also disconnects the element, but connects it again before this.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#controller?.abort();
      this.#attempts.clear();
    });
  }

  /** The form; null before hydration, when frameworks must find it as the server has rendered it. */
  get #form(): HTMLFormElement | null {
    return this.hasAttribute(DEFER_HYDRATION) ? null : this.querySelector('form');
  }

  /** Whether a form ignores submits and files: during a call, and after success until its reset. */
  #isClosed(form: HTMLFormElement): boolean {
    return this.#controller !== undefined || this.#connectedForm === form;
  }

  /** Applies the state to a form. */
  #update(form = this.#form): void {
    const present = form ? controls(form) : [];
    this.#errors.removeAll(present);
    if (!form) return;
    // A cached page contains the texts of another element, and a morph restores the server's markup.
    if (!this.#initialized.has(form) || !hasAttribute(form, 'novalidate')) {
      this.#errors.removeOld(form);
      this.#status.removeOld();
      this.#buttons.forget(present);
      this.#initialized.add(form);
      setAttribute(form, 'novalidate', true);
    }
    setAttribute(form, 'aria-busy', this.#controller !== undefined);
    this.#buttons.update(present, this.#isClosed(form));
  }

  #onFocus(event: Event): void {
    if (event.composedPath().includes(this.#form as EventTarget)) this.#prepare();
  }

  /** Prepares the first submit: loads the module and the language. */
  #prepare(): void {
    if (this.#isPrepared || !this.#form) return;
    this.#isPrepared = true;
    warnOfClientSecret(this.#form);
    // Empty at first, because screen readers announce only changes.
    this.#status.show();
    this.#texts.follow();
    loadModule();
  }

  /** Fills the form from BigCommerce's file. */
  #fill(found: CredentialsFile | undefined, keepsFocus: boolean): void {
    const form = this.#form;
    if (!form || this.#isClosed(form)) return;
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
    if (isLeftToBrowser(event.submitter)) return;
    event.preventDefault();
    if (!this.#isClosed(form)) this.#connect(form);
  }

  #onReset(event: Event): void {
    if (event.target !== this.#form || event.defaultPrevented || this.#controller) return;
    this.#connectedForm = undefined;
    this.#errors.removeAll();
    this.#status.show();
    this.#update();
  }

  async #connect(form: HTMLFormElement): Promise<void> {
    const controller = new AbortController();
    this.#controller = controller;
    let secrets: Control[] = [];
    let config: Partial<ConfigFields> = {};
    let instance: ElementInstance | undefined;
    let error: BigCommerceAuthError | undefined;
    try {
      // The form may not have had the focus: a script can submit it.
      this.#prepare();
      secrets = controls(form).filter(isCleared);
      this.#errors.removeAll();
      this.#update();
      this.#status.show({ names: [navigator.onLine ? 'connecting' : 'offline'] });
      config = readConfig(this, form);
      // The function reports missing fields.
      instance = await connect(
        config as unknown as AuthenticateConfig,
        controller.signal,
        this.#attempts,
      );
    } catch (thrown) {
      error = thrown instanceof BigCommerceAuthError ? thrown : unreadable();
    }
    this.#controller = undefined;
    try {
      if (instance) {
        this.#connectedForm = form;
        clearSecrets(secrets, form, this.#form);
        this.#status.show(textOfConnected(instance));
      }
      // The page may have replaced the form during the call.
      this.#update(form);
      this.#update();
      if (error) this.#showError(this.#form ?? form, error, config);
    } finally {
      const type = instance ? 'connected' : 'failed';
      const detail = instance ?? error;
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    }
  }

  /** Shows issues at their fields, and everything else in the status. */
  #showError(
    form: HTMLFormElement,
    error: BigCommerceAuthError,
    config: Partial<ConfigFields>,
  ): void {
    const others = this.#errors.showIssues(form, issuesOf(form, error), config.tags);
    const isFixable = others.every(({ path: [name] }) => controlsOf(form, name).length > 0);
    this.#status.show(textOf(error, config, others, isFixable));
    const invalid = controls(form).find((control) => this.#errors.has(control));
    if (invalid) invalid.focus();
    else this.#status.scrollIntoView();
  }
}

// If the script is loaded twice, the first one defines the element.
const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry && !registry.get(NAME)) registry.define(NAME, Connect);

/** The class of the element. */
export const BigCommerceConnect = (registry?.get(NAME) ?? Connect) as {
  new (): BigCommerceConnect;
  prototype: BigCommerceConnect;
};
