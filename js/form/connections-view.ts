import { Lines, type Text, type Value } from '../base.js';
import { BigCommerceAuthError } from '../index.js';
import type { Builder, TextName } from './build.js';
import type { Connection, Connections } from './connections.js';
import { hostOf } from './store.js';

interface Actions {
  onAnother(): void;
  onReconnect(connection: Connection): void;
  onRetry(): void;
  /** Resolves when the store is disconnected. */
  disconnect(id: number): Promise<void>;
}

/** What the merchant has connected. */
export class ConnectionsView {
  readonly element: HTMLElement;
  readonly label: HTMLElement;
  readonly #builder: Builder;
  readonly #actions: Actions;
  readonly #status: HTMLElement;
  readonly #placeholder: HTMLElement;
  readonly #list: HTMLElement;
  readonly #retry: HTMLButtonElement;
  readonly #another: HTMLButtonElement;

  constructor(builder: Builder, actions: Actions) {
    this.#builder = builder;
    this.#actions = actions;
    this.label = builder.text('p', 'connections', {
      ...{ class: 'label', part: 'label', id: 'connections-label', tabindex: '-1' },
    });
    this.#status = builder.element('div', { role: 'status', part: 'status' });
    this.#placeholder = builder.element('div', { class: 'placeholder', 'aria-hidden': 'true' });
    this.#list = builder.element('ul', {
      ...{ class: 'connections', part: 'connections', 'aria-labelledby': 'connections-label' },
    });
    this.#retry = builder.button('retry', () => actions.onRetry());
    this.#another = builder.button('connectAnother', () => actions.onAnother(), { class: 'quiet' });
    this.element = builder.element(
      'div',
      { class: 'view', hidden: true },
      ...[this.label, this.#placeholder, this.#list, this.#status, this.#retry, this.#another],
    );
  }

  showLoading(): void {
    this.#set('loading');
    this.#say('loadingConnections');
  }

  showFailure(error: unknown): void {
    this.#set('failed');
    this.#builder.show(this.#another, 'connectAnyway');
    this.#say('connectionsFailed', { reason: () => this.#reasonOf(error) });
  }

  showList({ connections, canDisconnect }: Connections): void {
    this.#set('list');
    this.#builder.show(this.#another, 'connectAnother');
    this.#say();
    this.#list.replaceChildren(
      ...connections.map((connection) => this.#makeRow(connection, canDisconnect)),
    );
  }

  #set(state: 'loading' | 'failed' | 'list'): void {
    if (state === 'loading') this.element.setAttribute('aria-busy', 'true');
    else this.element.removeAttribute('aria-busy');
    this.#placeholder.hidden = state !== 'loading';
    this.#list.hidden = state !== 'list';
    this.#retry.hidden = state !== 'failed';
    this.#another.hidden = state === 'loading';
  }

  #say(name?: TextName, values: Record<string, () => Value> = {}): void {
    const isFailure = name === 'connectionsFailed' || name === 'disconnectFailed';
    this.#status.classList.toggle('done', !isFailure);
    this.#builder.show(this.#status, name, values);
  }

  /** What the element says of such an error, as far as it is not about the values in a form. */
  #reasonOf(error: unknown): Lines {
    const code = error instanceof BigCommerceAuthError ? error.code : 'ERR_HANDLER';
    const isOurs = code === 'ERR_CONFIG' || code === 'ERR_HANDLER' || code === 'ERR_NOT_FOUND';
    const text: Text = { names: isOurs ? ['notSetUp'] : [code], subject: error };
    const reason = this.#builder.texts.lines(text);
    const end = isOurs || code === 'ERR_UNAUTHORIZED' ? undefined : 1;
    return new Lines(reason.lines.slice(0, end));
  }

  #makeRow(connection: Connection, canDisconnect: boolean): HTMLElement {
    const { id, storeUrl, createdDate, valid, disabled } = connection;
    const builder = this.#builder;
    const name = builder.element('p', { class: 'name', id: `name-${id}` });
    if (connection.name) name.append(makeBdi(builder, connection.name));
    else builder.show(name, 'unnamed', { id: () => id });
    const row = builder.element('li', { part: 'connection' }, name);
    const host = storeUrl && hostOf(storeUrl);
    if (host) {
      const text = makeBdi(builder, host, { dir: 'ltr', translate: 'no' });
      row.append(builder.element('p', { class: 'hint', part: 'hint' }, text));
    }
    const time = Date.parse(createdDate ?? '');
    if (!Number.isNaN(time)) row.append(this.#makeDate(time));
    if (valid === false) row.append(this.#makeState('needsReconnect'));
    if (disabled) row.append(this.#makeState('isOff'));
    const reconnect = () => this.#actions.onReconnect(connection);
    const actions = [this.#makeAction('reconnect', id, reconnect)];
    if (canDisconnect) {
      const ask = this.#makeAction('disconnect', id, () => this.#ask(connection, row, ask));
      actions.push(ask);
    }
    row.append(builder.element('div', { class: 'actions' }, ...actions));
    return row;
  }

  #makeDate(time: number): HTMLElement {
    const text = this.#builder.element('p', { class: 'hint', part: 'hint' });
    const format = () =>
      new Intl.DateTimeFormat(this.#builder.texts.language.lang, { dateStyle: 'medium' });
    this.#builder.show(text, 'connectedOn', { date: () => format().format(time) });
    return text;
  }

  #makeState(text: 'needsReconnect' | 'isOff'): HTMLElement {
    const look = text === 'isOff' ? 'state off' : 'state';
    return this.#builder.text('p', text, { class: look, part: 'state' });
  }

  /** A button whose name says which connection it is for. */
  #makeAction(text: TextName, id: number, onClick: () => void): HTMLButtonElement {
    const button = this.#builder.button(text, onClick, { class: 'quiet', id: `${text}-${id}` });
    button.setAttribute('aria-labelledby', `${text}-${id} name-${id}`);
    return button;
  }

  /** Asks in the row whether to disconnect, because `confirm()` and modal dialogs fail in frames. */
  #ask(connection: Connection, row: HTMLElement, asked: HTMLElement): void {
    const builder = this.#builder;
    const name = () => connection.name ?? String(connection.id);
    const question = builder.element('p', { id: `question-${connection.id}` });
    builder.show(question, 'disconnectQuestion', { name });
    const end = () => {
      if (cancel.hasAttribute('aria-disabled')) return;
      row.classList.remove('asked');
      group.remove();
      asked.focus();
    };
    const cancel = builder.button('cancel', end, { class: 'quiet' });
    const confirm = builder.button('disconnect', () => {
      this.#disconnect(connection, row, [cancel, confirm], end);
    });
    builder.show(confirm, 'disconnectName', { name });
    const group = builder.element(
      'div',
      { class: 'question', role: 'group', 'aria-labelledby': question.id },
      question,
      builder.element('div', { class: 'actions' }, cancel, confirm),
    );
    group.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') end();
    });
    row.classList.add('asked');
    row.append(group);
    cancel.focus();
  }

  async #disconnect(
    connection: Connection,
    row: HTMLElement,
    buttons: HTMLButtonElement[],
    end: () => void,
  ): Promise<void> {
    if (buttons.some((button) => button.hasAttribute('aria-disabled'))) return;
    const name = () => connection.name ?? String(connection.id);
    for (const button of buttons) button.setAttribute('aria-disabled', 'true');
    this.#say('disconnecting');
    try {
      await this.#actions.disconnect(connection.id);
    } catch (error) {
      for (const button of buttons) button.removeAttribute('aria-disabled');
      this.#say('disconnectFailed', { name, reason: () => this.#reasonOf(error) });
      end();
      return;
    }
    row.remove();
    this.label.focus();
    this.#say('disconnected', { name });
  }
}

/** What is of a direction of its own. */
function makeBdi(builder: Builder, text: string, attributes?: Record<string, string>): HTMLElement {
  const element = builder.element('bdi', attributes);
  element.textContent = text;
  return element;
}
