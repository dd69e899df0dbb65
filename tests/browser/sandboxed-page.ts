import {
  ORGANIZATION_SECRET,
  type Sandbox,
  startSandbox,
  USER_SECRET,
} from '../../js/sandbox/sandbox.js';
import { type BlankPage, openBlankPage } from './blank-page.js';
import type { Engine } from './engines.js';

/** A page that may call the sandbox directly, like one on a safelisted origin. */
export interface SandboxedPage extends AsyncDisposable {
  page: BlankPage;
  sandbox: Sandbox;
  /** A config that connects a store. */
  config: Record<string, unknown>;
}

/** Opens the page; leaving its scope closes it and the sandbox. */
export async function openSandboxedPage(engine: Engine = 'Chromium'): Promise<SandboxedPage> {
  const page = await openBlankPage(engine);
  const sandbox = await startSandbox({ allowedOrigins: [page.origin] });
  return {
    page,
    sandbox,
    config: {
      username: 'shop',
      password: '0123456789abcdef',
      storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
      name: 'My shop',
      userSecret: USER_SECRET,
      organizationSecret: ORGANIZATION_SECRET,
      baseUrl: sandbox.url,
    },
    async [Symbol.asyncDispose]() {
      await page[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}
