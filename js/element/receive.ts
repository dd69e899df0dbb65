import { type CredentialsFile, MAX_LENGTH, parseCredentialsFile } from './credentials-file.js';
import { type Control, controls, controlsOf, isDisabled, nameOf } from './form.js';

interface Receiver {
  getForm(): HTMLFormElement | null;
  /** Files are dragged over the element, or chosen. */
  onFiles(): void;
  /** Gets what a file or a pasted text says; undefined where no file has credentials. */
  onReceived(found: CredentialsFile | undefined, keepsFocus: boolean): void;
}

/**
 * Receives BigCommerce's file, which is dropped on the element, chosen in an
 * `<input type="file" data-bigcommerce-file>`, or pasted, as a file or as its text, into a control
 * that the element reads or into another `<input data-bigcommerce-file>`.
 */
export function receiveCredentials(element: HTMLElement, receiver: Receiver): void {
  /** By disabled control, its own `pointer-events`. */
  const unblocked = new Map<HTMLElement, string>();

  const block = () => {
    const form = receiver.getForm();
    for (const control of form ? controls(form) : []) {
      if (!isDisabled(control) || unblocked.has(control)) continue;
      unblocked.set(control, control.style.pointerEvents);
      // Firefox fires no drag events over disabled controls.
      control.style.pointerEvents = 'none';
    }
  };
  const unblock = () => {
    for (const [control, value] of unblocked) control.style.pointerEvents = value;
    unblocked.clear();
  };
  const receive = async (files: File[], keepsFocus: boolean) => {
    receiver.onFiles();
    receiver.onReceived(await read(files), keepsFocus);
  };

  for (const type of ['dragenter', 'dragover'] as const) {
    element.addEventListener(type, (event) => {
      if (!isOurs(event)) return;
      event.preventDefault();
      receiver.onFiles();
      block();
    });
  }
  element.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!element.contains(relatedTarget as Node | null)) unblock();
  });
  element.addEventListener('drop', (event) => {
    unblock();
    if (event.defaultPrevented || !isOurs(event)) return;
    event.preventDefault();
    receive([...(event.dataTransfer?.files ?? [])], false);
  });
  element.addEventListener('change', ({ target }) => {
    const input = target as HTMLInputElement;
    if (!input.matches('[type=file][data-bigcommerce-file]')) return;
    const files = [...(input.files ?? [])];
    input.value = '';
    if (files.length > 0) receive(files, false);
  });
  element.addEventListener('paste', (event) => {
    const { clipboardData, target } = event;
    const form = receiver.getForm();
    if (event.defaultPrevented || !clipboardData || !form) return;
    const isForFile = (target as Element).matches('[data-bigcommerce-file]');
    if (!isForFile && !controlsOf(form, nameOf(target as Control)).includes(target as Control))
      return;
    const found = parseCredentialsFile(clipboardData.getData('text/plain'));
    // Not the pictures that spreadsheets copy beside their text.
    const files = [...clipboardData.files].filter(({ type }) => type === 'text/plain');
    if (!found && files.length === 0 && !isForFile) return;
    event.preventDefault();
    if (found) receiver.onReceived(found, !isForFile);
    else receive(files, !isForFile);
  });
}

/** Whether files are dragged, and not over another file input of the page's. */
function isOurs({ dataTransfer, target }: DragEvent): boolean {
  const isOthers = (target as Element).matches?.('[type=file]:not([data-bigcommerce-file])');
  return !isOthers && (dataTransfer?.types.includes('Files') ?? false);
}

/** What the first file with credentials says. */
async function read(files: File[]): Promise<CredentialsFile | undefined> {
  for (const file of files) {
    if (file.size > MAX_LENGTH) continue;
    // A folder cannot be read, nor can a file that was deleted meanwhile.
    const found = parseCredentialsFile(await file.text().catch(() => ''));
    if (found) return found;
  }
  return undefined;
}
