import { type Control, setAttribute } from './form.js';
import { isSubmitButton } from './submitter.js';

/** The submit buttons of an element's form, including custom elements. */
export class SubmitButtons {
  readonly #root: HTMLElement;
  readonly #onDefined: () => void;
  readonly #enabled = new WeakSet<Control>();
  /** Names of custom elements that were not defined yet. */
  readonly #awaited = new Set<string>();

  /** `onDefined` is called when custom elements in a form inside `root` are defined later. */
  constructor(root: HTMLElement, onDefined: () => void) {
    this.#root = root;
    this.#onDefined = onDefined;
  }

  /** Makes `update` enable the buttons among these controls again. */
  forget(controls: Control[]): void {
    for (const control of controls) this.#enabled.delete(control);
  }

  /** Enables the buttons among a form's controls, and sets `aria-disabled` if the form is closed. */
  update(controls: Control[], isClosed: boolean): void {
    for (const button of controls.filter(isSubmitButton)) {
      // Only once, because the page may disable it later.
      if (!this.#enabled.has(button)) {
        // Custom elements use the property, the attribute or both.
        Reflect.set(button, 'disabled', false);
        setAttribute(button, 'disabled', false);
      }
      this.#enabled.add(button);
      // Not `disabled`, which would remove the focus.
      setAttribute(button, 'aria-disabled', isClosed);
    }
    for (const { localName } of this.#root.querySelectorAll('form :not(:defined)')) {
      // Without a hyphen, it is a customized built-in element (`is`).
      if (!localName.includes('-') || this.#awaited.has(localName)) continue;
      this.#awaited.add(localName);
      customElements.whenDefined(localName).then(this.#onDefined);
    }
  }
}
