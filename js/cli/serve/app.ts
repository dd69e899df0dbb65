import { Hono } from 'hono';
import { createProxy } from '../../proxy.js';
import { makeDeliveries } from './deliver.js';
import { logRequest, noteError } from './log.js';
import { readPage } from './page.js';
import { makeAuthorize } from './session.js';
import type { Settings } from './settings.js';

/** The routes that the log names; the handler validates the path itself. */
const HANDLER_ROUTES = ['/instances', '/instances/:id', '/connections', '/*'];

/**
 * The timeout of the service, in milliseconds. A disconnection has it twice. With session, body and
 * delivery, every request ends before the drain timeout.
 */
const TIMEOUT = 25_000;

/** Creates the app: the handler, the page and `/healthz`, all below the base path. */
export function createApp({ basePath, hasPage, frameAncestors, ...settings }: Settings): Hono {
  const { session, instanceUrl, instanceKey, port: _, host: __, ...options } = settings;
  const handler = createProxy({
    ...options,
    timeout: TIMEOUT,
    ...makeDeliveries(instanceUrl, instanceKey),
    authorize: makeAuthorize(session),
    onError: noteError,
  });
  const app = new Hono();
  // Not logged, because probes come every few seconds.
  app.get(`${basePath}/healthz`, ({ text }) => text('ok', 200, { 'cache-control': 'no-store' }));
  app.use(logRequest);
  for (const route of HANDLER_ROUTES) {
    app.all(`${basePath}/api/cloud-elements${route}`, ({ req }) => handler(req.raw));
  }
  if (hasPage) {
    for (const [path, respond] of readPage(frameAncestors)) {
      app.get(`${basePath}/${path}`, ({ req }) => respond(req.raw));
    }
    // The page's URLs are relative.
    if (basePath !== '') app.get(basePath, ({ redirect }) => redirect(`${basePath}/`, 308));
  }
  return app;
}
