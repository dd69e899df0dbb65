import 'authenticate-bigcommerce/connect';
import type { EventsConfig } from 'authenticate-bigcommerce';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { type Kind, messagesFor, OTHER_KIND, optionalFields } from './words.js';

/**
 * No texts, so that where nothing is typed the rules ask for these fields, and not for those of a
 * Legacy API account.
 */
const MISSING_STORE_LEVEL = { clientId: null as never, clientSecret: null as never };

const connect = find<BigCommerceConnect>('bigcommerce-connect');
const form = find<HTMLFormElement>('form');
const legacy = find<HTMLInputElement>('#legacy');
const storeUrl = find<HTMLInputElement>('#storeUrl');
const offer = find('#use-store-level');
/** The optional parts may be taken out of the page. */
const signatureKey = document.querySelector<HTMLInputElement>('#signature-key');
const copied = find('#copied');

/** The last connection's; stands in the page only while it is shown. */
let token = '';

/** Of the account that was submitted last. */
let kind: Kind = 'store-level';

connect.messages = messagesFor(() => kind);

find('#kinds').addEventListener('change', takeChoice);

offer.addEventListener('click', () => {
  find<HTMLInputElement>('#store-level').checked = true;
  takeChoice();
  find('#clientId').focus();
});

// At the form, before the element reads them.
form.addEventListener('submit', () => {
  // What is filled in while a call is under way is not part of it.
  if (form.hasAttribute('aria-busy')) return;
  for (const message of form.querySelectorAll<HTMLElement>('[data-error-for]')) tell(message, '');
  kind = legacy.checked ? 'legacy' : 'store-level';
  const instanceId = typedInto('#existing-id');
  connect.config = {
    instanceId: instanceId ? Number(instanceId) : undefined,
    events: readEvents(),
    ...(kind === 'store-level' && MISSING_STORE_LEVEL),
  };
});

// At the element, after it has begun.
connect.addEventListener('submit', () => {
  setOffHeadline();
  showStatus();
});

// At the element, after it has taken back its own.
connect.addEventListener('input', ({ target }) => {
  const message = (target as Element).parentElement?.querySelector<HTMLElement>('[data-error-for]');
  if (message) tell(message, '');
  offerOtherKind();
});

// The browser may have kept the choice over a reload.
takeChoice();

connect.addEventListener('failed', ({ detail: error }) => {
  setOffHeadline();
  for (const { path } of error.code === 'ERR_CONFIG' ? error.issues : []) {
    const name = path.join('.');
    const words = optionalFields[name];
    const message = form.querySelector<HTMLElement>(`[data-error-for="${CSS.escape(name)}"]`);
    if (words && message) tell(message, words);
  }
  offerOtherKind();
  const wrong = form.querySelector<HTMLElement>('[aria-invalid]:enabled');
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
  find('form fieldset:enabled input').focus();
});

/** Leaves the fields of the other kind out, and takes back what was said of them. */
function takeChoice(): void {
  find<HTMLFieldSetElement>('fieldset.legacy').disabled = !legacy.checked;
  find<HTMLFieldSetElement>('fieldset.store-level').disabled = legacy.checked;
  if (!form.hasAttribute('aria-busy')) status()?.replaceChildren();
  storeUrl.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Only offers, because what is typed may be meant otherwise. */
function offerOtherKind(): void {
  const path = /^(https:\/\/)?api\.bigcommerce\.com\/stores\//i;
  const isOther = legacy.checked && path.test(storeUrl.value.trim());
  offer.hidden = !isOther;
  if (isOther) tell(find('#storeUrl-error'), OTHER_KIND);
}

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
  const region = status();
  // Done already, where a submit has changed nothing.
  if (!region || region.childElementCount > 0) return;
  const [headline = '', ...lines] = region.textContent.split('\n');
  const element = document.createElement('b');
  element.textContent = headline;
  region.replaceChildren(element, ...lines.map((line) => `\n${line}`));
}

/** Where the element speaks, once it has. */
function status(): Element | null {
  return connect.querySelector(':scope > [role="status"]');
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
