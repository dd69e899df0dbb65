import type { Value } from '../base.js';
import { TERMS } from '../base.js';
import type { Kind } from '../connect.js';
import type { Builder } from './build.js';
import { createField, type Field, SECRET } from './fields.js';
import type { Settings } from './settings.js';

const KIND_NAMES: Record<Kind, string> = {
  'store-level': 'Store-level API account',
  legacy: 'Legacy API account',
};

const KINDS = Object.keys(KIND_NAMES) as Kind[];

const EXAMPLES: Record<Kind, string> = {
  'store-level': 'https://api.bigcommerce.com/stores/abc123/v3/',
  legacy: 'https://store-abc123.mybigcommerce.com/api/v2/',
};

/** A `<details>` with the fields of both kinds of accounts. Those of one kind are enabled. */
export class ValuesBlock {
  readonly element: HTMLDetailsElement;
  readonly storeUrl: Field;
  readonly #builder: Builder;
  readonly #summary: HTMLElement;
  readonly #summaryText: HTMLElement;
  readonly #kinds: HTMLElement;
  readonly #radios: Record<Kind, HTMLInputElement>;
  readonly #groups: Record<Kind, HTMLFieldSetElement>;
  readonly #fields: Record<Exclude<keyof typeof TERMS, 'storeUrl'>, Field>;
  readonly #legacyLink: HTMLAnchorElement;
  #account: Kind | undefined;

  constructor(builder: Builder) {
    this.#builder = builder;
    this.#summaryText = builder.element('span');
    this.#summary = builder.element('summary', { part: 'summary' }, this.#summaryText);
    this.storeUrl = createField(builder, 'storeUrl', 'pathHint', { inputmode: 'url' });
    this.#fields = {
      clientId: createField(builder, 'clientId', undefined),
      accessToken: createField(builder, 'accessToken', 'tokenHint', SECRET),
      clientSecret: createField(builder, 'clientSecret', 'secretHint', SECRET),
      username: createField(builder, 'username', 'usernameHint'),
      password: createField(builder, 'password', 'secretHint', SECRET),
    };
    this.#radios = {
      'store-level': this.#createRadio('store-level'),
      legacy: this.#createRadio('legacy'),
    };
    this.#kinds = builder.element(
      'fieldset',
      { class: 'kinds' },
      builder.text('legend', 'kindLabel'),
      ...KINDS.map((kind) => this.#createChoice(kind)),
    );
    this.#legacyLink = builder.element('a', { target: '_blank', rel: 'noopener noreferrer' });
    builder.show(this.#legacyLink, 'openLegacy');
    const { clientId, accessToken, clientSecret, username, password } = this.#fields;
    this.#groups = {
      'store-level': this.#createGroup('store-level', [clientId, accessToken, clientSecret]),
      legacy: this.#createGroup('legacy', [username, password]),
    };
    this.#groups.legacy.prepend(
      builder.text('p', 'whereLegacy', { class: 'hint', part: 'hint' }),
      builder.element('p', {}, this.#legacyLink),
    );
    this.element = builder.element(
      'details',
      { part: 'values' },
      this.#summary,
      this.#kinds,
      ...Object.values(this.#groups),
      this.storeUrl.element,
    );
    this.element.addEventListener('toggle', () => this.#updateSummary());
    this.element.addEventListener('input', () => this.#onInput());
    this.select('store-level');
  }

  get kind(): Kind {
    return this.#radios.legacy.checked ? 'legacy' : 'store-level';
  }

  update({ account, credential, defaultValues, helpUrls }: Settings): void {
    this.#account = account;
    this.#kinds.hidden = account !== undefined;
    for (const name of ['accessToken', 'clientSecret'] as const) {
      const { element, input } = this.#fields[name];
      element.hidden = input.disabled = name !== credential;
    }
    const inputs = { ...this.#fields, storeUrl: this.storeUrl };
    for (const name of ['storeUrl', 'username', 'clientId'] as const) {
      inputs[name].input.defaultValue = defaultValues[name] ?? '';
    }
    this.#legacyLink.hidden = !helpUrls.legacy;
    this.#legacyLink.href = helpUrls.legacy ?? '';
    this.select(this.kind);
    // The form has no file input for Legacy API accounts.
    if (account === 'legacy') this.element.open = true;
  }

  /** Shows and enables the fields of a kind of account. The attribute `account` takes precedence. */
  select(wanted: Kind): void {
    const kind = this.#account ?? wanted;
    for (const other of KINDS) {
      this.#radios[other].checked = other === kind;
      this.#groups[other].hidden = this.#groups[other].disabled = other !== kind;
    }
    this.#builder.show(this.storeUrl.hint, 'pathHint', { example: () => EXAMPLES[kind] });
    this.#updateSummary();
  }

  /** Closes the `<details>` if all enabled fields have a value. */
  closeIfFilled(): void {
    if (this.#enabled.every(({ input }) => input.value.trim())) this.element.open = false;
    this.#updateSummary();
  }

  /** Names the fields in the summary while the `<details>` is closed and all have a value. */
  #updateSummary(): void {
    const filled = this.#enabled.filter(({ input }) => input.value.trim());
    const isFilled = filled.length === this.#enabled.length && !this.element.open;
    this.#summary.classList.toggle('filled', isFilled);
    const fields: Value = filled.map(({ input }) => {
      const term = TERMS[input.name as keyof typeof TERMS];
      // For a text that is a function of the page.
      return { term, toString: () => term };
    });
    if (isFilled) this.#builder.show(this.#summaryText, 'editFields', { fields: () => fields });
    else this.#builder.show(this.#summaryText, 'enterValues');
  }

  get #enabled(): Field[] {
    const fields = [...Object.values(this.#fields), this.storeUrl];
    return fields.filter(({ input }) => !input.matches(':disabled'));
  }

  #onInput(): void {
    // Only store-level API accounts have such a path.
    const isStoreLevel = this.storeUrl.input.value.includes('/stores/');
    if (isStoreLevel && this.kind === 'legacy') this.select('store-level');
    else this.#updateSummary();
  }

  #createRadio(kind: Kind): HTMLInputElement {
    const radio = this.#builder.element('input', {
      ...{ type: 'radio', name: 'kind', value: kind, id: kind, autocomplete: 'off' },
      'aria-describedby': `${kind}-hint`,
    });
    radio.addEventListener('change', () => this.select(kind));
    return radio;
  }

  #createChoice(kind: Kind): HTMLElement {
    const hint = kind === 'legacy' ? 'legacyHint' : 'storeLevelHint';
    const name = this.#builder.term('span', KIND_NAMES[kind], { id: `${kind}-name` });
    const label = this.#builder.element('label', { for: kind }, name);
    const text = this.#builder.text('span', hint, { id: `${kind}-hint`, class: 'hint' });
    return this.#builder.element('div', { class: 'choice' }, this.#radios[kind], label, text);
  }

  #createGroup(kind: Kind, fields: Field[]): HTMLFieldSetElement {
    const elements = fields.map(({ element }) => element);
    return this.#builder.element('fieldset', { 'aria-labelledby': `${kind}-name` }, ...elements);
  }
}
