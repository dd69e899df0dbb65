// Runs the wasm-bindgen tests in a headless browser, against a sandbox that safelists their page.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { ORGANIZATION_SECRET, startSandbox, USER_SECRET } from '../../www/sandbox.js';
import { chromedriver } from '../browser/chromium.js';

const address = `127.0.0.1:${await freePort()}`;
await using sandbox = await startSandbox({ allowedOrigins: [`http://${address}`] });

const tests = spawn(
  'cargo',
  ['test', '--locked', '--target', 'wasm32-unknown-unknown', '--test', 'wasm'],
  {
    stdio: 'inherit',
    timeout: 10 * 60_000,
    env: {
      ...process.env,
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'target/debug/wasm-bindgen-test-runner',
      CHROMEDRIVER: chromedriver(),
      SANDBOX_URL: sandbox.url,
      SANDBOX_USER_SECRET: USER_SECRET,
      SANDBOX_ORGANIZATION_SECRET: ORGANIZATION_SECRET,
      WASM_BINDGEN_TEST_ADDRESS: address,
      WASM_BINDGEN_TEST_TIMEOUT: '60',
    },
  },
);
const [status] = await once(tests, 'exit');
process.exitCode = status ?? 1;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The port has no number.');
  return address.port;
}
