import type { Language } from './language.js';

const SAME_VALUES = 'Riprova con gli stessi dati per non creare un secondo collegamento.';

const SAID = 'Messaggio di BigCommerce: {providerMessage}';

const REFERENCE = 'Riferimento per l’assistenza: {requestId}';

const STORE_LEVEL =
  'Questo dato appartiene a uno `store-level API account`. Inserisci il `Client ID` e l’`Access token` di quell’account API.';

const it: Language = {
  lang: 'it',
  dir: 'ltr',

  connecting: 'Collegamento in corso…',
  offline: 'Sei offline.\nControlla la connessione a Internet.',
  connected: 'Il tuo negozio è collegato.',
  connectedDisabled:
    'Il tuo negozio è collegato, ma il collegamento è disattivato.\nContatta il gestore di questa pagina.',
  filled: 'Campi compilati dal file: {fields}.',
  nameLabel: 'Nome',
  otherKind:
    'Questi dati sono di un altro tipo di account API ({kind}), non di quello richiesto da questo modulo. Nessun campo è stato compilato.',
  otherFile:
    'Questo non è il file che BigCommerce salva con un nuovo account API. Nessun campo è stato compilato.',
  notSetUp:
    'Questa pagina non è configurata correttamente.\nIl problema non dipende dai tuoi dati: contatta il gestore di questa pagina.\n{issues}',
  notFinished:
    'Il tuo negozio potrebbe essere già collegato, ma l’operazione non è stata completata.\nRiprova tra qualche minuto con gli stessi dati. Se succede di nuovo, contatta il gestore di questa pagina.',
  noWebAssembly:
    'Con questo browser non è possibile collegare il tuo negozio.\nUsa un altro browser.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD:
    'Non è stato possibile caricare una parte di questa pagina.\nRicarica la pagina e riprova.',
  ERR_NETWORK: `Non è arrivata alcuna risposta.\nControlla la connessione a Internet. ${SAME_VALUES}`,
  ERR_TIMEOUT: `L’operazione ha richiesto troppo tempo.\n${SAME_VALUES}`,
  ERR_UNAUTHORIZED: 'Non hai effettuato l’accesso.\nAccedi in un’altra scheda, poi riprova qui.',
  ERR_FORBIDDEN: `Questa operazione non è consentita.\n${SAID}\nL’account API potrebbe non avere le autorizzazioni necessarie: controlla i suoi \`OAuth scopes\` in BigCommerce o contatta la nostra assistenza.\n${REFERENCE}`,
  ERR_NOT_FOUND: `Questo collegamento non esiste più.\nCollega di nuovo il tuo negozio.\n${REFERENCE}`,
  ERR_CONFLICT: `Questo collegamento esiste già.\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `Ci sono stati troppi tentativi.\nAttendi {wait}, poi riprova.\n${REFERENCE}`,
  ERR_REJECTED: `BigCommerce non ha accettato questi dati.\n${SAID}\nMessaggio del servizio: {serviceMessage}\nConfrontali con quelli dell’account API in BigCommerce. Se non li hai più, crea un nuovo account API.\n${REFERENCE}`,
  ERR_SERVER: `Il servizio ha un problema.\n${SAID}\nIl problema non dipende dai tuoi dati. Attendi {wait}. ${SAME_VALUES}\n${REFERENCE}`,
  ERR_RESPONSE: `Il servizio ha inviato una risposta non valida.\nIl problema non dipende dai tuoi dati. ${SAME_VALUES}`,

  'username.missing': 'Inserisci lo `Username` del tuo `Legacy API account` di BigCommerce.',
  'password.missing': 'Inserisci l’`API Token` del tuo `Legacy API account` di BigCommerce.',
  'clientId.missing': 'Inserisci il `Client ID` del tuo `store-level API account` di BigCommerce.',
  'accessToken.missing':
    'Inserisci l’`Access token` del tuo `store-level API account` di BigCommerce.',
  'clientSecret.missing':
    'Inserisci il `Client secret` del tuo `store-level API account` di BigCommerce.',
  'storeUrl.missing': 'Inserisci l’`API path` del tuo account API di BigCommerce.',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'Inserisci un nome per questo collegamento.',
  'clientId.both-kinds':
    'Inserisci i dati di un solo account API: di uno `store-level API account` o di un `Legacy API account`.',
  'client-secret':
    'Questo è il `Client secret`. Inserisci l’`Access token`, che BigCommerce mostra accanto.',

  missing: 'Dato mancante.',
  type: 'Il tipo non è corretto.',
  empty: 'Non può essere vuoto.',
  'too-long': 'Troppo lungo: al massimo {max} caratteri.',
  'too-many': 'Troppi elementi: al massimo {max}.',
  'too-large': 'Troppo grande: al massimo {max} byte in formato JSON.',
  range: 'Deve essere un numero entro i limiti consentiti.',
  characters: 'Contiene caratteri non consentiti.',
  'storeUrl.characters':
    'Contiene uno spazio, un carattere invisibile, una barra rovesciata, oppure un trattino o un punto diverso da quello della tastiera. Copia l’`API path` direttamente da BigCommerce.',
  'tags.characters': 'Non può contenere <, > o &, né caratteri di controllo.',
  surrogate: 'Contiene un carattere incompleto: inserisci di nuovo il testo.',
  reserved: 'Questo nome non può essere usato.',
  'tags.reserved': 'Non può iniziare con «idempotency-key:» o «subject:».',
  unknown: 'Non è riconosciuto.',
  'both-kinds': 'Non può essere combinato con gli altri dati.',
  label: 'Inserisci solo il dato, senza l’etichetta che lo precede.',
  quoted: 'Togli le virgolette.',
  invisible:
    'Contiene un carattere invisibile: svuota il campo e copia il dato direttamente da BigCommerce.',
  'in-use': 'Già in uso: attendi la fine dell’operazione in corso.',
  unreadable: 'Non può essere letto.',
  malformed: 'Non è un indirizzo valido.',
  'storeUrl.malformed': 'Non è un `API path`: copialo per intero da BigCommerce.',
  scheme: 'Deve iniziare con https://.',
  twice: 'Deve contenere https:// una sola volta, all’inizio.',
  user: 'Togli il nome utente che precede l’indirizzo.',
  port: 'Togli il numero di porta.',
  query: 'Togli il punto interrogativo e tutto ciò che lo segue.',
  fragment: 'Togli il cancelletto (#) e tutto ciò che lo segue.',
  path: 'Il percorso dell’indirizzo non è corretto.',
  'storeUrl.path':
    'Inserisci l’`API path` esattamente come lo mostra BigCommerce: termina con /v3/ per uno `store-level API account` e con /api/v2/ per un `Legacy API account`.',
  host: 'Non è l’indirizzo di un negozio: inserisci l’`API path` completo del tuo account API.',
  case: 'Il codice del negozio, dopo /stores/, deve essere in minuscolo.',
  'store-level': STORE_LEVEL,
  origin: 'Deve essere un indirizzo completo o appartenere all’origine di questa pagina.',

  // The form
  intro: 'Collega il tuo negozio BigCommerce',
  introTo: 'Collega il tuo negozio BigCommerce a {to}',
  fileLabel: 'File di BigCommerce',
  dropFile: 'Trascinalo in un punto qualsiasi di questa finestra',
  chooseFile: 'Seleziona file',
  pasteFile: 'Oppure incolla qui il suo contenuto',
  fileHint:
    'Il file si chiama `BigCommerceAPI-credentials-….txt` e probabilmente si trova nella cartella Download. Viene letto nel tuo browser e non viene caricato online.',
  createFile: 'Non hai il file? Crealo',
  openAccounts: 'Apri `Store-level API accounts` in BigCommerce',
  newTab: '(si apre in una nuova scheda)',
  createAccount: 'Scegli `Create API account` e, in `Token type`, `V2/V3 API token`.',
  chooseScopes: 'Inserisci un nome e scegli gli `OAuth scopes` per ciò che vuoi collegare.',
  chooseTheseScopes: 'Inserisci un nome e scegli questi `OAuth scopes`:',
  saveAccount: 'Fai clic su `Save`. Il browser scarica un file: trascinalo qui.',
  whoMayCreate:
    'Può farlo solo il proprietario del negozio o un utente a cui il proprietario ha concesso le `High-risk permissions`.',
  enterValues: 'Inserisci i dati manualmente',
  kindLabel: 'Tipo di account API',
  storeLevelHint: 'Disponibile per tutti i negozi.',
  legacyHint: 'Solo per i negozi meno recenti.',
  whereLegacy:
    'In BigCommerce apri `Advanced Settings`, poi `Legacy API Settings`, e scegli `Edit` nel menu accanto all’account API.',
  openLegacy: 'Apri `Legacy API Settings` in BigCommerce',
  usernameHint: 'Quello dell’account API, non quello con cui accedi.',
  secretHint: 'Questa pagina non salva questo dato.',
  tokenHint: 'Non è il `Client secret`. Questa pagina non salva questo dato.',
  pathHint: 'Ad esempio: {example}',
  nameHint: 'Scegli il nome che vuoi per questo collegamento.',
  connect: 'Collega',
  editFields: '{fields} · Modifica',

  // After success
  connectedTitle: 'Negozio collegato: {name}',
  switchedOff: 'Il collegamento è disattivato. Contatta il gestore di questa pagina.',
  continue: 'Continua',
  connectAnother: 'Collega un altro negozio',
  showConnections: 'Mostra i negozi collegati',

  // What is connected
  connections: 'Negozi collegati',
  loadingConnections: 'Caricamento dei negozi collegati…',
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
    'Vuoi scollegare {name}? I dati di questo negozio non saranno più accessibili da qui.',
  disconnecting: 'Scollegamento in corso…',
  disconnected:
    'Negozio scollegato: {name}.\nIl suo account API esiste ancora in BigCommerce: se non ti serve più, eliminalo lì.',
  disconnectFailed: 'Impossibile scollegare {name}.\n{reason}',
  cancel: 'Annulla',

  // The page that is opened by a link
  linkExpired: 'Questo link è scaduto.\nChiedine uno nuovo a chi te lo ha inviato.',
  linkIncomplete:
    'Questo link è incompleto.\nAprilo di nuovo. Se è ancora incompleto, chiedine uno nuovo a chi te lo ha inviato.',
  linkOther:
    'Questo link è per un altro account.\nIn questa scheda stavi per collegare un negozio a {present}. Il link lo collega a {linked}.',
  linkUse: 'Collega a {to}',
};

export default it;
