// The session that a link to the page brings: https://connect.example/#session=<JWT>. The page only
// reads the token, for what it shows; the handler verifies it.

/** In this tab's `sessionStorage`, until a store is connected. */
const KEY = 'authenticate-bigcommerce.session';

/** All that is shown; the first line of a list is a heading, the others are paragraphs. */
const TEXTS = {
  connectsTo: (name: string) => `Connects a store to ${name}`,
  expired: ['This link has expired', 'Ask whoever gave it to you for a new one.'],
  unreadable: [
    'This link is incomplete',
    'Open it once more. If it stays incomplete, ask whoever gave it to you for a new one.',
  ],
  other: (present: string, linked: string) => [
    'This link is for another account',
    `In this tab, you were about to connect a store to ${present}. The link connects it to ${linked}.`,
  ],
  use: (name: string) => `Connect to ${name}`,
};

interface Session {
  token: string;
  subject: unknown;
  /** Of the account that the store is connected to. */
  name: string;
  /** In milliseconds, as `Date.now()`. */
  expires: number;
}

export interface LinkSession {
  /** Whether a link has brought one. */
  readonly isOpen: boolean;
  /** The `sessionToken` of the config. Where it has expired, that is shown in place of the page. */
  token(): string | undefined;
  /** Removes it from this tab's storage; the page itself goes on with it. */
  forget(): void;
}

/**
 * Takes the session out of the page's address, or from this tab's storage, and shows in `main` whose
 * it is. Where it cannot be used, or replaces another one, `main` is hidden meanwhile.
 */
export function openSession(main: HTMLElement): LinkSession {
  const banner = document.createElement('p');
  banner.className = 'session';
  const notice = document.createElement('main');
  notice.className = 'notice';
  let current: Session | undefined;

  open();
  // A link that differs from the page's address in its fragment alone loads no page.
  addEventListener('hashchange', open);
  return {
    get isOpen() {
      return current !== undefined;
    },
    token() {
      if (!current || !hasExpired(current)) return current?.token;
      show(TEXTS.expired);
      return undefined;
    },
    forget: () => store(undefined),
  };

  function open(): void {
    const token = takeFromAddress();
    const stored = read(load());
    const linked = read(token);
    const present = current ?? stored;
    if (token === undefined) use(stored);
    else if (!linked) show(TEXTS.unreadable);
    else if (!present || hasExpired(present) || isSameAccount(present, linked)) use(linked);
    else show(TEXTS.other(present.name, linked.name), [linked, present]);
  }

  function use(session: Session | undefined): void {
    if (!session) return;
    if (hasExpired(session)) {
      store(undefined);
      show(TEXTS.expired);
      return;
    }
    current = session;
    store(session.token);
    banner.textContent = TEXTS.connectsTo(session.name);
    main.prepend(banner);
    notice.remove();
    main.hidden = false;
  }

  /** Shows a text in place of the page, with a button for each session to choose from. */
  function show([heading = '', ...paragraphs]: string[], choices: Session[] = []): void {
    const section = document.createElement('section');
    section.className = 'card stack';
    const title = append(section, 'h1', heading);
    for (const text of paragraphs) append(section, 'p', text);
    for (const session of choices) {
      const button = append(section, 'button', TEXTS.use(session.name));
      button.addEventListener('click', () => use(session));
    }
    notice.replaceChildren(section);
    main.hidden = true;
    main.before(notice);
    title.tabIndex = -1;
    title.focus();
  }
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
    const { sub, name, exp } = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof name !== 'string' || name.trim() === '' || typeof exp !== 'number') return undefined;
    return { token: token as string, subject: sub, name, expires: exp * 1000 };
  } catch {
    return undefined;
  }
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
