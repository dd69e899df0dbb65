import ConnectStore from 'example';
import { createApp, createStaticVNode, h } from 'vue';
import { form } from './form.js';

globalThis.said = [];
const app = createApp(() =>
  h(
    ConnectStore,
    {
      onConnected: ({ id }) => said.push(['connected', id]),
      onFailed: ({ code }) => said.push(['failed', code]),
    },
    () => createStaticVNode(form, 1),
  ),
);
app.mount('main');
globalThis.unmount = () => app.unmount();
