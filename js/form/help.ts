import type { Builder } from './build.js';
import type { Scope } from './settings.js';

/** BigCommerce's page for the API accounts of the store that the merchant is signed in to. */
const ACCOUNTS_PAGE = 'https://login.bigcommerce.com/deep-links/settings/auth/api-accounts';

/** The steps to create an API account and get its file. */
export class HelpBlock {
  readonly element: HTMLDetailsElement;
  readonly #builder: Builder;
  readonly #link: HTMLAnchorElement;
  readonly #chooseScopes: HTMLElement;
  readonly #scopes: HTMLElement;

  constructor(builder: Builder) {
    this.#builder = builder;
    this.#link = builder.element(
      'a',
      { target: '_blank', rel: 'noopener noreferrer', part: 'link' },
      builder.text('span', 'openAccounts'),
    );
    this.#chooseScopes = builder.element('span');
    this.#scopes = builder.element('ul', { part: 'scopes' });
    this.element = builder.element(
      'details',
      { part: 'help' },
      builder.text('summary', 'createFile', { part: 'summary' }),
      builder.element('p', {}, this.#link, builder.text('span', 'newTab', { class: 'hint' })),
      builder.element(
        'ol',
        {},
        builder.text('li', 'createAccount'),
        builder.element('li', {}, this.#chooseScopes, this.#scopes),
        builder.text('li', 'saveAccount'),
      ),
      builder.text('p', 'whoMayCreate', { class: 'hint', part: 'hint' }),
    );
  }

  update(scopes: readonly Scope[], url: string | undefined): void {
    this.#link.href = url ?? ACCOUNTS_PAGE;
    const isEmpty = scopes.length === 0;
    this.#builder.show(this.#chooseScopes, isEmpty ? 'chooseScopes' : 'chooseTheseScopes');
    this.#scopes.hidden = isEmpty;
    this.#scopes.replaceChildren(
      ...scopes.map(({ name, access }) => this.#builder.term('li', `${name}: ${access}`)),
    );
  }
}
