import { createElement, type Text, type Texts } from '../base.js';
import type { ConfigIssue } from '../index.js';
import { type Control, controls, controlsOf, nameOf, reveal, setAttribute } from './form.js';
import { textOfIssue } from './messages.js';

let messageCount = 0;

/** The error messages at the controls of a form. */
export class FieldErrors {
  /** Contains the elements with `data-error-for`. */
  readonly #root: HTMLElement;
  readonly #texts: Texts;
  /** The functions that render and remove the message at a control. */
  readonly #shown = new Map<Control, { update: () => void; remove: () => void }>();

  constructor(root: HTMLElement, texts: Texts) {
    this.#root = root;
    this.#texts = texts;
  }

  has(control: Control): boolean {
    return this.#shown.has(control);
  }

  /** Shows each issue at its control. Returns those for which the form shows no control. */
  showIssues(
    form: HTMLFormElement,
    issues: ConfigIssue[],
    tags: readonly string[] | undefined,
  ): ConfigIssue[] {
    return issues.filter((issue) => {
      const [name, index] = issue.path;
      const control = controlsOf(form, name).find(
        (candidate) =>
          !this.has(candidate) &&
          (name !== 'tags' || candidate.value === tags?.[Number(index)]) &&
          reveal(candidate),
      );
      if (control) this.#show(control, textOfIssue(issue));
      return !control;
    });
  }

  /** Shows a text in the page's own element for the control, or else right after the control. */
  #show(control: Control, text: Text): void {
    const name = nameOf(control);
    // The page has only one element for the issues of several tags.
    const isTaken = [...this.#shown.keys()].some((other) => nameOf(other) === name);
    const own = isTaken ? null : this.#root.querySelector(`[data-error-for="${name}"]`);
    const message = own ?? createElement('span');
    message.id ||= `bigcommerce-error-${++messageCount}`;
    if (!own) {
      message.className = 'bigcommerce-error';
      control.after(message);
    }
    const isDescribed = describedBy(control).includes(message.id);
    if (!isDescribed) setDescribedBy(control, [...describedBy(control), message.id]);
    setAttribute(control, 'aria-invalid', true);

    const update = () => {
      const { lang, dir } = this.#texts.render(message, text);
      setAttribute(message, 'lang', lang);
      setAttribute(message, 'dir', dir);
    };
    const remove = () => {
      this.#shown.delete(control);
      control.removeEventListener('input', remove);
      setAttribute(control, 'aria-invalid', false);
      // Keeps the ids that the page may have added since.
      const others = describedBy(control).filter((id) => isDescribed || id !== message.id);
      setDescribedBy(control, others);
      if (own) own.textContent = '';
      else message.remove();
    };
    this.#shown.set(control, { update, remove });
    // Not on the form, because the control can be outside.
    control.addEventListener('input', remove);
    update();
  }

  /** Renders the messages in the current language. */
  update(): void {
    for (const { update } of this.#shown.values()) update();
  }

  /** Removes messages that another element has shown, or that a morph has restored. */
  removeOld(form: HTMLFormElement): void {
    for (const control of controls(form)) {
      this.#shown.delete(control);
      const ids = describedBy(control);
      for (const id of ids) {
        const message = this.#root.querySelector(`#${CSS.escape(id)}`);
        if (!message?.matches('.bigcommerce-error, [data-error-for]')) continue;
        setAttribute(control, 'aria-invalid', false);
        if (message.matches('[data-error-for]')) message.textContent = '';
        else message.remove();
      }
      const others = ids.filter((id) => !id.startsWith('bigcommerce-'));
      if (others.length < ids.length) setDescribedBy(control, others);
    }
  }

  /** Removes the messages at all controls but those in `kept`. */
  removeAll(kept: Control[] = []): void {
    for (const [control, { remove }] of this.#shown) if (!kept.includes(control)) remove();
  }
}

/** Returns the ids in `aria-describedby`. */
export function describedBy(control: Control): string[] {
  return control.getAttribute('aria-describedby')?.split(/\s+/).filter(Boolean) ?? [];
}

export function setDescribedBy(control: Control, ids: string[]): void {
  setAttribute(control, 'aria-describedby', ids.join(' '));
}
