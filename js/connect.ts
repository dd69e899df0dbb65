export {
  BigCommerceConnect,
  type ConnectConfig,
  type ConnectEventMap,
} from './element/connect.js';
export type { ConnectMessages, Message } from './element/messages.js';
