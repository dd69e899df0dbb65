import type { Language } from './language.js';

const UNCHANGED = 'Tente novamente sem alterar nada, para não criar uma segunda conexão.';

const SAID = 'Mensagem da BigCommerce: {providerMessage}';

const REFERENCE = 'Referência para o suporte: {requestId}';

const STORE_LEVEL =
  'Este valor é de uma `store-level API account`. Informe o `Client ID` e o `Access token` dessa conta.';

const ptBR: Language = {
  lang: 'pt-BR',
  dir: 'ltr',

  connecting: 'Conectando…',
  offline: 'Você está sem internet.\nVerifique sua conexão.',
  connected: 'Sua loja está conectada.',
  connectedDisabled:
    'Sua loja está conectada, mas a conexão está desativada.\nEntre em contato com o responsável por esta página.',
  filled: 'Preenchido com os dados do arquivo: {fields}.',
  nameLabel: 'Nome',
  otherKind:
    'Estas são as credenciais de uma {kind}, mas este formulário é para outro tipo de conta de API. Nada foi preenchido.',
  otherFile:
    'Este não é o arquivo que a BigCommerce salva quando uma conta de API é criada. Nada foi preenchido.',
  notSetUp:
    'Esta página não está configurada corretamente.\nO problema não está nas suas credenciais: entre em contato com o responsável por esta página.\n{issues}',
  notFinished:
    'Sua loja talvez já esteja conectada, mas a operação não foi concluída.\nTente novamente em alguns minutos com os mesmos dados. Se acontecer de novo, entre em contato com o responsável por esta página.',
  noWebAssembly: 'Não é possível conectar sua loja neste navegador.\nUse outro navegador.',
  ERR_CONFIG: '{issues}',
  ERR_LOAD:
    'Não foi possível carregar uma parte desta página.\nRecarregue a página e tente novamente.',
  ERR_NETWORK: `Não houve resposta.\nVerifique sua conexão com a internet. ${UNCHANGED}`,
  ERR_TIMEOUT: `A operação demorou demais.\n${UNCHANGED}`,
  ERR_UNAUTHORIZED:
    'É preciso fazer login.\nFaça login em outra aba e depois tente novamente aqui.',
  ERR_FORBIDDEN: `Esta operação não é permitida.\n${SAID}\nTalvez a conta de API não tenha as permissões necessárias: verifique os \`OAuth scopes\` dela na BigCommerce ou fale com o nosso suporte.\n${REFERENCE}`,
  ERR_NOT_FOUND: `Esta conexão não existe mais.\nConecte sua loja novamente.\n${REFERENCE}`,
  ERR_CONFLICT: `Esta conexão já existe.\n${SAID}\n${REFERENCE}`,
  ERR_RATE_LIMITED: `Foram feitas muitas tentativas.\nAguarde {wait} e tente novamente.\n${REFERENCE}`,
  ERR_REJECTED: `A BigCommerce não aceitou estas credenciais.\n${SAID}\nMensagem do serviço de conexão: {serviceMessage}\nCompare as credenciais com as da conta de API na BigCommerce. Se você não as tiver mais, crie uma nova conta de API.\n${REFERENCE}`,
  ERR_SERVER: `O serviço de conexão está com problemas.\n${SAID}\nO problema não está nas suas credenciais. Aguarde {wait}. ${UNCHANGED}\n${REFERENCE}`,
  ERR_RESPONSE: `O serviço de conexão não enviou uma resposta válida.\nO problema não está nas suas credenciais. ${UNCHANGED}`,

  'username.missing': 'Informe o `Username` da sua `Legacy API account` da BigCommerce.',
  'password.missing': 'Informe o `API Token` da sua `Legacy API account` da BigCommerce.',
  'clientId.missing': 'Informe o `Client ID` da sua `store-level API account` da BigCommerce.',
  'accessToken.missing':
    'Informe o `Access token` da sua `store-level API account` da BigCommerce.',
  'clientSecret.missing':
    'Informe o `Client secret` da sua `store-level API account` da BigCommerce.',
  'storeUrl.missing': 'Informe o `API path` da sua conta de API da BigCommerce.',
  'storeUrl.store-level': STORE_LEVEL,
  'name.missing': 'Dê um nome a esta conexão.',
  'clientId.both-kinds':
    'Informe as credenciais de uma só conta de API: de uma `store-level API account` ou de uma `Legacy API account`.',
  'client-secret':
    'Este é o `Client secret`. Informe o `Access token`, que a BigCommerce mostra ao lado dele.',

  missing: 'Este valor está faltando.',
  type: 'O tipo deste valor não está correto.',
  empty: 'Este valor não pode ficar em branco.',
  'too-long': 'Este valor é longo demais: use no máximo {max} caracteres.',
  'too-many': 'Há itens demais: use no máximo {max}.',
  'too-large': 'Este valor é grande demais: use no máximo {max} bytes em JSON.',
  range: 'Este número não é permitido.',
  characters: 'Este valor tem caracteres que não são permitidos aqui.',
  'storeUrl.characters':
    'Este valor tem um espaço, um caractere invisível, uma barra invertida, ou um hífen ou ponto diferente do que está no teclado. Copie o `API path` diretamente da BigCommerce.',
  'tags.characters': 'Não use <, > ou &, nem caracteres de controle.',
  surrogate: 'Este valor tem um caractere incompleto. Informe-o novamente.',
  reserved: 'Este nome não pode ser usado.',
  'tags.reserved': 'Este valor não pode começar com “idempotency-key:” nem com “subject:”.',
  unknown: 'Este campo não é reconhecido.',
  'both-kinds': 'Este valor não pode ser usado junto com outros valores informados.',
  label: 'Informe apenas o valor, sem o nome que vem antes dele.',
  quoted: 'Este valor está entre aspas. Remova as aspas.',
  invisible:
    'Este valor tem um caractere invisível. Limpe este campo e copie o valor diretamente da BigCommerce.',
  'in-use':
    'Este valor está em uso por uma solicitação em andamento. Espere que ela termine ou cancele-a.',
  unreadable: 'Não foi possível ler este valor.',
  malformed: 'Este endereço não é válido.',
  'storeUrl.malformed':
    'Informe o `API path` completo da sua conta de API, como aparece na BigCommerce.',
  scheme: 'O endereço deve começar com https://.',
  twice: 'Use https:// uma só vez, no início.',
  user: 'Remova o nome de usuário que está antes do domínio.',
  port: 'Remova o número da porta.',
  query: 'Remova o ponto de interrogação (?) e tudo o que vem depois.',
  fragment: 'Remova o sinal # e tudo o que vem depois.',
  path: 'O caminho deste endereço não está correto.',
  'storeUrl.path':
    'Informe o `API path` completo. Em uma `store-level API account`, ele termina em /v3/; em uma `Legacy API account`, em /api/v2/.',
  host: 'Não há nenhuma loja neste endereço. Informe o `API path` completo da sua conta de API.',
  case: 'Escreva a parte depois de /stores/ em letras minúsculas.',
  'store-level': STORE_LEVEL,
  origin: 'Este endereço não é permitido nesta página.',

  // The form
  intro: 'Conecte sua loja BigCommerce',
  introTo: 'Conecte sua loja BigCommerce a {to}',
  fileLabel: 'Arquivo da BigCommerce',
  dropFile: 'Arraste o arquivo para qualquer lugar desta janela',
  chooseFile: 'Escolher arquivo',
  pasteFile: 'Ou cole aqui o conteúdo do arquivo',
  fileHint:
    'O arquivo se chama `BigCommerceAPI-credentials-….txt` e provavelmente está na pasta Downloads. Ele é lido no seu navegador e não é enviado para a internet.',
  createFile: 'Não tem o arquivo? Crie um',
  openAccounts: 'Abrir `Store-level API accounts` na BigCommerce',
  newTab: '(abre em uma nova aba)',
  createAccount: 'Escolha `Create API account` e, em `Token type`, `V2/V3 API token`.',
  chooseScopes: 'Informe um nome e escolha os `OAuth scopes` para o que você quer conectar.',
  chooseTheseScopes: 'Informe um nome e escolha estes `OAuth scopes`:',
  saveAccount: 'Clique em `Save`. O navegador vai baixar um arquivo: arraste-o para cá.',
  whoMayCreate:
    'Somente o proprietário da loja pode fazer isso, ou um usuário a quem ele concedeu as `High-risk permissions`.',
  enterValues: 'Informar as credenciais manualmente',
  kindLabel: 'Tipo de conta de API',
  storeLevelHint: 'Disponível para todas as lojas.',
  legacyHint: 'Somente para lojas mais antigas.',
  whereLegacy:
    'Na BigCommerce, abra `Advanced Settings` e depois `Legacy API Settings`, e escolha `Edit` no menu ao lado da conta.',
  openLegacy: 'Abrir `Legacy API Settings` na BigCommerce',
  usernameHint: 'O da própria conta de API, não o que você usa para fazer login.',
  secretHint: 'Esta página não salva este valor.',
  tokenHint: 'Não é o `Client secret`. Esta página não salva este valor.',
  pathHint: 'Exemplo: {example}',
  nameHint: 'Escolha um nome para esta conexão.',
  connect: 'Conectar',
  editFields: '{fields} · Editar',

  // After success
  connectedTitle: 'Loja conectada: {name}',
  switchedOff: 'A conexão está desativada. Entre em contato com o responsável por esta página.',
  continue: 'Continuar',
  connectAnother: 'Conectar outra loja',
  showConnections: 'Ver lojas conectadas',

  // What is connected
  connections: 'Lojas conectadas',
  loadingConnections: 'Carregando as lojas conectadas…',
  connectionsFailed: 'Não foi possível mostrar as lojas conectadas.\n{reason}',
  retry: 'Tentar novamente',
  connectAnyway: 'Conectar mesmo assim',
  unnamed: 'Conexão {id}',
  connectedOn: 'Conectada em {date}',
  needsReconnect: 'É preciso reconectar',
  isOff: 'Desativada',
  reconnect: 'Reconectar',
  reconnectName: 'Reconectar {name}',
  reconnectHint: 'Só é preciso informar as credenciais. O nome e a loja continuam os mesmos.',
  disconnect: 'Desconectar',
  disconnectName: 'Desconectar {name}',
  disconnectQuestion:
    'Desconectar {name}? Depois disso, não será mais possível acessar os dados da loja por aqui.',
  disconnecting: 'Desconectando…',
  disconnected:
    'Loja desconectada: {name}.\nA conta de API ainda existe na BigCommerce: exclua-a lá se não precisar mais dela.',
  disconnectFailed: 'Não foi possível desconectar {name}.\n{reason}',
  cancel: 'Cancelar',

  // The page that is opened by a link
  linkExpired: 'Este link expirou.\nPeça um novo a quem enviou este link.',
  linkIncomplete:
    'Este link está incompleto.\nAbra-o novamente. Se ele continuar incompleto, peça um novo a quem enviou este link.',
  linkOther:
    'Este link é para outra conta.\nNesta aba, você estava prestes a conectar uma loja a {present}. O link conecta a loja a {linked}.',
  linkUse: 'Conectar a {to}',
};

export default ptBR;
