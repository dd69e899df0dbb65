// Serves the onboarding page against the sandbox, for development and for the tests.
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { ORGANIZATION_SECRET, type Sandbox, startSandbox, USER_SECRET } from './sandbox.js';

/** The page, served. */
export interface PageServer {
  /** The page's address. */
  url: string;
  /** The service behind it. */
  sandbox: Sandbox;
  /** Ends both. */
  close(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves the page on `port`, or on the next free one. */
export async function servePage(port: number): Promise<PageServer> {
  const sandbox = await startSandbox();
  const { origin, pathname } = new URL(sandbox.url);
  const server = await createServer({
    configFile: false,
    root: `${PROJECT}/www`,
    logLevel: 'warn',
    server: {
      host: '127.0.0.1',
      port,
      // The page imports the package, which is built beside it.
      fs: { allow: [PROJECT] },
      headers: { 'content-security-policy': CONTENT_SECURITY_POLICY },
      proxy: {
        // The account's secrets are added here, so that the page never holds them.
        '/api/cloud-elements': {
          target: origin,
          rewrite: (path) => path.replace('/api/cloud-elements', pathname),
          headers: {
            authorization: `User ${USER_SECRET}, Organization ${ORGANIZATION_SECRET}`,
          },
        },
      },
    },
  });
  await server.listen();
  return {
    url: server.resolvedUrls?.local[0] ?? '',
    sandbox,
    async close() {
      await server.close();
      await sandbox.close();
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await servePage(5173);
  console.log(`The page is at ${url}`);
}
