import { authenticateBigCommerce, preload } from 'authenticate-bigcommerce';
import { config } from './config.js';

await preload(new URLSearchParams(location.search).get('wasm'));
const { id } = await authenticateBigCommerce(config);
document.title = `Connected ${id}`;
