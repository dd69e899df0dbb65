import { createElement, type Text, type Texts } from '../base.js';
import type { ConfigIssue } from '../index.js';
import { type Control, controlsOf, nameOf, reveal, setAttribute } from './form.js';
import { textOfIssue } from './messages.js';

let messageCount = 0;

/** What is wrong with the fields of a form, shown at each of them. */
export class FieldErrors {
  /** Where `data-error-for` elements are looked up. */
  readonly #root: HTMLElement;
  readonly #texts: Texts;
  /** By field, what shows its message again, and what removes it. */
  readonly #shown = new Map<Control, { update: () => void; remove: () => void }>();

  constructor(root: HTMLElement, texts: Texts) {
    this.#root = root;
    this.#texts = texts;
  }

  has(field: Control): boolean {
    return this.#shown.has(field);
  }

  /** Shows each issue at its field; returns those for which the form shows no control. */
  showIssues(
    form: HTMLFormElement,
    issues: ConfigIssue[],
    tags: readonly string[] | undefined,
  ): ConfigIssue[] {
    return issues.filter((issue) => {
      const [name, index] = issue.path;
      const field = controlsOf(form, name).find(
        (control) =>
          !this.has(control) &&
          (name !== 'tags' || control.value === tags?.[Number(index)]) &&
          reveal(control),
      );
      if (field) this.#show(field, textOfIssue(issue));
      return !field;
    });
  }

  /** Shows `text` in the page's own element for the field, or else right after it. */
  #show(field: Control, text: Text): void {
    const name = nameOf(field);
    // One element is not enough for what is wrong with several tags.
    const isTaken = [...this.#shown.keys()].some((other) => nameOf(other) === name);
    const own = isTaken ? null : this.#root.querySelector(`[data-error-for="${name}"]`);
    const message = own ?? createElement('span');
    message.id ||= `bigcommerce-error-${++messageCount}`;
    if (!own) {
      message.className = 'bigcommerce-error';
      field.after(message);
    }
    const isDescribed = descriptions(field).includes(message.id);
    if (!isDescribed) describe(field, [...descriptions(field), message.id]);
    setAttribute(field, 'aria-invalid', true);

    const update = () => {
      const { lang, dir } = this.#texts.render(message, text);
      setAttribute(message, 'lang', lang);
      setAttribute(message, 'dir', dir);
    };
    const remove = () => {
      this.#shown.delete(field);
      field.removeEventListener('input', remove);
      setAttribute(field, 'aria-invalid', false);
      // What the page may have added in the meantime stays.
      const others = descriptions(field).filter((id) => isDescribed || id !== message.id);
      describe(field, others);
      if (own) own.textContent = '';
      else message.remove();
    };
    this.#shown.set(field, { update, remove });
    // Not on the form, because the field can be outside.
    field.addEventListener('input', remove);
    update();
  }

  /** Shows the messages in the language that is in use now. */
  update(): void {
    for (const { update } of this.#shown.values()) update();
  }

  /** Removes the message at a field, if there is one. */
  remove(field: Control): void {
    this.#shown.get(field)?.remove();
  }

  /** Removes the messages at all fields but those in `kept`. */
  removeAll(kept: Control[] = []): void {
    for (const field of this.#shown.keys()) if (!kept.includes(field)) this.remove(field);
  }
}

/** The ids of the elements that describe a field. */
export function descriptions(field: Control): string[] {
  return field.getAttribute('aria-describedby')?.split(/\s+/).filter(Boolean) ?? [];
}

export function describe(field: Control, ids: string[]): void {
  setAttribute(field, 'aria-describedby', ids.join(' '));
}
