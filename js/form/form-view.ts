import type { BigCommerceConnect, Kind } from '../connect.js';
import type { Builder } from './build.js';
import type { Connection } from './connections.js';
import { makeNameField } from './fields.js';
import { HelpBlock } from './help.js';
import type { Settings } from './settings.js';
import { storeIn } from './store.js';
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
  /** The connection that gets new credentials. */
  #renewed: Connection | undefined;
  /** The name that the page or the API path gives, until the merchant changes it. */
  #givenName = '';

  constructor(builder: Builder, onCancel: () => void) {
    this.#builder = builder;
    this.label = builder.element('p', { class: 'label', part: 'label', tabindex: '-1' });
    this.#hint = builder.text('p', 'reconnectHint', { class: 'hint', part: 'hint' });
    this.#cancel = builder.button('cancel', onCancel, { class: 'quiet', hidden: true });
    this.#file = makeFileBlock(builder);
    this.#help = new HelpBlock(builder);
    this.#values = new ValuesBlock(builder);
    const { element, input } = makeNameField(builder);
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
    // Anywhere in the window: the form gets what is dropped there.
    this.element.addEventListener('dragover', ({ defaultPrevented }) => {
      if (defaultPrevented) this.element.classList.add('dragging');
    });
    for (const type of ['dragleave', 'drop'] as const) {
      this.element.addEventListener(type, ({ relatedTarget }) => {
        if (!relatedTarget) this.element.classList.remove('dragging');
      });
    }
    this.element.addEventListener('credentials', ({ detail: { kind } }) => this.#onFile(kind));
    this.#values.storeUrl.input.addEventListener('input', () => this.#giveName());
    this.#form.addEventListener('reset', () => queueMicrotask(() => this.#onReset()));
  }

  /** The name that the connection was given. */
  get name(): string {
    return this.#settings?.connectionName ?? this.#name.value.trim();
  }

  update(settings: Settings): void {
    this.#settings = settings;
    const { account, baseUrl, config, connectionName, instanceId, to } = settings;
    this.#setAttribute('base-url', baseUrl);
    this.#setAttribute('instance-id', this.#renewed ? String(this.#renewed.id) : instanceId);
    this.element.config = connectionName ? { ...config, name: connectionName } : config;
    const renewed = this.#renewed;
    if (renewed) this.#builder.show(this.label, 'reconnectName', { name: () => renewed.name });
    else if (to) this.#builder.show(this.label, 'introTo', { to: () => to });
    else this.#builder.show(this.label, 'intro');
    this.#builder.show(this.#submit, renewed ? 'reconnect' : 'connect');
    this.#hint.hidden = !renewed;
    this.#file.hidden = this.#help.element.hidden = account === 'legacy';
    this.#help.update(settings.scopes, settings.helpUrls['store-level']);
    this.#values.update(settings);
    this.#name.disabled = connectionName !== undefined && !renewed;
    this.#nameField.hidden = connectionName !== undefined || renewed !== undefined;
    this.#giveName();
  }

  /** Whether there is a view to go back to. */
  setCancel(isShown: boolean): void {
    this.#cancel.hidden = !isShown;
  }

  /** Empties the form; for new credentials of a connection, or for another store. */
  reset(renewed?: Connection): void {
    this.#renewed = renewed;
    const { input, element } = this.#values.storeUrl;
    this.#form.reset();
    this.#values.element.open = false;
    // What the file says of another store must not be taken.
    input.readOnly = this.#name.readOnly = renewed !== undefined;
    element.hidden = renewed?.storeUrl !== undefined;
    if (this.#settings) this.update(this.#settings);
    if (!renewed) return;
    input.value = renewed.storeUrl ?? '';
    input.readOnly = renewed.storeUrl !== undefined;
    this.#name.value = renewed.name ?? String(renewed.id);
    // The store's own address is that of an account of either kind; other hosts are of the old one.
    const isOld =
      renewed.storeUrl && !/^https:\/\/store-\w+\.mybigcommerce\.com\//.test(renewed.storeUrl);
    this.#values.choose(isOld ? 'legacy' : 'store-level');
  }

  #setAttribute(name: string, value: string | undefined): void {
    if (value === undefined) this.element.removeAttribute(name);
    else this.element.setAttribute(name, value);
  }

  #onFile(kind: Kind | undefined): void {
    if (kind) this.#values.choose(kind);
    // The file's goes before one that nobody chose.
    const isChosen = this.#name.value !== this.#givenName || this.#settings?.defaultValues.name;
    if (!isChosen) this.#name.value = this.#givenName = '';
    // When it has filled the fields.
    queueMicrotask(() => {
      this.#giveName();
      this.#values.fold();
    });
  }

  #onReset(): void {
    this.#givenName = '';
    this.#values.choose('store-level');
    this.#giveName();
  }

  /** Names the connection after its store, unless page or merchant have named it. */
  #giveName(): void {
    if (this.#name.value !== this.#givenName || this.#renewed) return;
    const { name } = this.#settings?.defaultValues ?? {};
    this.#givenName = name ?? storeIn(this.#values.storeUrl.input.value) ?? '';
    this.#name.value = this.#givenName;
  }
}

/** Where the file is dropped, chosen, or pasted; the element takes it from there. */
function makeFileBlock(builder: Builder): HTMLElement {
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
          ...{ type: 'file', class: 'unseen', 'data-bigcommerce-file': true, accept: '.txt' },
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
