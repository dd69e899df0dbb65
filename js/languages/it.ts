import type { Language } from './language.js';

const SAME_VALUES = 'Riprovare con gli stessi dati, per non creare un secondo collegamento.';

const SAID = 'Messaggio di BigCommerce: {providerMessage}';

const REFERENCE = 'Riferimento per l’assistenza: {requestId}';

const STORE_LEVEL =
  'Questo dato appartiene a uno `store-level API account`. Inserire il `Client ID` e l’`Access token` di quell’account API.';

const it: Language = {
  lang: 'it',
  dir: 'ltr',

  connecting: 'Collegamento in corso…',
  offline:
    'La connessione a Internet non è disponibile.\nIl collegamento riprenderà quando la connessione sarà ripristinata.',
  connected: 'Il negozio è collegato.',
  connectedDisabled:
    'Il negozio è collegato, ma il collegamento è disattivato.\nContattare il gestore di questa pagina.',
  filled: 'Dati ripresi dal file: {fields}.',
  nameLabel: 'Nome',
  otherKind:
    'Questi dati sono di un altro tipo di account API ({kind}), che questo modulo al momento non richiede. Nessun campo è stato compilato.',
  otherFile:
    'Questo non è il file che BigCommerce salva con un nuovo account API. Nessun campo è stato compilato.',
  notSetUp:
    'Questa pagina non è configurata correttamente.\nIl problema non dipende dai dati inseriti: contattare il gestore della pagina.\n{issues}',
  noWebAssembly:
    'Con questo browser non è possibile collegare il negozio.\nUsare un altro browser.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD:
    'Non è stato possibile caricare una parte di questa pagina.\nRicaricare la pagina e riprovare.',
  ERR_NETWORK: `Non è arrivata alcuna risposta.\nVerificare la connessione a Internet. ${SAME_VALUES}`,
  ERR_TIMEOUT: `L’operazione ha richiesto troppo tempo.\n${SAME_VALUES}`,
  ERR_UNAUTHORIZED:
    'L’accesso non è stato effettuato.\nAccedere in un’altra scheda, poi riprovare qui.',
  ERR_FORBIDDEN: `Questa operazione non è consentita.\n${SAID}\nL’account API potrebbe non avere le autorizzazioni necessarie: verificare i suoi scope OAuth in BigCommerce o rivolgersi alla nostra assistenza.\n${REFERENCE}`,
  ERR_NOT_FOUND: `Questo collegamento non esiste più.\nCollegare di nuovo il negozio.\n${REFERENCE}`,
  ERR_CONFLICT: `Questo collegamento esiste già.\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `Ci sono stati troppi tentativi.\nAttendere {wait}, poi riprovare.\n${REFERENCE}`,
  ERR_REJECTED: `BigCommerce non ha accettato questi dati.\n${SAID}\nMessaggio del servizio: {serviceMessage}\nConfrontare i dati con quelli dell’account API in BigCommerce. Se non sono più disponibili, creare un altro account API.\n${REFERENCE}`,
  ERR_SERVER: `Il servizio ha un problema.\n${SAID}\nIl problema non dipende dai dati inseriti. Attendere {wait}. ${SAME_VALUES}\n${REFERENCE}`,
  ERR_RESPONSE: `La risposta del servizio non è utilizzabile.\nIl problema non dipende dai dati inseriti. ${SAME_VALUES}`,

  'username.missing': 'Inserire lo `Username` del `Legacy API account` di BigCommerce.',
  'password.missing': 'Inserire l’`API Token` del `Legacy API account` di BigCommerce.',
  'clientId.missing': 'Inserire il `Client ID` dello `store-level API account` di BigCommerce.',
  'accessToken.missing':
    'Inserire l’`Access token` dello `store-level API account` di BigCommerce.',
  'clientSecret.missing':
    'Inserire il `Client secret` dello `store-level API account` di BigCommerce.',
  'storeUrl.missing': 'Inserire l’`API path` dell’account API di BigCommerce.',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'Inserire un nome per questo collegamento.',
  'clientId.both-kinds':
    'Inserire i dati di un solo account API: di uno `store-level API account` o di un `Legacy API account`.',
  'client-secret':
    'Questo è il `Client secret`. Inserire l’`Access token`, che BigCommerce mostra insieme.',

  missing: 'Dato mancante.',
  type: 'Non è del tipo corretto.',
  empty: 'Non può essere vuoto.',
  'too-long': 'Troppo lungo: al massimo {max} caratteri.',
  'too-many': 'Troppi elementi: al massimo {max}.',
  'too-large': 'Troppo grande: al massimo {max} byte in formato JSON.',
  range: 'Deve essere un numero entro i limiti consentiti.',
  characters: 'Contiene caratteri non consentiti.',
  'storeUrl.characters':
    'Contiene uno spazio, una barra rovesciata o un carattere speciale: copiare l’`API path` direttamente da BigCommerce.',
  'tags.characters': 'Non può contenere <, >, & o caratteri di controllo.',
  surrogate: 'Contiene un carattere incompleto: inserire di nuovo il testo.',
  reserved: 'Questo nome non può essere usato.',
  'tags.reserved': 'Non può iniziare con «idempotency-key:» o «subject:».',
  unknown: 'Non è riconosciuto.',
  'both-kinds': 'Non può essere combinato con gli altri dati.',
  label: 'Inserire solo il dato, senza l’etichetta che lo precede.',
  quoted: 'Togliere le virgolette.',
  invisible:
    'Contiene un carattere invisibile: svuotare il campo e copiare il dato direttamente da BigCommerce.',
  'in-use': 'Già in uso: attendere la fine dell’operazione in corso.',
  unreadable: 'Non può essere letto.',
  malformed: 'Non è un indirizzo valido.',
  'storeUrl.malformed': 'Non è un `API path`: copiarlo per intero da BigCommerce.',
  scheme: 'Deve iniziare con https://.',
  twice: 'Deve contenere https:// una sola volta, all’inizio.',
  user: 'Togliere il nome utente che precede l’indirizzo.',
  port: 'Togliere il numero di porta.',
  query: 'Togliere il punto interrogativo e tutto ciò che lo segue.',
  fragment: 'Togliere il cancelletto (#) e tutto ciò che lo segue.',
  path: 'Il percorso dell’indirizzo non è corretto.',
  'storeUrl.path':
    'Inserire l’`API path` esattamente come lo mostra BigCommerce: termina con /v3/ per uno `store-level API account` e con /api/v2/ per un `Legacy API account`.',
  host: 'Non è l’indirizzo di un negozio: inserire l’`API path` completo dell’account API.',
  case: 'Il codice del negozio, dopo /stores/, deve essere in minuscolo.',
  'store-level': STORE_LEVEL,
  origin: 'Deve essere un indirizzo completo o appartenere all’origine di questa pagina.',

  // The form
  intro: 'Collega il negozio BigCommerce',
  introTo: 'Collega il negozio BigCommerce a {to}',
  fileLabel: 'File di BigCommerce',
  dropFile: 'Trascinarlo in un punto qualsiasi di questa finestra',
  chooseFile: 'Seleziona file',
  pasteFile: 'Oppure incollare qui il suo contenuto',
  fileHint:
    'Si chiama `BigCommerceAPI-credentials-….txt` e probabilmente si trova in Download. Viene letto qui e non viene caricato online.',
  createFile: 'Nessun file? Come crearlo',
  openAccounts: 'Apri `Store-level API accounts` in BigCommerce',
  newTab: '(si apre in una nuova scheda)',
  createAccount: 'Scegliere `Create API account` e il tipo di token `V2/V3 API token`.',
  chooseScopes:
    'Inserire un nome e scegliere gli `OAuth scopes` per ciò che si desidera collegare.',
  chooseTheseScopes: 'Inserire un nome e scegliere questi `OAuth scopes`:',
  saveAccount: 'Salvare l’account API. Il browser salva un file: trascinarlo qui.',
  whoMayCreate:
    'Può farlo solo il proprietario del negozio o un utente a cui il proprietario ha concesso le autorizzazioni ad alto rischio.',
  enterValues: 'Inserimento manuale dei dati',
  kindLabel: 'Tipo di account API',
  storeLevelHint: 'Possibile per tutti i negozi.',
  legacyHint: 'Solo per i negozi meno recenti.',
  whereLegacy:
    'In BigCommerce aprire `Advanced Settings`, poi `Legacy API Settings`, e scegliere `Edit` nel menu accanto all’account API.',
  openLegacy: 'Apri `Legacy API Settings` in BigCommerce',
  usernameHint: 'Quello dell’account API, non quello con cui si accede.',
  secretHint: 'Questa pagina non conserva questo dato.',
  tokenHint: 'Non il `Client secret`. Questa pagina non conserva il token.',
  pathHint: 'Ad esempio: {example}',
  nameHint: 'Il nome di questo collegamento, a scelta.',
  connect: 'Collega',
  editFields: '{fields} · Modifica',

  // After success
  connectedTitle: 'Negozio collegato: {name}',
  switchedOff: 'Il collegamento è disattivato. Contattare il gestore di questa pagina.',
  continue: 'Continua',
  connectAnother: 'Collega un altro negozio',
  showConnections: 'Mostra i negozi collegati',

  // What is connected
  connections: 'Negozi collegati',
  loadingConnections: 'Ricerca dei negozi collegati…',
  connectionsFailed: 'Impossibile mostrare i negozi collegati.\n{reason}',
  retry: 'Riprova',
  connectAnyway: 'Collega comunque',
  unnamed: 'Collegamento {id}',
  connectedOn: 'Data di collegamento: {date}',
  needsReconnect: 'Da ricollegare',
  isOff: 'Disattivato',
  reconnect: 'Ricollega',
  reconnectName: 'Ricollega {name}',
  reconnectHint: 'Servono solo le credenziali. Il nome e il negozio restano invariati.',
  disconnect: 'Scollega',
  disconnectName: 'Scollega {name}',
  disconnectQuestion:
    'Scollegare {name}? I dati di questo negozio non saranno più accessibili da qui.',
  disconnecting: 'Scollegamento in corso…',
  disconnected:
    'Negozio scollegato: {name}.\nIl suo account API esiste ancora in BigCommerce: se non serve più, eliminarlo lì.',
  disconnectFailed: 'Impossibile scollegare {name}.\n{reason}',
  cancel: 'Annulla',

  // The page that is opened by a link
  linkExpired: 'Questo link è scaduto.\nChiederne uno nuovo a chi lo ha fornito.',
  linkIncomplete:
    'Questo link è incompleto.\nAprirlo di nuovo. Se resta incompleto, chiederne uno nuovo a chi lo ha fornito.',
  linkOther:
    'Questo link è per un altro account.\nIn questa scheda si stava per collegare un negozio a {present}. Il link lo collega a {linked}.',
  linkUse: 'Collega a {to}',
};

export default it;
