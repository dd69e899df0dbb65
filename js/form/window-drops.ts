/**
 * Forwards the window's drag events to an element in a form. Otherwise, a file that misses the form
 * opens in the tab, and shows the secrets. Returns a function that removes the listeners.
 */
export function forwardWindowDrops(form: HTMLElement, element: HTMLElement): () => void {
  const controller = new AbortController();
  for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
    addEventListener(
      type,
      (event) => {
        const path = event.composedPath();
        const isOtherForm = (target: EventTarget) =>
          target !== form && (target as Element).localName === form.localName;
        // The element itself, another form or a file input of the page gets the event already.
        if (path.includes(element) || event.defaultPrevented || path.some(isOtherForm)) return;
        if ((path[0] as Element).matches?.('[type=file]')) return;
        const copy = new DragEvent(type, { ...initOf(event), bubbles: false });
        if (!element.dispatchEvent(copy)) event.preventDefault();
      },
      { signal: controller.signal },
    );
  }
  return () => controller.abort();
}

function initOf({ dataTransfer, relatedTarget }: DragEvent): DragEventInit {
  return { dataTransfer, relatedTarget, cancelable: true };
}
