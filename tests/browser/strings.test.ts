import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Sandbox } from '../../js/sandbox/sandbox.js';
import type { BlankPage } from './blank-page.js';
import { inEveryEngine } from './in-every-engine.js';
import { openSandboxedPage, type SandboxedPage } from './sandboxed-page.js';

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
const DELICATE = {
  'right to left': 'חנות שלי متجري',
  'turned around': 'a\u202etxt.exe\u202c \u2066b\u2069 \u200fc\u200e',
  'composed and decomposed': '\u00e9 e\u0301 \u1e9b\u0323 \uac00 \u1100\u1161',
  'many marks on one letter': `Z${'\u0300\u0323\u0489\u20dd'.repeat(50)}`,
  'emoji of several characters': '👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪 👍🏽 ❤️ 🏴\u{e0067}\u{e0062}\u{e007f}',
  'beyond the first plane': '𝕊𝕙𝕠𝕡 𐀀 𠮷 \u{10fffd}',
  NUL: '\0a\0\0b\0',
  'control characters': 'a\x01\x07\b\x1b[31m\x7f\x80\x85\x9fb',
  'ends of lines': 'a\r\nb\rc\nd\u2028e\u2029f\vg\fh',
  'what is no character': '\ufffe\uffff\u{1fffe}\u{10ffff}\ufdd0',
  'the replacement character': '\ufffd\ufffd',
  'a byte order mark within': 'a\ufeffb\ufffeb',
  'letters that change length with their case': 'İıſßŉǰΐﬁ',
  'letters that look alike': 'aаɑ oоο ﹤ ＜ ‹',
  'what JSON escapes': '"\\/\b\f\n\r\t\\u0000\\"',
  'what others escape': "%00 %F0%9F &amp; &lt; \\x41 $1 {{1}} '; -- `",
  'names of JavaScript': '__proto__',
};

inEveryEngine('All of Unicode', { timeout: 600_000 }, (engine) => {
  let opened: SandboxedPage;
  let page: BlankPage;
  let sandbox: Sandbox;
  let config: Record<string, unknown>;

  before(async () => {
    opened = await openSandboxedPage(engine);
    ({ page, sandbox, config } = opened);
    await page.run(`() => { globalThis.texts = (${everyCharacter})(); }` as unknown as () => void);
  });
  after(() => opened?.[Symbol.asyncDispose]());
  beforeEach(() => {
    sandbox.requests.length = 0;
  });

  /** The bodies that the service got. */
  const sentBodies = () =>
    sandbox.requests.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));

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
    }, config);
    assert.deepEqual(changed, []);
    const sent = sentBodies().flatMap(({ name, tags = [] }) => [name, ...tags]);
    assert.equal(sentBodies().length, calls);
    assert.equal(new Set(sent.join('')).size, 0x110000 - 0x800, 'there is every character');
    assert.ok(sent.join() === everyCharacter().join(), 'as it was given');
  });

  test('is sent unchanged in every field, and returned unchanged in the name', async () => {
    // Over HTTP this would take minutes; the platform's Request encodes the same bytes.
    const [count, changed] = await page.run(async (config) => {
      const { fetch } = globalThis;
      const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
      let body: { name: string; configuration: Record<string, string> } | undefined;
      globalThis.fetch = async (...request) => {
        body = JSON.parse(decoder.decode(await new Request(...request).arrayBuffer()));
        return Response.json({ id: 1, token: body?.name, name: body?.name });
      };
      const changed: number[] = [];
      for (const [at, text] of texts.entries()) {
        const fields = { name: text, username: text, password: text };
        const { name, token } = await outcome(
          api.authenticateBigCommerce({ ...config, ...fields } as never),
        );
        const { username, password } = body?.configuration ?? {};
        const all = [body?.name, username, password, name, token];
        if (!all.every((found) => found === text)) changed.push(at);
      }
      globalThis.fetch = fetch;
      return [texts.length, changed] as const;
    }, config);
    assert.deepEqual(changed, []);
    assert.equal(count, everyCharacter().length);
  });

  for (const [what, text] of Object.entries(DELICATE)) {
    test(`is sent and returned unchanged: ${what}`, async () => {
      const given = JSON.stringify(text);
      const back = await page.run(
        async (config, given) => {
          const text = JSON.parse(given);
          // The service could change the others.
          const tag = text.replace(/[<>&\p{Cc}]/gu, '');
          const { name, tags } = await outcome(
            api.authenticateBigCommerce({
              ...config,
              ...{ username: text, password: text, name: text, tags: [`${tag}-`, `${tag}+`] },
            } as never),
          );
          return JSON.stringify([name, tags]);
        },
        config,
        // Drivers lose some characters.
        given.replace(
          /[^ -~]/g,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        ),
      );
      // White space at the ends is trimmed.
      const kept = text.trim();
      const tag = text.replace(/[<>&\p{Cc}]/gu, '');
      const tags = [`${tag}-`.trim(), `${tag}+`.trim()];
      assert.deepEqual(JSON.parse(back), [kept, tags]);
      const [body] = sentBodies();
      const { username, password } = body.configuration;
      assert.deepEqual([username, password, body.name, body.tags], [kept, kept, kept, tags]);
    });
  }

  test('excludes lone surrogates, each of which is refused', async () => {
    const [inTags, inNames] = await page.run(async (config) => {
      const halves = Array.from({ length: 0x800 }, (_, at) => String.fromCharCode(0xd800 + at));
      const inTags: { path: unknown[]; message: string }[] = [];
      const inNames = [];
      for (const half of halves) {
        const given = { ...config, name: `a${half}`, tags: ['a', `${half}!`] };
        const { code, issues } = await outcome(api.authenticateBigCommerce(given as never));
        inTags.push((issues as typeof inTags)[1] as (typeof inTags)[0]);
        inNames.push(code);
      }
      return [inTags, inNames] as const;
    }, config);
    assert.deepEqual(
      inTags.map(({ path }) => path),
      Array.from({ length: 0x800 }, () => ['tags', 1]),
    );
    assert.ok(inTags.every(({ message }) => /surrogate/.test(message)));
    assert.deepEqual([inNames.length, ...new Set(inNames)], [0x800, 'ERR_CONFIG']);
    assert.deepEqual(sandbox.requests, [], 'nothing was sent');
  });
});
