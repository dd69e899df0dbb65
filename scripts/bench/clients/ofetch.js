import { ofetch } from 'ofetch';
import { body } from './body.js';

export async function connect(config) {
  const { id, token } = await ofetch(`${config.baseUrl}/instances`, {
    method: 'POST',
    body: body(config),
    retry: 0,
    timeout: 60_000,
  });
  return { id, token };
}
