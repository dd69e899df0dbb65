import ConnectStore from 'example';
import { createRawSnippet, mount, unmount } from 'svelte';
import { form } from './form.js';

globalThis.said = [];
const component = mount(ConnectStore, {
  target: document.querySelector('main'),
  props: {
    onConnected: ({ id }) => said.push(['connected', id]),
    onFailed: ({ code }) => said.push(['failed', code]),
    children: createRawSnippet(() => ({ render: () => form })),
  },
});
globalThis.unmount = () => unmount(component);
