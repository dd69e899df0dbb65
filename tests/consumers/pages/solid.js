import { ConnectStore } from 'example';
import { createComponent, render } from 'solid-js/web';
import { form } from './form.js';

globalThis.outcomes = [];
const template = document.createElement('template');
template.innerHTML = form;
globalThis.unmount = render(
  () =>
    createComponent(ConnectStore, {
      onConnected: ({ id }) => outcomes.push(['connected', id]),
      onFailed: ({ code }) => outcomes.push(['failed', code]),
      children: template.content.firstElementChild,
    }),
  document.querySelector('main'),
);
