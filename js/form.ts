import './connect.js';

export {
  type Connection,
  type Connections,
  type ConnectionsConfig,
  disconnect,
  listConnections,
} from './form/connections.js';
export { BigCommerceConnectForm, type ConnectFormEventMap } from './form/form.js';
export { loadLanguage } from './form/load-language.js';
export type { ConnectFormAttributes, ConnectFormProps } from './form/markup.js';
export type { DefaultValues, FormMessages, HelpUrls, Scope } from './form/settings.js';
export type { English, Language } from './languages/language.js';
