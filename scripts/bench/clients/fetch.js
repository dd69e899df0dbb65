import { body } from './body.js';

export async function connect(config) {
  const response = await fetch(`${config.baseUrl}/instances`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body(config)),
  });
  if (!response.ok) throw new Error(`The answer was ${response.status}.`);
  const { id, token } = await response.json();
  return { id, token };
}
