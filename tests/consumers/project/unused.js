// biome-ignore lint/correctness/noUnusedImports: what bundlers make of them is tested.
import { authenticateBigCommerce, BigCommerceAuthError, preload } from 'authenticate-bigcommerce';
