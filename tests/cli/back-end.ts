// A host's back end, and the command `serve` beside it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { bySession } from '../handler/served-handler.js';
import { type Site, serve } from '../server.js';
import { Command, environmentOf } from './command.js';

export const INSTANCE_KEY = `whsec_${Buffer.alloc(32, 'instance-key').toString('base64')}`;

type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A delivery whose signature is right. */
interface Delivery {
  id: string;
  timestamp: string;
  payload: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** Answers `/session` by the cookie `session`, takes deliveries at `/instances`, has keys at `/jwks`. */
interface BackEnd extends Site {
  deliveries: Delivery[];
  /** Answer in place of the back end's own, unless they are undefined. */
  onSession?: Respond | undefined;
  onDelivery?: Respond | undefined;
  /** Public keys. */
  keys: object[];
}

async function startBackEnd(): Promise<BackEnd> {
  const site = await serve(async (request, response) => {
    switch (request.url) {
      case '/session':
        return void (backEnd.onSession ?? answerSession)(request, response);
      case '/jwks':
        return void response.end(JSON.stringify({ keys: backEnd.keys }));
      case '/instances': {
        const payload = await text(request);
        const headers = request.headers as Record<string, string>;
        // Throws where the signature or the time is wrong.
        new Webhook(INSTANCE_KEY).verify(payload, headers);
        const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers;
        backEnd.deliveries.push({ id, timestamp, payload: JSON.parse(payload) });
        if (backEnd.onDelivery) return void backEnd.onDelivery(request, response);
        return void response.writeHead(204).end();
      }
      default:
        return void response.writeHead(404).end();
    }
  });
  const backEnd: BackEnd = { ...site, deliveries: [], keys: [] };
  return backEnd;
}

function answerSession({ headers }: IncomingMessage, response: ServerResponse): void {
  const session = bySession({ headers: new Headers({ cookie: headers.cookie ?? '' }) });
  response.writeHead(session ? 200 : 401).end(JSON.stringify(session));
}

/** The settings of `serve` for this account and back end; `SESSION_URL` is among them. */
export function settingsFor(sandbox: Sandbox, { origin }: { origin: string }) {
  return {
    ...environmentOf(sandbox),
    SESSION_URL: `${origin}/session`,
    INSTANCE_URL: `${origin}/instances`,
    INSTANCE_KEY,
    PORT: '0',
  };
}

export type Served = Awaited<ReturnType<typeof startServe>>;

interface SendOptions {
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
}

/**
 * Starts the command `serve`, the back end beside it and the sandbox behind it, with these settings
 * in addition; undefined removes one.
 */
export async function startServe(
  settings: (backEnd: BackEnd) => Record<string, string | undefined> = () => ({}),
  present?: Sandbox,
) {
  const sandbox = present ?? (await startSandbox());
  const backEnd = await startBackEnd();
  const command = await Command.start(['serve'], {
    ...settingsFor(sandbox, backEnd),
    ...settings(backEnd),
  });
  const { url } = command.started;
  return {
    command,
    backEnd,
    sandbox,
    /** Where the page is. */
    url,
    /** Sends a page's request to a path of the handler. */
    send: (method: string, path: string, { headers, body }: SendOptions = {}) =>
      fetch(new URL(`api/cloud-elements${path}`, url), {
        method,
        headers: {
          'sec-fetch-site': 'same-origin',
          ...(body && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body ? JSON.stringify(body) : null,
      }),
    async [Symbol.asyncDispose]() {
      await command[Symbol.asyncDispose]();
      await backEnd[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}
