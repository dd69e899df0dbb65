import {
  type AuthenticateConfig,
  authenticateBigCommerce,
  BigCommerceAuthError,
  type ConfigIssue,
  createIdempotencyKey,
  type ElementInstance,
  type ErrorCode,
  preload,
} from '../index.js';
import { snapshot } from '../snapshot.js';

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

/** The controls whose text is a field of the config. */
const TEXTS = ['username', 'password', 'clientId', 'clientSecret', 'storeUrl', 'name'] as const;

/** Those that are cleared after success. */
const SECRETS: readonly unknown[] = ['password', 'clientSecret'];

type FieldName = (typeof TEXTS)[number] | 'tags';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement;

const DEFER_HYDRATION = 'defer-hydration';

/** At most so many attempts that have not connected are remembered. */
const MAX_KEYS = 50;

/**
 * The keys of attempts by a digest of their values, for an element can be removed and mounted again
 * between two tries.
 */
const pageKeys = new Map<string, string>();

/** The values hold the password: without it, their digest would be found by guessing. */
let salt: string | undefined;

let messageCount = 0;

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
  ERR_REJECTED:
    'BigCommerce did not accept these values. Compare them with the API account in BigCommerce.',
  ERR_SERVER: `The service has a problem. ${TRY_AGAIN}`,
  ERR_HANDLER: 'This page is not set up right. Your values are not the reason: tell its owner.',
  ERR_RESPONSE: `The service gave no usable answer. ${TRY_AGAIN}`,
};

// Servers have none; the module can be imported there all the same.
const Base = (globalThis.HTMLElement ?? Object) as typeof HTMLElement;

class Connect extends Base implements BigCommerceConnect {
  static readonly observedAttributes = [DEFER_HYDRATION];

  #config: ConnectConfig | undefined;
  #messages: ConnectMessages | undefined;
  /** Ends the call that is under way. */
  #call: AbortController | undefined;
  /** The key of the last attempt by its values, where there is no `crypto.subtle`. */
  readonly #keys = new Map<string, string>();
  /** The form that has connected a store and waits to be reset. */
  #closed: HTMLFormElement | undefined;
  #status: HTMLElement | undefined;
  /** How to take back what is said at a field. */
  readonly #retractions = new Map<Control, () => void>();
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
    this.addEventListener('input', ({ target }) => {
      this.#retractions.get(target as Control)?.();
    });
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
    for (const [field, retract] of this.#retractions) if (!present.includes(field)) retract();
    if (!form) return;
    mark(form, 'novalidate', true);
    mark(form, 'aria-busy', this.#call);
    for (const button of present.filter(({ type }) => type === 'submit')) {
      // Once only, for the page may have reasons of its own to disable it later.
      if (!this.#enabled.has(button)) button.disabled = false;
      this.#enabled.add(button);
      // Disabling it would lose the focus.
      mark(button, 'aria-disabled', this.#call || this.#closed === form);
    }
  }

  #onFocus(event: Event): void {
    if (this.#status || !event.composedPath().includes(this.#form as EventTarget)) return;
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
    const secrets = controls(form).filter(isSecret);
    this.#retractAll();
    this.#update();
    this.#say(this.#words('connecting', undefined, WORDS.connecting));
    let config: ConnectConfig = {};
    let instance: ElementInstance | undefined;
    let error: unknown;
    try {
      let values = '';
      readable(() => {
        config = this.#read(form);
        values = JSON.stringify({ ...config, timeout: undefined });
      });
      const attempt = await this.#attempt(values);
      instance = await authenticateBigCommerce({
        // The rules tell what is missing.
        ...(config as AuthenticateConfig),
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
        clear(secrets, form, this.#form);
        this.#say(this.#words('connected', instance, WORDS.connected));
      } else {
        this.#tell(this.#form ?? form, error as BigCommerceAuthError, config.tags);
      }
    } finally {
      this.#dispatch(instance ? 'connected' : 'failed', instance ?? error);
    }
  }

  #dispatch(type: 'connected' | 'failed', detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** What is submitted; a copy, so that what the page changes later is not part of the call. */
  #read(form: HTMLFormElement): ConnectConfig {
    const inputs = new FormData(form);
    const texts = (name: string) =>
      inputs
        .getAll(name)
        .map(String)
        .filter((text) => text.trim());
    const config: ConnectConfig = { ...snapshot(this.#config) };
    const baseUrl = this.getAttribute('base-url');
    const timeout = this.getAttribute('timeout');
    const instanceId = this.getAttribute('instance-id');
    if (baseUrl !== null) config.baseUrl = baseUrl;
    if (timeout !== null) config.timeout = Number(timeout);
    if (instanceId !== null) config.instanceId = Number(instanceId);
    for (const name of TEXTS) {
      const [text] = texts(name);
      if (text) config[name] = text;
    }
    const tags = texts('tags');
    if (tags.length > 0) config.tags = tags;
    // Again, because it puts the fields in the same order wherever they come from.
    return snapshot(config);
  }

  /** The same key while the values stay the same, and how to forget it. */
  async #attempt(values: string): Promise<{ key: string; forget: () => void }> {
    let keys = this.#keys;
    let name = values;
    let limit = 1;
    // Only secure contexts have it.
    if (crypto.subtle) {
      salt ??= crypto.randomUUID();
      const bytes = new TextEncoder().encode(salt + values);
      name = String(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
      keys = pageKeys;
      limit = MAX_KEYS;
    }
    const key = keys.get(name) ?? createIdempotencyKey();
    // As the last one, so that the first one is the one used longest ago.
    keys.delete(name);
    keys.set(name, key);
    for (const oldest of keys.keys()) if (keys.size > limit) keys.delete(oldest);
    return {
      key,
      forget() {
        // Not the key of an attempt that another element has begun since.
        if (keys.get(name) === key) keys.delete(name);
      },
    };
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
        nameOf(control) === name &&
        control.type !== 'hidden' &&
        !this.#retractions.has(control) &&
        (name === 'tags'
          ? control.value === tags?.[Number(index)]
          : (TEXTS as readonly unknown[]).includes(name)),
    );
    if (!field) return false;

    // One place is not enough for what is wrong with several tags.
    const isTaken = [...this.#retractions.keys()].some((other) => nameOf(other) === name);
    const own = isTaken ? null : this.querySelector(`[data-error-for="${name}"]`);
    const message = own ?? document.createElement('span');
    message.id ||= `bigcommerce-error-${++messageCount}`;
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
      const words = this.#messages?.[name] as Words<unknown> | undefined;
      const text = typeof words === 'function' ? words(subject) : words;
      // Here, because symbols and some objects cannot be made text.
      return `${text ?? otherwise}`;
    } catch (error) {
      // A slip in the page's words must not leave the form stuck.
      reportError(error);
      return otherwise;
    }
  }
}

// The form's own methods and properties can be hidden by controls that are called like them.
// https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem
function controls(form: HTMLFormElement): Control[] {
  return [...Reflect.get(HTMLFormElement.prototype, 'elements', form)] as Control[];
}

function mark(element: Element, attribute: string, isSet: unknown): void {
  const { setAttribute, removeAttribute } = Element.prototype;
  if (isSet) setAttribute.call(element, attribute, 'true');
  else removeAttribute.call(element, attribute);
}

/** As `FormData` has it: form-associated custom elements need no property. */
function nameOf(control: Control): string | null {
  return control.getAttribute('name');
}

function isSecret(control: Control): boolean {
  return SECRETS.includes(nameOf(control));
}

function descriptions(field: Control): string[] {
  return field.getAttribute('aria-describedby')?.split(/\s+/).filter(Boolean) ?? [];
}

function describe(field: Control, ids: string[]): void {
  if (ids.length > 0) field.setAttribute('aria-describedby', ids.join(' '));
  else field.removeAttribute('aria-describedby');
}

/** Clears these controls and all in the forms that hold a secret. */
function clear(secrets: Control[], ...forms: (HTMLFormElement | null)[]): void {
  const present = new Set(forms.filter((form) => form !== null));
  const held = [...present].flatMap((form) => controls(form).filter(isSecret));
  for (const control of new Set([...secrets, ...held])) {
    try {
      // React puts a setter of its own on the input and takes what goes through it for known.
      // https://github.com/facebook/react/issues/11488
      Reflect.set(Object.getPrototypeOf(control), 'value', '', control);
    } catch (error) {
      reportError(error);
    }
    // Frameworks would put the value back otherwise.
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
  for (const form of present) {
    for (const [name, value] of new FormData(form)) {
      if (value && SECRETS.includes(name)) {
        console.warn(`<${NAME}> cannot clear the control "${name}": it still has a value.`);
      }
    }
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

// Where the script comes twice, the first one stays.
const registry = globalThis.customElements as CustomElementRegistry | undefined;
if (registry && !registry.get(NAME)) registry.define(NAME, Connect);

/** The class that is registered for the tag. */
export const BigCommerceConnect = (registry?.get(NAME) ?? Connect) as {
  new (): BigCommerceConnect;
  prototype: BigCommerceConnect;
};
