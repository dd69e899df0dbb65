import { ELEMENT_ENGLISH, languageOf } from '../base.js';
import type { English, Language } from '../languages/language.js';
import { ENGLISH } from './english.js';

/**
 * All texts of element and form in a language, by its tag; in English where there are none. For what a
 * page shows beside the form.
 */
export async function loadLanguage(tag: string): Promise<Language | English> {
  return (await languageOf(tag)) ?? { lang: 'en', dir: 'ltr', ...ELEMENT_ENGLISH, ...ENGLISH };
}
