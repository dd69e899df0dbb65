import 'authenticate-bigcommerce/connect';
import type { EventsConfig } from 'authenticate-bigcommerce';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { messages, optionalFields } from './words.js';

const connect = find<BigCommerceConnect>('bigcommerce-connect');
const form = find<HTMLFormElement>('form');
/** The optional parts may be taken out of the page. */
const signatureKey = document.querySelector<HTMLInputElement>('#signature-key');
const copied = find('#copied');

/** The last connection's; stands in the page only while it is shown. */
let token = '';

connect.messages = messages;

// At the form, before the element reads them.
form.addEventListener('submit', () => {
  // What is filled in while a call is under way is not part of it.
  if (form.hasAttribute('aria-busy')) return;
  for (const message of form.querySelectorAll<HTMLElement>('[data-error-for]')) tell(message, '');
  const instanceId = typedInto('#existing-id');
  connect.config = {
    instanceId: instanceId ? Number(instanceId) : undefined,
    events: readEvents(),
  };
});

// At the element, after it has begun.
connect.addEventListener('submit', () => {
  setOffHeadline();
  showStatus();
});

form.addEventListener('input', ({ target }) => {
  const message = (target as Element).parentElement?.querySelector<HTMLElement>('[data-error-for]');
  if (message) tell(message, '');
});

connect.addEventListener('failed', ({ detail: error }) => {
  setOffHeadline();
  for (const { path } of error.code === 'ERR_CONFIG' ? error.issues : []) {
    const name = path.join('.');
    const message = form.querySelector<HTMLElement>(`[data-error-for="${CSS.escape(name)}"]`);
    if (message) tell(message, optionalFields[name] ?? '');
  }
  const wrong = form.querySelector<HTMLElement>('[aria-invalid]');
  for (const part of form.querySelectorAll('details')) {
    if (part.querySelector('[aria-invalid]')) part.open = true;
  }
  // The element's own choice may have been folded away, or not be the first.
  if (wrong) wrong.focus();
  else showStatus();
});

connect.addEventListener('connected', ({ detail: instance }) => {
  token = instance.token;
  find('#connected-title').textContent = connect.config?.instanceId
    ? 'Your connection is renewed'
    : 'Your store is connected';
  find('#instance-name').textContent = instance.name ?? typedInto('#name');
  find('#instance-id').textContent = String(instance.id);
  // They hold the signature key; the element has cleared the password.
  if (signatureKey) signatureKey.value = '';
  connect.config = undefined;
  swap('#setup', '#connected');
  find('#connected-title').focus();
});

find('#show-token').addEventListener('click', () => {
  setTokenShown(find('#instance-token').textContent === '');
});
find('#copy-id').addEventListener('click', () => copy('id'));
find('#copy-token').addEventListener('click', () => copy('token'));

find('#again').addEventListener('click', () => {
  setTokenShown(false);
  token = '';
  copied.textContent = '';
  form.reset();
  swap('#connected', '#setup');
  find('#username').focus();
});

function readEvents(): EventsConfig | undefined {
  const callbackUrl = typedInto('#callback-url');
  const minutes = typedInto('#interval');
  const resources = [...form.querySelectorAll<HTMLInputElement>('input:checked')].map(
    ({ value }) => value as 'orders' | 'products' | 'customers',
  );
  if (!callbackUrl && !minutes && !signatureKey?.value && resources.length === 0) return undefined;
  return {
    callbackUrl,
    refreshInterval: minutes ? Number(minutes) : undefined,
    signatureKey: signatureKey?.value || undefined,
    resources: resources.length > 0 ? resources : undefined,
  };
}

/** Says at the field that `message` describes what is wrong with it, or takes it back. */
function tell(message: HTMLElement, text: string): void {
  const field = find(`[aria-describedby~="${message.id}"]`);
  message.textContent = text;
  if (text) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

/** Gives the first line of the element's words an element: `::first-line` ends where it wraps. */
function setOffHeadline(): void {
  const status = connect.querySelector(':scope > [role="status"]');
  // Done already, where a submit has changed nothing.
  if (!status || status.childElementCount > 0) return;
  const [headline = '', ...lines] = status.textContent.split('\n');
  const element = document.createElement('b');
  element.textContent = headline;
  status.replaceChildren(element, ...lines.map((line) => `\n${line}`));
}

/** The element's words may be below the window's end. */
function showStatus(): void {
  connect.lastElementChild?.scrollIntoView({ block: 'nearest' });
}

function setTokenShown(isShown: boolean): void {
  find('#instance-token').textContent = isShown ? token : '';
  find('#show-token > span').textContent = isShown ? 'Hide' : 'Show';
}

async function copy(what: 'id' | 'token'): Promise<void> {
  const place = find(`#instance-${what}`);
  try {
    await navigator.clipboard.writeText(what === 'token' ? token : (place.textContent ?? ''));
    copied.textContent = `The ${what} is copied.`;
  } catch {
    // Refused, or not there at all: only secure contexts have a clipboard.
    if (what === 'token') setTokenShown(true);
    getSelection()?.selectAllChildren(place);
    copied.textContent = `Your browser does not let this page copy. The ${what} is selected: copy it from the menu or with the keyboard.`;
  }
}

function swap(from: string, to: string): void {
  find(from).hidden = true;
  find(to).hidden = false;
  scrollTo(0, 0);
}

function typedInto(selector: string): string {
  return document.querySelector<HTMLInputElement>(selector)?.value.trim() ?? '';
}

function find<Found extends HTMLElement>(selector: string): Found {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}
