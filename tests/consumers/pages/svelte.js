import ConnectStore from 'example';
import { createRawSnippet, mount, unmount } from 'svelte';
import { form } from './form.js';

globalThis.outcomes = [];
const component = mount(ConnectStore, {
  target: document.querySelector('main'),
  props: {
    onConnected: ({ id }) => outcomes.push(['connected', id]),
    onFailed: ({ code }) => outcomes.push(['failed', code]),
    children: createRawSnippet(() => ({ render: () => form })),
  },
});
globalThis.unmount = () => unmount(component);
