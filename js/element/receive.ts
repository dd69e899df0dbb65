import { type CredentialsFile, MAX_LENGTH, parseCredentialsFile } from './credentials-file.js';
import {
  type Control,
  controls,
  controlsOf,
  isDisabled,
  isFileTextInput,
  nameOf,
  set,
} from './form.js';

interface Receiver {
  getForm(): HTMLFormElement | null;
  /** Called when files are dragged over the element, dropped, chosen or pasted. */
  onFiles(): void;
  /** Called with the values in a file or a pasted text; undefined if there are none. */
  onReceived(found: CredentialsFile | undefined, keepsFocus: boolean): void;
}

/**
 * Receives BigCommerce's file if it is dropped on the element, chosen in an
 * `<input type="file" data-bigcommerce-file>`, or pasted, as a file or as its text, into a control
 * that the element reads or into another `<input data-bigcommerce-file>`, where its text can also
 * arrive without a paste.
 */
export function receiveCredentials(element: HTMLElement, receiver: Receiver): void {
  /** The `pointer-events` of disabled controls before a drag. */
  const pointerEvents = new Map<HTMLElement, string>();

  const disablePointerEvents = () => {
    const form = receiver.getForm();
    for (const control of form ? controls(form) : []) {
      if (!isDisabled(control) || pointerEvents.has(control)) continue;
      pointerEvents.set(control, control.style.pointerEvents);
      // Firefox fires no drag events over disabled controls.
      control.style.pointerEvents = 'none';
    }
  };
  const restorePointerEvents = () => {
    for (const [control, value] of pointerEvents) control.style.pointerEvents = value;
    pointerEvents.clear();
  };
  const receive = async (files: File[], keepsFocus: boolean) => {
    receiver.onFiles();
    receiver.onReceived(await read(files), keepsFocus);
  };

  for (const type of ['dragenter', 'dragover'] as const) {
    element.addEventListener(type, (event) => {
      if (!acceptsDrag(event)) return;
      event.preventDefault();
      receiver.onFiles();
      disablePointerEvents();
    });
  }
  element.addEventListener('dragleave', ({ relatedTarget }) => {
    if (!element.contains(relatedTarget as Node | null)) restorePointerEvents();
  });
  element.addEventListener('drop', (event) => {
    restorePointerEvents();
    if (event.defaultPrevented || !acceptsDrag(event)) return;
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
    // Not the image that spreadsheets copy in addition to the text.
    const files = [...clipboardData.files].filter(({ type }) => type === 'text/plain');
    if (!found && files.length === 0 && !isForFile) return;
    event.preventDefault();
    if (found) receiver.onReceived(found, !isForFile);
    else receive(files, !isForFile);
  });
  // Dragged text, and the clipboard of a phone's keyboard, arrive without a paste.
  element.addEventListener('input', (event) => {
    const { data, inputType, isComposing } = event as InputEvent;
    const input = event.target as HTMLInputElement;
    const isTyped = data?.length === 1 || isComposing || inputType?.startsWith('delete');
    if (isTyped || !isFileTextInput(input) || !receiver.getForm()) return;
    const found = parseCredentialsFile(input.value);
    if (!found) return;
    set(input, 'value', '');
    // Without the event, frameworks would restore the value.
    input.dispatchEvent(new Event('input', { bubbles: true }));
    receiver.onReceived(found, false);
  });
}

/** Whether files are dragged, but not over another file input of the page. */
function acceptsDrag({ dataTransfer, target }: DragEvent): boolean {
  const isOtherInput = (target as Element).matches?.('[type=file]:not([data-bigcommerce-file])');
  return !isOtherInput && (dataTransfer?.types.includes('Files') ?? false);
}

/** Returns the values in the first file that has any. */
async function read(files: File[]): Promise<CredentialsFile | undefined> {
  for (const file of files) {
    if (file.size > MAX_LENGTH) continue;
    // Folders and deleted files cannot be read.
    const found = parseCredentialsFile(await file.text().catch(() => ''));
    if (found) return found;
  }
  return undefined;
}
