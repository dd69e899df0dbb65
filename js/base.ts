// Shared by connect.js and form.js. Part of the package, but not an entry point.
export { ENGLISH as ELEMENT_ENGLISH } from './element/english.js';
export { TERMS } from './element/terms.js';
export { languageOf } from './languages/index.js';
export { createElement, Lines, linesOf, type Term, type Value } from './languages/render.js';
export { type Message, type Text, Texts } from './languages/texts.js';

/** Passes properties that were set before the element was defined to their setters. */
export function upgradeProperties(element: object, names: readonly string[]): void {
  for (const name of names) {
    if (!Object.hasOwn(element, name)) continue;
    const value = element[name as keyof typeof element];
    delete element[name as keyof typeof element];
    Object.assign(element, { [name]: value });
  }
}
