// What the compiler must accept and refuse of React's own syntax, with the types of React
// 18 and 19; `tsc` is the test. Nothing here runs.

import type { ElementInstance } from 'authenticate-bigcommerce';
import type {
  ConnectMessages,
  BigCommerceConnect as Element,
} from 'authenticate-bigcommerce/connect';
import type { BigCommerceConnectForm as FormElement } from 'authenticate-bigcommerce/form';
import en from 'authenticate-bigcommerce/languages/en';
import {
  BigCommerceConnect,
  BigCommerceConnectForm,
  type BigCommerceConnectProps,
} from 'authenticate-bigcommerce/react';
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

export function Form(): ReactNode {
  const element = useRef<FormElement>(null);
  return (
    <>
      <BigCommerceConnectForm
        baseUrl="/api/cloud-elements"
        lang="de"
        theme="dark"
        to="Acme"
        account="legacy"
        credential="client-secret"
        connectionName="Ours"
        returnUrl="/back"
        showConnections
        config={{ tags: ['onboarding'] }}
        messages={en}
        defaultValues={{ storeUrl: 'store-abc123.mybigcommerce.com' }}
        scopes={[{ name: 'Orders', access: 'read-only' }]}
        helpUrls={{ legacy: 'https://help.example' }}
        onConnected={save}
        onDisconnected={({ id }) => id.toFixed()}
        ref={element}
        onClick={() => element.current?.reload()}
      />
      <bigcommerce-connect-form
        base-url="/api/cloud-elements"
        show-connections
        messages={{ connect: 'Go', connectedTitle: ({ name }) => `${name}!`, ERR_REJECTED: 'No.' }}
        ondisconnected={({ detail }) => detail.id}
      />
      {/* @ts-expect-error secrets have no default values */}
      <BigCommerceConnectForm defaultValues={{ password: 'p' }} />
      {/* @ts-expect-error there is no such kind of account */}
      <BigCommerceConnectForm account="both" />
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
