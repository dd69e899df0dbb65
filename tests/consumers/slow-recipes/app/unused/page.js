'use client';

// biome-ignore lint/correctness/noUnusedImports: what bundlers make of them is tested.
import { authenticateBigCommerce, BigCommerceAuthError, preload } from 'authenticate-bigcommerce';

export default function Page() {
  return <main>Unused</main>;
}
