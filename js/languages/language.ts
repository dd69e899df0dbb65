import type { ElementTexts } from '../element/english.js';
import type { FormTexts } from '../form/english.js';
import type { ConfigIssueCode } from '../types.js';

/** The issues whose sentence differs by field, beyond those that the element has a text for. */
type IssueByField =
  | 'storeUrl.characters'
  | 'storeUrl.malformed'
  | 'storeUrl.path'
  | 'tags.characters'
  | 'tags.reserved';

/** What is wrong with a value. In English, the issue itself has its sentence. */
type IssueTexts = Record<ConfigIssueCode | IssueByField, string>;

interface Direction {
  /** The language's tag, such as `pt-BR`. */
  lang: string;
  /** The direction of its script. */
  dir: 'ltr' | 'rtl';
}

/** All texts of the element and the form in one language. */
export type Language = Direction & ElementTexts & FormTexts & IssueTexts;

/** The same in English, which leaves the sentences of issues to the issues. */
export type English = Direction & ElementTexts & FormTexts;
