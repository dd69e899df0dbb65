// What a page shows and says in each language, and what of it is English.

import type { WebDriver } from 'selenium-webdriver';
import { ENGLISH as ELEMENT } from '../../js/element/english.js';
import { ENGLISH as FORM } from '../../js/form/english.js';
import type { Language } from '../../js/languages/language.js';

/**
 * All texts in the elements that match `selector`, and what assistive technology reads there, in each
 * language in turn. Left out are BigCommerce's own terms, and what stands alone in a `<bdi>` and is one
 * of `others`.
 */
export function shownTexts(
  browser: WebDriver,
  selector: string,
  tags: readonly string[],
  others: readonly string[] = [],
): Promise<Record<string, string[]>> {
  // tsx adds calls of `__name` to functions; pages do not have it.
  const script = `const __name = (named) => named; (${collect})(...arguments);`;
  return browser.executeAsyncScript(script, selector, tags, others);
}

/** Runs in the page. */
async function collect(
  selector: string,
  tags: string[],
  others: string[],
  done: (texts: Record<string, string[]>) => void,
): Promise<void> {
  const NAMES = ['aria-label', 'aria-description', 'aria-placeholder', 'aria-valuetext'];
  const ATTRIBUTES = [...NAMES, 'alt', 'content', 'placeholder', 'title'];
  const isTerm = (element: Element) => element.matches('[lang=en][translate=no]');
  const textsOf = (node: Node): string[] => {
    if (node instanceof Text) {
      const isOthers = node.parentElement?.localName === 'bdi' && others.includes(node.data);
      return isOthers ? [] : [node.data.trim()];
    }
    if (!(node instanceof Element)) return [...node.childNodes].flatMap(textsOf);
    if (isTerm(node) || node.localName === 'noscript') return [];
    const validity = node as Partial<HTMLInputElement>;
    return [
      ...ATTRIBUTES.map((name) => node.getAttribute(name) ?? ''),
      validity.validity?.customError ? (validity.validationMessage ?? '') : '',
      ...[...(node.shadowRoot ? [node.shadowRoot] : []), ...node.childNodes].flatMap(textsOf),
    ];
  };
  const roots = [...document.querySelectorAll(selector)];
  /** All elements that say which language they are in. */
  const inLanguage = (parent: ParentNode): HTMLElement[] =>
    [...parent.querySelectorAll<HTMLElement>('[lang]')].filter(
      (element) => element.textContent && !isTerm(element),
    );
  const result: Record<string, string[]> = {};
  for (const tag of tags) {
    document.documentElement.lang = tag;
    const isThere = () =>
      roots
        .flatMap((root) => inLanguage(root.shadowRoot ?? root))
        .every(({ lang }) => lang === tag);
    // What stays in another language, is to be found below.
    for (let frames = 0; frames < 100 && !isThere(); frames++) {
      await new Promise(requestAnimationFrame);
    }
    result[tag] = roots.flatMap(textsOf).filter((text) => /\p{L}{2}/u.test(text));
  }
  done(result);
}

/** The parts of texts that stand between line breaks, values and BigCommerce's terms. */
export function partsOf(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(/\n|\{\w+\}|`[^`]+`/))
    .map((part) => part.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
    .filter((part) => /\p{L}{2}/u.test(part));
}

/**
 * Those of the texts in a language in which some English is found: of our texts, BigCommerce's terms
 * without their mark among them, or of `english`, which the page has shown in the same state. Words
 * that the language has, too, do not count.
 */
export function englishAmong(
  shown: readonly string[],
  english: readonly string[],
  language: Language,
): string[] {
  const own = partsOf(Object.values(language)).join('\n');
  const texts = Object.values({ ...ELEMENT, ...FORM });
  const terms = texts.flatMap((text) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, term = '']) => term),
  );
  const parts = [...partsOf([...texts, ...english]), ...terms];
  const foreign = [...new Set(parts)].filter((part) => !hasWords(own, part));
  return shown.filter((text) => foreign.some((part) => hasWords(text, part)));
}

function hasWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const around = [text[at - 1], text[at + words.length]];
    if (!around.some((character) => /[a-z]/i.test(character ?? ''))) return true;
  }
  return false;
}
