/** The request body for the service. */
export function body({ username, password, storeUrl, name, tags }) {
  return {
    element: { key: 'bigcommerce' },
    configuration: { username, password, 'store.url': storeUrl },
    tags,
    name,
  };
}
