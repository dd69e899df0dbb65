import type { Message } from '../base.js';
import type { ConnectConfig, ConnectMessages, Kind } from '../connect.js';
import type { Language } from '../languages/language.js';
import type { FormTexts } from './english.js';

/** An OAuth scope that the host needs, as BigCommerce's page names it. */
export interface Scope {
  /** For example `Orders`. */
  name: string;
  /** For example `read-only` or `modify`. */
  access: string;
}

/** The initial values of fields, except secrets. */
export interface DefaultValues {
  storeUrl?: string | undefined;
  name?: string | undefined;
  username?: string | undefined;
  clientId?: string | undefined;
}

/** The pages where a merchant finds or creates an API account, by its kind. */
export type HelpUrls = { [Name in Kind]?: string | undefined };

type FunctionValues = Readonly<Record<string, unknown>>;

/** The page's own texts of form and element, or those of a {@link Language}. */
export type FormMessages = ConnectMessages & {
  [Name in keyof FormTexts]?: Message<FunctionValues> | undefined;
} & { [Name in keyof Language]?: unknown };

/** The values of the form's attributes and properties. */
export interface Settings {
  baseUrl: string | undefined;
  instanceId: string | undefined;
  to: string | undefined;
  account: Kind | undefined;
  credential: 'accessToken' | 'clientSecret';
  connectionName: string | undefined;
  config: ConnectConfig | undefined;
  defaultValues: DefaultValues;
  scopes: readonly Scope[];
  helpUrls: HelpUrls;
}
