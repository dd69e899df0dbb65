import { HttpError, json, type SandboxResponse } from './response.js';

/**
 * Each resource of the connected store has the same entries. They have only the fields in the
 * documented settings of events, because others are not documented.
 */
const RESOURCES = ['orders', 'products', 'customers'];
const ENTRIES = [1, 2].map((id) => ({
  id,
  date_created: 'Mon, 07 Aug 2017 18:46:38 +0000',
  date_modified: 'Tue, 08 Aug 2017 08:00:00 +0000',
}));

/** Answers a `GET` to the store of an instance. */
export function readStore(resource: string): SandboxResponse {
  // The body of a ping is not documented.
  if (resource === 'ping') return json(200, {});
  if (RESOURCES.includes(resource)) return json(200, ENTRIES);
  throw new HttpError(404, 'No such resource');
}
