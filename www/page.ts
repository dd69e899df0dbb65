import {
  type BigCommerceConnectForm,
  type English,
  loadLanguage,
} from 'authenticate-bigcommerce/form';
import { openSession } from './session.js';

const main = find('main');
const form = find<BigCommerceConnectForm>('bigcommerce-connect-form');

// Until the session and the language are known.
main.hidden = true;
const texts = await loadTexts();
const { lang, dir, intro } = texts;
Object.assign(document.documentElement, { lang, dir });
document.title = intro;
find<HTMLMetaElement>('meta[name="description"]').content = intro;
find('h1').textContent = intro;
main.hidden = false;

const forgetSession = openSession(main, texts, ({ name, sessionToken }) => {
  form.setAttribute('to', name);
  form.messages = { ERR_UNAUTHORIZED: texts.linkExpired };
  form.config = { sessionToken };
});
form.addEventListener('connected', forgetSession);

// Relative to the page, which can be served below any path.
const baseUrl = new URL(form.getAttribute('base-url') ?? '', document.baseURI);
form.setAttribute('base-url', baseUrl.pathname);
form.toggleAttribute('show-connections', true);

/** Loads the texts of the first of the browser's languages that is available. */
async function loadTexts(): Promise<English> {
  const primary = (tag: string) => tag.split('-')[0];
  for (const tag of navigator.languages) {
    const texts = await loadLanguage(tag);
    if (primary(texts.lang) === primary(tag)) return texts;
  }
  return loadLanguage('en');
}

function find<Found extends HTMLElement>(selector: string): Found {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}
