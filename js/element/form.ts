import { BigCommerceAuthError, type ConfigFields, type ConfigIssue } from '../index.js';
import { type CredentialsFile, kindOf } from './credentials-file.js';
import { isSubmitButton } from './submitter.js';

/** The controls that open the store. */
const CREDENTIALS = ['username', 'password', 'clientId', 'accessToken', 'clientSecret'] as const;

/** The controls whose text is a field of the config. */
const TEXTS = [...CREDENTIALS, 'storeUrl', 'name'] as const;

/** The fields of the config that the form's controls give. */
export type FieldName = (typeof TEXTS)[number] | 'tags';

/** The other fields that the element reads of its `config`, though they be inherited. */
const OTHERS = [
  ...['userSecret', 'organizationSecret', 'sessionToken', 'baseUrl'],
  ...['instanceId', 'events', 'timeout'],
];

const ATTRIBUTES = { baseUrl: 'base-url', instanceId: 'instance-id', timeout: 'timeout' };

/** The controls that are cleared after success. */
const SECRETS: readonly unknown[] = ['password', 'accessToken', 'clientSecret'];

/** The controls that are meant where the function asks for one that the form has not: without any
 * credentials, it asks for those of a Legacy API account. */
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

/** The form's controls, and custom elements in it that act as such without being form-associated.
 * Its own `elements` can be hidden by a control of that name:
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

/** Custom elements that are not form-associated are never `:disabled`. */
export function isDisabled(control: Control): boolean {
  return control.matches(':disabled, [disabled]');
}

/** As `FormData` has it: form-associated custom elements need no property. */
export function nameOf(control: Control): string | null {
  return control.getAttribute('name');
}

export function isSecret(control: Control): boolean {
  return SECRETS.includes(nameOf(control));
}

/** The form's controls for this field that are read. */
export function controlsOf(form: HTMLFormElement, name: unknown): Control[] {
  if (name !== 'tags' && !(TEXTS as readonly unknown[]).includes(name)) return [];
  return controls(form).filter((control) => nameOf(control) === name && !isDisabled(control));
}

/** Sets an attribute or removes it, also on a form whose own methods are hidden by controls. Writes
 * only what changes: a page that observes the form and changes another part of itself would loop. */
export function setAttribute(element: Element, attribute: string, value: unknown): void {
  const { getAttribute, setAttribute, removeAttribute } = Element.prototype;
  const text = value ? (typeof value === 'string' ? value : 'true') : null;
  if (getAttribute.call(element, attribute) === text) return;
  if (text === null) removeAttribute.call(element, attribute);
  else setAttribute.call(element, attribute, text);
}

/**
 * What is submitted: controls go before attributes, and these before `config`. A copy, so that what
 * the page changes later is not part of the call.
 *
 * @throws where the page's own objects cannot be read.
 */
export function readConfig(
  element: Element,
  config: Record<string, unknown>,
  form: HTMLFormElement,
): Partial<ConfigFields> {
  const fields: Record<string, unknown> = Object.create(null);
  // In this order wherever they come from, and nothing that scripts have added to all objects.
  const known = [...TEXTS, 'tags', ...OTHERS].filter((name) => !(name in Object.prototype));
  for (const name of new Set([...known, ...Object.keys(config)])) fields[name] = config[name];
  for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
    const value = element.getAttribute(attribute);
    if (value !== null) fields[name] = name === 'baseUrl' ? value : Number(value);
  }
  const data = new FormData(form);
  for (const name of [...TEXTS, 'tags']) {
    // Empty controls count as absent.
    const texts = data.getAll(name).filter((text) => String(text).trim());
    if (texts.length > 0) fields[name] = name === 'tags' ? texts : texts[0];
  }
  // What JSON has not, no field can be: the function says so of `null`.
  const isJson = (value: unknown) => !['bigint', 'function', 'symbol'].includes(typeof value);
  const copy = JSON.parse(JSON.stringify(fields, (_, value) => (isJson(value) ? value : null)));
  const { sessionToken } = fields;
  return typeof sessionToken === 'function' ? { ...copy, sessionToken } : copy;
}

/** The page's own objects throw what they like. */
export function unreadable(): BigCommerceAuthError {
  const message = 'Cannot be read: reading it throws.';
  return new BigCommerceAuthError({
    code: 'ERR_CONFIG',
    message: `The config is not usable: ${message}`,
    issues: [{ path: ['config'], code: 'unreadable', message }],
    mayHaveCreated: false,
  });
}

/** The issues; what is missing is asked of the kind of account that the form has controls for. */
export function issuesOf(form: HTMLFormElement, error: BigCommerceAuthError): ConfigIssue[] {
  if (error.code !== 'ERR_CONFIG') return [];
  const has = (name: unknown) => controlsOf(form, name).length > 0;
  return error.issues.map((issue) => {
    const [field] = issue.path;
    const other = has(field) ? undefined : ALTERNATIVES[String(field)]?.find(has);
    return other ? { ...issue, path: [other] } : issue;
  });
}

/** Warns of a form that new stores cannot use. */
export function warnOfClientSecret(form: HTMLFormElement): void {
  const names = controls(form).map(nameOf);
  if (!names.includes('clientSecret') || names.includes('accessToken')) return;
  console.warn(
    '<bigcommerce-connect> has a control "clientSecret" and none "accessToken": BigCommerce takes the access token.',
  );
}

/** Fills the form with what BigCommerce's file says; gives the names of the filled controls. */
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

/** What a merchant has to do next: the first control that is empty, or else the button. */
export function nextControl(form: HTMLFormElement): Control | undefined {
  const enabled = controls(form).filter((control) => !isDisabled(control));
  const isEmpty = (control: Control) =>
    (TEXTS as readonly unknown[]).includes(nameOf(control)) && !control.value && reveal(control);
  return enabled.find(isEmpty) ?? enabled.find(isSubmitButton);
}

/** Opens the `<details>` around a control; false where it is hidden in another way. */
export function reveal(control: Control): boolean {
  let part = control.closest('details');
  for (; part; part = part.parentElement?.closest('details') ?? null) part.open = true;
  return control.checkVisibility();
}

/** Clears these controls and all in the forms that hold a secret. */
export function clearSecrets(known: Control[], ...forms: (HTMLFormElement | null)[]): void {
  const present = new Set(forms.filter((form) => form !== null));
  const held = [...present].flatMap((form) => controls(form).filter(isSecret));
  for (const control of new Set([...known, ...held])) {
    try {
      clear(control);
    } catch (error) {
      reportError(error);
    }
    // Frameworks would put the value back otherwise.
    control.dispatchEvent(new Event('input', { bubbles: true }));
  }
  // Custom elements may take the value over when they render.
  requestAnimationFrame(() => {
    for (const [name, value] of [...present].flatMap((form) => [...new FormData(form)])) {
      if (!value || !SECRETS.includes(name)) continue;
      console.warn(
        `<bigcommerce-connect> cannot clear the control "${name}": it still has a value.`,
      );
    }
  });
}

/** Clears a control, what a reset would bring back, and what "Undo" would. */
function clear(control: Control): void {
  set(control, 'value', '');
  if ('defaultValue' in control) set(control, 'defaultValue', '');
  if (control.localName !== 'input') return;
  // Browsers keep the history of an input until its type changes.
  const type = control.getAttribute('type');
  setAttribute(control, 'type', control.type === 'password' ? 'text' : 'password');
  setAttribute(control, 'type', type);
}

/** React replaces the setter of the input itself, and ignores changes made through that one:
 * https://github.com/facebook/react/issues/11488 */
function set(control: Control, property: string, value: string): void {
  Reflect.set(Object.getPrototypeOf(control), property, value, control);
}
