import { ofetch } from 'ofetch';
import { body } from './body.js';

export async function connect(config) {
  const { id, token } = await ofetch(`${config.baseUrl}/instances`, {
    method: 'POST',
    body: body(config),
  });
  return { id, token };
}
