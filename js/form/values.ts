import type { Value } from '../base.js';
import { TERMS } from '../base.js';
import type { Kind } from '../connect.js';
import type { Builder } from './build.js';
import { type Field, makeField, SECRET } from './fields.js';
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

/** The fields of both kinds of accounts, of which one is enabled, in a `<details>`. */
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
    this.storeUrl = makeField(builder, 'storeUrl', 'pathHint', { inputmode: 'url' });
    this.#fields = {
      clientId: makeField(builder, 'clientId', undefined),
      accessToken: makeField(builder, 'accessToken', 'tokenHint', SECRET),
      clientSecret: makeField(builder, 'clientSecret', 'secretHint', SECRET),
      username: makeField(builder, 'username', 'usernameHint'),
      password: makeField(builder, 'password', 'secretHint', SECRET),
    };
    this.#radios = {
      'store-level': this.#makeRadio('store-level'),
      legacy: this.#makeRadio('legacy'),
    };
    this.#kinds = builder.element(
      'fieldset',
      { class: 'kinds' },
      builder.text('legend', 'kindLabel'),
      ...KINDS.map((kind) => this.#makeChoice(kind)),
    );
    this.#legacyLink = builder.element('a', { target: '_blank', rel: 'noopener noreferrer' });
    builder.show(this.#legacyLink, 'openLegacy');
    const { clientId, accessToken, clientSecret, username, password } = this.#fields;
    this.#groups = {
      'store-level': this.#makeGroup('store-level', [clientId, accessToken, clientSecret]),
      legacy: this.#makeGroup('legacy', [username, password]),
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
    this.element.addEventListener('toggle', () => this.summarize());
    this.element.addEventListener('input', () => this.#followPath());
    this.choose('store-level');
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
    this.choose(this.kind);
    // There is no file to begin with.
    if (account === 'legacy') this.element.open = true;
  }

  /** Shows and enables the fields of one kind of account: of the one that the page asks for, if it does. */
  choose(wanted: Kind): void {
    const kind = this.#account ?? wanted;
    for (const other of KINDS) {
      this.#radios[other].checked = other === kind;
      this.#groups[other].hidden = this.#groups[other].disabled = other !== kind;
    }
    this.#builder.show(this.storeUrl.hint, 'pathHint', { example: () => EXAMPLES[kind] });
    this.summarize();
  }

  /** Folds the fields, if all that the chosen kind needs is there. */
  fold(): void {
    if (this.#needed.every(({ input }) => input.value.trim())) this.element.open = false;
    this.summarize();
  }

  /** Names what was entered, while it cannot be seen. */
  summarize(): void {
    const filled = this.#needed.filter(({ input }) => input.value.trim());
    const isFilled = filled.length === this.#needed.length && !this.element.open;
    this.#summary.classList.toggle('filled', isFilled);
    const fields: Value = filled.map(({ input }) => ({
      term: TERMS[input.name as keyof typeof TERMS],
    }));
    if (isFilled) this.#builder.show(this.#summaryText, 'editFields', { fields: () => fields });
    else this.#builder.show(this.#summaryText, 'enterValues');
  }

  /** The fields that the chosen kind needs. */
  get #needed(): Field[] {
    const fields = [...Object.values(this.#fields), this.storeUrl];
    return fields.filter(({ input }) => !input.matches(':disabled'));
  }

  /** Only accounts of one kind have such a path. */
  #followPath(): void {
    const isStoreLevel = this.storeUrl.input.value.includes('/stores/');
    if (isStoreLevel && this.kind === 'legacy') this.choose('store-level');
    else this.summarize();
  }

  #makeRadio(kind: Kind): HTMLInputElement {
    const radio = this.#builder.element('input', {
      ...{ type: 'radio', name: 'kind', value: kind, id: kind, autocomplete: 'off' },
      'aria-describedby': `${kind}-hint`,
    });
    radio.addEventListener('change', () => this.choose(kind));
    return radio;
  }

  #makeChoice(kind: Kind): HTMLElement {
    const hint = kind === 'legacy' ? 'legacyHint' : 'storeLevelHint';
    const name = this.#builder.term('span', KIND_NAMES[kind], { id: `${kind}-name` });
    const label = this.#builder.element('label', { for: kind }, name);
    const text = this.#builder.text('span', hint, { id: `${kind}-hint`, class: 'hint' });
    return this.#builder.element('div', { class: 'choice' }, this.#radios[kind], label, text);
  }

  #makeGroup(kind: Kind, fields: Field[]): HTMLFieldSetElement {
    const elements = fields.map(({ element }) => element);
    return this.#builder.element('fieldset', { 'aria-labelledby': `${kind}-name` }, ...elements);
  }
}
