export type { Message } from './base.js';
export {
  BigCommerceConnect,
  type ConnectConfig,
  type ConnectEventMap,
  type Credentials,
} from './element/connect.js';
export type { Kind } from './element/credentials-file.js';
export type { ConnectAttributes, ConnectProps } from './element/markup.js';
export type { ConnectMessages } from './element/messages.js';
