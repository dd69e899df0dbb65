import type { ElementTexts } from '../element/english.js';
import type { FormTexts } from '../form/english.js';
import type { ConfigIssueCode } from '../types.js';

/** The issues whose text depends on the field, in addition to those in {@link ElementTexts}. */
type IssueByField =
  | 'storeUrl.characters'
  | 'storeUrl.malformed'
  | 'storeUrl.path'
  | 'tags.characters'
  | 'tags.reserved';

/** The texts of issues. In English, these are the messages of the issues themselves. */
type IssueTexts = Record<ConfigIssueCode | IssueByField, string>;

interface Direction {
  /** The language's tag, such as `pt-BR`. */
  lang: string;
  /** The direction of its script. */
  dir: 'ltr' | 'rtl';
}

/** All texts of the element and the form in one language. */
export type Language = Direction & ElementTexts & FormTexts & IssueTexts;

/** All texts in English, except those of issues, which have a message of their own. */
export type English = Direction & ElementTexts & FormTexts;
