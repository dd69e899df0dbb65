import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { suite, test } from 'node:test';
import { By, until } from 'selenium-webdriver';
import type { Driver } from 'selenium-webdriver/chrome.js';
import { ENGLISH as ELEMENT } from '../../js/element/english.js';
import { ENGLISH } from '../../js/form/english.js';
import type { Language } from '../../js/languages/language.js';
import type { Fault } from '../../js/sandbox/sandbox.js';
import { servePage } from '../../www/serve.js';
import { WASM } from './element-page.js';
import { speedUpTimers } from './fast-timers.js';
import { API_PATH, FORM, LEGACY_FILE, setUpFormPage, TOKEN } from './form-page.js';
import { LIST, OTHERS, respondWithList, STATES } from './form-states.js';

const languages = new Map<string, Language>();
for (const file of readdirSync(new URL('../../dist/languages', import.meta.url))) {
  const [, tag] = /^(.*)(?<!^en)\.js$/.exec(file) ?? [];
  if (tag) languages.set(tag, (await import(`authenticate-bigcommerce/languages/${tag}`)).default);
}

const TAGS = ['en', ...languages.keys()];

const STORE_LEVEL = { name: 'a', clientId: 'abc', accessToken: TOKEN, storeUrl: API_PATH };
const LEGACY = { name: 'a', username: 'me', password: TOKEN, storeUrl: 'a.example' };

const resource = (url: string) => ({
  ...{ url, idField: 'id' },
  datesConfiguration: {
    ...{ updatedDateField: 'a', updatedDateFormat: 'a', createdDateField: 'a' },
    createdDateFormat: 'a',
  },
});

const events = (resources: object) => ({
  events: { callbackUrl: 'https://e.example', resources },
});

/** What cannot be accepted: values of the form's fields, or of its config. */
interface Mistake {
  values?: Record<string, string>;
  config?: object;
}

const MISTAKES: Mistake[] = [
  ...['', '"a"', 'CLIENT ID: a', 'a\u200bb', 'a'.repeat(256)].map((clientId) => ({
    values: { ...STORE_LEVEL, clientId, name: '' },
  })),
  { values: { ...STORE_LEVEL, accessToken: '0f'.repeat(32) } },
  { values: { ...STORE_LEVEL, accessToken: '', storeUrl: API_PATH.replace('wux', 'WUX') } },
  { values: { ...LEGACY, username: '', password: '', storeUrl: '' } },
  ...[
    ...['https://s .example', 'https://', 'https://s.example/orders', 'https://s.example:8443'],
    ...['https://s.example?a', 'https://s.example#a', 'https://me@s.example', 'http://s.example'],
    ...['https://https://s.example', 'https://api.bigcommerce.com', API_PATH],
  ].map((storeUrl) => ({ values: { ...LEGACY, storeUrl } })),
  { config: { tags: ['', '<b>', 'subject:me', '\ud800'], timeout: -1, instanceId: 0, other: 1 } },
  { config: { tags: Array(100).fill('a'), events: {}, sessionToken: 5 } },
  { config: { username: 'me', userSecret: 'ä', organizationSecret: 'ä', sessionToken: 'token' } },
  { config: events({ ['__proto__']: {}, a: {} }) },
  { config: events({ a: resource('x'.repeat(70_000)) }) },
  ...['', '//e.example', 'ftp://e.example', 'https://e.example?a'].map((baseUrl) => ({
    config: { baseUrl },
  })),
];

/** What the service says. */
const SAID = { requestId: '5f1e66d34c70a9a19da0a3b9', message: 'Invalid API token' };

const respond = (status: number, body: object = SAID): Fault => ({
  ...{ kind: 'respond', status, headers: { 'retry-after': '1' }, body: JSON.stringify(body) },
});

/** What the service does, and the form's other attributes. */
const FAULTS: [fault: Fault, attributes?: string][] = [
  ...[400, 401, 403, 404, 409, 429, 500].map((status) => [respond(status)] as [Fault]),
  [respond(403, { providerMessage: SAID.message })],
  [respond(404), 'instance-id="1"'],
  [respond(200)],
  [respond(200, { id: 1, token: 't', disabled: true })],
  [{ kind: 'drop' }],
];

/** Texts that no form shows: of the page, of fields that it has not, and of keys that it makes. */
const OTHER_TEXTS = /^(lang|dir|link.*|path|in-use)$/;

suite('In another language, no English is left', { timeout: 1_200_000 }, () => {
  const form = setUpFormPage('Chromium');

  const submit = async () => {
    await form.click('[type=submit]');
    await form.settled();
  };

  /** The texts in the elements that match `selector`, in each language in turn. */
  const shownTexts = (selector: string, tags: string[]) =>
    form.run(collectTexts, selector, tags, OTHERS);

  /** Submits to a handler that answers with this status. */
  const failAtHandler = async (status: number) => {
    form.respondTo('/list', (response) => response.writeHead(status).end('{"source":"handler"}'));
    await form.open(LIST.replace('show-connections', ''));
    await form.run(() => {
      const form = document.querySelector('bigcommerce-connect-form');
      if (form) form.config = undefined;
    });
    await form.fill(STORE_LEVEL);
    await submit();
  };

  /** Functions that bring the form into other states, by their names. */
  const states: Record<string, () => Promise<unknown>> = {
    ...Object.fromEntries(
      Object.entries(STATES).map(([state, bring]) => [state, () => bring(form)]),
    ),
    ...Object.fromEntries(MISTAKES.map((mistake, at) => [`mistake ${at}`, () => make(mistake)])),
    ...Object.fromEntries(FAULTS.map((fault, at) => [`fault ${at}`, () => fail(...fault)])),
    ...Object.fromEntries(
      [403, 404, 429, 500, 502].map((status) => [`list with ${status}`, () => failList(status)]),
    ),
    offline: async () => {
      await form.open();
      await form.run(() => {
        Object.defineProperty(navigator, 'onLine', { get: () => false });
      });
      await form.fill(STORE_LEVEL);
      form.sandbox.onRequest = () => ({ kind: 'hold' });
      await form.click('[type=submit]');
    },
    'file of the other kind': async () => {
      await form.open(FORM.replace('>', ' account="store-level">'));
      await form.drop(LEGACY_FILE);
      await form.waitForText('[role=status]', /another type/);
    },
    'without the module': async () => {
      form.respondTo(WASM, (response) => response.writeHead(503).end());
      await form.open();
      await form.fill(STORE_LEVEL);
      await submit();
    },
    'without WebAssembly': async () => {
      await states['without the module']?.();
      await form.run(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
      await submit();
    },
    'too slow': () => make({ config: { timeout: 1 } }),
    'without the Client secret': async () => {
      await form.open(FORM.replace('>', ' credential="client-secret">'));
      await form.fill(STORE_LEVEL);
      await submit();
    },
    'not signed in': () => failAtHandler(401),
    'not stored': () => failAtHandler(500),
    'unreadable config': async () => {
      await form.open();
      await form.run(() => {
        const form = document.querySelector('bigcommerce-connect-form');
        const sessionToken = () => Promise.reject(new Error('no session'));
        if (form) form.config = { sessionToken };
      });
      await form.fill(STORE_LEVEL);
      await submit();
    },
    'unusable path of a connection': async () => {
      respondWithList(form, 200, [{ id: 1, storeUrl: 'https://api.bigcommerce.com' }]);
      await form.open(LIST);
      await form.waitForText('#reconnect-1', /./);
      await form.click('#reconnect-1');
      await form.fill({ username: 'me', password: TOKEN });
      await submit();
    },
    disconnecting: async () => {
      form.respondTo('/list/instances', () => {});
      await states.question?.();
      await form.click('.question button:last-child');
    },
    'not disconnected': async () => {
      form.respondTo('/list/instances', (response) => response.writeHead(500).end());
      await states.question?.();
      await form.click('.question button:last-child');
      await form.waitForText('.view [role=status]', /could not/);
    },
  };

  test('in any state, whatever goes wrong, and every text is seen', async () => {
    const seen = new Map([...languages.keys()].map((tag) => [tag, new Set<string>()]));
    for (const [state, bring] of Object.entries(states)) {
      form.element.reset();
      await bring();
      const { en = [], ...shown } = await shownTexts('bigcommerce-connect-form', TAGS);
      for (const [tag, language] of languages) {
        const texts = shown[tag] ?? [];
        assert.deepEqual(englishAmong(texts, en, language), [], `${state}, in ${tag}`);
        for (const text of texts) seen.get(tag)?.add(text);
      }
    }
    for (const [tag, language] of languages) {
      const all = [...(seen.get(tag) ?? [])].join('\n');
      const isUnseen = (text: string) => partsOf([text]).some((part) => !all.includes(part));
      const unseen = Object.entries(language).filter(
        ([name, text]) => !OTHER_TEXTS.test(name) && isUnseen(text),
      );
      assert.deepEqual(unseen, [], tag);
    }
  });

  test('on the page, its title and what it says of links included', async () => {
    const link = (name: string, exp: number) =>
      `e.${btoa(JSON.stringify({ sub: name, name, exp }))}.e`;
    const links = ['cut', link('1', 0), link('1', 2e9), link('2', 2e9)];
    const browser = form.page.browser as Driver;
    const userAgent = await form.run(() => navigator.userAgent);
    const page = await servePage(0);
    try {
      let english: string[] = [];
      for (const tag of TAGS) {
        const override = { userAgent, acceptLanguage: `xx,${tag}` };
        await browser.sendDevToolsCommand('Emulation.setUserAgentOverride', override);
        await browser.get('about:blank');
        const texts: string[] = [];
        for (const link of links) {
          await browser.get(`${page.url}#session=${link}`);
          await browser.wait(until.elementLocated(By.css(`[lang="${tag}"] main:not([hidden])`)));
          texts.push(...((await shownTexts('title, [name=description], main', [tag]))[tag] ?? []));
        }
        const language = languages.get(tag);
        if (!language) english = texts;
        else {
          assert.deepEqual(englishAmong(texts, english, language), [], tag);
          for (const part of partsOf([language.linkExpired, language.linkIncomplete])) {
            assert.ok(
              texts.some((text) => text.includes(part)),
              part,
            );
          }
        }
      }
    } finally {
      await browser.sendDevToolsCommand('Emulation.setUserAgentOverride', { userAgent: '' });
      await form.page.open();
      await page.close();
    }
  });

  async function make({ values = STORE_LEVEL, config = {} }: Mistake): Promise<void> {
    const kind = 'username' in values ? 'legacy' : 'store-level';
    await form.open(FORM.replace('>', ` account="${kind}">`));
    // WebDriver cannot send half of a surrogate pair.
    await form.run((json) => {
      const form = document.querySelector('bigcommerce-connect-form');
      form?.removeAttribute('base-url');
      if (form) form.config = { baseUrl: '/', ...JSON.parse(json) };
    }, JSON.stringify(config));
    await form.fill(values);
    await submit();
  }

  async function fail(fault: Fault, attributes = ''): Promise<void> {
    // On a busy machine, the default timeout would expire first: timers are faster, requests are not.
    // Of two attributes with the same name, the first counts.
    await form.open(FORM.replace('>', ` ${attributes} timeout="1000000">`));
    await speedUpTimers(form.page.browser);
    await form.fill(STORE_LEVEL);
    form.sandbox.onRequest = ({ method }) => (method === 'GET' ? undefined : fault);
    await submit();
  }

  async function failList(status: number): Promise<void> {
    respondWithList(form, status);
    await form.open(LIST);
    await form.waitForText('.view [role=status]', /cannot be shown/);
  }
});

/**
 * Runs in the page. All texts in the elements that match `selector`, and what assistive technology reads
 * there, in each language in turn. BigCommerce's own terms are left out, and so is a text alone in a
 * `<bdi>` that is one of `others`.
 */
async function collectTexts(
  selector: string,
  tags: string[],
  others: string[],
): Promise<Record<string, string[]>> {
  const NAMES = ['aria-label', 'aria-description', 'aria-placeholder', 'aria-valuetext'];
  const ATTRIBUTES = [...NAMES, 'alt', 'content', 'placeholder', 'title'];
  const isTerm = (element: Element) => element.matches('[lang=en][translate=no]');
  const textsOf = (node: Node): string[] => {
    if (node instanceof Text) {
      const isOthers = node.parentElement?.localName === 'bdi' && others.includes(node.data);
      return isOthers ? [] : [node.data.trim()];
    }
    if (!(node instanceof Element)) return [...node.childNodes].flatMap(textsOf);
    if (isTerm(node) || node.localName === 'noscript') return [];
    const validity = node as Partial<HTMLInputElement>;
    return [
      ...ATTRIBUTES.map((name) => node.getAttribute(name) ?? ''),
      validity.validity?.customError ? (validity.validationMessage ?? '') : '',
      ...[...(node.shadowRoot ? [node.shadowRoot] : []), ...node.childNodes].flatMap(textsOf),
    ];
  };
  const roots = [...document.querySelectorAll(selector)];
  /** All elements that say which language they are in. */
  const inLanguage = (parent: ParentNode): HTMLElement[] =>
    [...parent.querySelectorAll<HTMLElement>('[lang]')].filter(
      (element) => element.textContent && !isTerm(element),
    );
  const result: Record<string, string[]> = {};
  for (const tag of tags) {
    document.documentElement.lang = tag;
    const isThere = () =>
      roots
        .flatMap((root) => inLanguage(root.shadowRoot ?? root))
        .every(({ lang }) => lang === tag);
    // The test finds what stays in another language.
    for (let tasks = 0; tasks < 500 && !isThere(); tasks++) {
      await new Promise((resolve) => setTimeout(resolve));
    }
    result[tag] = roots.flatMap(textsOf).filter((text) => /\p{L}{2}/u.test(text));
  }
  return result;
}

/** The parts of texts between line breaks, values and BigCommerce's terms. */
function partsOf(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => text.split(/\n|\{\w+\}|`[^`]+`/))
    .map((part) => part.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))
    .filter((part) => /\p{L}{2}/u.test(part));
}

/**
 * Those of the texts in a language in which some English is found: one of our texts, a term of
 * BigCommerce without its mark, or a text of `english`, which the page has shown in the same state.
 * Words that the language has, too, do not count.
 */
function englishAmong(
  shown: readonly string[],
  english: readonly string[],
  language: Language,
): string[] {
  const own = partsOf(Object.values(language)).join('\n');
  const texts = Object.values({ ...ELEMENT, ...ENGLISH });
  const terms = texts.flatMap((text) =>
    [...text.matchAll(/`([^`]+)`/g)].map(([, term = '']) => term),
  );
  const parts = [...partsOf([...texts, ...english]), ...terms];
  const foreign = [...new Set(parts)].filter((part) => !hasWords(own, part));
  return shown.filter((text) => foreign.some((part) => hasWords(text, part)));
}

function hasWords(text: string, words: string): boolean {
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const around = [text[at - 1], text[at + words.length]];
    if (!around.some((character) => /[a-z]/i.test(character ?? ''))) return true;
  }
  return false;
}
