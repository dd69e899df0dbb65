// Serves the onboarding page against the sandbox, for development and for the tests.
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createProxy, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { createServer, type HtmlTagDescriptor } from 'vite';
import { contentSecurityPolicy } from '../js/cli/serve/policy.js';
import { type Sandbox, startSandbox, TEST_CREDENTIALS } from '../js/sandbox/sandbox.js';

/** The page, served. */
export interface PageServer {
  /** The page's address. */
  url: string;
  /** The sandbox behind it; idle where the environment names an account. */
  sandbox: Sandbox;
  /** Ends both. */
  close(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Serves the page on `port`, or on the next free one, with the handler on its origin: in front of a
 * sandbox or, where the environment names an account's secrets, of the real service.
 */
export async function servePage(port: number): Promise<PageServer> {
  const sandbox = await startSandbox();
  const account = realAccount();
  const handler = createProxy({
    ...(account ?? {
      userSecret: sandbox.userSecret,
      organizationSecret: sandbox.organizationSecret,
      baseUrl: sandbox.url,
    }),
    // Whoever can open this page, which is served on this machine alone, is its one merchant.
    authorize: () => ({ subject: 'merchant' }),
    allowEvents: true,
    allowDisconnect: true,
  });
  const server = await createServer({
    configFile: false,
    root: `${PROJECT}/www`,
    logLevel: 'warn',
    plugins: [
      {
        name: 'handler',
        configureServer: ({ middlewares }) => {
          middlewares.use('/api/cloud-elements', getRequestListener(handler));
        },
        transformIndexHtml: (_, { path }) =>
          account || path !== '/index.html' ? [] : [testCredentials()],
      },
    ],
    server: {
      host: '127.0.0.1',
      port,
      // The page imports the package, which is built beside it.
      fs: { allow: [PROJECT] },
      headers: { 'content-security-policy': contentSecurityPolicy() },
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

/** The note that tells developers how to try the page; the page itself knows of no sandbox. */
function testCredentials(): HtmlTagDescriptor {
  const text = (tag: string, children: string) => ({ tag, children });
  const note = {
    tag: 'details',
    attrs: { class: 'note', id: 'test-credentials' },
    children: [
      text('summary', 'Test credentials of the sandbox'),
      text(
        'p',
        'No store is reached from here. Any values connect, given an API path such as <code>store-abc123.mybigcommerce.com</code>. These usernames and client IDs do something else:',
      ),
      {
        tag: 'dl',
        children: Object.entries(TEST_CREDENTIALS).flatMap(([username, outcome]) => [
          text('dt', `<code>${username}</code>`),
          text('dd', outcome),
        ]),
      },
      text(
        'p',
        'Cloud Elements documents how store-level API accounts connect (release 2.160); it was not tried with a real store.',
      ),
      text('p', '<a href="./plain.html">The same with an HTML form and the function alone</a>'),
    ],
  };
  return {
    tag: 'aside',
    attrs: { 'aria-label': 'For developers' },
    children: [note],
    injectTo: 'body-prepend',
  };
}

function realAccount(): Pick<ProxyOptions, 'userSecret' | 'organizationSecret' | 'baseUrl'> | null {
  const {
    CLOUD_ELEMENTS_USER_SECRET: userSecret,
    CLOUD_ELEMENTS_ORGANIZATION_SECRET: organizationSecret,
    CLOUD_ELEMENTS_BASE_URL: baseUrl,
  } = process.env;
  return userSecret && organizationSecret ? { userSecret, organizationSecret, baseUrl } : null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await servePage(5173);
  console.log(`The page is at ${url}`);
}
