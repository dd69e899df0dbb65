// Serves the onboarding page with the sandbox, for development and tests.
import { fileURLToPath } from 'node:url';
import { getRequestListener } from '@hono/node-server';
import { createProxy, type ProxyOptions } from 'authenticate-bigcommerce/proxy';
import { createServer, type HtmlTagDescriptor } from 'vite';
import { contentSecurityPolicy } from '../js/cli/serve/policy.js';
import { type Sandbox, startSandbox, TEST_CREDENTIALS } from '../js/sandbox/sandbox.js';

/** A running server of the page. */
export interface PageServer {
  /** The URL of the page. */
  url: string;
  /** The sandbox. Unused if the environment has an account's secrets. */
  sandbox: Sandbox;
  /** Closes the server and the sandbox. */
  close(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Serves the page and the handler on `port`, or on the next free one. The handler uses a sandbox or,
 * if the environment has an account's secrets, the real service.
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
    // Everyone is the same merchant, because the page is served only on this machine.
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
      // The page imports the built package, which is outside `www/`.
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

/** Returns a note for developers with the sandbox's test credentials. The built page has none. */
function testCredentials(): HtmlTagDescriptor {
  const text = (tag: string, children: string) => ({ tag, children });
  const note = {
    tag: 'details',
    attrs: { class: 'note', id: 'test-credentials' },
    children: [
      text('summary', 'Test credentials of the sandbox'),
      text(
        'p',
        'The sandbox does not call BigCommerce. Any values connect, with an API path such as <code>store-abc123.mybigcommerce.com</code>. Only these usernames and client IDs cause something else:',
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
        'The vendor of Cloud Elements documents how store-level API accounts connect (release 2.160). We have not tried it with a real store.',
      ),
      text('p', '<a href="./plain.html">The same with only an HTML form and the function</a>'),
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
