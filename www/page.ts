import 'authenticate-bigcommerce/connect';

const connect = document.querySelector('bigcommerce-connect');

connect?.addEventListener('connected', ({ detail: { id, token } }) => {
  element('#instance-id').textContent = String(id);
  element('#instance-token').textContent = token;
  connect.hidden = true;
  element('#connected').hidden = false;
  element('#connected-title').focus();
});

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}
