import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { type BlankPage, openBlankPage } from './blank-page.js';
import type { Engine } from './engines.js';

/** Those of the sandbox. */
export const SECRETS = {
  userSecret: 'sandbox/user+secret/0123456789abcdefghijklm=',
  organizationSecret: 'sandbox+organization/secret0123456789+/a==',
};

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
  const sandbox = await startSandbox({ allowedOrigins: [page.origin], ...SECRETS });
  return {
    page,
    sandbox,
    config: {
      username: 'shop',
      password: '0123456789abcdef',
      storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
      name: 'My shop',
      ...SECRETS,
      baseUrl: sandbox.url,
    },
    async [Symbol.asyncDispose]() {
      await page[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}
