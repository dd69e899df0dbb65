import assert from 'node:assert/strict';
import { before, beforeEach, test } from 'node:test';
import { setUp } from './blank-page.js';
import { inEveryEngine } from './engines.js';
import { SandboxedPage } from './sandboxed-page.js';

declare global {
  /** The result of `everyCharacter`, in the page. */
  var texts: string[];
}

/**
 * Every code point but the surrogates, in texts that fit a field, each between letters so that
 * nothing is trimmed. Runs on both sides, because drivers lose some of them.
 */
function everyCharacter(): string[] {
  const texts: string[] = [];
  let text = 'a';
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const character = String.fromCodePoint(code);
    // The service removes HTML, so `<` and `>` are in different texts.
    if (text.length + character.length > 254 || character === '>') {
      texts.push(`${text}z`);
      text = 'a';
    }
    text += character;
  }
  return [...texts, `${text}z`];
}

/** Texts that software often loses, repairs or mistakes for something else. */
const DELICATE = [
  'חנות שלי متجري a\u202etxt.exe\u202c \u2066b\u2069 \u200fc\u200e',
  '\u00e9 e\u0301 \u1e9b\u0323 \uac00 \u1100\u1161 İıſßŉǰΐﬁ',
  `Z${'\u0300\u0323\u0489\u20dd'.repeat(50)}`,
  '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽 ❤️ 🏴\u{e0067}\u{e0062}\u{e007f} 𝕊𝕙𝕠𝕡 𐀀 \u{10fffd}',
  '\0a\0\0b\0c\x01\x07\b\x1b[31m\x7f\x80\x9f\r\nd\re\u2028f\u2029g\vh\fi',
  'a\ufeffb\ufffeb\uffff\ufffd\u{1fffe}\ufdd0',
  '"\\/\b\f\n\r\t\\u0000\\" %00 %F0%9F &amp; &lt; \\x41 $1 {{1}} \'; -- `',
  '__proto__',
];

inEveryEngine('All of Unicode', (engine) => {
  const page = setUp(new SandboxedPage(engine));

  before(async () => {
    await page.run(`() => { globalThis.texts = (${everyCharacter})(); }` as unknown as () => void);
  });
  beforeEach(() => {
    page.sandbox.requests.length = 0;
  });

  /** The bodies that the service got. */
  const sentBodies = () =>
    page.sandbox.requests.flatMap(({ method, body }) =>
      method === 'POST' ? JSON.parse(body) : [],
    );

  test('is sent and returned unchanged', async () => {
    const [calls, changed] = await page.run(async (config) => {
      const changed: string[] = [];
      const TAGS = 60;
      // The first texts contain characters that tags must not.
      const batches = [[texts[0]], [texts[1]]];
      for (let at = 2; at < texts.length; at += TAGS) batches.push(texts.slice(at, at + TAGS));
      let calls = 0;
      for (const [name = '', ...tags] of batches) {
        calls++;
        const instance = await outcome(
          api.authenticateBigCommerce({ ...config, name, tags } as never),
        );
        const back = [instance.name, ...((instance.tags as string[] | undefined) ?? [])];
        if (back.join() !== [name, ...tags].join()) changed.push(`${calls}: ${instance.code}`);
      }
      return [calls, changed] as const;
    }, page.config);
    assert.deepEqual(changed, []);
    const sent = sentBodies().flatMap(({ name, tags = [] }) => [name, ...tags]);
    assert.equal(sentBodies().length, calls);
    assert.equal(new Set(sent.join('')).size, 0x110000 - 0x800, 'there is every character');
    assert.ok(sent.join() === everyCharacter().join(), 'as it was given');
  });

  test('is sent unchanged in every field, and returned unchanged in the name', async () => {
    // Over HTTP this would take minutes; the platform's Request encodes the same bytes.
    const changed = await page.run(
      async (config, delicate) => {
        const { fetch } = globalThis;
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
        let body: { name: string; configuration: Record<string, string> } | undefined;
        globalThis.fetch = async (...request) => {
          body = JSON.parse(decoder.decode(await new Request(...request).arrayBuffer()));
          return Response.json({ id: 1, token: body?.name, name: body?.name });
        };
        const changed: number[] = [];
        for (const [at, text] of [...JSON.parse(delicate), ...texts].entries()) {
          // Not the credentials, in which invisible characters are refused.
          const events = { callbackUrl: 'https://shop.example/', signatureKey: text };
          const fields = { name: text, events };
          const { name, token } = await outcome(
            api.authenticateBigCommerce({ ...config, ...fields } as never),
          );
          const key = body?.configuration['event.notification.signature.key'];
          const all = [body?.name, key, name, token];
          if (!all.every((found) => found === text)) changed.push(at);
        }
        globalThis.fetch = fetch;
        return changed;
      },
      page.config,
      // Drivers lose some characters.
      JSON.stringify(DELICATE).replace(
        /[^ -~]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
    );
    assert.deepEqual(changed, []);
  });

  test('excludes lone surrogates, each of which is refused', async () => {
    const [inTags, inNames] = await page.run(async (config) => {
      const inTags: unknown[] = [];
      const inNames: unknown[] = [];
      for (let code = 0xd800; code < 0xe000; code++) {
        const half = String.fromCharCode(code);
        const given = { ...config, name: `a${half}`, tags: ['a', `${half}!`] };
        const { issues } = await outcome(api.authenticateBigCommerce(given as never));
        const [inName, inTag] = issues as { path: unknown[]; message: string }[];
        inNames.push(inName?.path.join());
        inTags.push(`${inTag?.path} ${/surrogate/.test(inTag?.message ?? '')}`);
      }
      return [inTags, inNames];
    }, page.config);
    assert.deepEqual([inTags?.length, ...new Set(inTags)], [0x800, 'tags,1 true']);
    assert.deepEqual([...new Set(inNames)], ['name']);
    assert.deepEqual(page.sandbox.requests, [], 'nothing was sent');
  });
});
