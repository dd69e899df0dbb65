// The states of the form, each with the steps that lead to it, for tests and screenshots.
import { API_PATH, FORM, type FormPage as Page } from './form-page.js';

const SCOPES = [
  { name: 'Orders', access: 'read-only' },
  { name: 'Products', access: 'modify' },
];

/** The connections that the page's own server lists, below `/list`. */
const CONNECTIONS = [
  {
    id: 1,
    name: 'Garden and more',
    storeUrl: 'https://store-wuxeae6.mybigcommerce.com/api/v2',
    createdDate: '2026-03-01T10:00:00Z',
    valid: true,
  },
  {
    id: 2,
    name: 'Bicycles',
    storeUrl: 'https://shop.bicycles.example/api/v2',
    createdDate: '2025-11-24T10:00:00Z',
    valid: false,
  },
  { id: 3, disabled: true },
];

/** Makes the page's own server list connections, or fail with a status. */
export function respondWithList(page: Page, status = 200, connections: object[] = CONNECTIONS) {
  page.respondTo('/list/connections', (response) => {
    const failure = { message: 'No.', source: 'handler' };
    const body = status === 200 ? { connections, canDisconnect: true } : failure;
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
}

/** What the service, the page and the merchant say in these states, in any language. */
export const OTHERS = [
  ...['Acme Fulfilment', 'From file', 'Invalid API token', '5f1e66d34c70a9a19da0a3b9'],
  ...['Garden and more', 'Bicycles', 'store-wuxeae6.mybigcommerce.com', 'shop.bicycles.example'],
  'api.bigcommerce.com',
  ...[API_PATH.replace('wuxeae6', 'abc123'), 'https://store-abc123.mybigcommerce.com/api/v2/'],
];

export const LIST = FORM.replace('>', ' base-url="/list" show-connections>');

const TO = FORM.replace('>', ' to="Acme Fulfilment">');

/** Opens the form and fills it from the file. */
async function openFilled(page: Page, body = TO): Promise<void> {
  await page.open(body);
  await page.dropFile();
}

async function openList(page: Page): Promise<void> {
  respondWithList(page);
  await page.open(LIST);
  await page.waitForText('.connections', /Bicycles/);
}

/** Functions that open the page and bring the form into the state of that name. */
export const STATES = {
  empty: (page) => page.open(TO),
  help: async (page) => {
    await page.open(TO, { scopes: SCOPES });
    await page.click('[part=help] > summary');
  },
  'by hand': async (page) => {
    await page.open(TO);
    await page.click('[part=values] > summary');
  },
  legacy: (page) => page.open(FORM.replace('>', ' account="legacy">')),
  filled: (page) => openFilled(page),
  'another file': async (page) => {
    await page.open(TO);
    await page.drop('a picture');
    await page.waitForText('[role=status]', /not the file/);
  },
  invalid: async (page) => {
    await page.open(TO);
    await page.fill({ clientId: '"9abc"', storeUrl: `${API_PATH}?x`, name: ' ' });
    await page.click('[type=submit]');
    await page.waitForText('#clientId + .bigcommerce-error', /./);
  },
  connecting: async (page) => {
    await openFilled(page);
    page.sandbox.onRequest = () => ({ kind: 'hold' });
    await page.click('[type=submit]');
    await page.waitForText('[role=status]', /Connecting/);
  },
  refused: async (page) => {
    await openFilled(page);
    const body = '{"providerMessage":"Invalid API token","requestId":"5f1e66d34c70a9a19da0a3b9"}';
    page.failWith({ kind: 'respond', status: 400, body });
    await page.click('[type=submit]');
    await page.waitForText('[role=status]', /Reference/);
  },
  connected: async (page) => {
    await openFilled(page, FORM.replace('>', ' return-url="/back">'));
    await page.click('[type=submit]');
    await page.waitForText('.success .label', /./);
  },
  loading: async (page) => {
    page.respondTo('/list/connections', () => {});
    await page.open(LIST);
    await page.waitForText('.view [role=status]', /Loading/);
  },
  'list failed': async (page) => {
    respondWithList(page, 401);
    await page.open(LIST);
    await page.waitForText('.view [role=status]', /signed in/);
  },
  list: openList,
  question: async (page) => {
    await openList(page);
    await page.click('#disconnect-2');
  },
  disconnected: async (page) => {
    await openList(page);
    page.respondTo('/list/instances/2', (response) => response.writeHead(204).end());
    await page.click('#disconnect-2');
    await page.click('.question button:last-child');
    await page.waitForText('.view [role=status]', /is disconnected/);
  },
  reconnect: async (page) => {
    await openList(page);
    await page.click('#reconnect-1');
  },
} satisfies Record<string, (page: Page) => Promise<void>>;
