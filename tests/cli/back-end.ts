// A host's back end, and the command `serve` beside it.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { Command } from './command.js';

export const INSTANCE_KEY = `whsec_${Buffer.alloc(32, 'instance-key').toString('base64')}`;

type Respond = (request: IncomingMessage, response: ServerResponse) => unknown;

/** A delivery whose signature is right. */
export interface Delivery {
  id: string;
  timestamp: string;
  payload: { type: string; timestamp: string; data: Record<string, unknown> };
}

/** Answers `/session` by the cookie `session`, takes deliveries at `/instances`, has keys at `/jwks`. */
export class BackEnd implements AsyncDisposable {
  readonly deliveries: Delivery[] = [];
  /** Answer in place of the back end's own, unless they are undefined. */
  onSession: Respond | undefined;
  onDelivery: Respond | undefined;
  /** Public keys. */
  keys: object[] = [];
  readonly #server = createServer((request, response) => this.#respond(request, response));

  static async start(): Promise<BackEnd> {
    const backEnd = new BackEnd();
    backEnd.#server.listen(0, '127.0.0.1');
    await once(backEnd.#server, 'listening');
    return backEnd;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (request.url) {
      case '/session':
        return void (this.onSession ?? answerSession)(request, response);
      case '/jwks':
        return void response.end(JSON.stringify({ keys: this.keys }));
      case '/instances': {
        const payload = await text(request);
        const headers = request.headers as Record<string, string>;
        // Throws where the signature or the time is wrong.
        new Webhook(INSTANCE_KEY).verify(payload, headers);
        const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '' } = headers;
        this.deliveries.push({ id, timestamp, payload: JSON.parse(payload) });
        if (this.onDelivery) return void this.onDelivery(request, response);
        return void response.writeHead(204).end();
      }
      default:
        return void response.writeHead(404).end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function answerSession({ headers }: IncomingMessage, response: ServerResponse): void {
  const [, subject] = /(?:^|; )session=([^;]*)/.exec(headers.cookie ?? '') ?? [];
  response.writeHead(subject === undefined ? 401 : 200);
  response.end(JSON.stringify({ subject }));
}

/** The settings of `serve` for this account and back end; `SESSION_URL` is among them. */
export function settingsFor(
  { url, userSecret, organizationSecret }: Sandbox,
  { origin }: { origin: string },
) {
  return {
    CLOUD_ELEMENTS_BASE_URL: url,
    CLOUD_ELEMENTS_USER_SECRET: userSecret,
    CLOUD_ELEMENTS_ORGANIZATION_SECRET: organizationSecret,
    SESSION_URL: `${origin}/session`,
    INSTANCE_URL: `${origin}/instances`,
    INSTANCE_KEY,
    PORT: '0',
  };
}

/** The command `serve`, the back end beside it, and the sandbox behind it. */
export interface Served extends AsyncDisposable {
  command: Command;
  backEnd: BackEnd;
  sandbox: Sandbox;
  /** Where the page is. */
  url: string;
  /** Sends a page's request to a path of the handler. */
  send(method: string, path: string, options?: SendOptions): Promise<Response>;
}

interface SendOptions {
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: object;
}

/** Starts all three, with these settings in addition; undefined removes one. */
export async function startServe(
  settings: (backEnd: BackEnd) => Record<string, string | undefined> = () => ({}),
  present?: Sandbox,
): Promise<Served> {
  const sandbox = present ?? (await startSandbox());
  const backEnd = await BackEnd.start();
  const command = await Command.start(['serve'], {
    ...settingsFor(sandbox, backEnd),
    ...settings(backEnd),
  });
  const { url } = command.started;
  return {
    command,
    backEnd,
    sandbox,
    url,
    send: (method, path, { headers, body } = {}) =>
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
