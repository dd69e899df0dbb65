import { ENGLISH as ELEMENT_ENGLISH } from '../element/english.js';
import { ENGLISH as FORM_ENGLISH } from '../form/english.js';
import type { English } from './language.js';

const en: English = { lang: 'en', dir: 'ltr', ...ELEMENT_ENGLISH, ...FORM_ENGLISH };

export default en;
