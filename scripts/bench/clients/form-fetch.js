import { connect } from './fetch.js';

const form = document.querySelector('form');
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const values = Object.fromEntries(new FormData(form));
  const detail = await connect({ ...values, baseUrl: '/api' });
  form.dispatchEvent(new CustomEvent('connected', { detail, bubbles: true }));
});
form.querySelector('button').disabled = false;
