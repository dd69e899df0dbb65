import Nango from '@nangohq/frontend';

// The nearest that it offers: a connection of its own service, not an instance of Cloud Elements.
export async function connect({ username, password, storeUrl, name, connectSessionToken }) {
  const nango = new Nango({ connectSessionToken });
  const { connectionId } = await nango.auth('bigcommerce', name, {
    params: { storeUrl },
    credentials: { username, password },
  });
  return { id: connectionId };
}
