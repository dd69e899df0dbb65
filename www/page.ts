import {
  authenticateBigCommerce,
  BigCommerceAuthError,
  type ConfigIssue,
  type ElementInstance,
} from 'authenticate-bigcommerce';

const form = element('form', HTMLFormElement);
const button = element('form button', HTMLButtonElement);
const failure = element('#failure', HTMLElement);
const progress = element('#progress', HTMLElement);

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void connect();
});
form.addEventListener('input', ({ target }) => {
  if (target instanceof HTMLInputElement) tell(target, '');
});
button.disabled = false;

async function connect(): Promise<void> {
  const values = new FormData(form);
  const value = (name: string) => String(values.get(name) ?? '');
  for (const input of form.querySelectorAll('input')) tell(input, '');
  failure.textContent = '';
  progress.textContent = 'Connecting…';
  button.disabled = true;
  form.setAttribute('aria-busy', 'true');
  try {
    const instance = await authenticateBigCommerce({
      username: value('username'),
      password: value('password'),
      storeUrl: value('storeUrl'),
      name: value('name'),
      tags: [value('tags')].filter((tag) => tag.trim() !== ''),
      baseUrl: '/api/cloud-elements',
    });
    progress.textContent = '';
    show(instance);
  } catch (error) {
    progress.textContent = '';
    if (!(error instanceof BigCommerceAuthError)) throw error;
    if (error.code === 'ERR_CONFIG') tellAll(error.issues);
    else failure.textContent = reason(error);
  } finally {
    button.disabled = false;
    form.removeAttribute('aria-busy');
  }
}

function show({ id, token }: ElementInstance): void {
  element('#instance-id', HTMLElement).textContent = String(id);
  element('#instance-token', HTMLElement).textContent = token;
  form.reset();
  form.hidden = true;
  element('#connected', HTMLElement).hidden = false;
  element('#connected-title', HTMLElement).focus();
}

/** Puts each message at its field and the focus into the first. */
function tellAll(issues: ConfigIssue[]): void {
  const invalid = issues.flatMap(({ path, message }) => {
    const input = form.querySelector<HTMLInputElement>(`[name="${path[0]}"]`);
    if (input) tell(input, message);
    return input ?? [];
  });
  invalid[0]?.focus();
}

function tell(input: HTMLInputElement, message: string): void {
  element(`#${input.name}-error`, HTMLElement).textContent = message;
  if (message) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
}

function reason(error: BigCommerceAuthError): string {
  const said = 'providerMessage' in error ? ` BigCommerce says: ${error.providerMessage}.` : '';
  switch (error.code) {
    case 'ERR_REJECTED':
      return `BigCommerce did not accept these values.${said} Compare them with Legacy API Settings.`;
    case 'ERR_RATE_LIMITED':
      return 'There were too many tries. Wait a moment and try again.';
    case 'ERR_NETWORK':
    case 'ERR_TIMEOUT':
      return 'There was no answer. Check your internet connection and try again.';
    default:
      return `The store could not be connected.${said} (${error.message})`;
  }
}

function element<T extends HTMLElement>(selector: string, type: { new (): T }): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`The page has no ${selector}.`);
  return found;
}
