import ky from 'ky';
import { body } from './body.js';

export async function connect(config) {
  const { id, token } = await ky
    .post(`${config.baseUrl}/instances`, { json: body(config), retry: 0, timeout: 60_000 })
    .json();
  return { id, token };
}
