import { renderToPipeableStream } from 'react-dom/server';
import { content } from './react.jsx';

/** Writes a page; the late content follows when it is ready. */
export function render(way, ready, nonce, response) {
  const { pipe } = renderToPipeableStream(content(way, ready), {
    nonce,
    bootstrapModules: ['/react-client.js'],
    onShellReady() {
      response.write('<!doctype html><title></title><main>');
      pipe(response);
    },
  });
}
