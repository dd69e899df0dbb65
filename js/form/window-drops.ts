/**
 * Gives an element the files that are dropped anywhere in its window: one that misses the form must
 * not open in the tab, secrets and all. Returns what ends it.
 */
export function takeWindowDrops(element: HTMLElement): () => void {
  const controller = new AbortController();
  for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const) {
    addEventListener(
      type,
      (event) => {
        const path = event.composedPath();
        // What takes it already: the element, another one, or a file input of the page's own.
        const isTaken = path.includes(element) || event.defaultPrevented;
        if (isTaken || (path[0] as Element).matches?.('[type=file]')) return;
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
