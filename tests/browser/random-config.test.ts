import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { CONFIG_FIELDS } from '../../js/types.js';
import { runs } from '../random.js';
import { BlankPage, setUp } from './blank-page.js';

/** How to make a value in the page; most values are not JSON. */
type Recipe =
  | { is: 'json'; value: unknown }
  | { is: 'made'; source: string }
  | { is: 'array'; items: Recipe[] }
  | { is: 'object'; prototype: 'usual' | 'none' | 'holds all'; members: [string, Recipe][] }
  | { is: 'proxy'; of: Recipe; trap: string; does: 'throws' | 'passes on' | 'lies' }
  | { is: 'getters'; members: [string, Recipe][]; also: string }
  | { is: 'root' };

const REVOKED = 'const { proxy, revoke } = Proxy.revocable(target, {}); revoke(); return proxy';

/** Expressions of a page whose values are no configs. */
const MADE = [
  'undefined, NaN, Infinity, -0, 1e21, 5n, Symbol("s"), () => "f", class {}, new Date(), new Set()',
  'new Date(NaN), Promise.resolve("p"), new Uint8Array(9), new ArrayBuffer(9), /r/, Object(true)',
  'new Error("e"), Object("text"), Object(5), new Array(1e5), globalThis, document, document.body',
  'location, new URL("https://u"), new Headers(), fetch, new Response("r"), new FormData(), api',
  'new AbortController(), AbortSignal.abort(), new AbortController().signal, WebAssembly, "\\ud800"',
  'Object.prototype, Array.prototype, Object.freeze([]), JSON, Reflect, Math, new Array(2 ** 32 - 1)',
]
  .flatMap((list) => list.split(', '))
  .concat([
    '(function () { return arguments })(1)',
    '(() => { const a = []; a.push(a); return a })()',
    `((target) => { ${REVOKED} })({})`,
    `((target) => { ${REVOKED} })([])`,
    'Object.assign(["a"], { length: 9 })',
    'Object.setPrototypeOf(["a"], null)',
    '(() => { let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o })()',
    '({ then(resolve) { resolve("t") } })',
    '({ toJSON() { throw 1 } })',
  ]);

const NAMES = [...Object.keys(CONFIG_FIELDS), 'other'];

/** Names with a meaning in JavaScript or in the code that reads the config. */
const ODD = [
  ...'__proto__ constructor prototype toString valueOf toJSON trim then length 0'.split(' '),
  ...['', 'hasOwnProperty', '__defineGetter__', 'Ünïcode', '\u0000'],
];

const TRAPS = ['get', 'has', 'ownKeys', 'getOwnPropertyDescriptor', 'getPrototypeOf'];

const TEXTS = ['', ' a ', 'text', '😀'.repeat(200), '<b>', 'https://e', '0123456789abcdef'];

const recipe = fc.letrec<{ any: Recipe; members: [string, Recipe][]; name: string }>((tie) => ({
  name: fc.oneof(fc.constantFrom(...NAMES), fc.constantFrom(...ODD)),
  members: fc.array(fc.tuple(tie('name'), tie('any')), { maxLength: 4 }),
  any: fc.oneof(
    { maxDepth: 4 },
    fc.record({ is: fc.constant('made' as const), source: fc.constantFrom(...MADE) }),
    fc.record({
      is: fc.constant('json' as const),
      value: fc.oneof(fc.constantFrom(...TEXTS), fc.string(), fc.integer(), fc.constant(null)),
    }),
    fc.record({ is: fc.constant('array' as const), items: fc.array(tie('any'), { maxLength: 4 }) }),
    fc.record({
      is: fc.constant('object' as const),
      prototype: fc.constantFrom('usual' as const, 'none' as const, 'holds all' as const),
      members: tie('members'),
    }),
    fc.record({
      is: fc.constant('proxy' as const),
      of: tie('any'),
      trap: fc.constantFrom(...TRAPS),
      does: fc.constantFrom('throws' as const, 'passes on' as const, 'lies' as const),
    }),
    fc.record({
      is: fc.constant('getters' as const),
      members: tie('members'),
      also: fc.constantFrom(...NAMES),
    }),
    fc.record({ is: fc.constant('root' as const) }),
  ),
})).any;

/** A change to a valid config. */
const change = fc.tuple(fc.constantFrom(...NAMES, ...ODD), recipe);

declare global {
  /** Functions for the expressions of `MADE`, by their source. */
  var made: Record<string, () => unknown>;
}

/** Runs in the page: makes a call with each config, and returns what is wrong with the results. */
async function findFailures(configs: [string, Recipe][][]): Promise<string[]> {
  const put = (object: object, name: string, member: PropertyDescriptor) =>
    Object.defineProperty(object, name, { enumerable: true, configurable: true, ...member });
  const make = (recipe: Recipe, root: object): unknown => {
    switch (recipe.is) {
      case 'json':
        return recipe.value;
      case 'made':
        return made[recipe.source]?.();
      case 'root':
        return root;
      case 'array':
        return recipe.items.map((item) => make(item, root));
      case 'object': {
        const members = {};
        for (const [name, value] of recipe.members)
          put(members, name, { value: make(value, root) });
        if (recipe.prototype === 'usual') return members;
        if (recipe.prototype === 'none') return Object.setPrototypeOf(members, null);
        return Object.create(members);
      }
      case 'proxy': {
        const target = make(recipe.of, root);
        if (Object(target) !== target) return target;
        const trap = (...args: [object]) => {
          if (recipe.does === 'throws') throw { toString: null };
          if (recipe.does === 'lies') return undefined;
          return Reflect.apply(Reflect[recipe.trap as 'get'], undefined, args);
        };
        return new Proxy(target as object, { [recipe.trap]: trap });
      }
      case 'getters': {
        const object = {};
        for (const [name, value] of recipe.members) {
          // Each read changes the config, and returns another value.
          let times = 0;
          const get = () => {
            Reflect.deleteProperty(root, recipe.also);
            return times++ === 0 ? make(value, root) : Symbol('again');
          };
          put(object, name, { get });
        }
        return object;
      }
    }
  };
  const globals = [Object, Array, String, Function, Promise].map(({ prototype }) => prototype);
  const own = () =>
    globals.map((object) => Reflect.ownKeys(object).map(String).sort().join()).join('\n');
  const before = own();
  const failures: string[] = [];
  for (const changes of configs) {
    const config = {
      username: 'shop',
      password: '0123456789abcdef',
      storeUrl: 'https://store-abc123.mybigcommerce.com/api/v2',
      name: 'My shop',
      baseUrl: '/api',
    };
    for (const [name, recipe] of changes) put(config, name, { value: make(recipe, config) });
    const call = api.authenticateBigCommerce(config as never).then(
      ({ id }) => (id === 1 ? undefined : `resolves to ${id}`),
      (error) => {
        if (!(error instanceof api.BigCommerceAuthError)) return `rejects with ${error}`;
        const isExpected = error.code === 'ERR_CONFIG' || error.code === 'ERR_ABORTED';
        return isExpected && !error.mayHaveCreated
          ? undefined
          : `rejects with ${error.code}: ${error}`;
      },
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve('does not settle'), 120_000);
    });
    const failure = await Promise.race([call, late]);
    clearTimeout(timer);
    if (failure) failures.push(failure);
  }
  if (own() !== before) failures.push(`the page's own prototypes have changed: ${own()}`);
  return failures;
}

suite('Any config', { timeout: 1_200_000 }, () => {
  const page = setUp(new BlankPage());

  test('is refused or connects, and changes nothing in the page', async () => {
    page.onRequest = ({ method, url }, response) => {
      if (!url?.startsWith('/api/')) return false;
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(method === 'GET' ? [] : { id: 1, token: 'token' }));
      return true;
    };
    const configs = fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 50 });
    // The CSP lets only the driver evaluate source in the page.
    const made = MADE.map((source) => `${JSON.stringify(source)}: () => (${source})`);
    const work = `(configs) => {
      const made = {${made}};
      return (${findFailures})(configs);
    }`;
    await fc.assert(
      fc.asyncProperty(configs, async (configs) => {
        assert.deepEqual(await page.run(work as unknown as typeof findFailures, configs), []);
      }),
      runs(50),
    );
    assert.deepEqual(await page.takeErrors(), []);
  });
});
