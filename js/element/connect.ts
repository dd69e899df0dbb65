import {
  type AuthenticateConfig,
  BigCommerceAuthError,
  type ConfigFields,
  type ConfigIssue,
  type ElementInstance,
  preload,
} from '../index.js';
import { type Attempts, connect } from './attempt.js';
import { type CredentialsFile, kindOf } from './credentials-file.js';
import { FieldErrors } from './field-errors.js';
import {
  type Control,
  clearSecrets,
  controls,
  controlsOf,
  fill,
  isSecret,
  issuesOf,
  nextControl,
  readConfig,
  reveal,
  setAttribute,
  unreadable,
  warnOfClientSecret,
} from './form.js';
import {
  type ConnectMessages,
  messageOf,
  TEXTS,
  textOf,
  textOfFilled,
  textOfIssue,
  textOfOtherKind,
} from './messages.js';
import { receiveCredentials } from './receive.js';
import { Status } from './status.js';

/** What the form's controls and the attributes do not give; where they do, they win. */
export type ConnectConfig = {
  [Name in Exclude<keyof ConfigFields, 'idempotencyKey' | 'signal'>]?:
    | ConfigFields[Name]
    | undefined;
};

/** The events of a {@link BigCommerceConnect}; each submit ends in one of them. */
export interface ConnectEventMap extends HTMLElementEventMap {
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
const OBSERVED = Object.assign(Object.create(null), { childList: true, subtree: true });

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
  readonly #status = new Status(this);
  readonly #errors = new FieldErrors(this);
  readonly #enabled = new WeakSet<Control>();

  constructor() {
    super();
    // What the page has set before the script came hides the accessors.
    for (const name of ['config', 'messages'] as const) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete (this as Partial<this>)[name];
      Object.assign(this, { [name]: value });
    }
    this.addEventListener('submit', (event) => this.#onSubmit(event));
    this.addEventListener('reset', (event) => this.#onReset(event));
    this.addEventListener('focusin', (event) => this.#onFocus(event));
    this.addEventListener('input', ({ target }) => this.#errors.remove(target as Control));
    receiveCredentials(this, {
      getForm: () => this.#form,
      onFiles: () => this.#prepare(),
      onReceived: (found, isPasted) => this.#fill(found, isPasted),
    });
    // The parser and frameworks may bring the form, or parts of it, later.
    new MutationObserver(() => this.#update()).observe(this, OBSERVED);
  }

  connectedCallback(): void {
    this.#update();
  }

  attributeChangedCallback(): void {
    this.#update();
  }

  disconnectedCallback(): void {
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
    setAttribute(form, 'novalidate', true);
    setAttribute(form, 'aria-busy', this.#call);
    for (const button of present.filter(({ type }) => type === 'submit')) {
      // Once only, for the page may have reasons of its own to disable it later.
      if (!this.#enabled.has(button)) button.disabled = false;
      this.#enabled.add(button);
      // Disabling it would lose the focus.
      setAttribute(button, 'aria-disabled', this.#call || this.#closed === form);
    }
  }

  #onFocus(event: Event): void {
    if (event.composedPath().includes(this.#form as EventTarget)) this.#prepare();
  }

  /** Does once what a submit needs. */
  #prepare(): void {
    if (this.#status.isThere || !this.#form) return;
    warnOfClientSecret(this.#form);
    // Before there is anything to announce, because only changes are announced.
    this.#status.show('');
    // The submit tries again, and shows the error.
    preload().catch(() => {});
  }

  /** Fills the form with what BigCommerce's file says. */
  #fill(found: CredentialsFile | undefined, isPasted: boolean): void {
    const form = this.#form;
    if (!form || this.#call || this.#closed === form) return;
    const names = found ? fill(form, found) : [];
    const kind = found && kindOf(found);
    if (names.length > 0) {
      const text = messageOf(this.messages, ['filled'], names, textOfFilled(names));
      this.#status.show(text, 'bigcommerce-filled');
      const next = isPasted ? undefined : nextControl(form);
      if (next) this.#status.focus(next);
    } else if (kind) {
      this.#status.show(messageOf(this.messages, ['otherKind'], kind, textOfOtherKind(kind)));
    } else {
      this.#status.show(messageOf(this.messages, ['otherFile'], undefined, TEXTS.otherFile));
    }
  }

  #onSubmit(event: Event): void {
    const form = this.#form;
    if (!form || event.target !== form || event.defaultPrevented) return;
    event.preventDefault();
    if (!this.#call && this.#closed !== form) this.#connect(form);
  }

  #onReset(event: Event): void {
    if (event.target !== this.#form || event.defaultPrevented || this.#call) return;
    this.#closed = undefined;
    this.#errors.removeAll();
    this.#status.show('');
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
      secrets = controls(form).filter(isSecret);
      this.#errors.removeAll();
      this.#update();
      this.#status.show(messageOf(this.messages, ['connecting'], undefined, TEXTS.connecting));
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
        const name = instance.disabled ? 'connectedDisabled' : 'connected';
        this.#status.show(messageOf(this.messages, [name], instance, TEXTS[name]));
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
    const rest = issuesOf(form, error)
      .map((issue) => ({ ...issue, message: textOfIssue(this.messages, issue) }))
      .filter((issue) => !this.#showAtField(form, issue, config.tags));
    const isMerchants = rest.every(({ path: [name] }) => controlsOf(form, name).length > 0);
    const text = textOf(error, config, rest, isMerchants);
    this.#status.show(messageOf(this.messages, [error.code], error, text));
    controls(form)
      .find((control) => this.#errors.has(control))
      ?.focus();
  }

  /** False where the form shows no control for the issue. */
  #showAtField(
    form: HTMLFormElement,
    { path: [name, index], message }: ConfigIssue,
    tags: ConfigFields['tags'] | undefined,
  ): boolean {
    const field = controlsOf(form, name).find(
      (control) =>
        !this.#errors.has(control) &&
        (name !== 'tags' || control.value === tags?.[Number(index)]) &&
        reveal(control),
    );
    if (field) this.#errors.show(field, message);
    return field !== undefined;
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
