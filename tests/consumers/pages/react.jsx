import { BigCommerceConnect, BigCommerceConnectForm } from 'authenticate-bigcommerce/react';
import { ConnectStore } from 'example';
import { lazy, StrictMode, Suspense, useRef, useState } from 'react';

const callbacks = {
  onConnected: ({ id }) => outcomes.push(['connected', id]),
  onFailed: ({ code }) => outcomes.push(['failed', code]),
};

/** A component whose props change with each `change()`. */
function Changing() {
  const [count, setCount] = useState(0);
  const element = useRef(null);
  const [values, setValues] = useState({ clientId: '', accessToken: '', storeUrl: '', name: '' });
  globalThis.state = () => values;
  globalThis.change = () => setCount((count) => count + 1);
  globalThis.referenced = () => element.current;
  return (
    <BigCommerceConnect
      ref={element}
      className={`step-${count}`}
      hidden={false}
      data-step={count}
      baseUrl={`/api/${count}`}
      instanceId={count + 1}
      config={count === 0 ? { timeout: 0 } : { tags: ['<'] }}
      messages={{ ERR_CONFIG: `Step ${count}` }}
      onFailed={({ issues }) => outcomes.push(['failed', `${issues.at(-1).path} at step ${count}`])}
    >
      <form
        method="post"
        onSubmit={(event) => event.preventDefault()}
        onSubmitCapture={(event) => globalThis.isRefused && event.preventDefault()}
      >
        {Object.entries(values).map(([name, value]) => (
          <input
            key={name}
            name={name}
            value={value}
            onChange={({ target }) => setValues((values) => ({ ...values, [name]: target.value }))}
          />
        ))}
        <button type="submit" disabled>
          Connect
        </button>
      </form>
    </BigCommerceConnect>
  );
}

/** The content of a page. `way` is how it is rendered; the late one waits for `ready`. */
export function content(way, ready) {
  if (way === 'client-changing') return <Changing />;
  if (way.endsWith('form')) {
    return (
      <BigCommerceConnectForm
        baseUrl="/api/cloud-elements"
        hidden={false}
        to="Acme"
        config={{ tags: ['onboarding'] }}
        messages={{ introTo: 'To {to}!' }}
        {...callbacks}
      />
    );
  }
  const Late = lazy(() => ready.then(() => ({ default: ConnectStore })));
  if (way === 'late') {
    // In an element, because React waits for a boundary that could hold the whole page.
    return (
      <section>
        <Suspense fallback="Wait">
          <Late {...callbacks} />
        </Suspense>
      </section>
    );
  }
  const store = <ConnectStore {...callbacks} />;
  return way.endsWith('strict') ? <StrictMode>{store}</StrictMode> : store;
}
