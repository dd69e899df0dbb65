import { authenticateBigCommerce } from 'authenticate-bigcommerce';
import { config } from './config.js';

const [, , baseUrl, userSecret, organizationSecret] = process.argv;
const { id } = await authenticateBigCommerce({
  ...config,
  baseUrl,
  userSecret,
  organizationSecret,
});
console.log(id);
