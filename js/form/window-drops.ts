/**
 * Gives an element in a form the files that are dropped anywhere in its window: one that misses the
 * form must not open in the tab, secrets and all. Returns what ends it.
 */
export function takeWindowDrops(form: HTMLElement, element: HTMLElement): () => void {
  const controller = new AbortController();
  for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
    addEventListener(
      type,
      (event) => {
        const path = event.composedPath();
        const isOthers = (target: EventTarget) =>
          target !== form && (target as Element).localName === form.localName;
        // What takes it already: the element, another form, or a file input of the page's own.
        if (path.includes(element) || event.defaultPrevented || path.some(isOthers)) return;
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
