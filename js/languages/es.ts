import type { Language } from './language.js';

const SAME_VALUES =
  'Inténtelo de nuevo con los mismos datos para que no se cree una segunda conexión.';

const SAID = 'Mensaje de BigCommerce: {providerMessage}';

const REFERENCE = 'Referencia para el equipo de soporte: {requestId}';

const STORE_LEVEL =
  'Este dato pertenece a una `store-level API account`. Escriba el `Client ID` y el `Access token` de esa cuenta de API.';

const es: Language = {
  lang: 'es',
  dir: 'ltr',

  connecting: 'Conectando…',
  offline: 'No tiene conexión a Internet.\nCompruebe la conexión.',
  connected: 'Su tienda está conectada.',
  connectedDisabled:
    'Su tienda está conectada, pero la conexión está desactivada.\nPóngase en contacto con el responsable de esta página.',
  filled: 'Datos tomados del archivo: {fields}.',
  nameLabel: 'Nombre',
  otherKind:
    'Estos datos son de una {kind}, pero este formulario es para otro tipo de cuenta de API. No se completó ningún campo.',
  otherFile:
    'Este no es el archivo que BigCommerce guarda con una nueva cuenta de API. No se completó ningún campo.',
  notSetUp:
    'Esta página no está bien configurada.\nEl problema no está en sus datos: póngase en contacto con el responsable de la página.\n{issues}',
  notFinished:
    'Es posible que su tienda ya esté conectada, pero la operación no terminó.\nInténtelo de nuevo en unos minutos con los mismos datos. Si vuelve a ocurrir, póngase en contacto con el responsable de la página.',
  noWebAssembly: 'Con este navegador no se puede conectar su tienda.\nUse otro navegador.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD:
    'No se pudo cargar una parte de esta página.\nVuelva a cargar la página e inténtelo de nuevo.',
  ERR_NETWORK: `No se recibió respuesta.\nCompruebe su conexión a Internet. ${SAME_VALUES}`,
  ERR_TIMEOUT: `La operación tardó demasiado.\n${SAME_VALUES}`,
  ERR_UNAUTHORIZED:
    'No ha iniciado sesión.\nInicie sesión en otra pestaña y vuelva a intentarlo aquí.',
  ERR_FORBIDDEN: `Esta operación no está permitida.\n${SAID}\nEs posible que la cuenta de API no tenga los permisos necesarios: revise sus \`OAuth scopes\` en BigCommerce o póngase en contacto con nuestro equipo de soporte.\n${REFERENCE}`,
  ERR_NOT_FOUND: `Esta conexión ya no existe.\nConecte su tienda de nuevo.\n${REFERENCE}`,
  ERR_CONFLICT: `Esta conexión ya existe.\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `Hubo demasiados intentos.\nEspere {wait} y vuelva a intentarlo.\n${REFERENCE}`,
  ERR_REJECTED: `BigCommerce no aceptó estos datos.\n${SAID}\nMensaje del servicio: {serviceMessage}\nCompare los datos con los de la cuenta de API en BigCommerce. Si ya no los tiene, cree una nueva cuenta de API.\n${REFERENCE}`,
  ERR_SERVER: `El servicio tiene un problema en este momento.\n${SAID}\nEl problema no está en sus datos. Espere {wait}. ${SAME_VALUES}\n${REFERENCE}`,
  ERR_RESPONSE: `El servicio envió una respuesta no válida.\nEl problema no está en sus datos. ${SAME_VALUES}`,

  'username.missing': 'Escriba el `Username` de su `Legacy API account` de BigCommerce.',
  'password.missing': 'Escriba el `API Token` de su `Legacy API account` de BigCommerce.',
  'clientId.missing': 'Escriba el `Client ID` de su `store-level API account` de BigCommerce.',
  'accessToken.missing':
    'Escriba el `Access token` de su `store-level API account` de BigCommerce.',
  'clientSecret.missing':
    'Escriba el `Client secret` de su `store-level API account` de BigCommerce.',
  'storeUrl.missing': 'Escriba el `API path` de su cuenta de API de BigCommerce.',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'Escriba un nombre para esta conexión.',
  'clientId.both-kinds':
    'Escriba los datos de una sola cuenta de API: los de una `store-level API account` o los de una `Legacy API account`.',
  'client-secret':
    'Este es el `Client secret`. Escriba el `Access token`, que BigCommerce muestra al lado.',

  missing: 'Falta este dato.',
  type: 'El tipo no es correcto.',
  empty: 'No puede estar vacío.',
  'too-long': 'Es demasiado largo: {max} caracteres como máximo.',
  'too-many': 'Tiene demasiados elementos: {max} como máximo.',
  'too-large': 'Es demasiado grande: {max} bytes como máximo en formato JSON.',
  range: 'Debe ser un número dentro de los límites permitidos.',
  characters: 'Contiene caracteres no permitidos.',
  'storeUrl.characters':
    'Contiene un espacio, un carácter invisible, una barra invertida, o un guion o un punto distinto del que hay en el teclado. Copie el `API path` directamente de BigCommerce.',
  'tags.characters': 'No puede contener <, > o &, ni caracteres de control.',
  surrogate: 'Contiene un carácter incompleto: escriba el texto de nuevo.',
  reserved: 'Este nombre no se puede usar.',
  'tags.reserved': 'No puede empezar por «idempotency-key:» ni por «subject:».',
  unknown: 'No se reconoce.',
  'both-kinds': 'No se puede combinar con los demás datos.',
  label: 'Escriba solo el dato, sin la etiqueta que lo precede.',
  quoted: 'Quite las comillas.',
  invisible:
    'Contiene un carácter invisible: vacíe el campo y copie el dato directamente de BigCommerce.',
  'in-use': 'Ya está en uso: espere a que termine la operación en curso.',
  unreadable: 'No se puede leer.',
  malformed: 'No es una dirección válida.',
  'storeUrl.malformed': 'No es un `API path`: cópielo completo de BigCommerce.',
  scheme: 'Debe empezar por https://.',
  twice: 'Debe contener https:// una sola vez, al principio.',
  user: 'Quite el nombre de usuario que precede a la dirección.',
  port: 'Quite el número de puerto.',
  query: 'Quite el signo de interrogación y todo lo que le sigue.',
  fragment: 'Quite el signo # y todo lo que le sigue.',
  path: 'La ruta de la dirección no es correcta.',
  'storeUrl.path':
    'Escriba el `API path` exactamente como lo muestra BigCommerce: termina en /v3/ en una `store-level API account` y en /api/v2/ en una `Legacy API account`.',
  host: 'No es la dirección de una tienda: escriba el `API path` completo de su cuenta de API.',
  case: 'El código de la tienda, después de /stores/, debe estar en minúsculas.',
  'store-level': STORE_LEVEL,
  origin: 'Debe ser una dirección completa o pertenecer al origen de esta página.',

  // The form
  intro: 'Conecte su tienda de BigCommerce',
  introTo: 'Conecte su tienda de BigCommerce con {to}',
  fileLabel: 'Archivo de BigCommerce',
  dropFile: 'Arrástrelo a cualquier parte de esta ventana',
  chooseFile: 'Elegir archivo',
  pasteFile: 'O pegue aquí su contenido',
  fileHint:
    'El archivo se llama `BigCommerceAPI-credentials-….txt` y probablemente está en la carpeta Descargas. Se lee en su navegador y no se sube a Internet.',
  createFile: '¿No tiene el archivo? Créelo',
  openAccounts: 'Abrir `Store-level API accounts` en BigCommerce',
  newTab: '(se abre en una pestaña nueva)',
  createAccount: 'Elija `Create API account` y, en `Token type`, `V2/V3 API token`.',
  chooseScopes: 'Escriba un nombre y elija los `OAuth scopes` para lo que quiere conectar.',
  chooseTheseScopes: 'Escriba un nombre y elija estos `OAuth scopes`:',
  saveAccount: 'Haga clic en `Save`. Su navegador descargará un archivo: arrástrelo hasta aquí.',
  whoMayCreate:
    'Solo puede hacerlo el propietario de la tienda o un usuario al que el propietario haya concedido los `High-risk permissions`.',
  enterValues: 'Escribir los datos manualmente',
  kindLabel: 'Tipo de cuenta de API',
  storeLevelHint: 'Disponible para todas las tiendas.',
  legacyHint: 'Solo para tiendas más antiguas.',
  whereLegacy:
    'En BigCommerce, abra `Advanced Settings`, después `Legacy API Settings`, y elija `Edit` en el menú junto a la cuenta de API.',
  openLegacy: 'Abrir `Legacy API Settings` en BigCommerce',
  usernameHint: 'El de la cuenta de API, no el que usa para iniciar sesión.',
  secretHint: 'Esta página no guarda este dato.',
  tokenHint: 'No es el `Client secret`. Esta página no guarda este dato.',
  pathHint: 'Por ejemplo: {example}',
  nameHint: 'Elija el nombre que quiera para esta conexión.',
  connect: 'Conectar',
  editFields: '{fields} · Editar',

  // After success
  connectedTitle: 'Tienda conectada: {name}',
  switchedOff:
    'La conexión está desactivada. Póngase en contacto con el responsable de esta página.',
  continue: 'Continuar',
  connectAnother: 'Conectar otra tienda',
  showConnections: 'Ver las tiendas conectadas',

  // What is connected
  connections: 'Tiendas conectadas',
  loadingConnections: 'Cargando las tiendas conectadas…',
  connectionsFailed: 'No se pueden mostrar las tiendas conectadas.\n{reason}',
  retry: 'Reintentar',
  connectAnyway: 'Conectar de todos modos',
  unnamed: 'Conexión {id}',
  connectedOn: 'Conectada el {date}',
  needsReconnect: 'Hay que volver a conectarla',
  isOff: 'Desactivada',
  reconnect: 'Volver a conectar',
  reconnectName: 'Volver a conectar {name}',
  reconnectHint: 'Solo se necesitan las credenciales. El nombre y la tienda no cambian.',
  disconnect: 'Desconectar',
  disconnectName: 'Desconectar {name}',
  disconnectQuestion:
    '¿Desconectar {name}? Ya no se podrá acceder desde aquí a los datos de esta tienda.',
  disconnecting: 'Desconectando…',
  disconnected:
    'Tienda desconectada: {name}.\nSu cuenta de API sigue existiendo en BigCommerce: si ya no la necesita, elimínela allí.',
  disconnectFailed: 'No se pudo desconectar {name}.\n{reason}',
  cancel: 'Cancelar',

  // The page that is opened by a link
  linkExpired: 'Este enlace ha caducado.\nPida uno nuevo a la persona que se lo envió.',
  linkIncomplete:
    'Este enlace está incompleto.\nÁbralo de nuevo. Si sigue incompleto, pida uno nuevo a la persona que se lo envió.',
  linkOther:
    'Este enlace es para otra cuenta.\nEn esta pestaña, estaba a punto de conectar una tienda con {present}. El enlace la conecta con {linked}.',
  linkUse: 'Conectar con {to}',
};

export default es;
