// Runs the wasm-bindgen tests in headless browsers, against a sandbox that safelists their page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ORGANIZATION_SECRET, startSandbox, USER_SECRET } from '../../js/sandbox/sandbox.js';
import { engines, freePort, skipReason, startDriver } from '../browser/engines.js';

/** Where the test runner looks for the address of a driver. */
const DRIVER_VARIABLES = {
  Chromium: 'CHROMEDRIVER_REMOTE',
  Firefox: 'GECKODRIVER_REMOTE',
  WebKit: 'SAFARIDRIVER_REMOTE',
};

const address = `127.0.0.1:${await freePort()}`;
await using sandbox = await startSandbox({ allowedOrigins: [`http://${address}`] });

for (const engine of engines) {
  const reason = skipReason(engine);
  if (reason) {
    console.log(`The wasm-bindgen tests leave out ${engine}: ${reason}`);
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
        // RUSTFLAGS are meant for this machine.
        CARGO_ENCODED_RUSTFLAGS: '',
        // The test runner would ask a proxy for the driver.
        NO_PROXY: [process.env.NO_PROXY ?? process.env.no_proxy ?? [], '127.0.0.1'].flat().join(),
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'target/debug/wasm-bindgen-test-runner',
        [DRIVER_VARIABLES[engine]]: driver.url,
        SANDBOX_URL: sandbox.url,
        SANDBOX_USER_SECRET: USER_SECRET,
        SANDBOX_ORGANIZATION_SECRET: ORGANIZATION_SECRET,
        WASM_BINDGEN_TEST_ADDRESS: address,
        WASM_BINDGEN_TEST_TIMEOUT: '60',
      },
    },
  );
  const [status] = await once(tests, 'exit');
  driver.end();
  if (status !== 0) process.exitCode = 1;
}
