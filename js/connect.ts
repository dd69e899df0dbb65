export {
  BigCommerceConnect,
  type ConnectConfig,
  type ConnectEventMap,
  type ConnectMessages,
  type Words,
} from './element/connect.js';
