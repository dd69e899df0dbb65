// The session in a link to the page: https://connect.example/#session=<JWT>. The page reads names
// from the token; the handler verifies it.

import type { English } from 'authenticate-bigcommerce/form';

/** The maximum length of a name, in characters: the token is not verified yet. */
const MAX_NAME = 100;

/** The key in this tab's `sessionStorage`. The token stays there until a store is connected. */
const KEY = 'authenticate-bigcommerce.session';

type Texts = Pick<English, 'linkExpired' | 'linkIncomplete' | 'linkOther' | 'linkUse'>;

interface Session {
  token: string;
  subject: unknown;
  /** The name of the account that the store is connected to. */
  name: string;
  /** In milliseconds since the epoch. */
  expires: number;
}

/** A session that the page uses. */
interface OpenedSession {
  /** The name of the account that the store is connected to. */
  name: string;
  /** The `sessionToken` of the config. If it has expired, it throws, and a notice replaces the page. */
  sessionToken: () => string;
}

// At once, so that the token is not in the URL while the texts are loading.
let linkToken = takeTokenFromUrl();

/**
 * Opens the session from a link, or else from this tab's storage. If it cannot be used, or if the
 * merchant has to choose between two, a notice replaces `main`. Returns a function that removes the
 * session from the storage, but not from the page.
 */
export function openSession(
  main: HTMLElement,
  texts: Texts,
  onOpen: (session: OpenedSession) => void,
): () => void {
  const notice = document.createElement('main');
  let current: Session | undefined;

  open();
  // A link that differs from the page's URL only in its fragment does not load the page again.
  addEventListener('hashchange', open);
  return () => saveToken(undefined);

  function sessionToken(): string {
    if (current && !hasExpired(current)) return current.token;
    saveToken(undefined);
    show(texts.linkExpired);
    // Without a token, a cookie could connect the store to another account.
    throw new Error('The session has expired.');
  }

  function open(): void {
    const token = linkToken ?? takeTokenFromUrl();
    linkToken = undefined;
    const stored = parseToken(loadToken());
    const linked = parseToken(token);
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
      saveToken(undefined);
      show(texts.linkExpired);
      return;
    }
    current = session;
    saveToken(session.token);
    notice.remove();
    main.hidden = false;
    onOpen({ name: session.name, sessionToken });
  }

  /** Replaces the page with a text, and with a button for each session to choose from. */
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

/** Replaces the placeholders in a text. */
function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}

function append(parent: HTMLElement, tag: 'h1' | 'p' | 'button', text: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
}

/** Returns the token in the URL, and removes it there, so that it is not in the history. */
function takeTokenFromUrl(): string | undefined {
  const [, token] = /^#session=(.*)$/.exec(location.hash) ?? [];
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search);
  return token;
}

/** Parses a JWT without verifying its signature. Returns undefined if it is invalid. */
function parseToken(token: string | undefined): Session | undefined {
  try {
    const [, payload = ''] = (token ?? '').split('.');
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const { sub, name, exp } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof name !== 'string' || typeof exp !== 'number') return undefined;
    const line = toLine(name);
    if (line === '') return undefined;
    return { token: token as string, subject: sub, name: line, expires: exp * 1000 };
  } catch {
    return undefined;
  }
}

/** Shortens a name. Removes line breaks and characters that change the direction of the text. */
function toLine(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  return [...line].slice(0, MAX_NAME).join('');
}

function isSameAccount(a: Session, b: Session): boolean {
  return a.subject === b.subject && a.name === b.name;
}

function hasExpired({ expires }: Session): boolean {
  return expires <= Date.now();
}

function loadToken(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    // Browsers may block the storage in another site's frame. A reload then needs the link again.
    return undefined;
  }
}

function saveToken(token: string | undefined): void {
  try {
    if (token === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // As above.
  }
}
