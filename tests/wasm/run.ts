// Runs the wasm-bindgen tests in headless browsers, with a sandbox that allows their page's origin.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startSandbox } from '../../js/sandbox/sandbox.js';
import { engines, freePort, skipReason, startDriver } from '../browser/engines.js';

/** The test runner reads the driver's address from these variables. */
const DRIVER_VARIABLES = {
  Chromium: 'CHROMEDRIVER_REMOTE',
  Firefox: 'GECKODRIVER_REMOTE',
  WebKit: 'SAFARIDRIVER_REMOTE',
};

const address = `127.0.0.1:${await freePort()}`;
// Compiled into the tests, which random ones would compile anew.
const secrets = { userSecret: 'user-secret', organizationSecret: 'organization-secret' };
await using sandbox = await startSandbox({ allowedOrigins: [`http://${address}`], ...secrets });

for (const engine of engines) {
  const reason = skipReason(engine);
  if (reason) {
    console.log(`The wasm-bindgen tests skip ${engine}: ${reason}`);
    continue;
  }
  const driver = await startDriver(engine);
  const tests = spawn(
    'cargo',
    ['test', '--locked', '--target', 'wasm32-unknown-unknown', '--test', 'wasm'],
    {
      stdio: 'inherit',
      timeout: 30 * 60_000,
      env: {
        ...process.env,
        // RUSTFLAGS in the environment are for the machine's own target.
        CARGO_ENCODED_RUSTFLAGS: '',
        // The test runner must not use a proxy to reach the driver.
        NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy ?? [], '127.0.0.1'].flat().join(),
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'target/debug/wasm-bindgen-test-runner',
        [DRIVER_VARIABLES[engine]]: driver.url,
        SANDBOX_URL: sandbox.url,
        SANDBOX_USER_SECRET: secrets.userSecret,
        SANDBOX_ORGANIZATION_SECRET: secrets.organizationSecret,
        WASM_BINDGEN_TEST_ADDRESS: address,
        WASM_BINDGEN_TEST_TIMEOUT: '60',
      },
    },
  );
  const [status] = await once(tests, 'exit');
  driver.end();
  if (status !== 0) process.exitCode = 1;
}
