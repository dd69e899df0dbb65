import { languageOf } from './index.js';
import type { Language } from './language.js';
import { Lines, linesOf, render, type Values } from './render.js';

/** A text of the page's own, or a function that makes one; a function's result is shown as it is. */
export type Message<Subject> = string | ((subject: Subject) => string);

/** A text, by the names that messages and languages may have for it; the first one wins. */
export interface Text {
  names: readonly string[];
  /** What a function among the page's messages gets. */
  subject?: unknown;
  values?: (texts: Texts) => Values;
  /** Shown where no name is found. */
  otherwise?: string;
}

/** Where texts come from: the page's messages, a language, or the English that is built in. */
type Source = Readonly<Record<string, unknown>>;

interface Owner extends HTMLElement {
  messages: object | undefined;
}

/** The texts of an element: the page's own messages, else in the language of element or page. */
export class Texts {
  readonly #owner: Owner;
  readonly #english: Source;
  readonly #onChange: () => void;
  readonly #observer: MutationObserver;
  #language: Language | undefined;

  /** `onChange` is called when another language is there. */
  constructor(owner: Owner, english: object, onChange: () => void) {
    this.#owner = owner;
    this.#english = { ...english, lang: 'en', dir: 'ltr' };
    this.#onChange = onChange;
    this.#observer = new MutationObserver(() => this.#load());
  }

  /** Loads the language, and follows its changes. */
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
        if (lang) return { lang: String(new Intl.Locale(String(lang))), dir: String(dir) };
      } catch (error) {
        reportError(error);
      }
    }
    return { lang: 'en', dir: 'ltr' };
  }

  /** Puts a text into `target`, and returns the language that it is in, if that is known. */
  render(target: Element, text: Text): { lang: unknown; dir: unknown } {
    const { lines, lang, dir } = this.#fill(text);
    render(target, lines);
    return { lang, dir };
  }

  /** The same for the place of a value in another text. */
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
          // Here, because symbols and some objects cannot be made text.
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
    // The last of several changes counts.
    if (asked !== tag() || language === this.#language) return;
    this.#language = language;
    this.#onChange();
  }
}
