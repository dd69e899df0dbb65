/** The keys in BigCommerce's files and pages, and the config's field for each. */
const FIELDS = {
  'ACCESS TOKEN': 'accessToken',
  'API PATH': 'storeUrl',
  'API TOKEN': 'password',
  'CLIENT ID': 'clientId',
  'CLIENT NAME': 'name',
  'CLIENT SECRET': 'clientSecret',
  NAME: 'name',
  USERNAME: 'username',
} as const;

type Key = keyof typeof FIELDS;

/** The values in a file, by field. */
export type CredentialsFile = { [Field in (typeof FIELDS)[Key]]?: string };

/** The maximum length of a text in characters, and of a file in bytes. */
export const MAX_LENGTH = 65_536;

/** Matches a key at the start or after white space. CLIENT NAME matches before the NAME in it. */
const KEY = new RegExp(String.raw`(?<!\S)(${Object.keys(FIELDS).join('|')})[ \t]*:`, 'gi');

/**
 * Parses the file that BigCommerce saves with a new API account: pairs `KEY: value`, on one line or
 * several. Returns undefined if there are fewer than two fields.
 */
export function parseCredentialsFile(text: string): CredentialsFile | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const found: CredentialsFile = {};
  const keys = [...text.matchAll(KEY)];
  for (const [at, { 0: match, 1: key = '', index }] of keys.entries()) {
    const [line = ''] = text.slice(index + match.length, keys[at + 1]?.index).split(/[\r\n]/);
    const value = line.trim();
    if (value) found[FIELDS[key.toUpperCase() as Key]] ??= value;
  }
  return Object.keys(found).length < 2 ? undefined : found;
}

/** The kinds of BigCommerce API accounts. */
export type Kind = 'store-level' | 'legacy';

/** Returns the kind of account that a file's credentials belong to, if it has any. */
export function kindOf(found: CredentialsFile): Kind | undefined {
  if (found.accessToken ?? found.clientId ?? found.clientSecret) return 'store-level';
  return (found.username ?? found.password) ? 'legacy' : undefined;
}
