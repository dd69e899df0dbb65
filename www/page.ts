import { loadLanguage } from 'authenticate-bigcommerce/form';

const form = find('bigcommerce-connect-form');

// Below whatever path the page is served.
form.setAttribute('base-url', new URL('api/cloud-elements', document.baseURI).pathname);

showLanguage();

/** Shows the page in the first of the browser's languages that there is. */
async function showLanguage(): Promise<void> {
  for (const tag of navigator.languages) {
    const { lang, dir, intro } = await loadLanguage(tag);
    if (lang.split('-')[0] !== tag.split('-')[0]) continue;
    Object.assign(document.documentElement, { lang, dir });
    document.title = intro;
    find('h1').textContent = intro;
    return;
  }
}

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}
