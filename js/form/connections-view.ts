import { Lines, type Text, type Value } from '../base.js';
import { BigCommerceAuthError } from '../index.js';
import type { Builder, TextName } from './build.js';
import { type Connection, type Connections, nameOf } from './connections.js';
import { hostOf } from './store.js';

interface Actions {
  onConnectAnother(): void;
  onReconnect(connection: Connection): void;
  onRetry(): void;
  /** Resolves once the store is disconnected. */
  disconnect(id: number): Promise<void>;
}

/** The codes of errors that are not the merchant's, who has entered no values. */
const SETUP_ERRORS = ['ERR_CONFIG', 'ERR_HANDLER', 'ERR_NOT_FOUND', 'ERR_REJECTED', 'ERR_CONFLICT'];

/** The list of the merchant's connected stores. */
export class ConnectionsView {
  readonly element: HTMLElement;
  readonly label: HTMLElement;
  readonly #builder: Builder;
  readonly #actions: Actions;
  readonly #status: HTMLElement;
  readonly #placeholder: HTMLElement;
  readonly #list: HTMLElement;
  readonly #retry: HTMLButtonElement;
  readonly #connectAnother: HTMLButtonElement;

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
    this.#connectAnother = builder.button('connectAnother', () => actions.onConnectAnother(), {
      class: 'quiet',
    });
    this.element = builder.element(
      'div',
      { class: 'view', hidden: true },
      ...[this.label, this.#placeholder, this.#list, this.#status],
      ...[this.#retry, this.#connectAnother],
    );
  }

  showLoading(): void {
    this.#setState('loading');
    this.#showStatus('loadingConnections');
  }

  showFailure(error: unknown): void {
    this.#setState('failed');
    this.#builder.show(this.#connectAnother, 'connectAnyway');
    this.#showStatus('connectionsFailed', { reason: () => this.#reasonOf(error) });
  }

  showList({ connections, canDisconnect }: Connections): void {
    this.#setState('list');
    this.#builder.show(this.#connectAnother, 'connectAnother');
    this.#showStatus();
    this.#list.replaceChildren(
      ...connections.map((connection) => this.#createRow(connection, canDisconnect)),
    );
  }

  #setState(state: 'loading' | 'failed' | 'list'): void {
    if (state === 'loading') this.element.setAttribute('aria-busy', 'true');
    else this.element.removeAttribute('aria-busy');
    this.#placeholder.hidden = state !== 'loading';
    this.#list.hidden = state !== 'list';
    this.#retry.hidden = state !== 'failed';
    this.#connectAnother.hidden = state === 'loading';
  }

  #showStatus(name?: TextName, values: Record<string, () => Value> = {}): void {
    const isFailure = name === 'connectionsFailed' || name === 'disconnectFailed';
    this.#status.classList.toggle('done', !isFailure);
    this.#builder.show(this.#status, name, values);
  }

  /** Returns the element's text for an error, without its lines about the values in a form. */
  #reasonOf(error: unknown): Lines {
    const code = error instanceof BigCommerceAuthError ? error.code : 'ERR_HANDLER';
    const isSetupError = SETUP_ERRORS.includes(code);
    const text: Text = { names: isSetupError ? ['notSetUp'] : [code], subject: error };
    const reason = this.#builder.texts.lines(text);
    const end = isSetupError || code === 'ERR_UNAUTHORIZED' ? undefined : 1;
    return new Lines(reason.lines.slice(0, end));
  }

  #createRow(connection: Connection, canDisconnect: boolean): HTMLElement {
    const { id, storeUrl, createdDate, valid, disabled } = connection;
    const builder = this.#builder;
    const name = builder.element('p', { class: 'name', id: `name-${id}` });
    if (connection.name) name.append(createBdi(builder, connection.name));
    else builder.show(name, 'unnamed', { id: () => id });
    const row = builder.element('li', { part: 'connection' }, name);
    const host = storeUrl && hostOf(storeUrl);
    if (host) {
      const text = createBdi(builder, host, { dir: 'ltr', translate: 'no' });
      row.append(builder.element('p', { class: 'hint', part: 'hint' }, text));
    }
    const time = Date.parse(createdDate ?? '');
    if (!Number.isNaN(time)) row.append(this.#createDate(time));
    if (valid === false) row.append(this.#createState('needsReconnect'));
    if (disabled) row.append(this.#createState('isOff'));
    const onReconnect = () => this.#actions.onReconnect(connection);
    const buttons = [this.#createButton('reconnect', id, onReconnect)];
    if (canDisconnect) {
      const button = this.#createButton('disconnect', id, () =>
        this.#confirmDisconnect(connection, row, button),
      );
      buttons.push(button);
    }
    row.append(builder.element('div', { class: 'actions' }, ...buttons));
    return row;
  }

  #createDate(time: number): HTMLElement {
    const text = this.#builder.element('p', { class: 'hint', part: 'hint' });
    const format = () =>
      new Intl.DateTimeFormat(this.#builder.texts.language.lang, { dateStyle: 'medium' });
    this.#builder.show(text, 'connectedOn', { date: () => format().format(time) });
    return text;
  }

  #createState(text: 'needsReconnect' | 'isOff'): HTMLElement {
    const classes = text === 'isOff' ? 'state off' : 'state';
    return this.#builder.text('p', text, { class: classes, part: 'state' });
  }

  /** Creates a button whose accessible name includes the connection's name. */
  #createButton(text: TextName, id: number, onClick: () => void): HTMLButtonElement {
    const button = this.#builder.button(text, onClick, { class: 'quiet', id: `${text}-${id}` });
    button.setAttribute('aria-labelledby', `${text}-${id} name-${id}`);
    return button;
  }

  /** Asks in the row whether to disconnect, because `confirm()` and modal dialogs fail in frames. */
  #confirmDisconnect(connection: Connection, row: HTMLElement, button: HTMLElement): void {
    const builder = this.#builder;
    const name = () => nameOf(connection);
    const question = builder.element('p', { id: `question-${connection.id}` });
    builder.show(question, 'disconnectQuestion', { name });
    const close = () => {
      if (cancel.hasAttribute('aria-disabled')) return;
      row.classList.remove('asked');
      group.remove();
      button.focus();
    };
    const cancel = builder.button('cancel', close, { class: 'quiet' });
    const confirm = builder.button('disconnect', () => {
      this.#disconnect(connection, row, [cancel, confirm], close);
    });
    builder.show(confirm, 'disconnectName', { name });
    const group = builder.element(
      'div',
      { class: 'question', role: 'group', 'aria-labelledby': question.id },
      question,
      builder.element('div', { class: 'actions' }, cancel, confirm),
    );
    group.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') close();
    });
    row.classList.add('asked');
    row.append(group);
    cancel.focus();
  }

  async #disconnect(
    connection: Connection,
    row: HTMLElement,
    buttons: HTMLButtonElement[],
    close: () => void,
  ): Promise<void> {
    if (buttons.some((button) => button.hasAttribute('aria-disabled'))) return;
    const name = () => nameOf(connection);
    for (const button of buttons) button.setAttribute('aria-disabled', 'true');
    this.#showStatus('disconnecting');
    try {
      await this.#actions.disconnect(connection.id);
    } catch (error) {
      for (const button of buttons) button.removeAttribute('aria-disabled');
      this.#showStatus('disconnectFailed', { name, reason: () => this.#reasonOf(error) });
      close();
      return;
    }
    row.remove();
    this.label.focus();
    this.#showStatus('disconnected', { name });
  }
}

/** Creates a `<bdi>`, for a text with its own direction. */
function createBdi(
  builder: Builder,
  text: string,
  attributes?: Record<string, string>,
): HTMLElement {
  const element = builder.element('bdi', attributes);
  element.textContent = text;
  return element;
}
