import axios from 'axios';
import { body } from './body.js';

export async function connect(config) {
  const { data } = await axios.post(`${config.baseUrl}/instances`, body(config));
  return { id: data.id, token: data.token };
}
