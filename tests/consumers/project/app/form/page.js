import { BigCommerceConnect } from 'authenticate-bigcommerce/react';
import { config } from '../../config.js';

const { baseUrl, ...values } = config;

/** A server component, which hands over what can be serialised. */
export default function Page() {
  return (
    <BigCommerceConnect
      baseUrl={baseUrl}
      config={{ tags: ['onboarding'] }}
      messages={{ connected: 'Connected, with words of the server.' }}
    >
      <form method="post">
        {Object.entries(values).map(([name, value]) => (
          <input key={name} name={name} defaultValue={value} />
        ))}
        <button type="submit" disabled>
          Connect
        </button>
      </form>
    </BigCommerceConnect>
  );
}
