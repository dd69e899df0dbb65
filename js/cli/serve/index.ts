import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { getRequestListener } from '@hono/node-server';
import { untilStopped } from '../stop.js';
import { createApp } from './app.js';
import { writeLine } from './log.js';
import { readSettings } from './settings.js';

/**
 * The time limit of requests in flight, in milliseconds: longer than session, body, service and
 * delivery may take.
 */
const MAX_DRAIN = 75_000;

export const help = `Usage: authenticate-bigcommerce serve

Serves the onboarding page at <BASE_PATH>/, the handler at <BASE_PATH>/api/cloud-elements, and
<BASE_PATH>/healthz. Keeps no state: run as many processes as you need. Docs: docs/back-ends.md.

Required environment variables:

  CLOUD_ELEMENTS_USER_SECRET, CLOUD_ELEMENTS_ORGANIZATION_SECRET
                             the account's secrets
  CLOUD_ELEMENTS_BASE_URL    the account's API, whose host depends on its region
  one of these, which says who is signed in:
    SESSION_URL              your back end's URL: it gets the page's Cookie and Authorization headers,
                             and responds with 200 and { "subject": … }, or with 401
    SESSION_KEY              the key of HS256 JWTs, at least 32 bytes
    SESSION_JWKS_URL         the URL of the keys of RS256 and ES256 JWTs
  INSTANCE_URL               your back end's URL that gets the id and token of a connected store
  INSTANCE_KEY               signs those requests (Standard Webhooks): whsec_<base64>

Optional environment variables:

  SESSION_AUDIENCE           the audience of the JWTs; default: authenticate-bigcommerce
  SESSION_ISSUER             the issuer of the JWTs; default: any
  ORIGIN                     the public origin, if a proxy in front of this process ends TLS
  ALLOWED_ORIGINS            other origins whose pages may call the handler
  FRAME_ANCESTORS            the origins that may show the page in a frame; default: 'none'
  BASE_PATH                  a prefix of all paths, such as /connect; default: none
  PORT, HOST                 default: 8787, 127.0.0.1
  ALLOW_EVENTS=1             lets pages set up events
  ALLOW_DISCONNECT=1         lets merchants disconnect their stores
  ALLOW_HTTP=1               accepts http: in the three URLs of your back end, for any host
  PAGE=0                     serves only the handler, without the page

On SIGTERM or SIGINT, requests in flight have 75 seconds to finish. The exit status is 0, or 1 if some
did not finish.`;

export async function run(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  const settings = readSettings(process.env);
  const app = createApp(settings);
  // Keeps serving if nobody reads the log, as in `serve | head -1`.
  process.stdout.on('error', () => undefined);
  let isStopping = false;
  const stopped = untilStopped();
  const hostname = isIPv6(settings.host) ? `[${settings.host}]` : settings.host;
  const listener = getRequestListener(
    async (request) => {
      const response = await app.fetch(request);
      // A connection that is kept alive would bring further requests.
      if (isStopping) response.headers.set('connection', 'close');
      return response;
    },
    // The host of requests without `Host`, such as a probe's with HTTP/1.0.
    { hostname },
  );
  const server = createServer(listener);
  const idle = trackIdle(server);
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  writeLine({ message: 'started', url: `http://${hostname}:${port}${settings.basePath}/` });
  await stopped;
  isStopping = true;
  const closed = once(server, 'close');
  server.close();
  for (const socket of idle()) socket.destroy();
  // Exits, because deliveries would continue without their connections.
  setTimeout(() => process.exit(1), MAX_DRAIN).unref();
  await closed;
  return 0;
}

/**
 * Returns the open connections without a request in flight: `close` would wait for those whose next
 * request has begun, or whose last one does not end after its response.
 */
function trackIdle(server: Server): () => Socket[] {
  const sockets = new Set<Socket>();
  const requests = new Set<IncomingMessage>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => {
    requests.add(request);
    response.once('close', () => requests.delete(request));
  });
  return () => {
    const busy = new Set(Array.from(requests, ({ socket }) => socket));
    return [...sockets].filter((socket) => !busy.has(socket));
  };
}
