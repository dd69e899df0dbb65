import { ConnectStore } from 'example';
import { createComponent, render } from 'solid-js/web';
import { form } from './form.js';

globalThis.said = [];
const template = document.createElement('template');
template.innerHTML = form;
globalThis.unmount = render(
  () =>
    createComponent(ConnectStore, {
      onConnected: ({ id }) => said.push(['connected', id]),
      onFailed: ({ code }) => said.push(['failed', code]),
      children: template.content.firstElementChild,
    }),
  document.querySelector('main'),
);
