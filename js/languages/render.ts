/** A term of BigCommerce, which is English in every language. */
export interface Term {
  term: string;
}

/** The value of a placeholder such as `{name}` in a text. */
export type Value = string | number | Term | readonly Value[];

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
export function render(target: Element, text: string, values: Values, lang: string): void {
  const lines = text.split('\n').flatMap((line) => {
    const nodes = nodesOf(line, values, lang);
    return nodes ? [nodes] : [];
  });
  const [only = []] = lines;
  const wrapped = lines.flatMap((line) => [wrap('div', line), ' ']).slice(0, -1);
  target.replaceChildren(...(lines.length > 1 ? wrapped : only));
}

function nodesOf(line: string, values: Values, lang: string): (Node | string)[] | undefined {
  const nodes: (Node | string)[] = [];
  let end = 0;
  for (const { 0: part, 1: name, 2: term, index } of line.matchAll(PART)) {
    const value = name === undefined ? { term: term ?? '' } : values[name];
    if (value === undefined) return undefined;
    nodes.push(line.slice(end, index), ...nodesOfValue(value, lang));
    end = index + part.length;
  }
  return [...nodes, line.slice(end)];
}

function nodesOfValue(value: Value, lang: string): (Node | string)[] {
  if (isList(value)) {
    const format = new Intl.ListFormat(lang, { style: 'narrow' });
    return format
      .formatToParts(value.map((_, index) => String(index)))
      .flatMap(({ type, value: text }) =>
        type === 'literal' ? [text] : nodesOfValue(value[Number(text)] ?? '', lang),
      );
  }
  if (typeof value === 'object') {
    const element = wrap('span', [value.term]);
    element.lang = 'en';
    element.translate = false;
    return [element];
  }
  // Can be of any language and direction.
  const element = wrap('bdi', [`${value}`]);
  element.dir = 'auto';
  return [element];
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
