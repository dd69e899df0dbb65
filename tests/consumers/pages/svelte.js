import { mount, unmount } from 'svelte';
import Page from './svelte.svelte';

globalThis.outcomes = [];
const page = mount(Page, { target: document.querySelector('main') });
globalThis.unmount = () => unmount(page);
