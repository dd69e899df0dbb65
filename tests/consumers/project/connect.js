import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import { config } from './config.js';

const { id } = await authenticateBigCommerce(config);
document.title = `Connected ${id}`;
