import { createProxy } from 'authenticate-bigcommerce/proxy';

const proxy = createProxy({
  userSecret: process.env.CLOUD_ELEMENTS_USER_SECRET,
  organizationSecret: process.env.CLOUD_ELEMENTS_ORGANIZATION_SECRET,
  baseUrl: process.env.CLOUD_ELEMENTS_BASE_URL,
  authorize: () => ({ subject: 'merchant' }),
});

export { proxy as GET, proxy as POST, proxy as PUT };
