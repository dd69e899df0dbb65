// What the compiler must accept and refuse of the sandbox, in a project for Node without
// a page's types; `tsc` is the test. Nothing here runs.
import {
  type Sandbox,
  type SandboxInstance,
  type SandboxOptions,
  type SandboxRequest,
  startSandbox,
} from 'authenticate-bigcommerce/sandbox';

/** A user's test may start the sandbox with or without options. */
export const sandboxOptions: (SandboxOptions | undefined)[] = [
  undefined,
  {},
  { port: 0, allowedOrigins: ['http://127.0.0.1'], emptyLookup: 404, credentials: 'masked' },
  {
    storeLevel: 'access-token',
    emptyLookup: 'empty-list',
    credentials: 'echo',
    userSecret: 'a',
    organizationSecret: 'b',
  },
  { port: undefined, allowedOrigins: undefined, emptyLookup: undefined, credentials: undefined },
  // @ts-expect-error there is no such value
  { emptyLookup: 200 },
  // @ts-expect-error there is no such option
  { lookupLag: 5 },
];

export async function test(): Promise<unknown> {
  const sandbox: Sandbox = await startSandbox(sandboxOptions[0]);
  // @ts-expect-error a hook of the package's own tests
  sandbox.onRequest;
  // @ts-expect-error they are read-only
  sandbox.instances.clear();
  const [instance]: SandboxInstance[] = [...sandbox.instances.values()];
  const [request]: readonly SandboxRequest[] = sandbox.requests;
  const texts: (string | undefined)[] = [
    ...[sandbox.url, sandbox.userSecret, sandbox.organizationSecret],
    ...[request?.method, request?.path, request?.body, instance?.name, instance?.token],
  ];
  const closed: Promise<void> = sandbox.close();
  return [texts, await closed, request?.headers.authorization, instance?.configuration.username];
}
