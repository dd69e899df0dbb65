import 'authenticate-bigcommerce/connect';
import type { EventsConfig } from 'authenticate-bigcommerce';
import type { BigCommerceConnect } from 'authenticate-bigcommerce/connect';
import { type Kind, messagesFor, OTHER_FIELDS, OTHER_KIND } from './messages.js';
import { openSession } from './session.js';

const connect = find<BigCommerceConnect>('bigcommerce-connect');
const form = find<HTMLFormElement>('form');
const legacy = find<HTMLInputElement>('#legacy');
const storeUrl = find<HTMLInputElement>('#storeUrl');
const offer = find('#use-store-level');
/** Null where the events, which are optional, were taken out of the page. */
const signatureKey = document.querySelector<HTMLInputElement>('#signature-key');
const copied = find('#copied');

/** Of the last connection; in the document only while it is shown. */
let token = '';

/** The kind of the account that was submitted last. */
let kind: Kind = 'store-level';

const session = openSession(find('main'));

connect.messages = messagesFor(
  () => kind,
  () => session.isOpen,
);

// Below the page's own address, whatever that is.
const baseUrl = new URL(connect.getAttribute('base-url') ?? '', document.baseURI);
connect.setAttribute('base-url', baseUrl.pathname);

find('#kinds').addEventListener('change', applyChoice);

offer.addEventListener('click', () => {
  find<HTMLInputElement>('#store-level').checked = true;
  applyChoice();
  find('#clientId').focus();
});

// On the form, before the element reads its controls.
form.addEventListener('submit', () => {
  // What is typed while a call is in flight is not part of it.
  if (form.hasAttribute('aria-busy')) return;
  for (const message of form.querySelectorAll<HTMLElement>('[data-error-for]'))
    showError(message, '');
  kind = legacy.checked ? 'legacy' : 'store-level';
  const instanceId = inputValue('#existing-id');
  connect.config = {
    instanceId: instanceId ? Number(instanceId) : undefined,
    events: readEvents(),
    sessionToken: session.token,
  };
});

// On the element, after its own listener.
connect.addEventListener('submit', () => {
  markUpHeadline();
  showStatus();
});

// On the element, after it has removed its own error.
connect.addEventListener('input', ({ target }) => {
  const message = (target as Element).parentElement?.querySelector<HTMLElement>('[data-error-for]');
  if (message) showError(message, '');
  offerOtherKind();
});

// A file that misses the form must not open in the tab, secrets and all.
for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
  addEventListener(type, (event) => {
    if (event.composedPath().includes(connect)) return;
    // Prevented where the element takes it.
    if (!connect.dispatchEvent(new DragEvent(type, event))) event.preventDefault();
  });
}

// After a reload the browser may have restored the choice.
applyChoice();

connect.addEventListener('failed', ({ detail: error }) => {
  markUpHeadline();
  for (const { path } of error.code === 'ERR_CONFIG' ? error.issues : []) {
    const name = path.join('.');
    const text = OTHER_FIELDS[name];
    const message = form.querySelector<HTMLElement>(`[data-error-for="${CSS.escape(name)}"]`);
    if (text && message) showError(message, text);
  }
  offerOtherKind();
  const wrong = form.querySelector<HTMLElement>('[aria-invalid]:enabled');
  for (const part of form.querySelectorAll('details')) {
    if (part.querySelector('[aria-invalid]')) part.open = true;
  }
  // The field that the element has focused may be folded away, or not be the first.
  if (wrong) wrong.focus();
  else showStatus();
});

connect.addEventListener('connected', ({ detail: instance }) => {
  token = instance.token;
  find('#connected-title').textContent = connect.config?.instanceId
    ? 'Your connection is renewed'
    : 'Your store is connected';
  find('#instance-name').textContent = instance.name ?? inputValue('#name');
  find('#instance-id').textContent = String(instance.id);
  // Both hold the signature key; the element has cleared the other secrets.
  if (signatureKey) signatureKey.value = '';
  connect.config = undefined;
  session.forget();
  show('#connected', '#setup');
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
  show('#setup', '#connected');
  find('form fieldset:enabled input').focus();
});

/** Disables the fields of the other kind, and removes their errors. */
function applyChoice(): void {
  find<HTMLFieldSetElement>('fieldset.legacy').disabled = !legacy.checked;
  find<HTMLFieldSetElement>('fieldset.store-level').disabled = legacy.checked;
  if (!form.hasAttribute('aria-busy')) status()?.replaceChildren();
  storeUrl.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Only offers, because what is typed may be meant differently. */
function offerOtherKind(): void {
  const path = /^(https:\/\/)?api\.bigcommerce\.com\/stores\//i;
  const isOther = legacy.checked && path.test(storeUrl.value.trim());
  offer.hidden = !isOther;
  if (isOther) showError(find('#storeUrl-error'), OTHER_KIND);
}

function readEvents(): EventsConfig | undefined {
  const callbackUrl = inputValue('#callback-url');
  const minutes = inputValue('#interval');
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

/** Shows `text` as the error of the field that `message` describes; an empty one removes it. */
function showError(message: HTMLElement, text: string): void {
  const field = find(`[aria-describedby~="${message.id}"]`);
  message.textContent = text;
  if (text) field.setAttribute('aria-invalid', 'true');
  else field.removeAttribute('aria-invalid');
}

/** Puts the first line of the status into an element: `::first-line` would end where it wraps. */
function markUpHeadline(): void {
  const region = status();
  // A submit that changed nothing has left it as it was.
  if (!region || region.childElementCount > 0) return;
  const [headline = '', ...lines] = region.textContent.split('\n');
  const element = document.createElement('b');
  element.textContent = headline;
  region.replaceChildren(element, ...lines.map((line) => `\n${line}`));
}

/** The element's status, once there is one. */
function status(): Element | null {
  return connect.querySelector(':scope > [role="status"]');
}

/** The status may be below the end of the window. */
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

function show(shown: string, hidden: string): void {
  find(hidden).hidden = true;
  find(shown).hidden = false;
  scrollTo(0, 0);
}

function inputValue(selector: string): string {
  return document.querySelector<HTMLInputElement>(selector)?.value.trim() ?? '';
}

function find<Found extends HTMLElement>(selector: string): Found {
  const found = document.querySelector<Found>(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
}
