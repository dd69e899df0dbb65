export { authenticateBigCommerce as connect, preload } from '../../../dist/index.js';
