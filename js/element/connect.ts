import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  BigCommerceAuthError,
  type ConfigFields,
  type ConfigIssue,
  type ElementInstance,
  preload,
} from '../index.js';
import { snapshot } from '../snapshot.js';
import { attemptKey } from './attempt-key.js';
import { FieldErrors } from './field-errors.js';
import {
  type Control,
  clearSecrets,
  controls,
  type FieldName,
  isSecret,
  isTextOf,
  nameOf,
  readFields,
  setAttribute,
} from './form.js';
import { type ConnectMessages, DEFAULT_MESSAGES, messageOf } from './messages.js';

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

/** `<bigcommerce-connect>`: makes the form inside connect a BigCommerce store. */
export interface BigCommerceConnect extends HTMLElement {
  /** What the form's controls and the attributes do not give. */
  config: ConnectConfig | undefined;
  /** The page's own texts. */
  messages: ConnectMessages | undefined;
  addEventListener<Type extends keyof ConnectEventMap>(
    type: Type,
    listener: (this: BigCommerceConnect, event: ConnectEventMap[Type]) => unknown,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof ConnectEventMap>(
    type: Type,
    listener: (this: BigCommerceConnect, event: ConnectEventMap[Type]) => unknown,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'bigcommerce-connect': BigCommerceConnect;
  }
}

const NAME = 'bigcommerce-connect';

const DEFER_HYDRATION = 'defer-hydration';

// Servers have none; the module can be imported there all the same.
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

class Connect extends Base implements BigCommerceConnect {
  static readonly observedAttributes = [DEFER_HYDRATION];

  #config: ConnectConfig | undefined;
  #messages: ConnectMessages | undefined;
  /** Ends the call in flight. */
  #call: AbortController | undefined;
  /** The key of the last attempt by its values, where there is no `crypto.subtle`. */
  readonly #keys = new Map<string, string>();
  /** The form that has connected a store and waits to be reset. */
  #closed: HTMLFormElement | undefined;
  #status: HTMLElement | undefined;
  readonly #errors: FieldErrors;
  readonly #enabled = new WeakSet<Control>();

  constructor() {
    super();
    this.#errors = new FieldErrors(this);
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
    // The parser and frameworks may bring the form, or parts of it, later.
    new MutationObserver(() => this.#update()).observe(this, { childList: true, subtree: true });
  }

  // Accessors, because Svelte assigns only to what has a setter.
  get config(): ConnectConfig | undefined {
    return this.#config;
  }

  set config(config: ConnectConfig | undefined) {
    this.#config = config;
  }

  get messages(): ConnectMessages | undefined {
    return this.#messages;
  }

  set messages(messages: ConnectMessages | undefined) {
    this.#messages = messages;
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
      this.#keys.clear();
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
    if (this.#status || !event.composedPath().includes(this.#form as EventTarget)) return;
    // Before there is anything to announce, because only changes are announced.
    this.#showStatus('');
    // The submit tries again, and shows the error.
    preload().catch(() => {});
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
    this.#showStatus('');
    this.#update();
  }

  async #connect(form: HTMLFormElement): Promise<void> {
    const call = new AbortController();
    this.#call = call;
    const secrets = controls(form).filter(isSecret);
    this.#errors.removeAll();
    this.#update();
    this.#showStatus(this.#message('connecting', undefined, DEFAULT_MESSAGES.connecting));
    let config: ConnectConfig = {};
    let instance: ElementInstance | undefined;
    let error: unknown;
    try {
      const { fields, values } = this.#read(form);
      config = fields;
      const attempt = await attemptKey(values, this.#keys);
      instance = await authenticateBigCommerce({
        // The function reports what is missing.
        ...(fields as AuthenticateConfig),
        idempotencyKey: attempt.key,
        signal: call.signal,
      });
      attempt.forget();
    } catch (thrown) {
      error = thrown;
    }
    this.#call = undefined;
    try {
      if (instance) this.#closed = form;
      // The page may have replaced it meanwhile.
      this.#update(form);
      this.#update();
      if (instance) {
        clearSecrets(secrets, form, this.#form);
        this.#showStatus(this.#message('connected', instance, DEFAULT_MESSAGES.connected));
      } else {
        this.#showError(this.#form ?? form, error as BigCommerceAuthError, config.tags);
      }
    } finally {
      const type = instance ? 'connected' : 'failed';
      const detail = instance ?? error;
      this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
    }
  }

  /**
   * What is submitted, and the values that name the attempt. A copy, so that what the page changes
   * later is not part of the call.
   *
   * @throws {@link BigCommerceAuthError} where an object of the page's cannot be read.
   */
  #read(form: HTMLFormElement): { fields: ConnectConfig; values: string } {
    try {
      const config: ConnectConfig = { ...snapshot(this.#config) };
      const baseUrl = this.getAttribute('base-url');
      const timeout = this.getAttribute('timeout');
      const instanceId = this.getAttribute('instance-id');
      if (baseUrl !== null) config.baseUrl = baseUrl;
      if (timeout !== null) config.timeout = Number(timeout);
      if (instanceId !== null) config.instanceId = Number(instanceId);
      // A snapshot has the fields in the same order wherever they come from.
      const fields = snapshot({ ...config, ...readFields(form) });
      // JSON has no bigint, and the function says which field is one.
      const values = JSON.stringify({ ...fields, timeout: undefined }, (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      );
      return { fields, values };
    } catch {
      throw new BigCommerceAuthError({
        code: 'ERR_CONFIG',
        message: 'The config is not usable: reading it throws.',
        issues: [
          { path: ['config'], code: 'unreadable', message: 'Cannot be read: reading it throws.' },
        ],
        mayHaveCreated: false,
      });
    }
  }

  /** Shows at each field what is wrong with it, and in the status everything else. */
  #showError(
    form: HTMLFormElement,
    error: BigCommerceAuthError,
    tags: ConnectConfig['tags'],
  ): void {
    let text = DEFAULT_MESSAGES[error.code];
    if (error.code === 'ERR_CONFIG') {
      const rest = error.issues.filter((issue) => !this.#showAtField(form, issue, tags));
      text = rest.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ');
    } else if ('providerMessage' in error) {
      text += ` BigCommerce says: ${error.providerMessage}`;
    }
    this.#showStatus(this.#message(error.code, error, text));
    controls(form)
      .find((control) => this.#errors.has(control))
      ?.focus();
  }

  /** False where the form has no field for the issue. */
  #showAtField(form: HTMLFormElement, issue: ConfigIssue, tags: ConnectConfig['tags']): boolean {
    const [name, index] = issue.path;
    const field = controls(form).find(
      (control) =>
        control.type !== 'hidden' &&
        !this.#errors.has(control) &&
        (isTextOf(control, name) ||
          (name === 'tags' && nameOf(control) === name && control.value === tags?.[Number(index)])),
    );
    if (!field) return false;
    const text = this.#message(name as FieldName, issue, issue.message);
    this.#errors.show(field, name as FieldName, text);
    return true;
  }

  #showStatus(text: string): void {
    if (!this.#status) {
      this.#status = document.createElement('div');
      this.#status.setAttribute('role', 'status');
    }
    if (!this.contains(this.#status)) this.append(this.#status);
    this.#status.textContent = text;
  }

  #message(name: keyof ConnectMessages, subject: unknown, otherwise: string): string {
    return messageOf(this.#messages, name, subject, otherwise);
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
