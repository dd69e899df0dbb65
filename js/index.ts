export { authenticateBigCommerce } from './authenticate.js';
export {
  BigCommerceAuthError,
  type BigCommerceAuthErrorInit,
  type ErrorCode,
} from './error.js';
export { createIdempotencyKey } from './idempotency-key.js';
export { type ModuleSource, preload } from './load.js';
export type {
  AuthenticateConfig,
  ConfigFields,
  ConfigIssue,
  ConfigIssueCode,
  ElementInstance,
  EventsConfig,
  PollerResource,
} from './types.js';
