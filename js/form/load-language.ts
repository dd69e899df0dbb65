import { ELEMENT_ENGLISH, languageOf } from '../base.js';
import type { English, Language } from '../languages/language.js';
import { ENGLISH } from './english.js';

/**
 * Loads all texts of the element and the form in the language of a tag, or else in English, for pages
 * that show some of them outside the form.
 */
export async function loadLanguage(tag: string): Promise<Language | English> {
  return (await languageOf(tag)) ?? { lang: 'en', dir: 'ltr', ...ELEMENT_ENGLISH, ...ENGLISH };
}
