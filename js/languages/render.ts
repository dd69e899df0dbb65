/** A term of BigCommerce, which is English in every language. */
export interface Term {
  term: string;
}

/** The parts of a line. */
type Line = (Node | string)[];

/** A rendered text, which can be the value of a placeholder in another one. */
export class Lines {
  readonly lines: Line[];

  constructor(lines: Line[]) {
    this.lines = lines;
  }

  /** For the page's functions, which can get a text as a value. */
  toString(): string {
    const text = (part: Node | string) => Object(part).textContent ?? part;
    return this.lines.map((line) => line.map(text).join('')).join(' ');
  }
}

/** The value of a placeholder such as `{name}` in a text. */
export type Value = string | number | Term | Lines | readonly Value[];

/** The values of placeholders, by name. A line is omitted if one of its values is missing. */
export type Values = Readonly<Record<string, Value | undefined>>;

/** A placeholder, or a term of BigCommerce. */
const PART = /\{(\w+)\}|`([^`]+)`/g;

/** Creates an element, even if an element named `createElement` hides the document's method. */
export function createElement<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
): HTMLElementTagNameMap[Name] {
  return Document.prototype.createElement.call(document, name) as HTMLElementTagNameMap[Name];
}

/**
 * Puts a text into `target`. If it has several lines, each gets an element of its own, with spaces
 * between them for the `textContent`.
 */
export function render(target: Element, { lines }: Lines): void {
  const [only = []] = lines;
  const wrapped = lines.flatMap((line) => [wrap('div', line), ' ']).slice(0, -1);
  target.replaceChildren(...(lines.length > 1 ? wrapped : only));
}

/** Replaces the placeholders and terms in a text. `lang` is the language for lists. */
export function linesOf(text: string, values: Values, lang?: string): Lines {
  return new Lines(text.split('\n').flatMap((line) => fill(line, values, lang)));
}

/** Does so in a line. Returns several lines if a value has several, and none if one is missing. */
function fill(text: string, values: Values, lang: string | undefined): Line[] {
  let line: Line = [];
  const lines = [line];
  let end = 0;
  for (const { 0: part, 1: name, 2: term, index } of text.matchAll(PART)) {
    const value = name === undefined ? { term: term ?? '' } : values[name];
    if (value === undefined) return [];
    const [first = [], ...others] = linesOfValue(value, lang);
    line.push(text.slice(end, index), ...first);
    lines.push(...others);
    line = others.at(-1) ?? line;
    end = index + part.length;
  }
  line.push(text.slice(end));
  return lines;
}

function linesOfValue(value: Value, lang: string | undefined): Line[] {
  if (isList(value)) {
    const format = new Intl.ListFormat(lang, { style: 'narrow' });
    const parts = format.formatToParts(value.map((_, index) => String(index)));
    return [
      parts.flatMap(({ type, value: text }) =>
        type === 'literal' ? [text] : linesOfValue(value[Number(text)] ?? '', lang).flat(),
      ),
    ];
  }
  if (value instanceof Lines) return value.lines;
  if (typeof value === 'object') {
    const element = wrap('span', [value.term]);
    element.lang = 'en';
    element.translate = false;
    return [[element]];
  }
  // The value can have any language and direction.
  const element = wrap('bdi', [`${value}`]);
  element.dir = 'auto';
  return [[element]];
}

/** `Array.isArray` does not narrow the type of a read-only array. */
function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function wrap(name: 'bdi' | 'div' | 'span', children: (Node | string)[]): HTMLElement {
  const element = createElement(name);
  element.append(...children);
  return element;
}
