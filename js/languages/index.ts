import type { Language } from './language.js';

/** Each import is a literal, because bundlers find no others. */
const LANGUAGES: Record<string, () => Promise<{ default: Language }>> = {
  de: () => import('./de.js'),
  es: () => import('./es.js'),
  fr: () => import('./fr.js'),
  it: () => import('./it.js'),
  ja: () => import('./ja.js'),
  nl: () => import('./nl.js'),
  'pt-BR': () => import('./pt-BR.js'),
};

/**
 * Loads the texts for a language tag, such as `de-AT` or `de_DE`, or else for its primary language.
 * Returns undefined for English, if there are none, or if they cannot be loaded.
 */
export async function languageOf(tag: string): Promise<Language | undefined> {
  const wanted = tag.replaceAll('_', '-').toLowerCase();
  const tags = Object.keys(LANGUAGES);
  const found =
    tags.find((known) => known.toLowerCase() === wanted) ??
    tags.find((known) => primaryLanguage(known) === primaryLanguage(wanted));
  if (!found) return undefined;
  try {
    return (await LANGUAGES[found]?.())?.default;
  } catch {
    return undefined;
  }
}

function primaryLanguage(tag: string): string {
  return tag.split('-')[0] ?? '';
}
