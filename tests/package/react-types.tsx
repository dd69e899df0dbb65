// What the compiler must accept and refuse of React's own syntax, with the types of React
// 18 and 19; `tsc` is the test. Nothing here runs.

import type { ElementInstance } from 'authenticate-bigcommerce';
import type {
  ConnectMessages,
  BigCommerceConnect as Element,
} from 'authenticate-bigcommerce/connect';
import { BigCommerceConnect, type BigCommerceConnectProps } from 'authenticate-bigcommerce/react';
import { type ReactNode, useRef } from 'react';

const messages: ConnectMessages = { ERR_REJECTED: ({ status }) => status.toFixed() };

const save = ({ id, token }: ElementInstance) => [id.toFixed(), token.length];

export function Component(props: BigCommerceConnectProps): ReactNode {
  const element = useRef<Element>(null);
  return (
    <>
      <BigCommerceConnect {...props} />
      <BigCommerceConnect
        baseUrl="/api/cloud-elements"
        timeout={5000}
        instanceId={5}
        config={{ tags: ['onboarding'] }}
        messages={messages}
        onConnected={save}
        onFailed={(error) => error.code === 'ERR_CONFIG' && error.issues}
        ref={element}
        className="wide"
        id="connect"
        aria-label="Connect"
        data-step="2"
        onSubmit={() => element.current?.config}
      >
        <form method="post" />
      </BigCommerceConnect>
      <BigCommerceConnect baseUrl={undefined} config={undefined} onFailed={undefined} />
      {/* @ts-expect-error a URL is a string */}
      <BigCommerceConnect baseUrl={5} />
      {/* @ts-expect-error an instance has no code */}
      <BigCommerceConnect onConnected={(instance) => instance.code} />
      {/* @ts-expect-error there is no such prop */}
      <BigCommerceConnect onConnect={save} />
    </>
  );
}

/** The bare tag. */
export function Tag(): ReactNode {
  const element = useRef<Element>(null);
  return (
    <>
      <bigcommerce-connect
        base-url="/api/cloud-elements"
        timeout={5000}
        instance-id="5"
        defer-hydration=""
        class="wide"
        config={{ tags: ['onboarding'] }}
        messages={messages}
        onconnected={({ detail }) => save(detail)}
        onfailed={({ detail }) => detail.code}
        ref={element}
      >
        <form method="post" />
      </bigcommerce-connect>
      {/* @ts-expect-error a URL is a string */}
      <bigcommerce-connect base-url={5} />
      {/* @ts-expect-error there is no such attribute */}
      <bigcommerce-connect baseUrl="/api" />
      {/* @ts-expect-error an instance has no code */}
      <bigcommerce-connect onconnected={({ detail }) => detail.code} />
    </>
  );
}
