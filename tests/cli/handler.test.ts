// The handler's own suites, put to the command `serve`.
import { elsewhere } from '../handler/served-handler.js';
import { startServe } from './back-end.js';

elsewhere.serve = async (sandbox) => {
  const served = await startServe(undefined, sandbox);
  return {
    origin: new URL(served.url).origin,
    close: async () => served[Symbol.asyncDispose](),
  };
};

for (const suite of ['isolation', 'routes', 'same-origin']) {
  await import(`../handler/${suite}.test.js`);
}
