// The form's English texts, in the notation of ../element/english.ts.

export const ENGLISH = {
  // The form
  intro: 'Connect your BigCommerce store',
  introTo: 'Connect your BigCommerce store to {to}',
  fileLabel: 'File from BigCommerce',
  dropFile: 'Drop it anywhere in this window',
  chooseFile: 'Choose file',
  pasteFile: 'Or paste its contents here',
  fileHint:
    'The file is called `BigCommerceAPI-credentials-….txt` and is probably in your Downloads folder. It is read in your browser and not uploaded.',
  createFile: 'No file? Create one',
  openAccounts: 'Open `Store-level API accounts` in BigCommerce',
  newTab: '(opens in a new tab)',
  createAccount: 'Choose `Create API account` and, as the `Token type`, `V2/V3 API token`.',
  chooseScopes: 'Enter a name and choose the `OAuth scopes` for what you want to connect.',
  chooseTheseScopes: 'Enter a name and choose these `OAuth scopes`:',
  saveAccount: 'Choose `Save`. Your browser downloads a file: drop it here.',
  whoMayCreate:
    'Only the store owner can do this, or a user to whom the owner has granted the `High-risk permissions`.',
  enterValues: 'Enter the values by hand',
  kindLabel: 'Type of API account',
  storeLevelHint: 'Available for every store.',
  legacyHint: 'Only for older stores.',
  whereLegacy:
    'In BigCommerce, open `Advanced Settings`, then `Legacy API Settings`, and choose `Edit` in the menu next to the account.',
  openLegacy: 'Open `Legacy API Settings` in BigCommerce',
  usernameHint: 'The API account’s username, not the one you sign in with.',
  secretHint: 'This page does not save it.',
  tokenHint: 'Not the `Client secret`. This page does not save it.',
  pathHint: 'It looks like {example}.',
  nameHint: 'Choose any name for this connection.',
  connect: 'Connect',
  editFields: '{fields} · Edit',
  // After success
  connectedTitle: '{name} is connected',
  switchedOff: 'The connection is switched off. Contact the owner of this page.',
  continue: 'Continue',
  connectAnother: 'Connect another store',
  showConnections: 'Show connected stores',
  // The connected stores
  connections: 'Connected stores',
  loadingConnections: 'Loading connected stores…',
  connectionsFailed: 'The connected stores cannot be shown.\n{reason}',
  retry: 'Try again',
  connectAnyway: 'Connect anyway',
  unnamed: 'Connection {id}',
  connectedOn: 'Connected on {date}',
  needsReconnect: 'Reconnect needed',
  isOff: 'Switched off',
  reconnect: 'Reconnect',
  reconnectName: 'Reconnect {name}',
  reconnectHint: 'Only the credentials are needed. The name and the store stay the same.',
  disconnect: 'Disconnect',
  disconnectName: 'Disconnect {name}',
  disconnectQuestion:
    'Disconnect {name}? The data of this store will no longer be accessible from here.',
  disconnecting: 'Disconnecting…',
  disconnected:
    '{name} is disconnected.\nIts API account still exists in BigCommerce: delete it there if you no longer need it.',
  disconnectFailed: '{name} could not be disconnected.\n{reason}',
  cancel: 'Cancel',
  // The page, opened with a link
  linkExpired: 'This link has expired.\nAsk the person who gave it to you for a new one.',
  linkIncomplete:
    'This link is incomplete.\nOpen it again. If it is still incomplete, ask the person who gave it to you for a new one.',
  linkOther:
    'This link is for another account.\nIn this tab, you were about to connect a store to {present}. The link connects the store to {linked}.',
  linkUse: 'Connect to {to}',
};

/** The names of the form's texts. */
export type FormTexts = Record<keyof typeof ENGLISH, string>;
