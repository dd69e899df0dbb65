import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { parseArgs } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { untilStopped } from '../stop.js';
import { createApp } from './app.js';
import { writeLine } from './log.js';
import { readSettings } from './settings.js';

/** Milliseconds for requests in flight: longer than session, service and deliveries may take. */
const MAX_DRAIN = 75_000;

export const help = `Usage: authenticate-bigcommerce serve

Serves the onboarding page at <BASE_PATH>/, the handler at <BASE_PATH>/api/cloud-elements, and
<BASE_PATH>/healthz. Keeps no state: run as many as you like. Its settings are environment variables:

  CLOUD_ELEMENTS_USER_SECRET
  CLOUD_ELEMENTS_ORGANIZATION_SECRET
  CLOUD_ELEMENTS_BASE_URL    the account; all three are required
  SESSION_URL                who is asking: your back end answers a GET with the page's cookie and
                             authorization with 200 and { "subject": … }, or with 401
  SESSION_KEY                or: the key of HS256 JWTs, at least 32 bytes
  SESSION_JWKS_URL           or: the keys of RS256 and ES256 JWTs; one of the three is required
  SESSION_AUDIENCE           of the JWTs; default: authenticate-bigcommerce
  SESSION_ISSUER             of the JWTs; default: any
  INSTANCE_URL               where id and token of a connected store go; required
  INSTANCE_KEY               signs what is sent there (Standard Webhooks): whsec_<base64>; required
  ORIGIN                     the public origin, where TLS ends before this process
  ALLOWED_ORIGINS            other origins whose pages may call the handler
  FRAME_ANCESTORS            who may show the page in a frame; default: 'none'
  BASE_PATH                  the path before all the others; default: none
  PORT, HOST                 default: 8787, 127.0.0.1
  ALLOW_EVENTS               1: pages may set up events
  ALLOW_DISCONNECT           1: merchants may disconnect their stores
  ALLOW_HTTP                 1: SESSION_URL, SESSION_JWKS_URL and INSTANCE_URL may be http: URLs of
                             any host
  PAGE                       0: no page, the handler alone

SIGTERM or SIGINT lets requests in flight end, for at most 75 seconds.`;

export async function run(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  const settings = readSettings(process.env);
  const app = createApp(settings);
  let isStopping = false;
  const stopped = untilStopped();
  const listener = getRequestListener(async (request) => {
    const response = await app.fetch(request);
    // Requests would go on to come on a connection that is kept alive.
    if (isStopping) response.headers.set('connection', 'close');
    return response;
  });
  const server = createServer(listener);
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const name = isIPv6(settings.host) ? `[${settings.host}]` : settings.host;
  writeLine({ message: 'started', url: `http://${name}:${port}${settings.basePath}/` });
  await stopped;
  isStopping = true;
  const closed = once(server, 'close');
  server.close();
  setTimeout(() => server.closeAllConnections(), MAX_DRAIN).unref();
  await closed;
  return 0;
}
