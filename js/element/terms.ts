/** BigCommerce's terms for the fields, which are English in every language. */
export const TERMS = {
  username: 'Username',
  password: 'API Token',
  clientId: 'Client ID',
  accessToken: 'Access token',
  clientSecret: 'Client secret',
  storeUrl: 'API path',
} as const;
