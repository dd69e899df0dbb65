/** The controls whose text is a field of the config. */
const TEXTS = ['username', 'password', 'clientId', 'clientSecret', 'storeUrl', 'name'] as const;

/** The controls that are cleared after success. */
const SECRETS: readonly unknown[] = ['password', 'clientSecret'];

/** The fields of the config that the form's controls give. */
export type FieldName = (typeof TEXTS)[number] | 'tags';

export type Control =
  | HTMLInputElement
  | HTMLSelectElement
  | HTMLTextAreaElement
  | HTMLButtonElement;

/** The form's controls. Its own `elements` can be hidden by a control of that name:
 * https://html.spec.whatwg.org/multipage/forms.html#dom-form-nameditem */
export function controls(form: HTMLFormElement): Control[] {
  return [...Reflect.get(HTMLFormElement.prototype, 'elements', form)] as Control[];
}

/** As `FormData` has it: form-associated custom elements need no property. */
export function nameOf(control: Control): string | null {
  return control.getAttribute('name');
}

export function isSecret(control: Control): boolean {
  return SECRETS.includes(nameOf(control));
}

/** Whether the control's text is the field `name`. */
export function isTextOf(control: Control, name: unknown): boolean {
  return nameOf(control) === name && (TEXTS as readonly unknown[]).includes(name);
}

/** Sets a boolean attribute, also on a form whose own methods are hidden by controls. */
export function setAttribute(element: Element, attribute: string, isSet: unknown): void {
  const { setAttribute, removeAttribute } = Element.prototype;
  if (isSet) setAttribute.call(element, attribute, 'true');
  else removeAttribute.call(element, attribute);
}

/** The fields of the config that the form gives; empty controls count as absent. */
export function readFields(form: HTMLFormElement): { [Name in FieldName]?: string } & {
  tags?: string[];
} {
  const data = new FormData(form);
  const texts = (name: string) =>
    data
      .getAll(name)
      .map(String)
      .filter((text) => text.trim());
  const fields: Record<string, unknown> = {};
  for (const name of TEXTS) {
    const [text] = texts(name);
    if (text) fields[name] = text;
  }
  const tags = texts('tags');
  if (tags.length > 0) fields.tags = tags;
  return fields;
}

/** Clears these controls and all in the forms that hold a secret. */
export function clearSecrets(known: Control[], ...forms: (HTMLFormElement | null)[]): void {
  const present = new Set(forms.filter((form) => form !== null));
  const held = [...present].flatMap((form) => controls(form).filter(isSecret));
  for (const control of new Set([...known, ...held])) {
    try {
      // React replaces the setter of the input itself, and ignores changes made through that one.
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
        console.warn(
          `<bigcommerce-connect> cannot clear the control "${name}": it still has a value.`,
        );
      }
    }
  }
}
