import type { BigCommerceConnect, Kind } from '../connect.js';
import type { Builder } from './build.js';
import { type Connection, nameOf } from './connections.js';
import { createNameField } from './fields.js';
import { HelpBlock } from './help.js';
import type { Settings } from './settings.js';
import { storeOf } from './store.js';
import { ValuesBlock } from './values.js';

/** The form, in a `<bigcommerce-connect>`. */
export class FormView {
  readonly element: BigCommerceConnect;
  readonly label: HTMLElement;
  readonly #builder: Builder;
  readonly #form: HTMLFormElement;
  readonly #file: HTMLElement;
  readonly #help: HelpBlock;
  readonly #values: ValuesBlock;
  readonly #name: HTMLInputElement;
  readonly #nameField: HTMLElement;
  readonly #submit: HTMLButtonElement;
  readonly #hint: HTMLElement;
  readonly #cancel: HTMLButtonElement;
  #settings: Settings | undefined;
  /** The connection to reconnect, if any. */
  #connection: Connection | undefined;
  /** The name from the page or the API path. Kept up to date until the merchant changes it. */
  #suggestedName = '';
  #nameInFile = '';

  constructor(builder: Builder, onCancel: () => void) {
    this.#builder = builder;
    this.label = builder.element('p', { class: 'label', part: 'label', tabindex: '-1' });
    this.#hint = builder.text('p', 'reconnectHint', { class: 'hint', part: 'hint' });
    const cancel = () => {
      if (!this.#form.hasAttribute('aria-busy')) onCancel();
    };
    this.#cancel = builder.button('cancel', cancel, { class: 'quiet', hidden: true });
    this.#file = createFileBlock(builder);
    this.#help = new HelpBlock(builder);
    this.#values = new ValuesBlock(builder);
    const { element, input } = createNameField(builder);
    this.#nameField = element;
    this.#name = input;
    this.#submit = builder.text('button', 'connect', {
      ...{ type: 'submit', part: 'button submit', autocomplete: 'off', disabled: true },
    });
    this.#form = builder.element(
      'form',
      { method: 'post', part: 'form' },
      ...[this.label, this.#hint, this.#file, this.#help.element, this.#values.element],
      this.#nameField,
      builder.element('div', { role: 'status', part: 'status', 'data-bigcommerce-status': true }),
      this.#submit,
      this.#cancel,
    );
    this.element = builder.element('bigcommerce-connect', {}, this.#form);
    // Also for drags elsewhere in the window, which are forwarded to the element.
    this.element.addEventListener('dragover', ({ defaultPrevented }) => {
      if (defaultPrevented) this.element.classList.add('dragging');
    });
    for (const type of ['dragleave', 'drop'] as const) {
      this.element.addEventListener(type, ({ relatedTarget }) => {
        if (!relatedTarget) this.element.classList.remove('dragging');
      });
    }
    this.element.addEventListener('credentials', ({ detail: { kind } }) => this.#onFile(kind));
    this.#values.storeUrl.input.addEventListener('input', () => this.#suggestName());
    this.#form.addEventListener('reset', () => queueMicrotask(() => this.#onReset()));
  }

  /** The name of the connection, from the page or the field. */
  get name(): string {
    return this.#settings?.connectionName ?? this.#name.value.trim();
  }

  update(settings: Settings): void {
    this.#settings = settings;
    const { account, baseUrl, config, connectionName, instanceId, to } = settings;
    const connection = this.#connection;
    this.#setAttribute('base-url', baseUrl);
    this.#setAttribute('instance-id', connection ? String(connection.id) : instanceId);
    this.element.config = connectionName ? { ...config, name: connectionName } : config;
    const builder = this.#builder;
    if (connection) builder.show(this.label, 'reconnectName', { name: () => nameOf(connection) });
    else if (to) builder.show(this.label, 'introTo', { to: () => to });
    else builder.show(this.label, 'intro');
    builder.show(this.#submit, connection ? 'reconnect' : 'connect');
    this.#hint.hidden = !connection;
    this.#file.hidden = this.#help.element.hidden = account === 'legacy';
    this.#help.update(settings.scopes, settings.helpUrls['store-level']);
    this.#values.update(settings);
    this.#name.disabled = connectionName !== undefined && !connection;
    this.#nameField.hidden = connectionName !== undefined || connection !== undefined;
    this.#suggestName();
  }

  /** Shows or hides the button that leaves the form. */
  showCancel(isShown: boolean): void {
    this.#cancel.hidden = !isShown;
  }

  /** Resets the form, to reconnect a connection or to connect another store. */
  reset(connection?: Connection): void {
    this.#connection = connection;
    const { input, element } = this.#values.storeUrl;
    // Read-only, so that a file of another store cannot change it.
    input.readOnly = element.hidden = connection?.storeUrl !== undefined;
    this.#name.readOnly = connection !== undefined;
    this.#values.element.open = false;
    this.#form.reset();
    if (this.#settings) this.update(this.#settings);
  }

  #setAttribute(name: string, value: string | undefined): void {
    if (value === undefined) this.element.removeAttribute(name);
    else this.element.setAttribute(name, value);
  }

  #onFile(kind: Kind | undefined): void {
    if (kind) this.#values.select(kind);
    // The name in the file replaces one from the API path or another file, but not one from the page
    // or merchant.
    const others = [this.#suggestedName, this.#nameInFile];
    const isGiven = !others.includes(this.#name.value) || this.#settings?.defaultValues.name;
    if (!isGiven) this.#name.value = this.#suggestedName = '';
    // After the element has filled the fields.
    queueMicrotask(() => {
      if (!isGiven) this.#nameInFile = this.#name.value;
      this.#suggestName();
      this.#values.closeIfFilled();
    });
  }

  #onReset(): void {
    this.#suggestedName = this.#nameInFile = '';
    const connection = this.#connection;
    const storeUrl = connection?.storeUrl ?? '';
    if (connection) {
      this.#name.value = nameOf(connection);
      this.#values.storeUrl.input.value = storeUrl;
    }
    // Accounts of both kinds can have such a host. Other hosts belong to Legacy API accounts.
    const isLegacy = storeUrl && !/^https:\/\/store-\w+\.mybigcommerce\.com\//.test(storeUrl);
    this.#values.select(isLegacy ? 'legacy' : 'store-level');
    this.#suggestName();
  }

  /** Names the connection after its store, unless the page or the merchant has named it. */
  #suggestName(): void {
    if (this.#name.value !== this.#suggestedName || this.#connection) return;
    const { name } = this.#settings?.defaultValues ?? {};
    this.#suggestedName = name ?? storeOf(this.#values.storeUrl.input.value) ?? '';
    this.#name.value = this.#suggestedName;
  }
}

/** Creates the inputs to drop, choose or paste the file. The element reads it from them. */
function createFileBlock(builder: Builder): HTMLElement {
  return builder.element(
    'div',
    { class: 'file', part: 'file', role: 'group', 'aria-labelledby': 'file-label' },
    builder.text('p', 'fileLabel', { class: 'group-label', id: 'file-label' }),
    builder.element(
      'div',
      { class: 'drop' },
      builder.text('p', 'dropFile', { 'aria-hidden': 'true' }),
      builder.element(
        'label',
        { class: 'button', part: 'button' },
        builder.text('span', 'chooseFile'),
        builder.element('input', {
          ...{
            type: 'file',
            class: 'visually-hidden',
            'data-bigcommerce-file': true,
            accept: '.txt',
          },
          ...{ autocomplete: 'off', 'aria-describedby': 'file-hint' },
        }),
      ),
    ),
    builder.text('label', 'pasteFile', { for: 'paste' }),
    builder.element('input', {
      ...{ id: 'paste', part: 'input', 'data-bigcommerce-file': true, dir: 'ltr' },
      ...{ autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'file-hint' },
    }),
    builder.text('p', 'fileHint', { class: 'hint', part: 'hint', id: 'file-hint' }),
  );
}
