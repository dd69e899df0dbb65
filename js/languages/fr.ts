import type { Language } from './language.js';

// The spaces before ? ! ; : and within « » are narrow no-break spaces (U+202F).

const SAME_VALUES =
  'Réessayez avec les mêmes informations pour ne pas créer une deuxième connexion.';

const SAID = 'Message de BigCommerce : {providerMessage}';

const REFERENCE = 'Référence pour l’assistance : {requestId}';

const STORE_LEVEL =
  'Cette information provient d’un `store-level API account`. Saisissez le `Client ID` et l’`Access token` de ce compte API.';

const fr: Language = {
  lang: 'fr',
  dir: 'ltr',

  connecting: 'Connexion en cours…',
  offline: 'Vous êtes hors ligne.\nVérifiez votre connexion à Internet.',
  connected: 'Votre boutique est connectée.',
  connectedDisabled:
    'Votre boutique est connectée, mais la connexion est désactivée.\nContactez le responsable de cette page.',
  filled: 'Informations reprises du fichier : {fields}.',
  nameLabel: 'Nom',
  otherKind:
    'Ces informations sont celles d’un {kind}, mais ce formulaire concerne un autre type de compte API. Aucun champ n’a été rempli.',
  otherFile:
    'Ce n’est pas le fichier que BigCommerce enregistre avec un nouveau compte API. Aucun champ n’a été rempli.',
  notSetUp:
    'Cette page n’est pas correctement configurée.\nVos informations ne sont pas en cause : contactez le responsable de la page.\n{issues}',
  notFinished:
    'Votre boutique est peut-être déjà connectée, mais l’opération n’a pas pu se terminer.\nRéessayez dans quelques minutes avec les mêmes informations. Si le problème persiste, contactez le responsable de la page.',
  noWebAssembly:
    'Ce navigateur ne permet pas de connecter votre boutique.\nUtilisez un autre navigateur.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD: 'Une partie de cette page n’a pas pu être chargée.\nRechargez la page, puis réessayez.',
  ERR_NETWORK: `Aucune réponse n’a été reçue.\nVérifiez votre connexion à Internet. ${SAME_VALUES}`,
  ERR_TIMEOUT: `L’opération a pris trop de temps.\n${SAME_VALUES}`,
  ERR_UNAUTHORIZED:
    'Votre session n’est pas ouverte.\nIdentifiez-vous dans un autre onglet, puis réessayez ici.',
  ERR_FORBIDDEN: `Cette opération n’est pas autorisée.\n${SAID}\nLe compte API n’a peut-être pas les autorisations nécessaires : vérifiez ses \`OAuth scopes\` dans BigCommerce ou contactez notre assistance.\n${REFERENCE}`,
  ERR_NOT_FOUND: `Cette connexion n’existe plus.\nConnectez de nouveau votre boutique.\n${REFERENCE}`,
  ERR_CONFLICT: `Cette connexion existe déjà.\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `Il y a eu trop de tentatives.\nPatientez {wait}, puis réessayez.\n${REFERENCE}`,
  ERR_REJECTED: `BigCommerce n’a pas accepté ces informations.\n${SAID}\nMessage du service : {serviceMessage}\nComparez ces informations avec celles du compte API dans BigCommerce. Si vous ne les avez plus, créez un nouveau compte API.\n${REFERENCE}`,
  ERR_SERVER: `Le service rencontre actuellement un problème.\n${SAID}\nVos informations ne sont pas en cause. Patientez {wait}. ${SAME_VALUES}\n${REFERENCE}`,
  ERR_RESPONSE: `Le service a envoyé une réponse inutilisable.\nVos informations ne sont pas en cause. ${SAME_VALUES}`,

  'username.missing': 'Saisissez le `Username` de votre `Legacy API account` BigCommerce.',
  'password.missing': 'Saisissez l’`API Token` de votre `Legacy API account` BigCommerce.',
  'clientId.missing': 'Saisissez le `Client ID` de votre `store-level API account` BigCommerce.',
  'accessToken.missing':
    'Saisissez l’`Access token` de votre `store-level API account` BigCommerce.',
  'clientSecret.missing':
    'Saisissez le `Client secret` de votre `store-level API account` BigCommerce.',
  'storeUrl.missing': 'Saisissez l’`API path` de votre compte API BigCommerce.',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'Donnez un nom à cette connexion.',
  'clientId.both-kinds':
    'Saisissez les informations d’un seul compte API : celles d’un `store-level API account` ou celles d’un `Legacy API account`.',
  'client-secret':
    'C’est le `Client secret`. Saisissez plutôt l’`Access token`, que BigCommerce affiche à côté.',

  missing: 'Information manquante.',
  type: 'Type incorrect.',
  empty: 'Ne doit pas être vide.',
  'too-long': 'Trop long : {max} caractères au maximum.',
  'too-many': 'Trop d’éléments : {max} au maximum.',
  'too-large': 'Trop volumineux : {max} octets au maximum en JSON.',
  range: 'Doit être un nombre compris dans les limites autorisées.',
  characters: 'Contient des caractères non autorisés.',
  'storeUrl.characters':
    'Contient un espace, un caractère invisible, une barre oblique inversée, ou un tiret ou un point différent de celui du clavier. Copiez l’`API path` directement depuis BigCommerce.',
  'tags.characters': 'Ne doit contenir ni <, ni >, ni &, ni caractères de contrôle.',
  surrogate: 'Contient un caractère incomplet : saisissez de nouveau le texte.',
  reserved: 'Ce nom ne peut pas être utilisé.',
  'tags.reserved': 'Ne doit pas commencer par « idempotency-key: » ni par « subject: ».',
  unknown: 'Non reconnu.',
  'both-kinds': 'Ne peut pas être combiné avec les autres informations.',
  label: 'Saisissez uniquement l’information, sans le libellé qui la précède.',
  quoted: 'Retirez les guillemets.',
  invisible:
    'Contient un caractère invisible : videz ce champ, puis copiez l’information directement depuis BigCommerce.',
  'in-use': 'Déjà utilisé : attendez la fin de l’opération en cours.',
  unreadable: 'Lecture impossible.',
  malformed: 'Ce n’est pas une adresse valide.',
  'storeUrl.malformed': 'Ce n’est pas un `API path` : copiez-le en entier depuis BigCommerce.',
  scheme: 'Doit commencer par https://.',
  twice: 'Ne doit contenir https:// qu’une seule fois, au début.',
  user: 'Retirez le nom d’utilisateur placé avant l’adresse.',
  port: 'Retirez le numéro de port.',
  query: 'Retirez le point d’interrogation et tout ce qui le suit.',
  fragment: 'Retirez le signe # et tout ce qui le suit.',
  path: 'Le chemin de l’adresse est incorrect.',
  'storeUrl.path':
    'Saisissez l’`API path` exactement comme BigCommerce l’affiche : il se termine par /v3/ pour un `store-level API account` et par /api/v2/ pour un `Legacy API account`.',
  host: 'Ce n’est pas l’adresse d’une boutique : saisissez l’`API path` complet de votre compte API.',
  case: 'Le code de la boutique, après /stores/, doit être en minuscules.',
  'store-level': STORE_LEVEL,
  origin: 'Doit être une adresse complète ou appartenir à l’origine de cette page.',

  // The form
  intro: 'Connectez votre boutique BigCommerce',
  introTo: 'Connectez votre boutique BigCommerce à {to}',
  fileLabel: 'Fichier de BigCommerce',
  dropFile: 'Déposez-le n’importe où dans cette fenêtre',
  chooseFile: 'Choisir un fichier',
  pasteFile: 'Ou collez son contenu ici',
  fileHint:
    'Le fichier s’appelle `BigCommerceAPI-credentials-….txt` et se trouve probablement dans le dossier Téléchargements. Il est lu dans votre navigateur et n’est pas envoyé.',
  createFile: 'Pas de fichier ? Créez-en un',
  openAccounts: 'Ouvrir `Store-level API accounts` dans BigCommerce',
  newTab: '(s’ouvre dans un nouvel onglet)',
  createAccount: 'Choisissez `Create API account` puis, sous `Token type`, `V2/V3 API token`.',
  chooseScopes:
    'Saisissez un nom et choisissez les `OAuth scopes` correspondant à ce que vous souhaitez connecter.',
  chooseTheseScopes: 'Saisissez un nom et choisissez ces `OAuth scopes` :',
  saveAccount: 'Cliquez sur `Save`. Votre navigateur télécharge un fichier : déposez-le ici.',
  whoMayCreate:
    'Seul le propriétaire de la boutique peut le faire, ou un utilisateur à qui il a accordé les `High-risk permissions`.',
  enterValues: 'Saisir les informations manuellement',
  kindLabel: 'Type de compte API',
  storeLevelHint: 'Disponible pour toutes les boutiques.',
  legacyHint: 'Uniquement pour les boutiques plus anciennes.',
  whereLegacy:
    'Dans BigCommerce, ouvrez `Advanced Settings`, puis `Legacy API Settings`, et choisissez `Edit` dans le menu à côté du compte API.',
  openLegacy: 'Ouvrir `Legacy API Settings` dans BigCommerce',
  usernameHint: 'Celui du compte API, pas celui avec lequel vous vous identifiez.',
  secretHint: 'Cette page n’enregistre pas cette information.',
  tokenHint: 'Ce n’est pas le `Client secret`. Cette page n’enregistre pas cette information.',
  pathHint: 'Par exemple : {example}',
  nameHint: 'Choisissez le nom que vous voulez pour cette connexion.',
  connect: 'Connecter',
  editFields: '{fields} · Modifier',

  // After success
  connectedTitle: 'Boutique connectée : {name}',
  switchedOff: 'La connexion est désactivée. Contactez le responsable de cette page.',
  continue: 'Continuer',
  connectAnother: 'Connecter une autre boutique',
  showConnections: 'Afficher les boutiques connectées',

  // What is connected
  connections: 'Boutiques connectées',
  loadingConnections: 'Chargement des boutiques connectées…',
  connectionsFailed: 'Impossible d’afficher les boutiques connectées.\n{reason}',
  retry: 'Réessayer',
  connectAnyway: 'Connecter quand même',
  unnamed: 'Connexion {id}',
  connectedOn: 'Connectée le {date}',
  needsReconnect: 'À reconnecter',
  isOff: 'Désactivée',
  reconnect: 'Reconnecter',
  reconnectName: 'Reconnecter {name}',
  reconnectHint: 'Seuls les identifiants sont nécessaires. Le nom et la boutique ne changent pas.',
  disconnect: 'Déconnecter',
  disconnectName: 'Déconnecter {name}',
  disconnectQuestion:
    'Déconnecter {name} ? Les données de cette boutique ne seront plus accessibles ici.',
  disconnecting: 'Déconnexion en cours…',
  disconnected:
    'Boutique déconnectée : {name}.\nSon compte API existe toujours dans BigCommerce : supprimez-le si vous n’en avez plus besoin.',
  disconnectFailed: 'Impossible de déconnecter {name}.\n{reason}',
  cancel: 'Annuler',

  // The page that is opened by a link
  linkExpired: 'Ce lien a expiré.\nDemandez-en un nouveau à la personne qui vous l’a envoyé.',
  linkIncomplete:
    'Ce lien est incomplet.\nOuvrez-le de nouveau. S’il est toujours incomplet, demandez-en un nouveau à la personne qui vous l’a envoyé.',
  linkOther:
    'Ce lien concerne un autre compte.\nDans cet onglet, vous alliez connecter une boutique à {present}. Le lien la connecte à {linked}.',
  linkUse: 'Connecter à {to}',
};

export default fr;
