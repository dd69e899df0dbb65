import type { Message } from '../base.js';
import type { ConnectConfig, ConnectMessages, Kind } from '../connect.js';
import type { Language } from '../languages/language.js';
import type { FormTexts } from './english.js';

/** An OAuth scope that the host needs, in the words of BigCommerce's page. */
export interface Scope {
  /** Such as `Orders`. */
  name: string;
  /** Such as `read-only` or `modify`. */
  access: string;
}

/** What stands in the fields at first; no secrets. */
export interface DefaultValues {
  storeUrl?: string | undefined;
  name?: string | undefined;
  username?: string | undefined;
  clientId?: string | undefined;
}

/** Where a merchant finds or makes an API account. */
export type HelpUrls = { [Name in Kind]?: string | undefined };

type FunctionValues = Readonly<Record<string, unknown>>;

/** The page's own texts of form and element, or those of a {@link Language}. */
export type FormMessages = ConnectMessages & {
  [Name in keyof FormTexts]?: Message<FunctionValues> | undefined;
} & { [Name in keyof Language]?: unknown };

/** What the page has set. */
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
