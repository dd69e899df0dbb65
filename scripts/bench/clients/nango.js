import Nango from '@nangohq/frontend';

// Its closest call: it connects to Nango's own service, not to Cloud Elements.
export async function connect({ username, password, storeUrl, name, connectSessionToken }) {
  const nango = new Nango({ connectSessionToken });
  const { connectionId } = await nango.auth('bigcommerce', name, {
    params: { storeUrl },
    credentials: { username, password },
  });
  return { id: connectionId };
}
