import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  BigCommerceAuthError,
  type ConfigIssue,
  type ElementInstance,
  type ErrorCode,
  preload,
} from '../index.js';

/** What the form's inputs and the attributes do not give; where they do, they win. */
export type ConnectConfig = Partial<Omit<AuthenticateConfig, 'idempotencyKey' | 'signal'>>;

/** A text of the page's own, or how to make one. */
export type Words<Subject> = string | ((subject: Subject) => string);

/** The page's own words: for states, for each error code, and for what is wrong with a field. */
export type ConnectMessages = {
  connecting?: string | (() => string) | undefined;
  connected?: Words<ElementInstance> | undefined;
} & { [Code in ErrorCode]?: Words<BigCommerceAuthError & { code: Code }> | undefined } & {
  [Name in FieldName]?: Words<ConfigIssue> | undefined;
};

/** The events of a {@link BigCommerceConnect}; each submit ends in one of them. */
export interface ConnectEventMap extends HTMLElementEventMap {
  connected: CustomEvent<ElementInstance>;
  failed: CustomEvent<BigCommerceAuthError>;
}

/** `<bigcommerce-connect>`: makes the form inside connect a BigCommerce store. */
export interface BigCommerceConnect extends HTMLElement {
  /** What the form's inputs and the attributes do not give. */
  config: ConnectConfig | undefined;
  /** The page's own words. */
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

const TEXTS = ['username', 'password', 'storeUrl', 'name'] as const;

type FieldName = (typeof TEXTS)[number] | 'tags';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement;

const TRY_AGAIN = 'Try again with the same values.';

/** For merchants; of `ERR_CONFIG`, the fields tell. */
const WORDS: Record<ErrorCode | 'connecting' | 'connected', string> = {
  connecting: 'Connecting…',
  connected: 'Your store is connected.',
  ERR_CONFIG: '',
  ERR_LOAD: 'A part of this page could not be loaded. Try again.',
  ERR_NETWORK: `There was no answer. Check your internet connection. ${TRY_AGAIN}`,
  ERR_TIMEOUT: `It took too long. ${TRY_AGAIN}`,
  ERR_ABORTED: '',
  ERR_UNAUTHORIZED: 'This needs somebody who is signed in. Sign in and try again.',
  ERR_FORBIDDEN: 'This is not allowed.',
  ERR_NOT_FOUND: 'The connection or the service was not found.',
  ERR_CONFLICT: 'This connection exists already.',
  ERR_RATE_LIMITED: 'There were too many tries. Wait a moment and try again.',
  ERR_REJECTED: 'BigCommerce did not accept these values. Compare them with Legacy API Settings.',
  ERR_SERVER: `The service has a problem. ${TRY_AGAIN}`,
  ERR_HANDLER: 'This page is not set up right. Tell its owner; your values are not the reason.',
  ERR_RESPONSE: `The service gave no usable answer. ${TRY_AGAIN}`,
};

// Servers have none; the module can be imported there all the same.
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

class Connect extends Base implements BigCommerceConnect {
  // What the page has set before the script came stands on the element already.
  config: ConnectConfig | undefined = property(this, 'config');
  messages: ConnectMessages | undefined = property(this, 'messages');

  /** Ends the call that is under way. */
  #call: AbortController | undefined;
  /** The values that were tried last, and the key that goes with them. */
  #tried: { values: string; key: string } | undefined;
  /** The form that has connected a store and waits to be reset. */
  #closed: HTMLFormElement | undefined;
  #status: HTMLElement | undefined;
  /** How to take back what is said at a field. */
  readonly #retractions = new Map<Control, () => void>();
  readonly #enabled = new WeakSet<Control>();

  constructor() {
    super();
    this.addEventListener('submit', (event) => this.#onSubmit(event));
    this.addEventListener('reset', (event) => this.#onReset(event));
    this.addEventListener('focusin', (event) => this.#onFocus(event));
    this.addEventListener('input', ({ target }) => {
      this.#retractions.get(target as Control)?.();
    });
    // The parser and frameworks may bring the form, or parts of it, later.
    new MutationObserver(() => this.#update()).observe(this, { childList: true, subtree: true });
  }

  connectedCallback(): void {
    this.#update();
  }

  disconnectedCallback(): void {
    // A move within the page disconnects, too, but has connected again by then.
    queueMicrotask(() => {
      if (!this.isConnected) this.#call?.abort();
    });
  }

  get #form(): HTMLFormElement | null {
    return this.querySelector('form');
  }

  /** Brings the form in line with the state. */
  #update(): void {
    for (const [field, retract] of this.#retractions) if (!field.form) retract();
    const form = this.#form;
    if (!form) return;
    form.noValidate = true;
    mark(form, 'aria-busy', this.#call);
    for (const button of controls(form).filter(({ type }) => type === 'submit')) {
      // Once only, for the page may have reasons of its own to disable it later.
      if (!this.#enabled.has(button)) button.disabled = false;
      this.#enabled.add(button);
      // Disabling it would lose the focus.
      mark(button, 'aria-disabled', this.#call || this.#closed === form);
    }
  }

  #onFocus({ target }: Event): void {
    if (this.#status || !this.#form?.contains(target as Node)) return;
    // There before it has anything to announce, for only changes are announced.
    this.#say('');
    // The submit tries again, and tells.
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
    this.#retractAll();
    this.#say('');
    this.#update();
  }

  async #connect(form: HTMLFormElement): Promise<void> {
    const call = new AbortController();
    this.#call = call;
    this.#retractAll();
    this.#update();
    this.#say(this.#words('connecting', undefined, WORDS.connecting));
    let instance: ElementInstance;
    let config: ConnectConfig = {};
    try {
      config = this.#read(form);
      instance = await authenticateBigCommerce({
        // The rules tell what is missing.
        ...(config as AuthenticateConfig),
        idempotencyKey: this.#keyFor(config),
        signal: call.signal,
      });
    } catch (error) {
      this.#call = undefined;
      this.#update();
      this.#tell(form, error as BigCommerceAuthError, config.tags);
      this.#dispatch('failed', error);
      return;
    }
    this.#call = undefined;
    this.#closed = form;
    // It holds the password.
    this.#tried = undefined;
    clearPassword(form);
    this.#update();
    this.#say(this.#words('connected', instance, WORDS.connected));
    this.#dispatch('connected', instance);
  }

  #dispatch(type: 'connected' | 'failed', detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  #read(form: HTMLFormElement): ConnectConfig {
    const inputs = new FormData(form);
    const config = readable(() => ({ ...this.config }));
    const baseUrl = this.getAttribute('base-url');
    const timeout = this.getAttribute('timeout');
    const instanceId = this.getAttribute('instance-id');
    if (baseUrl !== null) config.baseUrl = baseUrl;
    if (timeout !== null) config.timeout = Number(timeout);
    if (instanceId !== null) config.instanceId = Number(instanceId);
    for (const name of TEXTS) if (inputs.has(name)) config[name] = String(inputs.get(name));
    const tags = inputs.getAll('tags').map(String);
    const named = tags.filter((tag) => tag.trim());
    if (named.length > 0) config.tags = named;
    return config;
  }

  /** The same key while the values stay the same; how long to wait is none of them. */
  #keyFor(config: ConnectConfig): string {
    const values = readable(() => JSON.stringify({ ...config, timeout: undefined }));
    if (this.#tried?.values !== values) this.#tried = { values, key: randomName() };
    return this.#tried.key;
  }

  /** Says at each field what is wrong with it, and in the status what belongs to none. */
  #tell(form: HTMLFormElement, error: BigCommerceAuthError, tags: ConnectConfig['tags']): void {
    let text = WORDS[error.code];
    if (error.code === 'ERR_CONFIG') {
      const rest = error.issues.filter((issue) => !this.#tellAtField(form, issue, tags));
      text = rest.map(({ path, message }) => `${path.join('.')}: ${message}`).join(' ');
    } else if ('providerMessage' in error) {
      text += ` BigCommerce says: ${error.providerMessage}`;
    }
    this.#say(this.#words(error.code, error, text));
    controls(form)
      .find((control) => this.#retractions.has(control))
      ?.focus();
  }

  #tellAtField(form: HTMLFormElement, issue: ConfigIssue, tags: ConnectConfig['tags']): boolean {
    const [name, index] = issue.path;
    const field = controls(form).find(
      (control) =>
        control.name === name &&
        control.type !== 'hidden' &&
        !this.#retractions.has(control) &&
        (name === 'tags'
          ? control.value === tags?.[Number(index)]
          : (TEXTS as readonly unknown[]).includes(name)),
    );
    if (!field) return false;

    // One place is not enough for what is wrong with several tags.
    const isTaken = [...this.#retractions.keys()].some((other) => other.name === name);
    const own = isTaken ? null : this.querySelector(`[data-error-for="${name}"]`);
    const message = own ?? document.createElement('span');
    message.id ||= `bigcommerce-error-${randomName()}`;
    message.textContent = this.#words(name as FieldName, issue, issue.message);
    if (!own) {
      message.className = 'bigcommerce-error';
      field.after(message);
    }

    const isTied = descriptions(field).includes(message.id);
    if (!isTied) describe(field, [...descriptions(field), message.id]);
    mark(field, 'aria-invalid', true);

    this.#retractions.set(field, () => {
      this.#retractions.delete(field);
      mark(field, 'aria-invalid', false);
      // What the page may have added in the meantime stays.
      if (!isTied) {
        describe(
          field,
          descriptions(field).filter((id) => id !== message.id),
        );
      }
      if (own) own.textContent = '';
      else message.remove();
    });
    return true;
  }

  #retractAll(): void {
    for (const retract of this.#retractions.values()) retract();
  }

  #say(text: string): void {
    if (!this.#status) {
      this.#status = document.createElement('div');
      this.#status.setAttribute('role', 'status');
    }
    if (!this.contains(this.#status)) this.append(this.#status);
    this.#status.textContent = text;
  }

  #words(name: keyof ConnectMessages, subject: unknown, otherwise: string): string {
    try {
      const words = this.messages?.[name] as Words<unknown> | undefined;
      return (typeof words === 'function' ? words(subject) : words) ?? otherwise;
    } catch (error) {
      // A slip in the page's words must not leave the form stuck.
      reportError(error);
      return otherwise;
    }
  }
}

function property<Value>(element: HTMLElement, name: string): Value {
  return element[name as keyof HTMLElement] as Value;
}

function controls(form: HTMLFormElement): Control[] {
  return [...form.elements] as Control[];
}

function mark(element: Element, attribute: string, isSet: unknown): void {
  if (isSet) element.setAttribute(attribute, 'true');
  else element.removeAttribute(attribute);
}

function descriptions(field: Control): string[] {
  return field.getAttribute('aria-describedby')?.split(/\s+/).filter(Boolean) ?? [];
}

function describe(field: Control, ids: string[]): void {
  if (ids.length > 0) field.setAttribute('aria-describedby', ids.join(' '));
  else field.removeAttribute('aria-describedby');
}

/** Tells frameworks, which would put the value back otherwise. */
function clearPassword(form: HTMLFormElement): void {
  for (const control of controls(form)) {
    if (control.name !== 'password' || !(control instanceof HTMLInputElement)) continue;
    // React puts a setter of its own on the input and takes what goes through it for known.
    // https://github.com/facebook/react/issues/11488
    Reflect.set(HTMLInputElement.prototype, 'value', '', control);
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/** What `read` returns; where a page's object throws, the error of a config that is not usable. */
function readable<Value>(read: () => Value): Value {
  try {
    return read();
  } catch {
    throw new BigCommerceAuthError({
      code: 'ERR_CONFIG',
      message: 'The config is not usable: reading it throws.',
      issues: [{ path: ['config'], message: 'Cannot be read: reading it throws.' }],
      mayHaveCreated: false,
    });
  }
}

/** Not `randomUUID`, which only secure contexts have. */
function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Defines the element; where the script comes twice, the first one stays. */
export function define(): void {
  if (globalThis.customElements && !customElements.get(NAME)) customElements.define(NAME, Connect);
}
