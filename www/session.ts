// The session that a link to the page brings: https://connect.example/#session=<JWT>. The page only
// reads the token, for what it shows; the handler verifies it.

import type { English } from 'authenticate-bigcommerce/form';

/** Characters of a name: nothing has verified it yet. */
const MAX_NAME = 100;

/** In this tab's `sessionStorage`, until a store is connected. */
const KEY = 'authenticate-bigcommerce.session';

type Texts = Pick<English, 'linkExpired' | 'linkIncomplete' | 'linkOther' | 'linkUse'>;

interface Session {
  token: string;
  subject: unknown;
  /** Of the account that the store is connected to. */
  name: string;
  /** In milliseconds, as `Date.now()`. */
  expires: number;
}

/** What a page makes of a session. */
interface Use {
  /** The name of the account that a store is connected to. */
  name: string;
  /** The `sessionToken` of the config. Where it has expired, that is shown in place of the page. */
  sessionToken: () => string | undefined;
}

// At once, before anything is waited for.
let taken = takeFromAddress();

/**
 * Opens the session that a link has brought, or that is in this tab's storage. Where it cannot be used,
 * or replaces another one, `main` is hidden meanwhile. Returns what removes it from the storage; the
 * page itself goes on with it.
 */
export function openSession(
  main: HTMLElement,
  texts: Texts,
  onUse: (use: Use) => void,
): () => void {
  const notice = document.createElement('main');
  let current: Session | undefined;

  open();
  // A link that differs from the page's address in its fragment alone loads no page.
  addEventListener('hashchange', open);
  return () => store(undefined);

  function sessionToken(): string | undefined {
    if (!current || !hasExpired(current)) return current?.token;
    show(texts.linkExpired);
    return undefined;
  }

  function open(): void {
    const token = taken ?? takeFromAddress();
    taken = undefined;
    const stored = read(load());
    const linked = read(token);
    const [present] = [current ?? stored].filter((session) => session && !hasExpired(session));
    const choices = present ? [present] : [];
    if (token === undefined) use(stored);
    else if (!linked) show(texts.linkIncomplete, choices);
    else if (hasExpired(linked)) show(texts.linkExpired, choices);
    else if (!present || isSameAccount(present, linked)) use(linked);
    else {
      const names = { present: present.name, linked: linked.name };
      show(fill(texts.linkOther, names), [linked, present]);
    }
  }

  function use(session: Session | undefined): void {
    if (!session) return;
    if (hasExpired(session)) {
      store(undefined);
      show(texts.linkExpired);
      return;
    }
    current = session;
    store(session.token);
    notice.remove();
    main.hidden = false;
    onUse({ name: session.name, sessionToken });
  }

  /** Shows a text in place of the page, with a button for each session to choose from. */
  function show(text: string, choices: Session[] = []): void {
    const [heading = '', ...paragraphs] = text.split('\n');
    const section = document.createElement('section');
    const title = append(section, 'h1', heading);
    for (const text of paragraphs) append(section, 'p', text);
    for (const session of choices) {
      const button = append(section, 'button', fill(texts.linkUse, { to: session.name }));
      button.addEventListener('click', () => use(session));
    }
    notice.replaceChildren(section);
    main.hidden = true;
    main.before(notice);
    title.tabIndex = -1;
    title.focus();
  }
}

/** Puts values in the place of their names. */
function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

function append(parent: HTMLElement, tag: 'h1' | 'p' | 'button', text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}

/** The token of a link, which must not stay in the address: it would be in the history, too. */
function takeFromAddress(): string | undefined {
  const [, token] = /^#session=(.*)$/.exec(location.hash) ?? [];
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** What a JWT says, without a look at its signature; undefined where something is missing. */
function read(token: string | undefined): Session | undefined {
  try {
    const [, payload = ''] = (token ?? '').split('.');
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const { sub, name: given, exp } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof given !== 'string' || typeof exp !== 'number') return undefined;
    const name = inOneLine(given);
    if (name === '') return undefined;
    return { token: token as string, subject: sub, name, expires: exp * 1000 };
  } catch {
    return undefined;
  }
}

/** Without characters that begin a paragraph or turn the direction of ours. */
function inOneLine(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return [...line].slice(0, MAX_NAME).join('');
}

function isSameAccount(a: Session, b: Session): boolean {
  return a.subject === b.subject && a.name === b.name;
}

function hasExpired({ expires }: Session): boolean {
  return expires <= Date.now();
}

function load(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    // In a frame of another site, browsers may refuse it: a reload then needs the link again.
    return undefined;
  }
}

function store(token: string | undefined): void {
  try {
    if (token === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // As above.
  }
}
