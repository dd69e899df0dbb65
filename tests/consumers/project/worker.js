import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import { config } from './config.js';

authenticateBigCommerce(config).then(({ id }) => postMessage(id));
