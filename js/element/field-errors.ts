import { type Control, createElement, nameOf, setAttribute } from './form.js';

let messageCount = 0;

/** What is wrong with the fields of a form, shown at each of them. */
export class FieldErrors {
  /** Where `data-error-for` elements are looked up. */
  readonly #root: HTMLElement;
  /** By field, what removes its message. */
  readonly #removals = new Map<Control, () => void>();

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  has(field: Control): boolean {
    return this.#removals.has(field);
  }

  /** Shows `text` in the page's own element for the field, or else right after it. */
  show(field: Control, text: string): void {
    const name = nameOf(field);
    // One element is not enough for what is wrong with several tags.
    const isTaken = [...this.#removals.keys()].some((other) => nameOf(other) === name);
    const own = isTaken ? null : this.#root.querySelector(`[data-error-for="${name}"]`);
    const message = own ?? createElement('span');
    message.id ||= `bigcommerce-error-${++messageCount}`;
    message.textContent = text;
    if (!own) {
      message.className = 'bigcommerce-error';
      field.after(message);
    }
    const isDescribed = descriptions(field).includes(message.id);
    if (!isDescribed) describe(field, [...descriptions(field), message.id]);
    setAttribute(field, 'aria-invalid', true);

    this.#removals.set(field, () => {
      this.#removals.delete(field);
      setAttribute(field, 'aria-invalid', false);
      // What the page may have added in the meantime stays.
      const others = descriptions(field).filter((id) => isDescribed || id !== message.id);
      describe(field, others);
      if (own) own.textContent = '';
      else message.remove();
    });
  }

  /** Removes the message at a field, if there is one. */
  remove(field: Control): void {
    this.#removals.get(field)?.();
  }

  /** Removes the messages at all fields but those in `kept`. */
  removeAll(kept: Control[] = []): void {
    for (const field of this.#removals.keys()) if (!kept.includes(field)) this.remove(field);
  }
}

/** The ids of the elements that describe a field. */
export function descriptions(field: Control): string[] {
  return field.getAttribute('aria-describedby')?.split(/\s+/).filter(Boolean) ?? [];
}

export function describe(field: Control, ids: string[]): void {
  setAttribute(field, 'aria-describedby', ids.join(' '));
}
