// The form's English texts, written as those of the element are.

export const ENGLISH = {
  // The form
  intro: 'Connect your BigCommerce store',
  introTo: 'Connect your BigCommerce store to {to}',
  fileLabel: 'File from BigCommerce',
  dropFile: 'Drop it anywhere in this window',
  chooseFile: 'Choose file',
  pasteFile: 'Or paste its text here',
  fileHint:
    'Its name is `BigCommerceAPI-credentials-….txt`, and it is probably in Downloads. It is read here and not uploaded.',
  createFile: 'No file? Create one',
  openAccounts: 'Open `Store-level API accounts` in BigCommerce',
  newTab: '(opens in a new tab)',
  createAccount: 'Choose `Create API account` and the token type `V2/V3 API token`.',
  chooseScopes: 'Enter a name, and choose the `OAuth scopes` of what you want to connect.',
  chooseTheseScopes: 'Enter a name, and choose these `OAuth scopes`:',
  saveAccount: 'Save. Your browser saves a file: drop it here.',
  whoMayCreate:
    'Only the store’s owner can do this, or a user to whom the owner has granted the high-risk permissions.',
  enterValues: 'Enter the values by hand',
  kindLabel: 'Kind of API account',
  storeLevelHint: 'Every store can have one.',
  legacyHint: 'Only older stores have one.',
  whereLegacy:
    'In BigCommerce, open `Advanced Settings`, then `Legacy API Settings`, and choose `Edit` in the menu next to the account.',
  openLegacy: 'Open `Legacy API Settings` in BigCommerce',
  usernameHint: 'The account’s own, not the one that you log in with.',
  secretHint: 'This page does not keep it.',
  tokenHint: 'Not the `Client secret`. This page does not keep it.',
  pathHint: 'It looks like {example}.',
  nameHint: 'What this connection is called. Yours to choose.',
  connect: 'Connect',
  editFields: '{fields} · Edit',
  // After success
  connectedTitle: '{name} is connected',
  switchedOff: 'The connection is switched off. Contact the owner of this page.',
  continue: 'Continue',
  connectAnother: 'Connect another store',
  showConnections: 'Show connected stores',
  // What is connected
  connections: 'Connected stores',
  loadingConnections: 'Looking for connected stores…',
  connectionsFailed: 'The connected stores cannot be shown.\n{reason}',
  retry: 'Try again',
  connectAnyway: 'Connect anyway',
  unnamed: 'Connection {id}',
  connectedOn: 'Connected on {date}',
  needsReconnect: 'Reconnect needed',
  isOff: 'Switched off',
  reconnect: 'Reconnect',
  reconnectName: 'Reconnect {name}',
  reconnectHint: 'Only the credentials are needed. Name and store stay as they are.',
  disconnect: 'Disconnect',
  disconnectName: 'Disconnect {name}',
  disconnectQuestion: 'Disconnect {name}? Its data can then no longer be reached from here.',
  disconnecting: 'Disconnecting…',
  disconnected:
    '{name} is disconnected.\nIts API account still exists in BigCommerce: delete it there if you no longer need it.',
  disconnectFailed: '{name} could not be disconnected.\n{reason}',
  cancel: 'Cancel',
  // The page that is opened by a link
  linkExpired: 'This link has expired.\nAsk whoever gave it to you for a new one.',
  linkIncomplete:
    'This link is incomplete.\nOpen it once more. If it stays incomplete, ask whoever gave it to you for a new one.',
  linkOther:
    'This link is for another account.\nIn this tab, you were about to connect a store to {present}. The link connects it to {linked}.',
  linkUse: 'Connect to {to}',
};

/** The names of the form's texts. */
export type FormTexts = Record<keyof typeof ENGLISH, string>;
