import { BigCommerceAuthError } from 'authenticate-bigcommerce';

/** Rendered on the server, which imports the package too. */
export default function Page() {
  return <main data-error={BigCommerceAuthError.prototype.name} />;
}
