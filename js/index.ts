export { authenticateBigCommerce, createIdempotencyKey } from './authenticate.js';
export {
  BigCommerceAuthError,
  type BigCommerceAuthErrorInit,
  type ErrorCode,
} from './error.js';
export { type ModuleSource, preload } from './load.js';
export type {
  AuthenticateConfig,
  ConfigFields,
  ConfigIssue,
  ConfigIssueCode,
  Connection,
  ElementInstance,
  EventsConfig,
  PollerResource,
} from './types.js';
