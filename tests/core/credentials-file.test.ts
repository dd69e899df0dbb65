import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { parseCredentialsFile } from '../../js/element/credentials-file.js';

const ALL = {
  accessToken: 'k3xt0ken',
  clientId: '9abc',
  clientSecret: 'f00d',
  name: 'My shop: EU',
  storeUrl: 'https://api.bigcommerce.com/stores/abc123/v3/',
};

const LINES = [
  `ACCESS TOKEN: ${ALL.accessToken}`,
  `CLIENT ID: ${ALL.clientId}`,
  `CLIENT SECRET: ${ALL.clientSecret}`,
  `NAME: ${ALL.name}`,
  `API PATH: ${ALL.storeUrl}`,
];
const TEXT = LINES.join('\n');
const TWO = { clientId: 'a', accessToken: 'b' };

const LAYOUTS: [layout: string, text: string, found: object | undefined][] = [
  ['a pair on each line', TEXT, ALL],
  ['all pairs on one line', LINES.join(' '), ALL],
  ['another order', [...LINES].reverse().join('\n'), ALL],
  ['a byte order mark and CRLF', `\uFEFF${LINES.join('\r\n')}\r\n`, ALL],
  ['blank lines, tabs and spaces around', `\n\t${LINES.join(' \t\n\n  ')}\n`, ALL],
  ['other lines between', `Keep this safe.\n\n${LINES.join('\n---\n')}`, ALL],
  ['small letters', 'client id: a\naccess token: b', TWO],
  ['no space after the colon, or one before it', 'CLIENT ID:a\nACCESS TOKEN : b', TWO],
  ['CLIENT NAME', 'CLIENT NAME: Shop\nCLIENT ID: a', { name: 'Shop', clientId: 'a' }],
  [
    'a Legacy API account',
    'USERNAME: me\nAPI TOKEN: t\nAPI PATH: https://store-abc123.mybigcommerce.com/api/v2/',
    {
      username: 'me',
      password: 't',
      storeUrl: 'https://store-abc123.mybigcommerce.com/api/v2/',
    },
  ],
  ['a key twice', 'CLIENT ID: a\nACCESS TOKEN: b\nCLIENT ID: c', TWO],
  ['a key without a value', 'NAME:\nCLIENT ID: a\nCLIENT SECRET:\nACCESS TOKEN: b', TWO],
  ['a key inside a word', 'MYCLIENT ID: x\nCLIENT ID: a\nACCESS TOKEN: b', TWO],
  ['one key', 'CLIENT ID: a', undefined],
  ['one key twice', 'CLIENT ID: a\nCLIENT ID: b', undefined],
  ['no key', '{"clientId":"a","accessToken":"b"}', undefined],
  ['nothing', '', undefined],
  ['64 KiB', TEXT.padEnd(65_536), ALL],
  ['more than 64 KiB', TEXT.padEnd(65_537), undefined],
];

suite("The parser of BigCommerce's file reads", () => {
  for (const [layout, text, found] of LAYOUTS) {
    test(layout, () => assert.deepEqual(parseCredentialsFile(text), found));
  }
});
