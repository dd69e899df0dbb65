/** The platform's own: @hono/node-server, which other tests use, replaces the global one. */
export const Response = (await fetch('data:,')).constructor as typeof globalThis.Response;
