import { createRoot, hydrateRoot } from 'react-dom/client';
import { content } from './react.jsx';

globalThis.outcomes = [];
/** The types of the listeners that are added to the element. */
globalThis.added = [];
const { addEventListener } = EventTarget.prototype;
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (this?.localName === 'bigcommerce-connect') added.push(type);
  addEventListener.call(this, type, ...rest);
};

const main = document.querySelector('main');
const way = location.pathname.slice(1);
let root;
if (way.startsWith('client')) {
  root = createRoot(main);
  root.render(content(way));
} else {
  const isForm = way.endsWith('form');
  // As another script on the page may have done; a variable, so that it is not bundled.
  const element = `/authenticate-bigcommerce/${isForm ? 'form' : 'connect'}.js`;
  await import(element);
  // Merchants type before a slow page is hydrated.
  if (isForm) await new Promise((resolve) => (globalThis.hydrate = resolve));
  root = hydrateRoot(main, content(way, Promise.resolve()));
  await fetch('/ready');
}
globalThis.unmount = () => root.unmount();
