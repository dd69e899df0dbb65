export const config = {
  username: 'shop',
  password: '0123456789abcdef',
  storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
  name: 'My shop',
  baseUrl: '/api/cloud-elements',
};
