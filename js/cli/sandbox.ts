import { parseArgs } from 'node:util';
import { isOrigin, ORIGIN_RULE } from '../handler/options.js';
import type { SandboxOptions } from '../sandbox/options.js';
import { startSandbox } from '../sandbox.js';
import { untilStopped } from './stop.js';
import { parsePort, UsageError } from './usage.js';

const STORE_LEVEL = ['access-token', 'client-secret', 'any'] as const;

export const help = `Usage: authenticate-bigcommerce sandbox [options]

Starts a local stand-in for Cloud Elements, prints one line of JSON with its url, userSecret and
organizationSecret, and runs until SIGINT or SIGTERM.

  --port <number>                 default: any free port
  --host <name or address>        where to listen; also a name that requests may use, besides
                                  127.0.0.1 and localhost; default: 127.0.0.1
  --origin <origin>               an origin whose pages can call it (CORS); can be repeated
  --user-secret <text>            default: a random one
  --organization-secret <text>    default: a random one
  --store-level <secret>          the secret that connects a store-level API account:
                                  access-token, client-secret or any (default)

For tests, with the same Authorization header as the API:

  GET /_sandbox/requests     the last 1,000 requests
  GET /_sandbox/instances    all current instances
  DELETE /_sandbox           removes both`;

export async function run(args: string[]): Promise<number> {
  const stopped = untilStopped();
  const sandbox = await startSandbox(readOptions(args));
  const { url, userSecret, organizationSecret } = sandbox;
  console.log(JSON.stringify({ url, userSecret, organizationSecret }));
  await stopped;
  await sandbox.close();
  return 0;
}

function readOptions(args: string[]): SandboxOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      port: text,
      host: text,
      origin: { ...text, multiple: true },
      'user-secret': text,
      'organization-secret': text,
      'store-level': text,
    },
  });
  const { port = '0', host, origin: allowedOrigins = [], 'store-level': secret = 'any' } = values;
  const portNumber = parsePort(port);
  if (portNumber === undefined) throw new UsageError('--port must be a number from 0 to 65535.');
  if (!allowedOrigins.every(isOrigin)) {
    throw new UsageError(`--origin must be ${ORIGIN_RULE}.`);
  }
  const storeLevel = STORE_LEVEL.find((name) => name === secret);
  if (!storeLevel) throw new UsageError(`--store-level must be one of ${STORE_LEVEL.join(', ')}.`);
  return {
    port: portNumber,
    host,
    allowedOrigins,
    userSecret: values['user-secret'],
    organizationSecret: values['organization-secret'],
    storeLevel,
  };
}
