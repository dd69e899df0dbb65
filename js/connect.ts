export {
  BigCommerceConnect,
  type ConnectConfig,
  type ConnectEventMap,
} from './element/connect.js';
export type { ConnectAttributes, ConnectProps } from './element/markup.js';
export type { ConnectMessages, Message } from './element/messages.js';
