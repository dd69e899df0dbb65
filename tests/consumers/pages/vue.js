import ConnectStore from 'example';
import { createApp, createStaticVNode, h } from 'vue';
import { form } from './form.js';

globalThis.outcomes = [];
const app = createApp(() =>
  h(
    ConnectStore,
    {
      onConnected: ({ id }) => outcomes.push(['connected', id]),
      onFailed: ({ code }) => outcomes.push(['failed', code]),
    },
    () => createStaticVNode(form, 1),
  ),
);
app.mount('main');
globalThis.unmount = () => app.unmount();
