import { createElement, type Text, type Texts, type Value } from '../base.js';
import type { ElementTexts } from '../element/english.js';
import type { FormTexts } from './english.js';

/** The name of a text of the form or the element. */
export type TextName = keyof (FormTexts & ElementTexts);

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Creates elements, and updates their texts when the language changes. */
export class Builder {
  readonly texts: Texts;
  readonly #shown = new WeakMap<Element, Text>();

  constructor(texts: Texts) {
    this.texts = texts;
  }

  /** Creates an element. An attribute that is `true` becomes empty; falsy ones are omitted. */
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

  /** Creates an element that shows a text. */
  text<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    text: TextName,
    attributes?: Attributes,
  ): HTMLElementTagNameMap[Name] {
    const element = this.element(name, attributes);
    this.show(element, text);
    return element;
  }

  /** Creates an element that shows one of BigCommerce's terms. */
  term<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    term: string,
    attributes?: Attributes,
  ): HTMLElementTagNameMap[Name] {
    const element = this.element(name, { ...attributes, lang: 'en', translate: 'no' });
    element.textContent = term;
    return element;
  }

  /** Creates a button that shows a text. */
  button(text: TextName, onClick: () => void, attributes?: Attributes): HTMLButtonElement {
    const button = this.text('button', text, { type: 'button', part: 'button', ...attributes });
    button.addEventListener('click', onClick);
    return button;
  }

  /** Shows a text in an element, or clears it. Values are read whenever the text is rendered. */
  show(
    element: Element,
    name?: TextName,
    values: Readonly<Record<string, () => Value | undefined>> = {},
  ): void {
    const get = () =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value()]));
    const text: Text = {
      names: name ? [name] : [],
      get subject() {
        return get();
      },
      values: get,
    };
    this.#shown.set(element, text);
    this.texts.render(element, text);
  }

  /** Renders all texts in the current language. */
  update(root: ParentNode): void {
    for (const element of root.querySelectorAll('*')) {
      const text = this.#shown.get(element);
      if (text) this.texts.render(element, text);
    }
  }
}
