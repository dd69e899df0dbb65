import { languageOf } from './index.js';
import type { Language } from './language.js';
import { Lines, linesOf, render, type Values } from './render.js';

/** A text of the page, or a function that returns one. A function's result is shown as it is. */
export type Message<Subject> = string | ((subject: Subject) => string);

/** A text, by its possible names in messages and languages. The first match is used. */
export interface Text {
  names: readonly string[];
  /** The argument of a message that is a function. */
  subject?: unknown;
  values?: (texts: Texts) => Values;
  /** Shown if no name matches. */
  otherwise?: string;
}

/** A source of texts: the page's messages, a language, or the built-in English. */
type Source = Readonly<Record<string, unknown>>;

interface Owner extends HTMLElement {
  messages: object | undefined;
}

/**
 * The texts of an element: the page's messages, or else those of the element's or page's language.
 */
export class Texts {
  readonly #owner: Owner;
  readonly #english: Source;
  readonly #onChange: () => void;
  readonly #observer: MutationObserver;
  #language: Language | undefined;

  /** `onChange` is called once another language is loaded. */
  constructor(owner: Owner, english: object, onChange: () => void) {
    this.#owner = owner;
    this.#english = { ...english, lang: 'en', dir: 'ltr' };
    this.#onChange = onChange;
    this.#observer = new MutationObserver(() => this.#load());
  }

  /** Loads the language, now and whenever it changes. */
  follow(): void {
    const options = Object.assign(Object.create(null), { attributeFilter: ['lang'] });
    for (const element of [this.#owner, document.documentElement]) {
      this.#observer.observe(element, options);
    }
    this.#load();
  }

  unfollow(): void {
    this.#observer.disconnect();
  }

  /** The language in use, for the page's markup and for `Intl`. */
  get language(): { lang: string; dir: string } {
    for (const source of this.#sources) {
      try {
        const { lang, dir } = source;
        if (lang)
          return { lang: String(new Intl.Locale(String(lang))), dir: String(dir ?? 'auto') };
      } catch (error) {
        reportError(error);
      }
    }
    return { lang: 'en', dir: 'ltr' };
  }

  /** Puts a text into `target`, and returns its language, if known. */
  render(target: Element, text: Text): { lang: unknown; dir: unknown } {
    const { lines, lang, dir } = this.#fill(text);
    render(target, lines);
    return { lang, dir };
  }

  /** Returns a text as the value of a placeholder in another one. */
  lines(text: Text): Lines {
    return this.#fill(text).lines;
  }

  #fill(text: Text): { lines: Lines; lang: unknown; dir: unknown } {
    const { value, isWhole, lang, dir } = this.#find(text);
    const lines = isWhole
      ? new Lines(value ? [[value]] : [])
      : linesOf(value, text.values?.(this) ?? {}, this.language.lang);
    return { lines, lang, dir };
  }

  get #sources(): Source[] {
    return [this.#owner.messages, this.#language, this.#english].filter(
      (source) => Object(source) === source,
    ) as Source[];
  }

  #find({ names, subject, otherwise = '' }: Text) {
    for (const source of this.#sources) {
      try {
        const { lang, dir } = source;
        for (const name of names) {
          const message = source[name];
          const isFunction = typeof message === 'function';
          const value: unknown = isFunction ? message(subject) : message;
          // In the `try` block, because symbols and some objects cannot be converted to strings.
          if (value !== undefined && value !== null) {
            return { value: `${value}`, isWhole: isFunction, lang, dir };
          }
        }
      } catch (error) {
        // The form must not stay busy because of an error in the page's own code.
        reportError(error);
      }
    }
    return { value: otherwise, isWhole: true, lang: 'en', dir: 'ltr' };
  }

  async #load(): Promise<void> {
    const tag = () => this.#owner.lang || document.documentElement.lang;
    const asked = tag();
    const language = await languageOf(asked);
    // Only the last of several changes counts.
    if (asked !== tag() || language === this.#language) return;
    this.#language = language;
    this.#onChange();
  }
}
