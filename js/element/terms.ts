/** What BigCommerce calls the credentials. */
export const TERMS = {
  username: 'Username',
  password: 'API Token',
  clientId: 'Client ID',
  accessToken: 'Access token',
  clientSecret: 'Client secret',
  storeUrl: 'API path',
} as const;
