// What the compiler must accept and refuse in a project for Node, which has no types of a
// page; `tsc` is the test. Nothing here runs.
import {
  authenticateBigCommerce,
  BigCommerceAuthError,
  type ModuleSource,
  preload,
} from 'authenticate-bigcommerce';
import { createProxy } from 'authenticate-bigcommerce/proxy';

export const handler: (request: Request) => Promise<Response> = createProxy({
  userSecret: process.env.USER_SECRET,
  organizationSecret: process.env.ORGANIZATION_SECRET,
  authorize: ({ headers }) => ({ subject: headers.get('cookie') ?? '' }),
  fetch,
});

export const sources: ModuleSource[] = [
  'https://cdn.example/a.wasm',
  new URL('https://cdn.example/a.wasm'),
  fetch('https://cdn.example/a.wasm'),
  new Uint8Array(),
  Buffer.from(''),
  new ArrayBuffer(0),
];

export async function call(): Promise<string | number> {
  // @ts-expect-error null is no source
  await preload(null);
  const config = { username: 'u', password: 'p', storeUrl: 's', name: 'n', baseUrl: 'b' };
  return authenticateBigCommerce({ ...config, signal: AbortSignal.timeout(5) }).then(
    ({ id }) => id,
    (error) => (error instanceof BigCommerceAuthError ? error.code : 'other'),
  );
}
