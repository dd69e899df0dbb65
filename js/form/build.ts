import { createElement, type Text, type Texts, type Value } from '../base.js';
import type { ElementTexts } from '../element/english.js';
import type { FormTexts } from './english.js';

/** The name of a text of the form or of the element. */
export type TextName = keyof (FormTexts & ElementTexts);

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Builds elements whose texts follow the language. */
export class Builder {
  readonly texts: Texts;
  readonly #shown = new WeakMap<Element, Text>();

  constructor(texts: Texts) {
    this.texts = texts;
  }

  /** Makes an element; an attribute that is `true` has no value, and one that is false is left out. */
  element<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    attributes: Attributes = {},
    ...children: Node[]
  ): HTMLElementTagNameMap[Name] {
    const element = createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (value) element.setAttribute(attribute, value === true ? '' : value);
    }
    element.append(...children);
    return element;
  }

  /** Makes an element that shows a text. */
  text<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    text: TextName,
    attributes?: Attributes,
  ): HTMLElementTagNameMap[Name] {
    const element = this.element(name, attributes);
    this.show(element, text);
    return element;
  }

  /** Makes an element with one of BigCommerce's own terms. */
  term<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    term: string,
    attributes?: Attributes,
  ): HTMLElementTagNameMap[Name] {
    const element = this.element(name, { ...attributes, lang: 'en', translate: 'no' });
    element.textContent = term;
    return element;
  }

  /** Makes a button; its text can be that of an element inside. */
  button(text: TextName, onClick: () => void, attributes?: Attributes): HTMLButtonElement {
    const button = this.text('button', text, { type: 'button', part: 'button', ...attributes });
    button.addEventListener('click', onClick);
    return button;
  }

  /** Shows a text in an element, also when the language changes; or nothing. */
  show(
    element: Element,
    name?: TextName,
    values: Readonly<Record<string, () => Value | undefined>> = {},
  ): void {
    const get = () =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value()]));
    const text: Text = {
      names: name ? [name] : [],
      // As of now, whenever it is rendered.
      get subject() {
        return get();
      },
      values: get,
    };
    this.#shown.set(element, text);
    this.texts.render(element, text);
  }

  /** Shows all texts in the language that is in use now. */
  update(root: ParentNode): void {
    for (const element of root.querySelectorAll('*')) {
      const text = this.#shown.get(element);
      if (text) this.texts.render(element, text);
    }
  }
}
