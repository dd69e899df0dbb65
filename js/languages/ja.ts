import type { Language } from './language.js';

const UNCHANGED = '接続が二重に作成されないよう、何も変更せずにもう一度お試しください。';

const SAID = 'BigCommerceからのメッセージ：{providerMessage}';

const REFERENCE = 'お問い合わせ番号：{requestId}';

const STORE_LEVEL =
  'これは`store-level API account`のものです。そのAPIアカウントの`Client ID`と`Access token`を入力してください。';

const ja: Language = {
  lang: 'ja',
  dir: 'ltr',

  connecting: '接続しています…',
  offline: 'オフラインです。\nインターネット接続を確認してください。',
  connected: 'ストアを接続しました。',
  connectedDisabled:
    'ストアを接続しましたが、接続は無効になっています。\nこのページの運営者にお問い合わせください。',
  filled: 'ファイルから入力しました：{fields}',
  nameLabel: '名前',
  otherKind:
    'これは{kind}の認証情報です。このフォームには別の種類のAPIアカウントが必要です。何も入力していません。',
  otherFile:
    'これは、APIアカウントの新規作成時にBigCommerceが保存するファイルではありません。何も入力していません。',
  notSetUp:
    'このページは正しく設定されていません。\n認証情報が原因ではありません。このページの運営者にお問い合わせください。\n{issues}',
  notFinished:
    'ストアはすでに接続されている可能性がありますが、処理を完了できませんでした。\n数分後に同じ内容でもう一度お試しください。それでも完了しない場合は、このページの運営者にお問い合わせください。',
  noWebAssembly: 'このブラウザーではストアを接続できません。\n別のブラウザーをお使いください。',
  ERR_CONFIG: '{issues}',
  ERR_LOAD:
    'このページの一部を読み込めませんでした。\nページを再読み込みして、もう一度お試しください。',
  ERR_NETWORK: `応答がありませんでした。\nインターネットにつながっているかご確認ください。${UNCHANGED}`,
  ERR_TIMEOUT: `時間内に完了しませんでした。\n${UNCHANGED}`,
  ERR_UNAUTHORIZED:
    'ログインが必要です。\n別のタブでログインしてから、ここでもう一度お試しください。',
  ERR_FORBIDDEN: `この操作は許可されていません。\n${SAID}\nAPIアカウントの権限が足りない可能性があります。BigCommerceで\`OAuth scopes\`を確認するか、当社のサポートにお問い合わせください。\n${REFERENCE}`,
  ERR_NOT_FOUND: `この接続はもう存在しません。\nストアをもう一度接続してください。\n${REFERENCE}`,
  ERR_CONFLICT: `この接続はすでに存在します。\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `試行回数が多すぎます。\n{wait}ほど待ってから、もう一度お試しください。\n${REFERENCE}`,
  ERR_REJECTED: `この認証情報はBigCommerceで受け付けられませんでした。\n${SAID}\n接続サービスからのメッセージ：{serviceMessage}\nBigCommerceのAPIアカウントの認証情報と一致しているかご確認ください。お手元にない場合は、APIアカウントを新しく作成してください。\n${REFERENCE}`,
  ERR_SERVER: `接続サービスで問題が発生しています。\n${SAID}\n認証情報が原因ではありません。{wait}ほどお待ちください。${UNCHANGED}\n${REFERENCE}`,
  ERR_RESPONSE: `接続サービスから正しい応答を受け取れませんでした。\n認証情報が原因ではありません。${UNCHANGED}`,

  'username.missing': 'BigCommerceの`Legacy API account`の`Username`を入力してください。',
  'password.missing': 'BigCommerceの`Legacy API account`の`API Token`を入力してください。',
  'clientId.missing': 'BigCommerceの`store-level API account`の`Client ID`を入力してください。',
  'accessToken.missing':
    'BigCommerceの`store-level API account`の`Access token`を入力してください。',
  'clientSecret.missing':
    'BigCommerceの`store-level API account`の`Client secret`を入力してください。',
  'storeUrl.missing': 'BigCommerceのAPIアカウントの`API path`を入力してください。',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'この接続の名前を入力してください。',
  'clientId.both-kinds':
    '`store-level API account`または`Legacy API account`の、どちらか一方の認証情報を入力してください。',
  'client-secret':
    'これは`Client secret`です。BigCommerceでその横に表示される`Access token`を入力してください。',

  missing: '値がありません。',
  type: '値の型が正しくありません。',
  empty: '空欄にはできません。',
  'too-long': '長すぎます。{max}文字以内にしてください。',
  'too-many': '数が多すぎます。{max}個以内にしてください。',
  'too-large': 'サイズが大きすぎます。JSONで{max}バイト以内にしてください。',
  range: 'この数値は使用できません。',
  characters: 'ここでは使用できない文字が含まれています。',
  'storeUrl.characters':
    '空白、目に見えない文字、バックスラッシュ、または半角ではないハイフンやピリオドが含まれています。BigCommerceから`API path`を直接コピーしてください。',
  'tags.characters': '<、>、&、制御文字は使用できません。',
  surrogate: '不完全な文字が含まれています。入力し直してください。',
  reserved: 'この名前は使用できません。',
  'tags.reserved': '先頭に「idempotency-key:」と「subject:」は使用できません。',
  unknown: '不明な項目です。',
  'both-kinds': '指定されているほかの値と同時には使用できません。',
  label: '前にある項目名を除いて、値だけを入力してください。',
  quoted: '引用符で囲まれています。引用符を外してください。',
  invisible:
    '目に見えない文字が含まれています。この欄を空にして、BigCommerceから直接コピーしてください。',
  'in-use': '処理中のリクエストで使用されています。完了を待つか、中止してください。',
  unreadable: '読み取れませんでした。',
  malformed: '正しいアドレスではありません。',
  'storeUrl.malformed':
    'BigCommerceに表示されているとおりに、APIアカウントの`API path`全体を入力してください。',
  scheme: '先頭は「https://」にしてください。',
  twice: '「https://」は先頭に1回だけ入力してください。',
  user: 'ドメイン名の前のユーザー名を削除してください。',
  port: 'ポート番号を削除してください。',
  query: '「?」以降を削除してください。',
  fragment: '「#」以降を削除してください。',
  path: 'アドレスのパスが正しくありません。',
  'storeUrl.path':
    '`API path`全体を入力してください。末尾は、`store-level API account`では「/v3/」、`Legacy API account`では「/api/v2/」です。',
  host: 'これはストアのアドレスではありません。APIアカウントの`API path`全体を入力してください。',
  case: '「/stores/」の後の部分は小文字で入力してください。',
  'store-level': STORE_LEVEL,
  origin: 'このページでは使用できないアドレスです。',

  // The form
  intro: 'BigCommerceストアを接続',
  introTo: 'BigCommerceストアを{to}に接続',
  fileLabel: 'BigCommerceのファイル',
  dropFile: 'このウィンドウの好きな場所にドロップしてください',
  chooseFile: 'ファイルを選択',
  pasteFile: 'または、ファイルの内容をここに貼り付けてください',
  fileHint:
    'ファイル名は`BigCommerceAPI-credentials-….txt`で、通常は「ダウンロード」フォルダーにあります。お使いのブラウザー内で読み取られ、アップロードされることはありません。',
  createFile: 'ファイルがない場合の作成方法',
  openAccounts: 'BigCommerceで「`Store-level API accounts`」を開く',
  newTab: '（新しいタブで開きます）',
  createAccount:
    '「`Create API account`」を選択し、「`Token type`」で「`V2/V3 API token`」を選択してください。',
  chooseScopes: '名前を入力し、接続したい内容に合わせて`OAuth scopes`を選択してください。',
  chooseTheseScopes: '名前を入力し、次の`OAuth scopes`を選択してください：',
  saveAccount:
    '「`Save`」をクリックすると、ファイルがダウンロードされます。そのファイルをここにドロップしてください。',
  whoMayCreate:
    'この操作ができるのは、ストアオーナーと、ストアオーナーから「`High-risk permissions`」を付与されたユーザーだけです。',
  enterValues: '認証情報を手入力する',
  kindLabel: 'APIアカウントの種類',
  storeLevelHint: 'すべてのストアで利用できます。',
  legacyHint: '以前に作成されたストアでのみ利用できます。',
  whereLegacy:
    'BigCommerceで「`Advanced Settings`」、「`Legacy API Settings`」の順に開き、APIアカウントの横のメニューから「`Edit`」を選択してください。',
  openLegacy: 'BigCommerceで「`Legacy API Settings`」を開く',
  usernameHint: 'APIアカウントのものです。ログインに使うものではありません。',
  secretHint: 'このページには保存されません。',
  tokenHint: '`Client secret`ではありません。このページには保存されません。',
  pathHint: '例：{example}',
  nameHint: 'この接続に好きな名前を付けてください。',
  connect: '接続する',
  editFields: '{fields}（編集する）',

  // After success
  connectedTitle: '{name}を接続しました',
  switchedOff: '接続は無効になっています。このページの運営者にお問い合わせください。',
  continue: '続ける',
  connectAnother: '別のストアを接続する',
  showConnections: '接続済みのストアを見る',

  // What is connected
  connections: '接続済みのストア',
  loadingConnections: '接続済みのストアを読み込んでいます…',
  connectionsFailed: '接続済みのストアを表示できません。\n{reason}',
  retry: 'もう一度試す',
  connectAnyway: 'このまま接続する',
  unnamed: '接続{id}',
  connectedOn: '接続日：{date}',
  needsReconnect: '再接続が必要',
  isOff: '無効',
  reconnect: '再接続する',
  reconnectName: '{name}を再接続する',
  reconnectHint: '必要なのは認証情報だけです。名前とストアは変わりません。',
  disconnect: '接続を解除する',
  disconnectName: '{name}の接続を解除する',
  disconnectQuestion:
    '{name}の接続を解除しますか？解除すると、ここからこのストアのデータにアクセスできなくなります。',
  disconnecting: '接続を解除しています…',
  disconnected:
    '{name}の接続を解除しました。\nAPIアカウントはBigCommerceに残っています。不要な場合は、BigCommerceで削除してください。',
  disconnectFailed: '{name}の接続を解除できませんでした。\n{reason}',
  cancel: 'キャンセル',

  // The page that is opened by a link
  linkExpired:
    'このリンクは有効期限が切れています。\nリンクの送り主に、新しいリンクを依頼してください。',
  linkIncomplete:
    'このリンクは一部が欠けています。\nもう一度開いてください。それでも同じ場合は、リンクの送り主に新しいリンクを依頼してください。',
  linkOther:
    'このリンクは別のアカウント用です。\nこのタブでは、ストアを{present}に接続しようとしていました。このリンクの接続先は{linked}です。',
  linkUse: '{to}に接続する',
};

export default ja;
