import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../../js/sandbox/sandbox.js';
import { engines, freePort, skipReason, startDriver } from '../browser/engines.js';

/** The test runner reads the driver's address from these variables. */
const DRIVER_VARIABLES = {
  Chromium: 'CHROMEDRIVER_REMOTE',
  Firefox: 'GECKODRIVER_REMOTE',
  WebKit: 'SAFARIDRIVER_REMOTE',
};

const TESTS = ['test', '--locked', '--target', 'wasm32-unknown-unknown', '--test', 'wasm'];

suite('The crate', { timeout: 1_800_000 }, () => {
  let sandbox: Sandbox;
  let env: NodeJS.ProcessEnv;
  before(async () => {
    const address = `127.0.0.1:${await freePort()}`;
    // Compiled into the tests, which random ones would compile anew.
    const secrets = { userSecret: 'user-secret', organizationSecret: 'organization-secret' };
    sandbox = await startSandbox({ allowedOrigins: [`http://${address}`], ...secrets });
    env = {
      ...process.env,
      // RUSTFLAGS in the environment are for the machine's own target.
      CARGO_ENCODED_RUSTFLAGS: '',
      // The test runner must not use a proxy to reach the driver.
      NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy ?? [], '127.0.0.1'].flat().join(),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'target/debug/wasm-bindgen-test-runner',
      SANDBOX_URL: sandbox.url,
      SANDBOX_USER_SECRET: secrets.userSecret,
      SANDBOX_ORGANIZATION_SECRET: secrets.organizationSecret,
      WASM_BINDGEN_TEST_ADDRESS: address,
      WASM_BINDGEN_TEST_TIMEOUT: '60',
    };
  });
  after(() => sandbox?.close());

  for (const engine of engines) {
    test(`passes the tests in main.rs in ${engine}`, { skip: skipReason(engine) }, async () => {
      const driver = await startDriver(engine);
      try {
        await promisify(execFile)('cargo', TESTS, {
          env: { ...env, [DRIVER_VARIABLES[engine]]: driver.url },
        }).catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
      } finally {
        driver.end();
      }
    });
  }
});
