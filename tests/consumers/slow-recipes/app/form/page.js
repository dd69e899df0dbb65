import { BigCommerceConnect } from 'authenticate-bigcommerce/react';

const VALUES = {
  username: 'shop',
  password: '0123456789abcdef',
  storeUrl: 'store-wuxeae6.mybigcommerce.com',
  name: 'My shop',
};

/** A server component, which can pass only what can be serialised. */
export default function Page() {
  return (
    <BigCommerceConnect
      baseUrl="/api/cloud-elements"
      config={{ tags: ['onboarding'] }}
      messages={{ connected: 'Connected, with the message of a server component.' }}
    >
      <form method="post">
        {Object.entries(VALUES).map(([name, value]) => (
          <input key={name} name={name} defaultValue={value} />
        ))}
        <button type="submit" disabled>
          Connect
        </button>
      </form>
    </BigCommerceConnect>
  );
}
