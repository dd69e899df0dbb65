import { describe, descriptions } from './field-errors.js';
import { type Control, createElement } from './form.js';

let statusCount = 0;

/** The live region at the end of an element. */
export class Status {
  readonly #root: HTMLElement;
  #region: HTMLElement | undefined;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  get isThere(): boolean {
    return this.#region !== undefined;
  }

  show(text: string, className = ''): void {
    if (!this.#region) {
      this.#region = createElement('div');
      this.#region.setAttribute('role', 'status');
      this.#region.id = `bigcommerce-status-${++statusCount}`;
    }
    if (!this.#root.contains(this.#region)) this.#root.append(this.#region);
    this.#region.className = className;
    this.#region.textContent = text;
  }

  /** Moves the focus to a control, which this describes while it has the focus. */
  focus(control: Control): void {
    const id = this.#region?.id ?? '';
    describe(control, [...descriptions(control), id]);
    const end = () => {
      const others = descriptions(control).filter((other) => other !== id);
      describe(control, others);
    };
    control.addEventListener('blur', end, { once: true });
    control.focus();
  }
}
