import { define } from './element/connect.js';

export type {
  BigCommerceConnect,
  ConnectConfig,
  ConnectEventMap,
  ConnectMessages,
  Words,
} from './element/connect.js';

define();
