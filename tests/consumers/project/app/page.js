import { BigCommerceAuthError } from 'authenticate-bigcommerce';
import { Connect } from './connect.js';

/** Rendered on the server, which imports the package too. */
export default function Page() {
  return (
    <main data-error={BigCommerceAuthError.prototype.name}>
      <Connect />
    </main>
  );
}
