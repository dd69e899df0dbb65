// What connect.js and form.js share: a file of the package, and no entry.
export { ENGLISH as ELEMENT_ENGLISH } from './element/english.js';
export { TERMS } from './element/terms.js';
export { languageOf } from './languages/index.js';
export { createElement, Lines, linesOf, type Term, type Value } from './languages/render.js';
export { type Message, type Text, Texts } from './languages/texts.js';

/** Lets an element's accessors have what the page has set before its script came. */
export function takeProperties(element: object, names: readonly string[]): void {
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name as keyof typeof element];
    delete element[name as keyof typeof element];
    Object.assign(element, { [name]: value });
  }
}
