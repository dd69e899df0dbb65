import { BigCommerceAuthError, type ConfigFields, type ConfigIssue } from '../index.js';
import { type CredentialsFile, kindOf } from './credentials-file.js';
import { isSubmitButton } from './submitter.js';

/** The controls for credentials. */
const CREDENTIALS = ['username', 'password', 'clientId', 'accessToken', 'clientSecret'] as const;

/** The controls for fields of the config that are strings. */
const TEXT_FIELDS = [...CREDENTIALS, 'storeUrl', 'name'] as const;

/** The fields of the config that the form's controls can set. */
export type FieldName = (typeof TEXT_FIELDS)[number] | 'tags';

type OtherField = Exclude<keyof ConfigFields, FieldName | 'idempotencyKey' | 'signal'>;

/** The other fields, which the element reads from its `config` even if they are inherited. */
const OTHERS: Record<OtherField, 1> = {
  ...{ userSecret: 1, organizationSecret: 1, sessionToken: 1, baseUrl: 1 },
  ...{ instanceId: 1, events: 1, timeout: 1 },
};

const ATTRIBUTES = { baseUrl: 'base-url', instanceId: 'instance-id', timeout: 'timeout' };

/** The controls for secrets. */
const SECRETS: readonly unknown[] = ['password', 'accessToken', 'clientSecret'];

/** The controls for an issue with a field that the form does not have: without any credentials, the
 * function reports those of a Legacy API account as missing. */
const ALTERNATIVES: Record<string, FieldName[]> = {
  username: ['clientId'],
  password: ['accessToken', 'clientSecret'],
  accessToken: ['clientSecret'],
};

export type Control =
  | HTMLInputElement
  | HTMLSelectElement
  | HTMLTextAreaElement
  | HTMLButtonElement;

/** Returns the form's controls, and custom elements in it that act as controls without being
 * form-associated. A control named `elements` hides the form's property:
 * https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem */
export function controls(form: HTMLFormElement): Control[] {
  const { prototype } = HTMLFormElement;
  const associated = [...Reflect.get(prototype, 'elements', form)] as Control[];
  const candidates = prototype.querySelectorAll.call(form, ':defined:is([name], [type])');
  const others = [...(candidates as NodeListOf<Control>)].filter(
    (control) =>
      control.localName.includes('-') &&
      !associated.includes(control) &&
      ('value' in control || isSubmitButton(control)),
  );
  return [...associated, ...others];
}

/** Whether a control is disabled. Not all custom elements match `:disabled`. */
export function isDisabled(control: Control): boolean {
  return control.matches(':disabled, [disabled]');
}

/** Returns the name in `FormData`. Form-associated custom elements may have no `name` property. */
export function nameOf(control: Control): string | null {
  return control.getAttribute('name');
}

export function isSecret(control: Control): boolean {
  return SECRETS.includes(nameOf(control));
}

/** Whether a control is cleared after success. */
export function isCleared(control: Control): boolean {
  return isSecret(control) || isFileTextInput(control);
}

/** Whether a control is a text input for BigCommerce's file. */
export function isFileTextInput(control: Element): boolean {
  return control.matches('[data-bigcommerce-file]:not([type=file])');
}

/** Returns the form's enabled controls for a field of the config. */
export function controlsOf(form: HTMLFormElement, name: unknown): Control[] {
  if (name !== 'tags' && !(TEXT_FIELDS as readonly unknown[]).includes(name)) return [];
  return controls(form).filter((control) => nameOf(control) === name && !isDisabled(control));
}

/** Whether an element has an attribute, even if it is a form whose methods controls hide. */
export function hasAttribute(element: Element, attribute: string): boolean {
  return Element.prototype.hasAttribute.call(element, attribute);
}

/** Sets an attribute, or removes it if `value` is falsy, even on a form whose methods controls hide.
 * Writes only changes: otherwise, a page that changes itself in response to them would loop. */
export function setAttribute(element: Element, attribute: string, value: unknown): void {
  const { getAttribute, setAttribute, removeAttribute } = Element.prototype;
  const text = value ? (typeof value === 'string' ? value : 'true') : null;
  if (getAttribute.call(element, attribute) === text) return;
  if (text === null) removeAttribute.call(element, attribute);
  else setAttribute.call(element, attribute, text);
}

/**
 * Returns the config to submit. Controls take precedence over attributes, and these over the
 * element's `config`. It is a copy, so that later changes by the page do not affect the call.
 *
 * @throws any exception from reading the page's objects.
 */
export function readConfig(
  element: Element & { readonly config: object | undefined },
  form: HTMLFormElement,
): Partial<ConfigFields> {
  const config = Object(element.config);
  const fields: Record<string, unknown> = Object.create(null);
  // In a fixed order, because equal values have equal fingerprints. Not what scripts have added to
  // `Object.prototype`.
  const known = [...TEXT_FIELDS, 'tags', ...Object.keys(OTHERS)].filter(
    (name) => !(name in Object.prototype),
  );
  for (const name of new Set([...known, ...Object.keys(config)])) fields[name] = config[name];
  for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
    const value = element.getAttribute(attribute);
    if (value !== null) fields[name] = name === 'baseUrl' ? value : Number(value);
  }
  const data = new FormData(form);
  for (const name of [...TEXT_FIELDS, 'tags']) {
    // Empty controls count as absent.
    const texts = data.getAll(name).filter((text) => String(text).trim());
    if (texts.length > 0) fields[name] = name === 'tags' ? texts : texts[0];
  }
  // No field can have a value that JSON does not support: the function reports `null` as an issue.
  const isJson = (value: unknown) => !['bigint', 'function', 'symbol'].includes(typeof value);
  const copy = JSON.parse(JSON.stringify(fields, (_, value) => (isJson(value) ? value : null)));
  const { sessionToken } = fields;
  return typeof sessionToken === 'function' ? { ...copy, sessionToken } : copy;
}

/** Returns the error for a config that throws when it is read. */
export function unreadable(): BigCommerceAuthError {
  const message = 'Cannot be read: reading it throws.';
  return new BigCommerceAuthError({
    code: 'ERR_CONFIG',
    message: `The config is not usable: ${message}`,
    issues: [{ path: ['config'], code: 'unreadable', message }],
    mayHaveCreated: false,
  });
}

/** Returns the error's issues. Missing credentials are those of the form's kind of account. */
export function issuesOf(form: HTMLFormElement, error: BigCommerceAuthError): ConfigIssue[] {
  if (error.code !== 'ERR_CONFIG') return [];
  const has = (name: unknown) => controlsOf(form, name).length > 0;
  return error.issues.map((issue) => {
    const [name] = issue.path;
    const other = has(name) ? undefined : ALTERNATIVES[String(name)]?.find(has);
    return other ? { ...issue, path: [other] } : issue;
  });
}

/** Warns if a form asks for the Client secret but not for the access token. */
export function warnOfClientSecret(form: HTMLFormElement): void {
  const names = controls(form).map(nameOf);
  if (!names.includes('clientSecret') || names.includes('accessToken')) return;
  console.warn(
    '<bigcommerce-connect> has a control "clientSecret" but no control "accessToken": BigCommerce takes the access token.',
  );
}

/** Fills the form from BigCommerce's file. Returns the names of the filled controls. */
export function fill(form: HTMLFormElement, found: CredentialsFile): FieldName[] {
  const filled = Object.entries(found).flatMap(([name, value]) => {
    const isEditable = (control: Control) => !control.matches('[readonly], [type=hidden]');
    const control = controlsOf(form, name).find(isEditable);
    const isKept = name === 'name' && control?.value.trim();
    return control && !isKept ? [{ name: name as FieldName, control, value }] : [];
  });
  const isCredential = ({ name }: { name: string }) =>
    (CREDENTIALS as readonly string[]).includes(name);
  if (kindOf(found) && !filled.some(isCredential)) return [];
  for (const { control, value } of filled) {
    set(control, 'value', value);
    for (const type of ['input', 'change']) {
      control.dispatchEvent(new Event(type, { bubbles: true }));
    }
  }
  return filled.map(({ name }) => name);
}

/** Returns the first empty control, or else the submit button. */
export function nextControl(form: HTMLFormElement): Control | undefined {
  const enabled = controls(form).filter((control) => !isDisabled(control));
  const isEmpty = (control: Control) =>
    (TEXT_FIELDS as readonly unknown[]).includes(nameOf(control)) &&
    !control.value &&
    reveal(control);
  return enabled.find(isEmpty) ?? enabled.find(isSubmitButton);
}

/** Opens each `<details>` around a control. Returns whether the control is visible then. */
export function reveal(control: Control): boolean {
  let details = control.closest('details');
  for (; details; details = details.parentElement?.closest('details') ?? null) details.open = true;
  return control.checkVisibility();
}

/** Clears these controls, and the controls for secrets in the forms. */
export function clearSecrets(known: Control[], ...forms: (HTMLFormElement | null)[]): void {
  const present = new Set(forms.filter((form) => form !== null));
  const held = [...present].flatMap((form) => controls(form).filter(isCleared));
  for (const control of new Set([...known, ...held])) {
    try {
      clear(control);
    } catch (error) {
      reportError(error);
    }
    // Without the event, frameworks would restore the value.
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
  // Custom elements may apply the value only when they render.
  requestAnimationFrame(() => {
    for (const [name, value] of [...present].flatMap((form) => [...new FormData(form)])) {
      if (!value || !SECRETS.includes(name)) continue;
      console.warn(
        `<bigcommerce-connect> cannot clear the control "${name}": it still has a value.`,
      );
    }
  });
}

/** Clears a control's value, its default value and its undo history. */
function clear(control: Control): void {
  set(control, 'value', '');
  if ('defaultValue' in control) set(control, 'defaultValue', '');
  if (control.localName !== 'input') return;
  // Browsers discard an input's undo history when its type changes.
  const type = control.getAttribute('type');
  setAttribute(control, 'type', control.type === 'password' ? 'text' : 'password');
  setAttribute(control, 'type', type);
}

/** Sets a property with the setter of the prototype. React adds one to the input itself, and ignores
 * changes made with that: https://github.com/facebook/react/issues/11488 */
export function set(control: Control, property: string, value: string): void {
  Reflect.set(Object.getPrototypeOf(control), property, value, control);
}
