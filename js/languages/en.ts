import { ENGLISH as ELEMENT } from '../element/english.js';
import { ENGLISH as FORM } from '../form/english.js';
import type { English } from './language.js';

const en: English = { lang: 'en', dir: 'ltr', ...ELEMENT, ...FORM };

export default en;
