import type { Language } from './language.js';

const UNCHANGED =
  'Probeer het opnieuw zonder iets te wijzigen, zodat er geen tweede koppeling ontstaat.';

const SAID = 'BigCommerce meldt: {providerMessage}';

const REFERENCE = 'Referentie voor de klantenservice: {requestId}';

const STORE_LEVEL =
  'Dit hoort bij een `store-level API account`. Vul de `Client ID` en het `Access token` van dat account in.';

const nl: Language = {
  lang: 'nl',
  dir: 'ltr',

  connecting: 'Bezig met koppelen…',
  offline: 'Je bent offline.\nControleer je internetverbinding.',
  connected: 'Je winkel is gekoppeld.',
  connectedDisabled:
    'Je winkel is gekoppeld, maar de koppeling is uitgeschakeld.\nNeem contact op met de beheerder van deze pagina.',
  filled: 'Ingevuld vanuit het bestand: {fields}.',
  nameLabel: 'Naam',
  otherKind:
    'Dit zijn de toegangsgegevens van een {kind}. Dit formulier is voor een ander soort API-account. Er is niets ingevuld.',
  otherFile:
    'Dit is niet het bestand dat BigCommerce bij een nieuw API-account opslaat. Er is niets ingevuld.',
  notSetUp:
    'Deze pagina is niet goed ingesteld.\nHet ligt niet aan je toegangsgegevens: neem contact op met de beheerder van deze pagina.\n{issues}',
  notFinished:
    'Je winkel is misschien al gekoppeld, maar het koppelen is niet afgerond.\nProbeer het over een paar minuten opnieuw met dezelfde gegevens. Gebeurt het weer, neem dan contact op met de beheerder van deze pagina.',
  noWebAssembly: 'Met deze browser kun je je winkel niet koppelen.\nGebruik een andere browser.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD:
    'Een deel van deze pagina kon niet worden geladen.\nVernieuw de pagina en probeer het opnieuw.',
  ERR_NETWORK: `Er is geen antwoord ontvangen.\nControleer je internetverbinding. ${UNCHANGED}`,
  ERR_TIMEOUT: `Het duurde te lang.\n${UNCHANGED}`,
  ERR_UNAUTHORIZED:
    'Je bent niet ingelogd.\nLog in op een ander tabblad en probeer het daarna hier opnieuw.',
  ERR_FORBIDDEN: `Dit is niet toegestaan.\n${SAID}\nMogelijk heeft het API-account te weinig rechten: controleer de \`OAuth scopes\` in BigCommerce of neem contact op met onze klantenservice.\n${REFERENCE}`,
  ERR_NOT_FOUND: `Deze koppeling bestaat niet meer.\nKoppel je winkel opnieuw.\n${REFERENCE}`,
  ERR_CONFLICT: `Deze koppeling bestaat al.\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `Er zijn te veel pogingen gedaan.\nWacht {wait} en probeer het dan opnieuw.\n${REFERENCE}`,
  ERR_REJECTED: `BigCommerce heeft deze toegangsgegevens niet geaccepteerd.\n${SAID}\nDe koppelingsdienst meldt: {serviceMessage}\nVergelijk de toegangsgegevens met die van het API-account in BigCommerce. Heb je ze niet meer? Maak dan een nieuw API-account aan.\n${REFERENCE}`,
  ERR_SERVER: `Er is een storing bij de koppelingsdienst.\n${SAID}\nHet ligt niet aan je toegangsgegevens. Wacht {wait}. ${UNCHANGED}\n${REFERENCE}`,
  ERR_RESPONSE: `De koppelingsdienst gaf geen bruikbaar antwoord.\nHet ligt niet aan je toegangsgegevens. ${UNCHANGED}`,

  'username.missing': 'Vul de `Username` in van je `Legacy API account` bij BigCommerce.',
  'password.missing': 'Vul het `API Token` in van je `Legacy API account` bij BigCommerce.',
  'clientId.missing': 'Vul de `Client ID` in van je `store-level API account` bij BigCommerce.',
  'accessToken.missing':
    'Vul het `Access token` in van je `store-level API account` bij BigCommerce.',
  'clientSecret.missing':
    'Vul het `Client secret` in van je `store-level API account` bij BigCommerce.',
  'storeUrl.missing': 'Vul het `API path` in van je API-account bij BigCommerce.',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'Geef deze koppeling een naam.',
  'clientId.both-kinds':
    'Vul de toegangsgegevens van één API-account in: van een `store-level API account` of van een `Legacy API account`.',
  'client-secret':
    'Dit is het `Client secret`. Vul het `Access token` in dat BigCommerce ernaast toont.',

  missing: 'Dit ontbreekt.',
  type: 'Dit heeft niet het juiste type.',
  empty: 'Dit mag niet leeg zijn.',
  'too-long': 'Dit is te lang: maximaal {max} tekens.',
  'too-many': 'Dit zijn er te veel: maximaal {max}.',
  'too-large': 'Dit is te groot: maximaal {max} bytes als JSON.',
  range: 'Dit getal is niet toegestaan.',
  characters: 'Dit bevat tekens die hier niet zijn toegestaan.',
  'storeUrl.characters':
    'Dit bevat een spatie, een onzichtbaar teken, een backslash, of een ander streepje of een andere punt dan op het toetsenbord. Kopieer het `API path` rechtstreeks uit BigCommerce.',
  'tags.characters': 'Dit mag geen <, > of & en geen stuurtekens bevatten.',
  surrogate: 'Dit bevat een onvolledig teken. Vul het opnieuw in.',
  reserved: 'Deze naam kan niet worden gebruikt.',
  'tags.reserved': 'Dit mag niet beginnen met ‘idempotency-key:’ of ‘subject:’.',
  unknown: 'Dit veld is niet bekend.',
  'both-kinds': 'Dit kan niet samen met andere opgegeven waarden worden gebruikt.',
  label: 'Vul alleen de waarde in, zonder de naam ervoor.',
  quoted: 'Dit staat tussen aanhalingstekens. Laat die weg.',
  invisible:
    'Dit bevat een onzichtbaar teken. Maak dit veld leeg en kopieer de waarde rechtstreeks uit BigCommerce.',
  'in-use':
    'Dit wordt al gebruikt door een lopende aanvraag. Wacht tot die klaar is of breek die af.',
  unreadable: 'Dit kon niet worden gelezen.',
  malformed: 'Dit is geen geldig adres.',
  'storeUrl.malformed':
    'Vul het hele `API path` van je API-account in, zoals BigCommerce het toont.',
  scheme: 'Dit moet beginnen met https://.',
  twice: 'Er mag maar één keer https:// staan, aan het begin.',
  user: 'Laat de gebruikersnaam vóór de domeinnaam weg.',
  port: 'Laat het poortnummer weg.',
  query: 'Laat het vraagteken (?) en alles daarna weg.',
  fragment: 'Laat het hekje (#) en alles daarna weg.',
  path: 'Het pad van dit adres klopt niet.',
  'storeUrl.path':
    'Vul het hele `API path` in. Bij een `store-level API account` eindigt het op /v3/, bij een `Legacy API account` op /api/v2/.',
  host: 'Op dit adres staat geen winkel. Vul het hele `API path` van je API-account in.',
  case: 'Schrijf het deel na /stores/ in kleine letters.',
  'store-level': STORE_LEVEL,
  origin: 'Dit adres is op deze pagina niet toegestaan.',

  // The form
  intro: 'Koppel je BigCommerce-winkel',
  introTo: 'Koppel je BigCommerce-winkel aan {to}',
  fileLabel: 'Bestand van BigCommerce',
  dropFile: 'Sleep het bestand naar een willekeurige plek in dit venster',
  chooseFile: 'Bestand kiezen',
  pasteFile: 'Of plak hier de inhoud van het bestand',
  fileHint:
    'Het bestand heet `BigCommerceAPI-credentials-….txt` en staat waarschijnlijk in de map Downloads. Het wordt in je browser gelezen en niet geüpload.',
  createFile: 'Geen bestand? Maak er een aan',
  openAccounts: '`Store-level API accounts` openen in BigCommerce',
  newTab: '(opent in een nieuw tabblad)',
  createAccount: 'Kies `Create API account` en bij `Token type` de optie `V2/V3 API token`.',
  chooseScopes: 'Vul een naam in en kies de `OAuth scopes` voor wat je wilt koppelen.',
  chooseTheseScopes: 'Vul een naam in en kies deze `OAuth scopes`:',
  saveAccount: 'Klik op `Save`. Je browser downloadt een bestand: sleep dat hierheen.',
  whoMayCreate:
    'Dit kan alleen de eigenaar van de winkel, of een gebruiker aan wie de eigenaar de `High-risk permissions` heeft gegeven.',
  enterValues: 'Toegangsgegevens zelf invullen',
  kindLabel: 'Soort API-account',
  storeLevelHint: 'Beschikbaar voor elke winkel.',
  legacyHint: 'Alleen voor oudere winkels.',
  whereLegacy:
    'Open in BigCommerce `Advanced Settings` en daarna `Legacy API Settings`, en kies `Edit` in het menu naast het account.',
  openLegacy: '`Legacy API Settings` openen in BigCommerce',
  usernameHint: 'Die van het API-account, niet die waarmee je inlogt.',
  secretHint: 'Deze pagina slaat dit niet op.',
  tokenHint: 'Niet het `Client secret`. Deze pagina slaat dit niet op.',
  pathHint: 'Bijvoorbeeld: {example}',
  nameHint: 'Kies zelf een naam voor deze koppeling.',
  connect: 'Koppelen',
  editFields: '{fields} · Wijzigen',

  // After success
  connectedTitle: '{name} is gekoppeld',
  switchedOff: 'De koppeling is uitgeschakeld. Neem contact op met de beheerder van deze pagina.',
  continue: 'Doorgaan',
  connectAnother: 'Nog een winkel koppelen',
  showConnections: 'Gekoppelde winkels bekijken',

  // What is connected
  connections: 'Gekoppelde winkels',
  loadingConnections: 'Gekoppelde winkels worden geladen…',
  connectionsFailed: 'De gekoppelde winkels kunnen niet worden weergegeven.\n{reason}',
  retry: 'Opnieuw proberen',
  connectAnyway: 'Toch koppelen',
  unnamed: 'Koppeling {id}',
  connectedOn: 'Gekoppeld op {date}',
  needsReconnect: 'Opnieuw koppelen nodig',
  isOff: 'Uitgeschakeld',
  reconnect: 'Opnieuw koppelen',
  reconnectName: '{name} opnieuw koppelen',
  reconnectHint: 'Alleen de toegangsgegevens zijn nodig. De naam en de winkel blijven hetzelfde.',
  disconnect: 'Ontkoppelen',
  disconnectName: '{name} ontkoppelen',
  disconnectQuestion:
    '{name} ontkoppelen? Daarna is er vanaf hier geen toegang meer tot de gegevens van deze winkel.',
  disconnecting: 'Bezig met ontkoppelen…',
  disconnected:
    '{name} is ontkoppeld.\nHet API-account bestaat nog in BigCommerce: verwijder het daar als je het niet meer nodig hebt.',
  disconnectFailed: '{name} kon niet worden ontkoppeld.\n{reason}',
  cancel: 'Annuleren',

  // The page that is opened by a link
  linkExpired: 'Deze link is verlopen.\nVraag een nieuwe link aan degene die deze heeft gestuurd.',
  linkIncomplete:
    'Deze link is onvolledig.\nOpen de link nog een keer. Is de link nog steeds onvolledig? Vraag dan een nieuwe aan degene die deze heeft gestuurd.',
  linkOther:
    'Deze link is voor een ander account.\nIn dit tabblad was je bezig een winkel te koppelen aan {present}. Met de link koppel je de winkel aan {linked}.',
  linkUse: 'Koppelen aan {to}',
};

export default nl;
