// An HTML form that calls the function, without a custom element.
import {
  authenticateBigCommerce,
  type BigCommerceAuthError,
  createIdempotencyKey,
} from 'authenticate-bigcommerce';

const baseUrl = new URL('api/cloud-elements', document.baseURI).pathname;
const form = document.querySelector('form') as HTMLFormElement;
const button = document.querySelector('button') as HTMLButtonElement;
const status = document.querySelector('#status') as HTMLElement;

let idempotencyKey = createIdempotencyKey();
// Other values need another key.
form.addEventListener('input', () => {
  idempotencyKey = createIdempotencyKey();
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (form.ariaBusy === 'true') return;
  form.ariaBusy = 'true';
  for (const input of form.querySelectorAll('input')) showError(input, '');
  status.textContent = 'Connecting…';
  const values = new FormData(form);
  const text = (name: string) => String(values.get(name));
  try {
    const { name } = await authenticateBigCommerce({
      clientId: text('clientId'),
      accessToken: text('accessToken'),
      storeUrl: text('storeUrl'),
      name: text('name'),
      baseUrl,
      idempotencyKey,
    });
    status.textContent = `${name} is connected.`;
    form.reset();
  } catch (error) {
    showFailure(error as BigCommerceAuthError);
  }
  form.ariaBusy = 'false';
});
button.disabled = false;

function showFailure(error: BigCommerceAuthError): void {
  if (error.code !== 'ERR_CONFIG') {
    const reason = 'providerMessage' in error ? ` BigCommerce says: ${error.providerMessage}` : '';
    status.textContent = `The store is not connected.${reason} ${adviceFor(error)}`;
    return;
  }
  status.textContent = 'Check the marked fields.';
  for (const { path, message } of error.issues) {
    const input = form.querySelector<HTMLInputElement>(`#${path[0]}`);
    if (input) showError(input, message);
  }
  form.querySelector<HTMLInputElement>('[aria-invalid="true"]')?.focus();
}

function adviceFor({ code, mayHaveCreated }: BigCommerceAuthError): string {
  if (/^ERR_(REJECTED|FORBIDDEN|CONFLICT)$/.test(code)) {
    return 'Compare the values with the API account in BigCommerce.';
  }
  if (code === 'ERR_UNAUTHORIZED') return 'Sign in, then try again.';
  const isSetupError = /^ERR_(HANDLER|NOT_FOUND)$/.test(code) && !mayHaveCreated;
  return isSetupError ? 'Contact the owner of this page.' : 'Try again with the same values.';
}

function showError(input: HTMLInputElement, text: string): void {
  input.ariaInvalid = text ? 'true' : 'false';
  (document.getElementById(`${input.id}-error`) as HTMLElement).textContent = text;
}
