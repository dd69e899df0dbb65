import type { Language } from './language.js';

const SAME_VALUES =
  'Versuchen Sie es mit denselben Angaben erneut, damit keine zweite Verbindung entsteht.';

const SAID = 'Meldung von BigCommerce: {providerMessage}';

const REFERENCE = 'Referenz für den Support: {requestId}';

const STORE_LEVEL =
  'Diese Angabe gehört zu einem `store-level API account`. Geben Sie die `Client ID` und den `Access token` dieses API-Kontos ein.';

const de: Language = {
  lang: 'de',
  dir: 'ltr',

  connecting: 'Verbindung wird hergestellt …',
  offline: 'Sie sind offline.\nPrüfen Sie Ihre Internetverbindung.',
  connected: 'Ihr Shop ist verbunden.',
  connectedDisabled:
    'Ihr Shop ist verbunden, aber die Verbindung ist deaktiviert.\nWenden Sie sich an den Betreiber dieser Seite.',
  filled: 'Aus der Datei übernommen: {fields}.',
  nameLabel: 'Name',
  otherKind:
    'Diese Angaben gehören zu einem {kind}. Dieses Formular ist für eine andere Art von API-Konto. Es wurde nichts ausgefüllt.',
  otherFile:
    'Das ist nicht die Datei, die BigCommerce mit einem neuen API-Konto speichert. Es wurde nichts ausgefüllt.',
  notSetUp:
    'Diese Seite ist nicht richtig eingerichtet.\nAn Ihren Angaben liegt es nicht: Wenden Sie sich an den Betreiber der Seite.\n{issues}',
  notFinished:
    'Ihr Shop ist vielleicht schon verbunden, aber der Vorgang wurde nicht abgeschlossen.\nVersuchen Sie es in einigen Minuten mit denselben Angaben erneut. Wenn es wieder nicht klappt, wenden Sie sich an den Betreiber der Seite.',
  noWebAssembly:
    'Mit diesem Browser lässt sich Ihr Shop nicht verbinden.\nVerwenden Sie einen anderen Browser.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD:
    'Ein Teil dieser Seite konnte nicht geladen werden.\nLaden Sie die Seite neu und versuchen Sie es erneut.',
  ERR_NETWORK: `Es kam keine Antwort.\nPrüfen Sie Ihre Internetverbindung. ${SAME_VALUES}`,
  ERR_TIMEOUT: `Es hat zu lange gedauert.\n${SAME_VALUES}`,
  ERR_UNAUTHORIZED:
    'Sie sind nicht angemeldet.\nMelden Sie sich in einem anderen Tab an und versuchen Sie es dann hier erneut.',
  ERR_FORBIDDEN: `Das ist nicht erlaubt.\n${SAID}\nVielleicht fehlen dem API-Konto Berechtigungen: Prüfen Sie seine \`OAuth scopes\` in BigCommerce oder wenden Sie sich an unseren Support.\n${REFERENCE}`,
  ERR_NOT_FOUND: `Diese Verbindung gibt es nicht mehr.\nVerbinden Sie Ihren Shop erneut.\n${REFERENCE}`,
  ERR_CONFLICT: `Diese Verbindung gibt es bereits.\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `Es gab zu viele Versuche.\nWarten Sie {wait} und versuchen Sie es dann erneut.\n${REFERENCE}`,
  ERR_REJECTED: `BigCommerce hat diese Angaben nicht akzeptiert.\n${SAID}\nMeldung des Dienstes: {serviceMessage}\nVergleichen Sie die Angaben mit dem API-Konto in BigCommerce. Liegen sie Ihnen nicht mehr vor, erstellen Sie ein neues API-Konto.\n${REFERENCE}`,
  ERR_SERVER: `Beim Dienst gibt es eine Störung.\n${SAID}\nAn Ihren Angaben liegt es nicht. Warten Sie {wait}. ${SAME_VALUES}\n${REFERENCE}`,
  ERR_RESPONSE: `Die Antwort des Dienstes war ungültig.\nAn Ihren Angaben liegt es nicht. ${SAME_VALUES}`,

  'username.missing': 'Geben Sie den `Username` aus Ihrem `Legacy API account` in BigCommerce ein.',
  'password.missing':
    'Geben Sie den `API Token` aus Ihrem `Legacy API account` in BigCommerce ein.',
  'clientId.missing':
    'Geben Sie die `Client ID` aus Ihrem `store-level API account` in BigCommerce ein.',
  'accessToken.missing':
    'Geben Sie den `Access token` aus Ihrem `store-level API account` in BigCommerce ein.',
  'clientSecret.missing':
    'Geben Sie das `Client secret` aus Ihrem `store-level API account` in BigCommerce ein.',
  'storeUrl.missing': 'Geben Sie den `API path` aus Ihrem API-Konto in BigCommerce ein.',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'Geben Sie einen Namen für diese Verbindung ein.',
  'clientId.both-kinds':
    'Geben Sie die Angaben aus nur einem API-Konto ein: aus einem `store-level API account` oder aus einem `Legacy API account`.',
  'client-secret':
    'Das ist das `Client secret`. Geben Sie stattdessen den `Access token` ein, den BigCommerce daneben anzeigt.',

  missing: 'Diese Angabe fehlt.',
  type: 'Falscher Typ.',
  empty: 'Darf nicht leer sein.',
  'too-long': 'Zu lang: höchstens {max} Zeichen.',
  'too-many': 'Zu viele Einträge: höchstens {max}.',
  'too-large': 'Zu groß: höchstens {max} Byte als JSON.',
  range: 'Muss eine Zahl im zulässigen Bereich sein.',
  characters: 'Enthält Zeichen, die nicht zulässig sind.',
  'storeUrl.characters':
    'Enthält ein Leerzeichen, ein unsichtbares Zeichen, einen umgekehrten Schrägstrich oder einen Strich oder Punkt, den es auf der Tastatur nicht gibt. Kopieren Sie den `API path` direkt aus BigCommerce.',
  'tags.characters': 'Darf weder <, > oder & noch Steuerzeichen enthalten.',
  surrogate: 'Enthält ein unvollständiges Zeichen: Geben Sie den Text neu ein.',
  reserved: 'Dieser Name kann nicht verwendet werden.',
  'tags.reserved': 'Darf nicht mit „idempotency-key:“ oder „subject:“ beginnen.',
  unknown: 'Nicht bekannt.',
  'both-kinds': 'Lässt sich nicht mit den übrigen Angaben kombinieren.',
  label: 'Geben Sie nur die Angabe selbst ein, ohne die Bezeichnung davor.',
  quoted: 'Lassen Sie die Anführungszeichen weg.',
  invisible:
    'Enthält ein unsichtbares Zeichen: Leeren Sie das Feld und kopieren Sie die Angabe direkt aus BigCommerce.',
  'in-use': 'Wird gerade verwendet: Warten Sie, bis der laufende Vorgang beendet ist.',
  unreadable: 'Lässt sich nicht lesen.',
  malformed: 'Keine gültige Adresse.',
  'storeUrl.malformed': 'Kein `API path`: Kopieren Sie ihn vollständig aus BigCommerce.',
  scheme: 'Muss mit https:// beginnen.',
  twice: 'Darf https:// nur einmal enthalten, am Anfang.',
  user: 'Lassen Sie den Benutzernamen vor der Adresse weg.',
  port: 'Lassen Sie die Portnummer weg.',
  query: 'Lassen Sie das Fragezeichen und alles danach weg.',
  fragment: 'Lassen Sie das Zeichen # und alles danach weg.',
  path: 'Der Pfad der Adresse stimmt nicht.',
  'storeUrl.path':
    'Geben Sie den `API path` genau so ein, wie BigCommerce ihn anzeigt: Bei einem `store-level API account` endet er auf /v3/, bei einem `Legacy API account` auf /api/v2/.',
  host: 'Das ist nicht die Adresse eines Shops: Geben Sie den vollständigen `API path` aus Ihrem API-Konto ein.',
  case: 'Der Code des Shops nach /stores/ darf keine Großbuchstaben enthalten.',
  'store-level': STORE_LEVEL,
  origin: 'Muss eine vollständige Adresse sein oder zum Ursprung dieser Seite gehören.',

  // The form
  intro: 'Verbinden Sie Ihren BigCommerce-Shop',
  introTo: 'Verbinden Sie Ihren BigCommerce-Shop mit {to}',
  fileLabel: 'Datei von BigCommerce',
  dropFile: 'An beliebiger Stelle in dieses Fenster ziehen',
  chooseFile: 'Datei auswählen',
  pasteFile: 'Oder den Inhalt hier einfügen',
  fileHint:
    'Die Datei heißt `BigCommerceAPI-credentials-….txt` und liegt wahrscheinlich im Ordner „Downloads“. Sie wird in Ihrem Browser gelesen und nicht hochgeladen.',
  createFile: 'Keine Datei? Jetzt erstellen',
  openAccounts: '`Store-level API accounts` in BigCommerce öffnen',
  newTab: '(öffnet sich in einem neuen Tab)',
  createAccount:
    'Wählen Sie `Create API account` und unter `Token type` die Option `V2/V3 API token`.',
  chooseScopes:
    'Geben Sie einen Namen ein und wählen Sie die `OAuth scopes` für das, was Sie verbinden möchten.',
  chooseTheseScopes: 'Geben Sie einen Namen ein und wählen Sie diese `OAuth scopes`:',
  saveAccount:
    'Klicken Sie auf `Save`. Ihr Browser lädt eine Datei herunter: Ziehen Sie diese hierher.',
  whoMayCreate:
    'Das kann nur der Inhaber des Shops oder ein Benutzer, dem der Inhaber die `High-risk permissions` erteilt hat.',
  enterValues: 'Angaben manuell eingeben',
  kindLabel: 'Art des API-Kontos',
  storeLevelHint: 'Für jeden Shop verfügbar.',
  legacyHint: 'Nur für ältere Shops.',
  whereLegacy:
    'Öffnen Sie in BigCommerce `Advanced Settings`, dann `Legacy API Settings`, und wählen Sie `Edit` im Menü neben dem API-Konto.',
  openLegacy: '`Legacy API Settings` in BigCommerce öffnen',
  usernameHint: 'Der Benutzername des API-Kontos, nicht der, mit dem Sie sich anmelden.',
  secretHint: 'Diese Seite speichert die Angabe nicht.',
  tokenHint: 'Nicht das `Client secret`. Diese Seite speichert die Angabe nicht.',
  pathHint: 'Zum Beispiel: {example}',
  nameHint: 'Wählen Sie einen beliebigen Namen für diese Verbindung.',
  connect: 'Verbinden',
  editFields: '{fields} · Bearbeiten',

  // After success
  connectedTitle: '{name} ist verbunden',
  switchedOff: 'Die Verbindung ist deaktiviert. Wenden Sie sich an den Betreiber dieser Seite.',
  continue: 'Weiter',
  connectAnother: 'Weiteren Shop verbinden',
  showConnections: 'Verbundene Shops anzeigen',

  // What is connected
  connections: 'Verbundene Shops',
  loadingConnections: 'Verbundene Shops werden geladen …',
  connectionsFailed: 'Die verbundenen Shops können nicht angezeigt werden.\n{reason}',
  retry: 'Erneut versuchen',
  connectAnyway: 'Trotzdem verbinden',
  unnamed: 'Verbindung {id}',
  connectedOn: 'Verbunden am {date}',
  needsReconnect: 'Muss erneut verbunden werden',
  isOff: 'Deaktiviert',
  reconnect: 'Erneut verbinden',
  reconnectName: '{name} erneut verbinden',
  reconnectHint: 'Nur die Zugangsdaten werden benötigt. Name und Shop bleiben unverändert.',
  disconnect: 'Trennen',
  disconnectName: '{name} trennen',
  disconnectQuestion:
    'Verbindung zu {name} trennen? Danach ist von hier aus kein Zugriff mehr auf die Daten dieses Shops möglich.',
  disconnecting: 'Verbindung wird getrennt …',
  disconnected:
    'Die Verbindung zu {name} ist getrennt.\nDas API-Konto besteht in BigCommerce weiterhin: Löschen Sie es dort, wenn Sie es nicht mehr brauchen.',
  disconnectFailed: 'Die Verbindung zu {name} konnte nicht getrennt werden.\n{reason}',
  cancel: 'Abbrechen',

  // The page that is opened by a link
  linkExpired:
    'Dieser Link ist abgelaufen.\nBitten Sie die Person, die ihn Ihnen geschickt hat, um einen neuen.',
  linkIncomplete:
    'Dieser Link ist unvollständig.\nÖffnen Sie ihn noch einmal. Ist er weiterhin unvollständig, bitten Sie die Person, die ihn Ihnen geschickt hat, um einen neuen.',
  linkOther:
    'Dieser Link ist für ein anderes Konto.\nIn diesem Tab wollten Sie gerade einen Shop mit {present} verbinden. Der Link verbindet ihn mit {linked}.',
  linkUse: 'Mit {to} verbinden',
};

export default de;
