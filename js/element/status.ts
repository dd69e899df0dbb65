import { createElement, type Text, type Texts } from '../base.js';
import { describedBy, setDescribedBy } from './field-errors.js';
import { type Control, setAttribute } from './form.js';

let statusCount = 0;

/** The live region of an element: the page's own, or else one at the element's end. */
export class Status {
  readonly #root: HTMLElement;
  readonly #texts: Texts;
  #region: HTMLElement | undefined;
  #text: Text = { names: [] };

  constructor(root: HTMLElement, texts: Texts) {
    this.#root = root;
    this.#texts = texts;
  }

  /** Shows a text, or clears the region. */
  show(text: Text = { names: [] }, isFilled = false): void {
    // A morph or a framework may have replaced the page's own region.
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

  /** Removes texts that another element has shown. */
  removeOld(): void {
    const old = '[data-bigcommerce-status], [id^="bigcommerce-status-"]';
    for (const region of this.#root.querySelectorAll(old)) {
      if (region === this.#region) continue;
      if (region.matches('[data-bigcommerce-status]')) region.replaceChildren();
      else region.remove();
    }
  }

  /** Renders the text in the current language. */
  update(): void {
    if (!this.#region) return;
    const { lang, dir } = this.#texts.render(this.#region, this.#text);
    setAttribute(this.#region, 'lang', lang);
    setAttribute(this.#region, 'dir', dir);
  }

  /** Scrolls to the region: with a longer text, it may end outside the viewport. */
  scrollIntoView(): void {
    this.#region?.scrollIntoView({ block: 'nearest' });
  }

  /** Moves the focus to a control. The region describes it until it loses the focus. */
  focus(control: Control): void {
    const id = this.#region?.id ?? '';
    setDescribedBy(control, [...describedBy(control), id]);
    const onBlur = () => {
      const others = describedBy(control).filter((other) => other !== id);
      setDescribedBy(control, others);
    };
    control.addEventListener('blur', onBlur, { once: true });
    control.focus();
  }
}
