// Random configs, request bodies and leaks of secrets, in which core and handler must agree.
import assert from 'node:assert/strict';
import type { authenticateBigCommerce } from 'authenticate-bigcommerce';
import fc from 'fast-check';
import { EVENTS, instanceBody, storeLevelBody } from './instance-body.js';
import { readTable, whole } from './tables.js';

export const KEY_TAG = 'idempotency-key:';

/** The id of the instance that is updated. */
export const ID = 7;

/** Values of a table, mostly those that the core accepts. */
function ofTable(name: string): fc.Arbitrary<string> {
  const rows = readTable(name).map(({ given, core }) => ({
    given: whole(given),
    isUsable: core !== null,
  }));
  return fc.oneof(
    {
      weight: 20,
      arbitrary: fc.constantFrom(...rows.filter((row) => row.isUsable).map(({ given }) => given)),
    },
    fc.constantFrom(...rows.map(({ given }) => given)),
  );
}

/** Texts with special characters or special meanings. */
const ODD_TEXTS = [
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'toJSON', 'length', '0', '-1', ''],
  ...['\ufffd', 'a\ufffdb', '\ud800', 'a\udfff', '\u2028', '\0', '\u007f', '"\\/', 'e\u0301', '😀'],
];

const odd = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 9 }));

const anyText = fc.oneof(
  { weight: 4, arbitrary: ofTable('text') },
  { weight: 2, arbitrary: fc.string({ minLength: 1 }).map((text) => `a${text}a`) },
  odd,
);

const notEmpty = fc.oneof(
  { weight: 9, arbitrary: fc.string({ minLength: 1, maxLength: 9 }) },
  odd.filter((text) => !/^$|\p{Cs}/u.test(text)),
);

const resource = fc.record(
  {
    url: notEmpty,
    idField: notEmpty,
    datesConfiguration: fc.record(
      {
        updatedDateField: notEmpty,
        updatedDateFormat: notEmpty,
        updatedDateTimezone: notEmpty,
        createdDateField: notEmpty,
        createdDateFormat: notEmpty,
        createdDateTimezone: notEmpty,
      },
      {
        requiredKeys: [
          ...(['updatedDateField', 'updatedDateFormat'] as const),
          ...(['createdDateField', 'createdDateFormat'] as const),
        ],
      },
    ),
  },
  { requiredKeys: ['url', 'idField', 'datesConfiguration'] },
);

const resources = fc
  .array(fc.tuple(fc.oneof(fc.string(), odd), resource), { maxLength: 3 })
  // Unlike a literal, this makes an own property even of __proto__.
  .map((entries) => Object.fromEntries(entries));

const events = fc.record(
  {
    callbackUrl: ofTable('callback-url'),
    refreshInterval: fc.oneof(fc.integer({ min: 1, max: 1440 }), fc.constantFrom(0, 1.5, 1441)),
    signatureKey: ofTable('signature-key'),
    resources: fc.oneof(
      resources,
      fc.subarray(['orders', 'products', 'customers', 'orders']),
      fc.constant(['other']),
    ),
  },
  { requiredKeys: ['callbackUrl'] },
);

const tags = fc.oneof(
  { weight: 9, arbitrary: fc.array(ofTable('tag'), { maxLength: 4 }) },
  fc.array(odd, { maxLength: 2 }),
  fc
    .integer({ min: 97, max: 101 })
    .map((count) => Array.from({ length: count }, (_, at) => `tag ${at}`)),
);

export type Config = Parameters<typeof authenticateBigCommerce>[0];

/** Mostly of one kind of account; the others as from a form with the inputs of both kinds. */
const credentials = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      username: anyText,
      password: anyText,
      storeUrl: ofTable('store-url'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record(
      { clientId: anyText, clientSecret: anyText, storeUrl: ofTable('store-level-url') },
      { requiredKeys: ['clientId', 'storeUrl'] },
    ),
  },
  fc.record({
    username: fc.constantFrom('', ' ', 'shop'),
    password: fc.constantFrom('', 'api-token'),
    clientId: fc.constantFrom('', '\ufeff', 'client-id'),
    clientSecret: fc.constantFrom('', 'client-secret'),
    storeUrl: ofTable('store-level-url'),
  }),
);

const others = fc.record(
  {
    name: anyText,
    tags,
    idempotencyKey: ofTable('idempotency-key'),
    events,
    instanceId: fc.constant(ID),
  },
  { requiredKeys: ['name'] },
);

export const config = fc
  .tuple(credentials, others)
  .map(([credentials, others]): Config => ({ ...credentials, ...others }) as Config);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Parent = Record<string | number, Json>;

/** A change to a body of the core. */
const change = fc.record({
  /** Chooses one of the body's members and list entries. */
  at: fc.nat(),
  does: fc.oneof(
    fc.constantFrom('delete', 'move', 'repeat'),
    fc
      .oneof(
        odd,
        ofTable('tag'),
        ofTable('text'),
        ofTable('store-url'),
        ofTable('store-level-url'),
        ofTable('callback-url'),
        ofTable('signature-key'),
        ofTable('idempotency-key').map((key) => KEY_TAG + key),
        fc.constantFrom<Json>(null, true, 15, '1440', '1441', '015', [], {}),
      )
      .map((value) => ({ value })),
    fc.tuple(odd, resource).map(([name, value]) => ({ name, value })),
  ),
});

type Change = typeof change extends fc.Arbitrary<infer Type> ? Type : never;

/** Changes one of a body's members or list entries, at any depth. */
function apply(body: Json, { at, does }: Change): void {
  const places: [Parent, string][] = [];
  const collect = (value: Json) => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      places.push([value as Parent, name]);
      collect(member);
    }
  };
  collect(body);
  const [parent, name] = places[at % places.length] ?? assert.fail('a place');
  const set = (name: string, value: Json) =>
    Object.defineProperty(parent, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  const value = parent[name] as Json;
  if (typeof does === 'object') {
    if (!('name' in does)) set(name, does.value as Json);
    else if (Array.isArray(parent)) parent.push(does.name);
    else set(does.name, does.value);
  } else if (Array.isArray(parent)) {
    if (does !== 'repeat') parent.splice(Number(name), 1);
    if (does !== 'delete') parent.push(value);
  } else {
    delete parent[name];
    if (does === 'move') set(name, value);
    if (does === 'repeat') set(`${name} `, value);
  }
}

export const body = fc
  .record(
    {
      events: fc.record(
        {
          callbackUrl: ofTable('callback-url'),
          signatureKey: ofTable('signature-key'),
          resources,
        },
        { requiredKeys: ['callbackUrl', 'resources'] },
      ),
      clientId: anyText,
      clientSecret: anyText,
      tags: fc.array(ofTable('tag'), { maxLength: 3 }),
      key: ofTable('idempotency-key'),
      // Where the key's tag goes; the core puts it first.
      keyAt: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(2)),
      changes: fc.array(change, { maxLength: 2 }),
    },
    { requiredKeys: ['keyAt', 'changes'] },
  )
  .map(({ events, clientId, clientSecret, tags, key, keyAt, changes }) => {
    const all = key === undefined ? tags : [...(tags ?? [])];
    if (key !== undefined) all?.splice(keyAt, 0, KEY_TAG + key);
    const { 'event.notification.signature.key': _, ...settings } = EVENTS;
    const account =
      clientId === undefined
        ? instanceBody()
        : storeLevelBody({ 'oauth.api.key': clientId, 'oauth.api.secret': clientSecret });
    const body = instanceBody({
      configuration: {
        ...Object(account.configuration),
        ...(events && {
          ...settings,
          'event.notification.callback.url': events.callbackUrl,
          'event.poller.configuration': events.resources,
          ...(events.signatureKey && { 'event.notification.signature.key': events.signatureKey }),
        }),
      },
      ...(all && { tags: all }),
    });
    for (const change of changes) apply(body as Json, change);
    return JSON.stringify(body);
  });

const noSurrogate = (text: string) => !/\p{Cs}/u.test(text);

const secret = fc.oneof(
  fc.string({ minLength: 4, maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('a', 'b', '%', '\\', '&', '+', 'é', '😀'), minLength: 4 }),
  fc.string({ unit: 'binary', minLength: 4, maxLength: 12 }).filter(noSurrogate),
);

/** Encodings that core and handler could decode differently. */
const ENCODINGS: ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => new URLSearchParams([['', text]]).toString(),
  (text) => JSON.stringify(text),
  (text) => text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replace(/./gs, (unit) => `&#${unit.charCodeAt(0)};`),
  (text) => text.replace(/./gsu, (character) => `&#x0${character.codePointAt(0)?.toString(16)};`),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(`<?${text}`).toString('base64url'),
  (text) => [...text].join('\u200b'),
];

/** A secret, and an error text of the service with the secret or a part of it. */
export const leak = fc
  .record({
    secret: secret.map((text) => text.trim()).filter((text) => text !== ''),
    pieces: fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(...ENCODINGS), fc.nat(3), fc.nat(3)),
        fc.string({ unit: 'binary', maxLength: 6 }).filter(noSurrogate),
        fc.constantFrom('%', '%e', '\\u00', '&#', ';', '&amp;', '\t\n', '\u200b', 'x'.repeat(4080)),
      ),
      { maxLength: 5 },
    ),
  })
  .map(({ secret, pieces }) => ({
    secret,
    text: pieces
      .map((piece) => {
        if (typeof piece === 'string') return piece;
        const [encode, from, end] = piece;
        // Mostly the whole secret.
        const characters = [...secret].slice(from === 1 ? 1 : 0, end === 1 ? -1 : undefined);
        return encode(characters.join(''));
      })
      .join(''),
  }));
