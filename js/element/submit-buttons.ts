import { type Control, setAttribute } from './form.js';
import { isSubmitButton } from './submitter.js';

/** The submit buttons of an element's form, custom elements among them. */
export class SubmitButtons {
  readonly #root: HTMLElement;
  readonly #onDefined: () => void;
  readonly #enabled = new WeakSet<Control>();
  /** Names of custom elements that were not defined yet. */
  readonly #awaited = new Set<string>();

  /** `onDefined` is called when further custom elements in a form inside `root` are defined. */
  constructor(root: HTMLElement, onDefined: () => void) {
    this.#root = root;
    this.#onDefined = onDefined;
  }

  /** Lets `update` enable the buttons among these controls once more. */
  forget(controls: Control[]): void {
    for (const control of controls) this.#enabled.delete(control);
  }

  /** Enables those among a form's controls, and marks them where they do nothing. */
  update(controls: Control[], isClosed: boolean): void {
    for (const button of controls.filter(isSubmitButton)) {
      // Only once, because the page may disable it later.
      if (!this.#enabled.has(button)) {
        // Custom elements go by the property, the attribute or both.
        Reflect.set(button, 'disabled', false);
        setAttribute(button, 'disabled', false);
      }
      this.#enabled.add(button);
      // Disabling it would lose the focus.
      setAttribute(button, 'aria-disabled', isClosed);
    }
    for (const { localName } of this.#root.querySelectorAll('form :not(:defined)')) {
      // Without the hyphen, it is a native one with `is`.
      if (!localName.includes('-') || this.#awaited.has(localName)) continue;
      this.#awaited.add(localName);
      customElements.whenDefined(localName).then(this.#onDefined);
    }
  }
}
