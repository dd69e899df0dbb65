import { ConnectStore } from 'example';
import { lazy, StrictMode, Suspense } from 'react';

const say = {
  onConnected: ({ id }) => said.push(['connected', id]),
  onFailed: ({ code }) => said.push(['failed', code]),
};

/** What a page shows. `way` says how it is rendered, `ready` when the late one can be. */
export function content(way, ready) {
  const Late = lazy(() => ready.then(() => ({ default: ConnectStore })));
  if (way === 'late') {
    // In an element, because React waits for a boundary that could hold the whole page.
    return (
      <section>
        <Suspense fallback="Wait">
          <Late {...say} />
        </Suspense>
      </section>
    );
  }
  const store = <ConnectStore {...say} />;
  return way.endsWith('strict') ? <StrictMode>{store}</StrictMode> : store;
}
