import ky from 'ky';
import { body } from './body.js';

export async function connect(config) {
  const { id, token } = await ky.post(`${config.baseUrl}/instances`, { json: body(config) }).json();
  return { id, token };
}
