import { TERMS } from '../base.js';
import type { Builder, TextName } from './build.js';

/** Makes password managers ignore a field: it is not for one of the merchant's logins. */
const IGNORED_BY_PASSWORD_MANAGERS = {
  'data-1p-ignore': true,
  'data-lpignore': 'true',
  'data-bwignore': true,
  'data-form-type': 'other',
};

/** For codes and URLs, whose direction and spelling do not depend on the language. */
const CODE = { dir: 'ltr', autocapitalize: 'none', spellcheck: 'false', autocomplete: 'off' };

/** A field with its label and hint. */
export interface Field {
  element: HTMLElement;
  input: HTMLInputElement;
  hint: HTMLElement;
}

/** Creates the field of a credential or of the API path. */
export function createField(
  builder: Builder,
  name: keyof typeof TERMS,
  hint: TextName | undefined,
  attributes: Record<string, string> = {},
): Field {
  const label = builder.element('label', { for: name }, builder.term('span', TERMS[name]));
  return assemble(builder, name, label, hint, { ...CODE, ...attributes });
}

/** Creates the field of the connection's name. */
export function createNameField(builder: Builder): Field {
  const label = builder.text('label', 'nameLabel', { for: 'name' });
  return assemble(builder, 'name', label, 'nameHint', { dir: 'auto', autocomplete: 'off' });
}

function assemble(
  builder: Builder,
  name: string,
  label: HTMLElement,
  text: TextName | undefined,
  attributes: Record<string, string>,
): Field {
  const hint = text
    ? builder.text('p', text, { id: `${name}-hint`, class: 'hint', part: 'hint' })
    : builder.element('p', { hidden: true });
  const input = builder.element('input', {
    ...{ id: name, name, part: 'input', 'aria-describedby': text && `${name}-hint` },
    ...IGNORED_BY_PASSWORD_MANAGERS,
    ...attributes,
  });
  const element = builder.element('div', { class: 'field', part: 'field' }, label, input, hint);
  return { element, input, hint };
}

/** Browsers do not fill such an input with the merchant's own password. */
export const SECRET = { type: 'password', autocomplete: 'new-password' };
