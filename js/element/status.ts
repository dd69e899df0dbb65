import { createElement, type Text, type Texts } from '../base.js';
import { describe, descriptions } from './field-errors.js';
import { type Control, setAttribute } from './form.js';

let statusCount = 0;

/** The live region of an element: the page's own, or one at the element's end. */
export class Status {
  readonly #root: HTMLElement;
  readonly #texts: Texts;
  #region: HTMLElement | undefined;
  #text: Text = { names: [] };

  constructor(root: HTMLElement, texts: Texts) {
    this.#root = root;
    this.#texts = texts;
  }

  /** Shows a text, or nothing. */
  show(text: Text = { names: [] }, isFilled = false): void {
    // A morph or a framework may have replaced the page's own.
    this.#region =
      this.#root.querySelector<HTMLElement>('[data-bigcommerce-status]') ?? this.#region;
    if (!this.#region) {
      this.#region = createElement('div');
      this.#region.setAttribute('role', 'status');
    }
    this.#region.id ||= `bigcommerce-status-${++statusCount}`;
    if (!this.#root.contains(this.#region)) this.#root.append(this.#region);
    this.#region.classList.toggle('bigcommerce-filled', isFilled);
    this.#text = text;
    this.update();
  }

  /** Removes what another element has shown. */
  removeOld(): void {
    const old = '[data-bigcommerce-status], [id^="bigcommerce-status-"]';
    for (const region of this.#root.querySelectorAll(old)) {
      if (region === this.#region) continue;
      if (region.matches('[data-bigcommerce-status]')) region.replaceChildren();
      else region.remove();
    }
  }

  /** Shows the text in the language that is in use now. */
  update(): void {
    if (!this.#region) return;
    const { lang, dir } = this.#texts.render(this.#region, this.#text);
    setAttribute(this.#region, 'lang', lang);
    setAttribute(this.#region, 'dir', dir);
  }

  /** The button may be at the edge of the window, and the text longer than before. */
  scrollIntoView(): void {
    this.#region?.scrollIntoView({ block: 'nearest' });
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
