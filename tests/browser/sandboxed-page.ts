import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { BlankPage } from './blank-page.js';

/** Those of the sandbox. */
export const SECRETS = {
  userSecret: 'sandbox/user+secret/0123456789abcdefghijklm=',
  organizationSecret: 'sandbox+organization/secret0123456789+/a==',
};

/** A page that may call a sandbox directly, like one on a safelisted origin. */
export class SandboxedPage extends BlankPage {
  sandbox!: Sandbox;

  override async start(): Promise<void> {
    await super.start();
    this.sandbox = await startSandbox({ allowedOrigins: [this.origin], ...SECRETS });
  }

  override async close(): Promise<void> {
    await super.close();
    await this.sandbox?.close();
  }

  /** A config that connects a store. */
  get config() {
    return {
      username: 'shop',
      password: '0123456789abcdef',
      storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
      name: 'My shop',
      ...SECRETS,
      baseUrl: this.sandbox.url,
    };
  }
}
