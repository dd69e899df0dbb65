export { authenticateBigCommerce as connect, preload } from 'authenticate-bigcommerce';
