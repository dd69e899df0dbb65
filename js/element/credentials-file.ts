/** The keys of BigCommerce's files and pages, with the fields of the config that they are for. */
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

/** What a file says, by field. */
export type CredentialsFile = { [Field in (typeof FIELDS)[Key]]?: string };

/** Its characters, or bytes, at most. */
export const MAX_LENGTH = 65_536;

/** White space, or nothing, before a key: CLIENT NAME is found before the NAME in it. */
const KEY = new RegExp(String.raw`(?<!\S)(${Object.keys(FIELDS).join('|')})[ \t]*:`, 'gi');

/**
 * Reads the text of the file that BigCommerce saves with a new API account, in whatever layout:
 * pairs `KEY: value`, one a line or all on one. Undefined where fewer than two fields are found.
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

/** The kind of account whose credentials a file has, if it has any. */
export function kindOf(found: CredentialsFile): Kind | undefined {
  if (found.accessToken ?? found.clientId ?? found.clientSecret) return 'store-level';
  return (found.username ?? found.password) ? 'legacy' : undefined;
}
